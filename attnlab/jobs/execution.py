"""Carrying out one study: engine events into the store, until it ends or is stopped."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from attnlab.jobs.timing import TimeLeft, in_words
from attnlab.spec import Arm, Study, TaskSpec
from attnlab.store import EpochRecord, Owner, Status, Store, StoreError, TraceRecord
from attnlab.tasks import TaskData, make
from attnlab.training.events import EpochEnd, Event, Progress, RunEnd, RunFailed, RunStart, Trace
from attnlab.training.runtime import load_tensorflow

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 0.5
Listener = Callable[[str, Event], None]


def execute(
    store: Store,
    study_id: str,
    *,
    stop: threading.Event,
    listen: Listener | None = None,
) -> bool:
    """Train what is left of a study in this thread; return False if another process has it.

    The arms advance epoch by epoch in turn, so that their curves grow side by side. Setting `stop`
    (or asking the store to stop the study, from any process) ends it at the next event; finished
    runs are kept. `listen` hears every event with its arm's label. Raises StoreError when results
    cannot be kept any more.
    """
    if not store.claim(study_id, Owner.current()):
        return False
    try:
        execution = _Execution(store, study_id, stop, listen)
        execution.run()
    except BaseException:
        _release_after_fault(store, study_id)
        raise
    store.release(study_id, Status.STOPPED if execution.stopped else None)
    return True


def _release_after_fault(store: Store, study_id: str) -> None:
    """Leave the study interrupted; what broke the training may keep even that from being said."""
    try:
        store.release(study_id, Status.INTERRUPTED)
    except StoreError:
        log.exception("study %s could not be marked as interrupted", study_id)


@dataclass
class _Stream:
    """An arm's events, and which of its seeds have not ended yet."""

    arm: Arm
    left: list[int]
    events: Iterator[Event]


class SharedData:
    """The arrays of the latest tasks and seeds, drawn once and shared by the arms of each."""

    def __init__(self, keep: int = 2) -> None:
        self._keep = keep
        self._arrays: OrderedDict[tuple[TaskSpec, int], TaskData] = OrderedDict()

    def __call__(self, task: TaskSpec, seed: int) -> TaskData:
        """Return the task's data at this seed; only the `keep` latest are held."""
        key = task, seed
        if key not in self._arrays:
            self._arrays[key] = make(task, seed)
        self._arrays.move_to_end(key)
        while len(self._arrays) > self._keep:
            self._arrays.popitem(last=False)
        return self._arrays[key]


class _Execution:
    def __init__(
        self, store: Store, study_id: str, stop: threading.Event, listen: Listener | None
    ) -> None:
        self.store, self.study_id, self.stop, self.listen = store, study_id, stop, listen
        self.study: Study = store.study(study_id).study
        self.stopped = False
        self._beat_at = 0.0
        runs = store.runs(study_id)
        waiting = runs[runs["status"] == Status.QUEUED]
        self._seeds = {
            arm.label: [seed for seed in self.study.seeds if seed in set(group["seed"])]
            for arm in self.study.arms
            if len(group := waiting[waiting["arm"] == arm.label])
        }
        epochs = self.study.training.epochs
        self._time = TimeLeft({arm: epochs * len(seeds) for arm, seeds in self._seeds.items()})

    def run(self) -> None:
        self._beat("Loading TensorFlow", at_once=True)
        load_tensorflow()
        from attnlab.training.engine import train

        self._time.begin()
        data = SharedData()
        streams = [
            _Stream(
                arm,
                list(seeds := self._seeds[arm.label]),
                train(
                    arm,
                    seeds,
                    task=self.study.task_of(arm),
                    training=self.study.training_of(arm),
                    data=data,
                ),
            )
            for arm in self.study.arms
            if arm.label in self._seeds
        ]
        try:
            while streams and not self.stopped:
                streams = [stream for stream in streams if self._turn(stream)]
        finally:
            for stream in streams:
                stream.events.close()

    def _turn(self, stream: _Stream) -> bool:
        """Let one arm train to the end of its epoch; False when it has nothing left."""
        self._beat(f"Preparing {stream.arm.title}")
        while not self.stopped:
            try:
                event = next(stream.events, None)
            except Exception as error:  # whatever a network or a data set can do; the arm is named
                log.exception("arm %s of study %s failed", stream.arm.label, self.study_id)
                self._fail_rest(stream, error)
                return False
            if event is None:
                return False
            self._record(stream, event)
            if self.listen:
                self.listen(stream.arm.label, event)
            if isinstance(event, EpochEnd):
                break
        return True

    def _record(self, stream: _Stream, event: Event) -> None:
        arm = stream.arm.label
        key = (self.study_id, arm, event.seed)
        match event:
            case RunStart():
                self.store.describe_arm(
                    self.study_id,
                    arm,
                    event.network,
                    event.parameters,
                    event.attention_parameters,
                )
                self.store.start_run(*key)
            case EpochEnd():
                self.store.record_epochs(self.study_id, [_record_of(arm, event)])
                self._time.epoch_ended(arm)
            case RunEnd():
                self.store.save_artifacts(*key, _artifacts_of(event))
                self.store.finish_run(*key, event.seconds)
                stream.left.remove(event.seed)
            case RunFailed():
                self.store.fail_run(*key, event.reason)
                stream.left.remove(event.seed)
                self._time.dropped(arm, self.study.training.epochs - event.epoch + 1)
        self._beat(self._words(stream, event))

    def _fail_rest(self, stream: _Stream, error: Exception) -> None:
        lines = str(error).strip().splitlines()
        reason = f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
        for seed in stream.left:
            self.store.fail_run(self.study_id, stream.arm.label, seed, reason)
        self._time.abandoned(stream.arm.label)

    def _words(self, stream: _Stream, event: Event) -> str:
        text = f"Training {stream.arm.title}"
        if len(self.study.seeds) > 1:
            position = self.study.seeds.index(event.seed) + 1
            text += f", seed {position} of {len(self.study.seeds)}"
        if isinstance(event, (Progress, EpochEnd)):
            text += f", epoch {event.epoch} of {self.study.training.epochs}"
        left = self._time.seconds()
        return text if left is None else f"{text} · about {in_words(left)} left"

    def _beat(self, activity: str, at_once: bool = False) -> None:
        if self.stop.is_set():
            self.stopped = True
        now = time.monotonic()
        if at_once or self.stopped or now - self._beat_at >= HEARTBEAT_SECONDS:
            self._beat_at = now
            self.stopped = self.store.heartbeat(self.study_id, activity) or self.stopped


def _record_of(arm: str, event: EpochEnd) -> EpochRecord:
    return EpochRecord(
        arm=arm,
        seed=event.seed,
        epoch=event.epoch,
        loss=event.loss,
        accuracy=event.accuracy,
        val_loss=event.val_loss,
        val_accuracy=event.val_accuracy,
        seconds=event.seconds,
        traces=[TraceRecord(trace.axis, trace.kind, trace.weights) for trace in event.traces],
    )


def _artifacts_of(event: RunEnd) -> dict[str, Callable[[Path], None]]:
    files = {
        "weights.keras": partial(_write_bytes, content=event.model),
        "predictions.npz": partial(
            _write_arrays, arrays={"probabilities": event.predictions, "labels": event.labels}
        ),
    }
    if event.traces:
        files["traces.npz"] = partial(_write_arrays, arrays=_by_axis(event.traces))
    return files


def _by_axis(traces: tuple[Trace, ...]) -> dict[str, np.ndarray]:
    # A slash would become a folder inside the .npz file.
    return {trace.axis.replace("/", "."): trace.weights for trace in traces}


def _write_bytes(path: Path, *, content: bytes) -> None:
    path.write_bytes(content)


def _write_arrays(path: Path, *, arrays: dict[str, np.ndarray]) -> None:
    np.savez_compressed(path, **arrays)
