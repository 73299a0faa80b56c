"""What needs TensorFlow and is no training, computed in a worker process."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import suppress
from typing import Any

from attnlab.spec import load
from attnlab.training.runtime import tensorflow_ready
from attnlab.training.threads import THREADS
from attnlab.workers.choosing import are_inline
from attnlab.workers.messages import NUMBERS, Answer, Call, Halt, Happened
from attnlab.workers.process import WorkerProcess
from attnlab.workers.processes import PROCESSES
from attnlab.workers.work import WorkersError

PATIENCE_SECONDS = 2.0


def are_ready() -> bool:
    """Whether somebody has loaded TensorFlow who can train; never waits."""
    return tensorflow_ready() if are_inline() else PROCESSES.is_ready


def call(target: str, *arguments: Any, patience: float | None = None) -> Any:
    """Return what the function at "package.module:name" returns for these arguments.

    It runs in a worker process, which must be able to import it; arguments and value are pickled.
    Waits as long as it takes: seconds, if TensorFlow has to be loaded first. Raises what the
    function raises, and WorkersError if the process dies. One that has loaded TensorFlow and gives
    no answer for `patience` seconds, if that is given, is ended: that raises SilentError.
    """
    if are_inline():
        with THREADS.inside():
            return load(target)(*arguments)
    process, number = PROCESSES.take(), next(NUMBERS)
    try:
        last = None
        for message in _messages(process, Call(number, target, arguments), patience):
            last = message
        assert isinstance(last, Answer)  # it ends with one, or raises
        return last.value
    finally:
        PROCESSES.give_back(process)


class SilentError(WorkersError):
    """Raised when a process gives no value for longer than it may; it is ended."""


def stream(
    target: str,
    *arguments: Any,
    patience: float | None = None,
    in_process: bool = False,
) -> Generator[Any, None, None]:
    """Yield what the generator at "package.module:name" yields for these arguments.

    As `call`, value by value. Closing this ends the generator at its next value; a process that
    does not come to it within `PATIENCE_SECONDS` is ended. So is one that has loaded TensorFlow and
    gives no value for `patience` seconds, if that is given: that raises SilentError. With
    `in_process` it is a process also where training is inline.
    """
    if are_inline() and not in_process:
        yield from _inline(load(target)(*arguments))
        return
    process, number = PROCESSES.take(), next(NUMBERS)
    try:
        question = Call(number, target, arguments, streams=True)
        for message in _messages(process, question, patience):
            if isinstance(message, Happened):
                try:
                    yield message.event
                except GeneratorExit:
                    _halt(process, number)
                    raise
    finally:
        PROCESSES.give_back(process)


def _inline(values: Generator[Any, None, None]) -> Generator[Any, None, None]:
    try:
        while True:
            with THREADS.inside():
                value = next(values)
            yield value
    except StopIteration:
        return
    finally:
        with THREADS.inside():
            values.close()


def _messages(
    process: WorkerProcess, question: Call, patience: float | None = None
) -> Iterator[Answer | Happened]:
    """What a process says to a question, up to its answer. Raises the error of that, WorkersError
    if the process dies, and SilentError if it is ready and says nothing for so long."""
    with suppress(OSError):  # it is gone, which reading tells
        process.send(question)
    since = time.monotonic()
    while True:
        message = process.receive(1.0)
        if process.failure is not None:
            raise WorkersError(process.failure.reason)
        if message is not None or not process.is_ready:
            since = time.monotonic()
        elif patience is not None and time.monotonic() - since > patience:
            process.kill()
            raise SilentError(f"no answer within {patience:g} seconds")
        if not isinstance(message, (Answer, Happened)) or message.number != question.number:
            continue
        if isinstance(message, Answer) and message.error is not None:
            raise message.error
        yield message
        if isinstance(message, Answer):
            return


def _halt(process: WorkerProcess, number: int) -> None:
    """Let a process leave a call that streams, or end it."""
    with suppress(OSError):  # it is gone
        process.send(Halt(number))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (left := deadline - time.monotonic()) > 0 and process.failure is None:
        message = process.receive(left)
        if isinstance(message, Answer) and message.number == number:
            return
    if process.failure is None:
        process.kill()
