"""Training by the command line: who trains, and what is said when nobody can any more."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from attnlab.cli.output import tell
from attnlab.cli.plans import UsageError
from attnlab.command import command

if TYPE_CHECKING:
    from attnlab.capsules import Capsule
    from attnlab.spec import Study
    from attnlab.store import Store
    from attnlab.workers import WhoTrains

_ALL_THE_SAME = "Give --changed-data to go on all the same"


def who(given: Namespace) -> WhoTrains:
    """Who is to train, and can: a cluster that cannot is told before anything is kept."""
    from attnlab.workers import who_trains

    return who_trains(cluster=given.cluster)


def check(study: Study) -> None:
    """Raise SpecError for a study that cannot be trained here; say what in its own data may
    mislead."""
    from attnlab.data.states import advice
    from attnlab.training import memory

    memory.check(study)
    for sentence in advice(study):
        tell(f"note: {sentence}.")


def check_own_data(store: Store, study_id: str, given: Namespace) -> None:
    """Whether a study can go on with its own data as they are now; raises UsageError where they
    have changed, and nobody said to go on all the same."""
    from attnlab.data.fingerprint import DataChangedError
    from attnlab.jobs.own_data import check_data

    try:
        check_data(store, study_id, accept=given.changed_data)
    except DataChangedError as error:
        raise UsageError(f"{error}. {_ALL_THE_SAME}") from None


def with_own_data(capsule: Capsule, given: Namespace) -> Capsule:
    """The capsule with its study's own data where they are here, if they are what they were; raises
    UsageError as above, and where there are none."""
    from attnlab.data.fingerprint import DataChangedError
    from attnlab.jobs.own_data import check_capsule_data
    from attnlab.spec import SpecError
    from attnlab.spec.moving import own_paths

    if given.data is not None:
        capsule = capsule.with_data_at(given.data)
    if given.changed_data:
        return capsule
    try:
        check_capsule_data(capsule.study, capsule.data)
    except DataChangedError as error:
        raise UsageError(f"{error}. {_ALL_THE_SAME}") from None
    except SpecError as error:
        if given.data is None and own_paths(capsule.study):
            raise UsageError(f"{error}. If they are elsewhere, give --data PATH") from None
        raise
    return capsule


def carry_out(store: Store, study_id: str, trainer: WhoTrains) -> bool:
    """Train what is left of a study; whether Ctrl-C ended it. Raises what training raises."""
    from attnlab.running.foreground import carry_out_telling
    from attnlab.workers import WorkersError

    try:
        return carry_out_telling(store, study_id, trainer)
    except WorkersError:
        tell(ended_early(study_id, "interrupted"))
        raise


def take_over(store: Store, study_id: str, trainer: WhoTrains) -> None:
    """Copy the runs that studies here have trained before; say so where there are any."""
    from attnlab.jobs import sharing

    if sharing.take_over(store, study_id, trainer):
        tell(f"{sharing.copied_text(store, study_id)}; --anew trains all.")


def ended_early(study_id: str, how: str) -> str:
    """Says how a study ended, and how to train the rest."""
    return (
        f"study {study_id} was {how}; its finished runs are kept. "
        f"Train the rest with: {command()} resume {study_id}"
    )
