"""Training what is left of a study: engine events into the store, until it ends or is stopped."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial

from attnlab.jobs.parts import parts
from attnlab.jobs.records import artifacts, epoch_record
from attnlab.jobs.run_store import RunStore
from attnlab.jobs.timing import TimeLeft, duration_text
from attnlab.spec import Study, titles_of
from attnlab.store import Status
from attnlab.training import memory
from attnlab.training.events import (
    EpochEnd,
    Event,
    Grouped,
    Preparing,
    Progress,
    RunEnd,
    RunEvent,
    RunFailed,
    RunStart,
)
from attnlab.workers import Begun, Ended, Failure, SeedGroup, WhoTrains, workers_for
from attnlab.workers.program import program

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 0.25
LISTEN_SECONDS = 0.05
WATCHED_SECONDS = 1.5
"""After so long within an epoch it is said how much of it is done."""

RETRIES = 2
"""So often a group is begun again whose worker died; one that met half a module once."""

MACHINE_RETRIES = 20
"""So often where the whole machine was gone, as nodes of a cluster come and go."""

Listener = Callable[[str, Preparing | RunEvent], None]


class Execution:
    """One go at a study: what is left of it when it begins."""

    def __init__(
        self,
        store: RunStore,
        study_id: str,
        stop: threading.Event,
        listen: Listener | None,
        workers: WhoTrains = None,
    ) -> None:
        self.store, self.study_id, self.stop, self.listen = store, study_id, stop, listen
        self.study: Study = store.study(study_id).study
        self._titles = titles_of(self.study)
        memory.check(self.study)
        self.stopped = self.paused = False
        self._beat_at = 0.0
        self._activity: Callable[[], str] = lambda: "Loading TensorFlow"
        self._pending: list[tuple[SeedGroup, EpochEnd]] = []
        self._described: set[str] = set()
        self._epochs_begun: dict[int, tuple[int, float]] = {}
        runs = store.runs(study_id)
        waiting = runs[runs["status"] == Status.QUEUED]
        left = set(zip(waiting["arm"], waiting["seed"], strict=True))
        self._time = TimeLeft(dict.fromkeys(left, self.study.training.epochs))
        every = [seeds for batch in self.study.batches for seeds in parts(self.study, batch)]
        self._open = [
            SeedGroup(self.study, arm, seeds, mine, (part, 0, number))
            for part, seeds in enumerate(every)
            for number, arm in enumerate(self.study.arms)
            if (mine := [seed for seed in seeds if (arm.label, seed) in left])
        ]
        self._workers = workers_for(self.study, workers)
        self._program = program(workers)
        for group in self._open:
            self._workers.add(group)

    def run(self) -> None:
        """Train until everything has ended, or a stop is asked for."""
        self._beat(at_once=True)
        self._time.begin()
        while self._open and not self.stopped:
            found = self._workers.next_event(0 if self._pending else LISTEN_SECONDS)
            if found is None:
                self._flush()
            else:
                self._handle(*found)
            self._beat()

    def finish(self) -> None:
        """End what still trains, and free what the workers took."""
        self._workers.close()

    def _handle(self, group: SeedGroup, event: Event | Begun | Ended) -> None:
        if isinstance(event, EpochEnd):
            self._pending.append((group, event))
            return
        self._flush()
        match event:
            case Begun():
                self._activity = partial("Preparing {}".format, self._titles[group.arm.label])
            case Preparing():
                self._activity = partial(str, event.text)
                if self.listen:
                    self.listen(group.arm.label, event)
            case Grouped():
                self._divide(group, event)
            case Ended():
                self._end(group, event.failure)
            case _:
                self._record(group, event)
                self._report(group, event)

    def _divide(self, group: SeedGroup, grouped: Grouped) -> None:
        """Let the groups that are left train wherever there is room."""
        others = group.divided(grouped)
        self._open += others
        for other in others:
            self._workers.add(other)

    def _end(self, group: SeedGroup, failure: Failure | None) -> None:
        if failure is not None and group.retries < _retries(failure):
            label = group.arm.label
            log.warning(
                "arm %s of study %s is tried again: %s\n%s",
                label,
                self.study_id,
                failure.reason,
                failure.details,
            )
            group.retries += 1
            for seed in group.left:
                self._time.run_restarts(label, seed, self.study.training.epochs)
            self._workers.add(group)
            return
        if failure is None and group.left and not group.has_moved:
            group.has_moved = True
            self._workers.add(group)
            return
        self._open.remove(group)
        if failure is not None:
            self._fail_rest(group, failure)

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

    def _record(self, group: SeedGroup, event: RunEvent) -> None:
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
                by = None if group.is_large else self._program  # threads change the last bits
                found = (event.tested, event.at_end, event.confusion)
                self.store.finish_run(*key, event.seconds, event.epoch, *found, by)
                group.left.remove(event.seed)
                self._time.run_ended(arm, event.seed)
            case RunFailed():
                self.store.fail_run(self.study_id, arm, event.seed, event.reason)
                group.left.remove(event.seed)
                self._time.run_ended(arm, event.seed)

    def _fail_rest(self, group: SeedGroup, failure: Failure) -> None:
        log.error("arm %s of study %s failed\n%s", group.arm.label, self.study_id, failure.details)
        for seed in group.left:
            self.store.fail_run(self.study_id, group.arm.label, seed, failure.reason)
            self._time.run_ended(group.arm.label, seed)

    def _report(self, group: SeedGroup, event: RunEvent) -> None:
        if isinstance(event, Progress):
            self._note_begin(group, event)
        if not isinstance(event, Progress) or event.seeds:
            self._activity = partial(self._describe, group, event)
        self._beat()
        if self.listen:
            self.listen(group.arm.label, event)

    def _describe(self, group: SeedGroup, event: RunEvent) -> str:
        begins = isinstance(event, RunStart)  # what follows is traced first, which takes a while
        text = f"{'Preparing' if begins else 'Training'} {self._titles[group.arm.label]}"
        if len(self.study.seeds) > 1:
            text += f", {self._which_seeds(event)}"
        if isinstance(event, (Progress, EpochEnd)):
            text += f", epoch {event.epoch} of {self.study.training.epochs}"
        if isinstance(event, Progress):
            text += self._within(group, event)
        left = self._time.seconds()
        return text if left is None else f"{text} · about {duration_text(left)} left"

    def _note_begin(self, group: SeedGroup, event: Progress) -> None:
        """Note when a group was first heard of within an epoch."""
        if self._epochs_begun.get(id(group), (0,))[0] != event.epoch:
            self._epochs_begun[id(group)] = event.epoch, time.monotonic()

    def _within(self, group: SeedGroup, event: Progress) -> str:
        """How much of an epoch is done, in tenths, of one that takes long enough to be watched."""
        _, began = self._epochs_begun[id(group)]
        if event.share == 1 or time.monotonic() - began < WATCHED_SECONDS:
            return ""
        return f", {10 * int(10 * event.share)} % of it"

    def _which_seeds(self, event: RunEvent) -> str:
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
            self._workers.pause(paused)
            self._time.begin()
            self._beat(at_once=True)


def _retries(failure: Failure) -> int:
    if failure.machine_died:
        return MACHINE_RETRIES
    if failure.worker_died:
        return RETRIES
    # Threads that import at once can get half a module from each other; now it is complete.
    return 1 if failure.is_import_fault else 0
