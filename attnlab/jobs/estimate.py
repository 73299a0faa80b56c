"""How long a study will take, from a short trial of some of its arms."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from attnlab.imports import importing
from attnlab.jobs.execution import workers
from attnlab.jobs.priority import yield_to_pages
from attnlab.spec import Arm, Judging, Study
from attnlab.spec.tuning import Tuning
from attnlab.training import memory
from attnlab.training.events import EpochEnd, Event, Progress, RunFailed

log = logging.getLogger(__name__)

TRIED_SECONDS = 12.0
"""After so many seconds a trial starts no further arm."""

MOST_TRIED = 6
GAIN = 0.4
"""The share of a further core that training arms at once gains; see `benchmarks.estimate`."""

FIXED = 0.5
"""The share of an epoch of several seeds at once that one seed alone would take, roughly."""

SPREAD = 1.5
"""The estimate's range: the seconds divided by this, to the seconds times this."""


class TrialError(Exception):
    """For an arm that cannot be tried; the message says which and why."""


@dataclass(frozen=True)
class Estimate:
    """Seconds that the study takes, from a trial of `tried` of its `arms` kinds of arm."""

    seconds: float
    tried: int
    arms: int

    @property
    def low(self) -> float:
        """What it takes at least, most likely."""
        return self.seconds / SPREAD

    @property
    def high(self) -> float:
        """What it takes at most, most likely."""
        return self.seconds * SPREAD


@dataclass(frozen=True)
class ArmTiming:
    """The time of an arm: `first` seconds to build, trace and begin, `epoch` seconds for each epoch
    of `seats` seeds at once."""

    first: float
    epoch: float
    seats: int

    def seconds(self, epochs: int, batches: Sequence[Sequence[int]]) -> float:
        """Seconds for all seeds of the arm, one group after another."""
        groups = sum(math.ceil(len(seeds) / self.seats) for seeds in batches)
        return self.first + groups * epochs * self.epoch

    def tuning_seconds(self, epochs: int, tuning: Tuning) -> float:
        """Seconds for the arm at every rate of a tuning, which trains fewer seeds at once."""
        groups = len(tuning.rates) * math.ceil(len(tuning.seeds) / self.seats)
        seats = min(len(tuning.seeds), self.seats) / self.seats
        return self.first + groups * epochs * self.epoch * (FIXED + (1 - FIXED) * seats)


def estimate(study: Study, *, stop: threading.Event) -> Estimate | None:
    """Time two epochs of some arms and estimate the time of the whole study; None if stopped.

    Call it in a thread: it loads TensorFlow. It takes arms of the same module under the same
    conditions to be equally fast, and arms that it does not try to be like the mean of the others.
    Raises TrialError for an arm that fails at once, and TooLargeError for what does not fit into
    memory.
    """
    memory.check(study)
    with importing("attnlab.training.runtime"):
        from attnlab.training.runtime import load_tensorflow, release_memory

    load_tensorflow()
    kinds = _kinds(study)
    timings: dict[str, ArmTiming] = {}
    began = time.monotonic()
    try:
        for kind in _spread(list(kinds)):
            if stop.is_set():
                return None
            if timings and time.monotonic() - began > TRIED_SECONDS:
                break
            timing = _arm_timing(study, kinds[kind][0], stop)
            if timing is None:
                return None
            timings[kind] = timing
    finally:
        release_memory()
    total = sum(_seconds(study, kind, timings) * len(arms) for kind, arms in kinds.items())
    threads = min(workers(), len(study.arms))
    return Estimate(total / (1 + GAIN * (threads - 1)), len(timings), len(kinds))


class Trials:
    """Makes estimates on request, one at a time in a separate thread.

    Any thread may use it; no method waits for a trial.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[str, Estimate | Exception] = {}
        self._running: tuple[str, threading.Event] | None = None

    def begin(self, study: Study) -> None:
        """Start a trial of this plan and stop any other trial; do nothing if the answer is known
        or on its way."""
        with self._lock:
            key = _work_of(study)
            if key in self._answers or (self._running and self._running[0] == key):
                return
            self._halt()
            stop = threading.Event()
            self._running = (key, stop)
        name = "attnlab-trial"
        threading.Thread(target=self._try, args=(study, stop), name=name, daemon=True).start()

    def stop(self) -> None:
        """Stop the trial that is running."""
        with self._lock:
            self._halt()

    def answer(self, study: Study) -> Estimate | Exception | None:
        """The estimate for this plan, or why there is none; None if it is not known yet."""
        with self._lock:
            return self._answers.get(_work_of(study))

    def is_running(self, study: Study) -> bool:
        """Whether a trial of this plan is running."""
        with self._lock:
            return self._running is not None and self._running[0] == _work_of(study)

    def _halt(self) -> None:
        if self._running:
            self._running[1].set()
            self._running = None

    def _try(self, study: Study, stop: threading.Event) -> None:
        yield_to_pages()
        try:
            answer: Estimate | Exception | None = estimate(study, stop=stop)
        except Exception as error:  # a network can raise anything; the page says why
            log.warning("no estimate for study %s: %s", study.hash, error)
            answer = error
        with self._lock:
            if answer is not None and not stop.is_set():
                self._answers[_work_of(study)] = answer
            if self._running and self._running[1] is stop:
                self._running = None


def _work_of(study: Study) -> str:
    """A name for what a study trains, the same whatever it is judged by."""
    return study.model_copy(update={"judging": Judging(), "prediction": None}).hash


def _kinds(study: Study) -> dict[str, list[Arm]]:
    """The arms by what they train: the module with its parameters, and what they change."""
    kinds: dict[str, list[Arm]] = {}
    for arm in study.arms:
        kinds.setdefault(arm.short, []).append(arm)
    return kinds


def _module_of(kind: str) -> str:
    """The module that a kind of arm has, and its task where that is another one: "dense" of
    "dense:depth=1@classes=50"."""
    arm = Arm.model_validate(kind)
    return f"{arm.module.name} {arm.task}".rstrip()


def _spread(kinds: list[str]) -> list[str]:
    """The kinds to try, at most `MOST_TRIED`, from all over the plan: different modules first."""
    by_module: dict[str, list[str]] = {}
    for kind in kinds:
        by_module.setdefault(_module_of(kind), []).append(kind)
    first = [each[0] for each in by_module.values()]
    rest = [kind for each in by_module.values() for kind in reversed(each[1:])]
    return [*first, *rest][:MOST_TRIED]


def _seconds(study: Study, kind: str, timings: dict[str, ArmTiming]) -> float:
    epochs, batches = study.training.epochs, study.batches
    tuning = study.tuning if study.awaits_tuning else None
    alike = [timing for each, timing in timings.items() if _module_of(each) == _module_of(kind)]
    tried = [timings[kind]] if kind in timings else alike or list(timings.values())
    return fmean(
        timing.seconds(epochs, batches) + (timing.tuning_seconds(epochs, tuning) if tuning else 0.0)
        for timing in tried
    )


def _arm_timing(study: Study, arm: Arm, stop: threading.Event) -> ArmTiming | None:
    """Train two epochs of an arm's first group of seeds; None if stopped."""
    with importing("attnlab.training.engine"):
        from attnlab.training import engine

    events = engine.train(
        arm,
        study.batches[0],
        task=study.task_of(arm),
        training=study.training_of(arm),
    )
    try:
        return _timed(events, arm, study.training.epochs, stop)
    finally:
        events.close()


def _timed(
    events: Iterator[Event], arm: Arm, epochs: int, stop: threading.Event
) -> ArmTiming | None:
    began = ended = time.monotonic()
    seats: set[int] = set()
    for event in events:
        if stop.is_set():
            return None
        match event:
            case RunFailed():
                raise TrialError(f"{arm.title} fails at once: {event.reason}")
            case EpochEnd(epoch=1):
                seats.add(event.seed)
            case Progress(epoch=1, share=1.0):
                ended = time.monotonic()
                if epochs == 1:
                    return ArmTiming(ended - began, 0.0, len(seats))
            case Progress(epoch=2, share=1.0):
                return ArmTiming(ended - began, time.monotonic() - ended, len(seats))
    raise TrialError(f"{arm.title} gave no second epoch")
