"""Training by the command line: who trains, and what is said when nobody can any more."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from attnlab.cli.output import tell
from attnlab.command import command

if TYPE_CHECKING:
    from attnlab.store import Store
    from attnlab.workers import WhoTrains


def who(given: Namespace) -> WhoTrains:
    """Who is to train, and can: a cluster that cannot is told before anything is kept."""
    from attnlab.workers import who_trains

    return who_trains(cluster=given.cluster)


def carry_out(store: Store, study_id: str, trainer: WhoTrains) -> bool:
    """Train what is left of a study; whether Ctrl-C ended it. Raises what training raises."""
    from attnlab.running.foreground import carry_out_telling
    from attnlab.workers import WorkersError

    try:
        return carry_out_telling(store, study_id, trainer)
    except WorkersError:
        tell(ended_early(study_id, "interrupted"))
        raise


def ended_early(study_id: str, how: str) -> str:
    """Says how a study ended, and how to train the rest."""
    return (
        f"study {study_id} was {how}; its finished runs are kept. "
        f"Train the rest with: {command()} resume {study_id}"
    )
