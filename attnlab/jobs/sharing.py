"""Runs that a study need not train: others here have trained the very same ones before."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property

from attnlab.jobs.parts import parts
from attnlab.spec import Arm, Study, all_brought_in
from attnlab.spec.moving import own_paths
from attnlab.store import Store, StoreError, StudyRow, Wanted
from attnlab.store.taken_over import NamedRun
from attnlab.wording import counted, listed
from attnlab.workers import WhoTrains
from attnlab.workers.program import program

log = logging.getLogger(__name__)

MOST_STUDIES = 20
"""So many of the newest studies on a task are looked through."""


@dataclass(frozen=True)
class Shared:
    """The runs of a plan that are there already, by label and seed, and where."""

    study: Study
    runs: Mapping[tuple[str, int], NamedRun]

    @cached_property
    def by_arm(self) -> Mapping[str, int]:
        """How many runs of each arm are there, of the arms that have any."""
        return Counter(label for label, _ in self.runs)

    @property
    def left(self) -> int:
        """How many runs are left to train."""
        return self.study.runs - len(self.runs)

    @property
    def there(self) -> list[Arm]:
        """The arms all of whose runs are there."""
        seeds = len(self.study.seeds)
        return [arm for arm in self.study.arms if self.by_arm.get(arm.label) == seeds]


def shared_runs(
    store: Store, study: Study, study_id: str = "", workers: WhoTrains = None
) -> Shared:
    """What earlier studies here have trained of this plan, bit for bit; `study_id` is its own,
    once it has one, and `workers` would train it.

    Such a run has the same task, training, module and seed, was trained among the same seeds by the
    same program on the same kind of machine, and has finished. None is shared of a plan that was
    given as a whole before: who gives it again wants it trained again. Nor are those on data of
    one's own, which may have changed, those with somebody's own code, which may read and import
    anything, those of plans that choose learning rates, and of those that are judged by an
    inspection of each run.
    """
    what = program(workers)
    if what is None or not _can_share(study):
        return Shared(study, {})
    newest = store.studies(Wanted(tasks=[study.task.name]), most=MOST_STUDIES + 1)
    newest = [row for row in newest if row.id != study_id][:MOST_STUDIES]
    if any(row.spec_hash == study.hash for row in newest):
        return Shared(study, {})
    wanted = _keys(study)
    found: dict[tuple[str, int], NamedRun] = {}
    for row in newest:
        other = _plan(row)
        if other is None or not (finished := store.trained_by(row.id, what)):
            continue
        theirs = {key: name for name, key in _keys(other).items() if name in finished}
        for name, key in wanted.items():
            if name not in found and key in theirs:
                found[name] = NamedRun(row.id, *theirs[key])
    return Shared(study, found)


def take_over(store: Store, study_id: str, workers: WhoTrains = None) -> int:
    """Copy what is shared into a study that waits to be trained; return how many runs.

    What cannot be copied, as its study was deleted in between, is trained.
    """
    shared = shared_runs(store, store.study(study_id).study, study_id, workers)
    try:
        return store.take_over(study_id, shared.runs) if shared.runs else 0
    except StoreError as error:
        log.warning("study %s trains all of its runs: %s", study_id, error)
        return 0


def copied_text(store: Store, study_id: str) -> str:
    """ "20 of 30 runs are copies from study k4h…, which trained them before"; empty without any."""
    copied = store.copied_runs(study_id)
    if not copied:
        return ""
    runs = store.study(study_id).runs
    whose = f"{'study' if len(copied) == 1 else 'studies'} {listed(copied)}"
    return f"{sum(copied.values())} of {counted(runs, 'run')} are copies, bit for bit, from {whose}"


def _can_share(study: Study) -> bool:
    inspected = study.metric.kind == "inspected"
    return not (study.tuning or inspected or own_paths(study) or all_brought_in(study))


def _plan(row: StudyRow) -> Study | None:
    """The plan of another study; None where it shares nothing, or cannot be read."""
    try:
        return row.study if not row.damage and _can_share(row.study) else None
    except StoreError:  # of another version
        return None


def _keys(study: Study) -> dict[tuple[str, int], Hashable]:
    """By label and seed, all that the bits of a run depend on, but for program and machine."""
    every = [seeds for batch in study.batches for seeds in parts(study, batch)]
    keys: dict[tuple[str, int], Hashable] = {}
    for arm in study.arms:
        what = (study.task_of(arm), study.training_of(arm), arm.module)
        for together in every:
            for seed in together:
                keys[arm.label, seed] = (*what, together, seed)
    return keys
