"""Carrying out one study: its first stage, and the second one of a study that has two."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from attnlab.jobs.execution import Execution, Listener
from attnlab.jobs.own_data import check_data
from attnlab.jobs.tuning import TuningBegins, tune
from attnlab.spec import Study
from attnlab.store import Owner, Status, Store, StoreError
from attnlab.workers import WhoTrains

log = logging.getLogger(__name__)

SeedsNeeded = Callable[[Store, str], int]
"""How many seeds the precision asked for takes, of a study whose first stage has ended."""


def execute(
    store: Store,
    study_id: str,
    *,
    stop: threading.Event,
    listen: Listener | None = None,
    seeds_needed: SeedsNeeded | None = None,
    on_second_stage: Callable[[], None] = lambda: None,
    workers: WhoTrains = None,
    on_tuning: TuningBegins = lambda plan, left: None,
    on_tuned: Callable[[], None] = lambda: None,
) -> bool:
    """Train what is left of a study; return False if another process has it.

    The arms train in worker processes or on a cluster, as many at once as there is room for
    (`workers` as in `attnlab.workers.workers_for`). Setting `stop` (or asking the store to stop the
    study, from any process) ends it at once; finished runs are kept. `listen` gets every event with
    its arm's label, in this thread.

    A study that asks for a precision goes on by itself: after its first stage `seeds_needed` says
    how many seeds it takes, and the others are trained, too, after a call of `on_second_stage`.
    Without `seeds_needed` it is interrupted there, and can be resumed.

    A study with a tuning first chooses the learning rate of every arm: `on_tuning` is called before
    each plan of it, whose events have the labels of that plan, and `on_tuned` at its end.

    Raises StoreError when results cannot be stored any more, TooLargeError for a study that does
    not fit into memory, DataChangedError where a person's own data are not those that the study was
    begun with (see `attnlab.jobs.own_data`), and WorkersError where nobody can train, or not any
    more: what has ended is kept, and the rest can be resumed.
    """
    if not store.acquire(study_id, Owner.current()):
        return False
    execution = None
    try:
        check_data(store, study_id)
        tunes = store.study(study_id).study.awaits_tuning
        if not tune(store, study_id, stop, listen, on_tuning, workers):
            store.release(study_id, Status.STOPPED)
            return True
        if tunes:
            on_tuned()
        execution = Execution(store, study_id, stop, listen, workers)
        execution.run()
        if not execution.stopped and _settled(store, execution.study, study_id, seeds_needed):
            execution.finish()
            on_second_stage()
            execution = Execution(store, study_id, stop, listen, workers)
            execution.run()
    except BaseException:
        _release_after_fault(store, study_id)
        if execution:
            execution.finish()
        raise
    try:
        store.release(study_id, Status.STOPPED if execution.stopped else None)
    finally:
        execution.finish()
    return True


def _settled(store: Store, study: Study, study_id: str, needed: SeedsNeeded | None) -> bool:
    """Settle how many seeds a study takes whose first stage has ended; whether it has a second."""
    if needed is None or not study.is_in_first_stage:
        return False
    settled = store.settle(study_id, needed(store, study_id))
    return len(settled.seeds) > len(study.seeds)


def _release_after_fault(store: Store, study_id: str) -> None:
    """Mark the study as interrupted, unless what broke the training prevents that too."""
    try:
        store.release(study_id, Status.INTERRUPTED)
    except StoreError:
        log.exception("study %s could not be marked as interrupted", study_id)
