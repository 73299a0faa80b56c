"""What needs TensorFlow and is no training, computed in a worker process."""

from __future__ import annotations

import itertools
from contextlib import suppress
from typing import Any

from attnlab.spec import load
from attnlab.training.runtime import tensorflow_ready
from attnlab.workers.choosing import are_inline
from attnlab.workers.messages import Answer, Call
from attnlab.workers.process import WorkerProcess
from attnlab.workers.processes import PROCESSES
from attnlab.workers.work import WorkersError

_numbers = itertools.count(1)


def are_ready() -> bool:
    """Whether somebody has loaded TensorFlow who can train; never waits."""
    return tensorflow_ready() if are_inline() else PROCESSES.is_ready


def call(target: str, *arguments: Any) -> Any:
    """Return what the function at "package.module:name" returns for these arguments.

    It runs in a worker process, which must be able to import it; arguments and value are pickled.
    Waits as long as it takes: seconds, if TensorFlow has to be loaded first. Raises what the
    function raises, and WorkersError if the process dies.
    """
    if are_inline():
        return load(target)(*arguments)
    process, number = PROCESSES.take(), next(_numbers)
    try:
        return _asked(process, number, Call(number, target, arguments))
    finally:
        PROCESSES.give_back(process)


def _asked(process: WorkerProcess, number: int, question: Call) -> Any:
    with suppress(OSError):  # it is gone, which reading tells
        process.send(question)
    while True:
        message = process.receive(1.0)
        if process.failure is not None:
            raise WorkersError(process.failure.reason)
        if isinstance(message, Answer) and message.number == number:
            if message.error is not None:
                raise message.error
            return message.value
