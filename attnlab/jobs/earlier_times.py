"""How long a study will take, by how long others on its task took here: nothing is tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from attnlab.spec import Study, TaskSpec
from attnlab.store import Status, Store, StoreError, StudyRow, Wanted

MOST_STUDIES = 5
"""So many of the newest finished studies on a task are looked at."""

LONGEST_SHARE = 3.0
"""A study that took longer than this times its training had been interrupted."""


@dataclass(frozen=True)
class EarlierTimes:
    """What a finished study took: seconds of training for an epoch of a run of each arm, and the
    share of all that training that went by on the clock, less than one where runs train at once."""

    task: TaskSpec
    batch_size: int
    arms: Mapping[str, float]
    share: float


def newest_on(store: Store, task: str) -> list[StudyRow]:
    """The newest finished studies on the task of this name."""
    return store.studies(Wanted(statuses=[Status.FINISHED], tasks=[task]), most=MOST_STUDIES)


def times_of(store: Store, row: StudyRow) -> EarlierTimes | None:
    """What a finished study took; None where that says nothing of others."""
    if row.damage or row.started_at is None or row.finished_at is None or not row.seconds:
        return None
    try:
        study, runs = row.study, store.runs(row.id)
    except StoreError:  # of another version, damaged, or deleted by now: others can tell
        return None
    own = row.seconds - store.copied_seconds(row.id)
    share = (row.finished_at - row.started_at) / own if own > 0 else 0.0
    if study.has_several_tasks or not 0 < share <= LONGEST_SHARE:
        return None
    runs = runs[(runs["status"] == Status.FINISHED) & (runs["epoch"] > 0)]
    seconds = (runs["seconds"] / runs["epoch"]).groupby(runs["arm"]).mean()
    shorts = {arm.label: arm.short for arm in study.arms}
    arms = {shorts[str(label)]: float(each) for label, each in seconds.items()}
    return EarlierTimes(study.task, study.training.batch_size, arms, share)


def seconds_as_before(
    study: Study, earlier: Sequence[EarlierTimes], there: Mapping[str, int] | None = None
) -> float | None:
    """About how many seconds the study takes, by studies on its task, the newest first.

    `there` says of how many runs of an arm, by its label, nothing is left to train.

    One of the very task and batch size counts before others, whose samples are told in proportion.
    An arm that none had is taken to be like the mean of the others. None where nothing is known,
    and for a study of several tasks or one that chooses learning rates.
    """
    if study.has_several_tasks or study.awaits_tuning:
        return None
    size = study.training.batch_size
    same = [each for each in earlier if (each.task, each.batch_size) == (study.task, size)]
    known: dict[str, float] = {}
    for each in [*same, *(other for other in earlier if other not in same)]:
        for arm, seconds in each.arms.items():
            known.setdefault(arm, seconds * _samples_of(study.task, each.task))
    if not known:
        return None
    typical = fmean(known.values())
    there = there or {}
    epochs = sum(
        known.get(arm.short, typical) * (len(study.seeds) - there.get(arm.label, 0))
        for arm in study.arms
    )
    return epochs * study.training.epochs * (same or earlier)[0].share


def _samples_of(task: TaskSpec, other: TaskSpec) -> float:
    """How many samples the task has for each of the other's; 1 where that is no setting."""
    mine, theirs = (getattr(each.params, "samples", 1) for each in (task, other))
    return mine / theirs
