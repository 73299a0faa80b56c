"""What a process and its workers say to each other, each as one pickled message over a socket.

To a worker a byte goes before the message, so that the thread which listens there need not unpickle
what is meant for another: unpickling imports, while that other one imports TensorFlow.
"""

from __future__ import annotations

import itertools
import logging
from dataclasses import dataclass
from typing import Any

from attnlab.workers.work import Failure, Work

AT_ONCE = b"!"
"""Before a pause and a halt, which act whatever the worker is doing."""

IN_TURN = b"."
"""Before all else."""

NUMBERS = itertools.count(1)
"""Of works and calls together: a worker that is told to halt a call that has just ended must not
take that for the work which it gets next."""

# --- to a worker ---


@dataclass(frozen=True)
class Hello:
    """The first message: where Python looks for modules, and the lowest level that is logged."""

    path: tuple[str, ...]
    log_level: int


@dataclass(frozen=True)
class Train:
    """Train this work; what has the same `folder` shares arrays and traces."""

    number: int
    work: Work
    folder: str


@dataclass(frozen=True)
class Call:
    """Call the function at "package.module:name" with these arguments.

    With `streams` it gives several values one after the other, each of which is `Happened`.
    """

    number: int
    target: str
    arguments: tuple[Any, ...]
    streams: bool = False


@dataclass(frozen=True)
class Pause:
    """Stand still between two events, or go on."""

    paused: bool


@dataclass(frozen=True)
class Halt:
    """End the work of this number at its next event, or the call at its next value."""

    number: int


# --- from a worker ---


@dataclass(frozen=True)
class Ready:
    """TensorFlow is loaded, and sees so many GPUs."""

    gpus: int = 0


@dataclass(frozen=True)
class Unable:
    """The worker cannot train at all, and ends."""

    failure: Failure


@dataclass(frozen=True)
class Happened:
    """An event of the engine, or a value of a call that streams."""

    number: int
    event: Any


@dataclass(frozen=True)
class Over:
    """The work has ended, by itself, by `Halt` or with a failure."""

    number: int
    failure: Failure | None = None


@dataclass(frozen=True)
class Answer:
    """What a call returned, or what it raised."""

    number: int
    value: Any = None
    error: Exception | None = None


@dataclass(frozen=True)
class StandsStill:
    """It is paused, and trains nothing."""


@dataclass(frozen=True)
class Logged:
    """A log record, its message made already."""

    record: logging.LogRecord


ToWorker = Hello | Train | Call | Pause | Halt
FromWorker = Ready | Unable | Happened | Over | Answer | StandsStill | Logged
