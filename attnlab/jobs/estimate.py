"""How long a study will take, from a short trial of some of its arms."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from attnlab.jobs.execution import LISTEN_SECONDS
from attnlab.jobs.parts import parts
from attnlab.spec import Arm, Judging, Study
from attnlab.spec.tuning import Tuning
from attnlab.training import memory
from attnlab.training.events import EpochEnd, Event, Preparing, Progress, RunFailed
from attnlab.workers import Begun, Ended, SeedGroup, Workers, workers_for
from attnlab.workers.choosing import number

log = logging.getLogger(__name__)

TRIED_SECONDS = 12.0
"""After so many seconds a trial starts no further arm."""

MOST_TRIED = 6
GAIN = 0.8
"""The share of a further core that a further worker gains; see `benchmarks.estimate`."""

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

    It takes a worker for a while. It takes arms of the same module under the same
    conditions to be equally fast, and arms that it does not try to be like the mean of the others.
    Raises TrialError for an arm that fails at once, and TooLargeError for what does not fit into
    memory.
    """
    memory.check(study)
    kinds = _kinds(study)
    timings: dict[str, ArmTiming] = {}
    began = time.monotonic()
    workers = workers_for(study, 1)
    try:
        for kind in _spread(list(kinds)):
            if stop.is_set():
                return None
            if timings and time.monotonic() - began > TRIED_SECONDS:
                break
            timing = _arm_timing(study, kinds[kind][0], workers, stop)
            if timing is None:
                return None
            timings[kind] = timing
    finally:
        workers.close()
    total = sum(_seconds(study, kind, timings) * len(arms) for kind, arms in kinds.items())
    seats = max(timing.seats for timing in timings.values())
    at_once = min(number(study), len(study.arms) * math.ceil(len(study.seeds) / seats))
    return Estimate(total / (1 + GAIN * (at_once - 1)), len(timings), len(kinds))


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


def _arm_timing(
    study: Study, arm: Arm, workers: Workers, stop: threading.Event
) -> ArmTiming | None:
    """Train two epochs of an arm's first group of seeds; None if stopped."""
    seeds = parts(study, study.batches[0])[0]
    workers.add(SeedGroup(study, arm, seeds, list(seeds)))
    try:
        return _timed(_events(workers, arm), arm, study.training.epochs, stop)
    finally:
        workers.halt()


def _events(workers: Workers, arm: Arm) -> Iterator[Event | Begun | None]:
    """The events of the one group that trains, and None now and then."""
    while True:
        found = workers.next_event(LISTEN_SECONDS)
        if found is None:
            yield None
        elif isinstance(found.event, Ended):
            if found.event.failure is None:
                return
            raise TrialError(f"{arm.title} fails at once: {found.event.failure.reason}")
        else:
            yield found.event


def _timed(
    events: Iterator[Event | Begun | None], arm: Arm, epochs: int, stop: threading.Event
) -> ArmTiming | None:
    began = ended = time.monotonic()
    seats: set[int] = set()
    for event in events:
        if stop.is_set():
            return None
        match event:
            case Begun() | Preparing():  # images are decoded once, not for every arm
                began = ended = time.monotonic()
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
