"""Training what is left of a study: engine events into the store, until it ends or is stopped."""

from __future__ import annotations

import itertools
import logging
import os
import threading
import time
from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import Any

from attnlab.imports import importing, is_import_fault
from attnlab.jobs.pool import GroupBegins, GroupEnded, PoolBroken, SeedGroup, TurnEnded, WorkerPool
from attnlab.jobs.records import artifacts, epoch_record
from attnlab.jobs.run_store import RunStore
from attnlab.jobs.timing import TimeLeft, duration_text
from attnlab.spec import Arm, Study
from attnlab.store import Status
from attnlab.training import memory
from attnlab.training.events import (
    EpochEnd,
    Event,
    Progress,
    RunEnd,
    RunFailed,
    RunStart,
    first_line,
)
from attnlab.training.runtime import release_memory

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 0.25
LISTEN_SECONDS = 0.05
MOST_WORKERS = 8
LANE_EPOCHS = 100
"""From so many epochs, over all its seeds, a further thread for the same arm saves time."""

Listener = Callable[[str, Event], None]


def workers() -> int:
    """How many arms train at once: one for each core that this process may use."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # not on this platform
        cores = os.cpu_count() or 1
    return min(cores, MOST_WORKERS)


def lanes(study: Study, seeds: Sequence[int], threads: int) -> list[tuple[int, ...]]:
    """Split the seeds of each arm into the parts that train at once.

    One part, unless there are fewer arms than threads and work enough for a further trace. Like
    everything that decides which seeds train together, this depends on the plan and the machine
    only, not on which runs are left.
    """
    parts = min(threads // len(study.arms), len(seeds) * study.training.epochs // LANE_EPOCHS)
    parts = max(1, min(parts, len(seeds)))
    cuts = [round(len(seeds) * part / parts) for part in range(parts + 1)]
    return [tuple(seeds[first:last]) for first, last in itertools.pairwise(cuts)]


class Execution:
    """One go at a study: what is left of it when it begins."""

    def __init__(
        self, store: RunStore, study_id: str, stop: threading.Event, listen: Listener | None
    ) -> None:
        self.store, self.study_id, self.stop, self.listen = store, study_id, stop, listen
        self.study: Study = store.study(study_id).study
        memory.check(self.study)
        self.stopped = self.paused = False
        self._beat_at = 0.0
        self._activity: Callable[[], str] = lambda: "Loading TensorFlow"
        self._pending: list[tuple[SeedGroup, EpochEnd]] = []
        self._described: set[str] = set()
        runs = store.runs(study_id)
        waiting = runs[runs["status"] == Status.QUEUED]
        left = set(zip(waiting["arm"], waiting["seed"], strict=True))
        self._time = TimeLeft(dict.fromkeys(left, self.study.training.epochs))
        threads = workers()
        self._shared: dict[str, Any] = {}
        self._open = [
            SeedGroup(arm, mine, partial(self._begin, arm, seeds, tuple(mine)))
            for batch in self.study.batches
            for seeds in lanes(self.study, batch, threads)
            for arm in self.study.arms
            if (mine := [seed for seed in seeds if (arm.label, seed) in left])
        ]
        self._pool = WorkerPool(self._open, threads)

    def run(self) -> None:
        """Train until everything has ended, or a stop is asked for."""
        self._beat(at_once=True)
        self._time.begin()
        self._pool.start()
        while self._open and not self.stopped:
            event = self._pool.next_event(0 if self._pending else LISTEN_SECONDS)
            match event:
                case None:
                    self._flush()
                case PoolBroken():
                    self._flush()
                    raise event.error
                case _:
                    self._handle(event.group, event.event)
            self._beat()
        self._pool.halt()

    def finish(self) -> None:
        """Wait for the threads; one that is tracing a network ends when it is done."""
        self._pool.halt()
        self._pool.join()
        del self._pool
        self._shared.clear()
        release_memory()

    def _begin(
        self, arm: Arm, seeds: tuple[int, ...], left: tuple[int, ...]
    ) -> Generator[Event, None, None]:
        """Start an arm's training; runs in a thread of the pool, where TensorFlow is loaded."""
        with importing("attnlab.training.engine"):
            from attnlab.training import engine

        data = self._shared.setdefault("data", engine.DataPool())
        programs = self._shared.setdefault("programs", engine.Programs())
        return engine.train(
            arm,
            seeds,
            task=self.study.task_of(arm),
            training=self.study.training_of(arm),
            left=left,
            data=data,
            programs=programs,
        )

    def _handle(
        self, group: SeedGroup, event: Event | GroupBegins | TurnEnded | GroupEnded
    ) -> None:
        if isinstance(event, EpochEnd):
            self._pending.append((group, event))
            return
        self._flush()
        match event:
            case GroupBegins():
                self._activity = partial("Preparing {}".format, group.arm.title)
            case TurnEnded():
                self._pool.requeue(group)
            case GroupEnded():
                self._end(group, event.error)
            case _:
                self._record(group, event)
                self._report(group, event)

    def _end(self, group: SeedGroup, error: Exception | None) -> None:
        if error is not None and is_import_fault(error) and not group.retried:
            # Threads that import at once can get half a module from each other; now it is complete.
            label = group.arm.label
            log.warning("arm %s of study %s is tried again", label, self.study_id, exc_info=error)
            for seed in group.left:
                self._time.run_restarts(label, seed, self.study.training.epochs)
            self._pool.retry(group)
            return
        self._open.remove(group)
        if error is not None:
            self._fail_rest(group, error)

    def _flush(self) -> None:
        """Store the epochs that have ended since the last call, in one transaction."""
        if not self._pending:
            return
        ended, self._pending = self._pending, []
        records = [epoch_record(group.arm.label, event) for group, event in ended]
        self.store.record_epochs(self.study_id, records)
        for group, event in ended:
            self._time.epoch_ended(group.arm.label, event.seed, event.epoch)
            self._report(group, event)

    def _record(self, group: SeedGroup, event: Event) -> None:
        arm = group.arm.label
        match event:
            case RunStart():
                if arm not in self._described:
                    self._described.add(arm)
                    self.store.describe_arm(
                        self.study_id,
                        arm,
                        event.network,
                        event.parameters,
                        event.attention_parameters,
                    )
                self.store.start_run(self.study_id, arm, event.seed)
            case RunEnd():
                key = (self.study_id, arm, event.seed)
                self.store.save_artifacts(*key, artifacts(event))
                self.store.finish_run(*key, event.seconds, event.epoch, event.tested)
                group.left.remove(event.seed)
                self._time.run_ended(arm, event.seed)
            case RunFailed():
                self.store.fail_run(self.study_id, arm, event.seed, event.reason)
                group.left.remove(event.seed)
                self._time.run_ended(arm, event.seed)

    def _fail_rest(self, group: SeedGroup, error: Exception) -> None:
        log.error("arm %s of study %s failed", group.arm.label, self.study_id, exc_info=error)
        for seed in group.left:
            self.store.fail_run(self.study_id, group.arm.label, seed, first_line(error))
            self._time.run_ended(group.arm.label, seed)

    def _report(self, group: SeedGroup, event: Event) -> None:
        if not isinstance(event, Progress) or event.seeds:
            self._activity = partial(self._describe, group, event)
        self._beat()
        if self.listen:
            self.listen(group.arm.label, event)

    def _describe(self, group: SeedGroup, event: Event) -> str:
        text = f"Training {group.arm.title}"
        if len(self.study.seeds) > 1:
            text += f", {self._which_seeds(event)}"
        if isinstance(event, (Progress, EpochEnd)):
            text += f", epoch {event.epoch} of {self.study.training.epochs}"
        left = self._time.seconds()
        return text if left is None else f"{text} · about {duration_text(left)} left"

    def _which_seeds(self, event: Event) -> str:
        seeds = event.seeds if isinstance(event, Progress) else (event.seed,)
        places = [self.study.seeds.index(seed) + 1 for seed in seeds]
        which = f"seed {places[0]}"
        if len(places) > 1:
            which = f"seeds {places[0]} to {places[-1]}"
        return f"{which} of {len(self.study.seeds)}"

    def _beat(self, at_once: bool = False) -> None:
        if self.stop.is_set():
            self.stopped = True
        now = time.monotonic()
        if at_once or self.stopped or now - self._beat_at >= HEARTBEAT_SECONDS:
            self._beat_at = now
            activity = "Paused" if self.paused else self._activity()
            self.stopped = self.store.heartbeat(self.study_id, activity) or self.stopped
            self._pause(self.store.is_paused(self.study_id))

    def _pause(self, paused: bool) -> None:
        if paused != self.paused:
            self.paused = paused
            self._pool.pause(paused)
            self._time.begin()
            self._beat(at_once=True)
