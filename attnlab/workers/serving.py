"""The inside of a worker process: it trains what it is sent, until its other end is gone.

One thread listens, so that a pause, a halt or the end of the other process is noticed whatever the
main thread is doing; that one trains.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import pickle
import queue
import signal
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab.imports import importing
from attnlab.spec import load
from attnlab.training.events import Event
from attnlab.training.runtime import gpus_seen, load_tensorflow, release_memory
from attnlab.training.shared_arrays import SharedArrays
from attnlab.workers.messages import (
    AT_ONCE,
    Answer,
    Call,
    FromWorker,
    Halt,
    Happened,
    Hello,
    Logged,
    Over,
    Pause,
    Ready,
    StandsStill,
    Train,
    Unable,
)
from attnlab.workers.work import Failure

if TYPE_CHECKING:
    from attnlab.training.engine import DataPool, Programs

NICENESS = 10
"""Training leaves the processor to pages and other programs that want it."""


def serve(descriptor: int) -> None:
    """Do what the socket of this number asks for; returns only where TensorFlow cannot be loaded.

    The process ends with the other end of the socket, however that ends.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one
    faulthandler.enable()
    with suppress(OSError, AttributeError):  # where there are no priorities
        lowest = max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0))
        os.setpriority(os.PRIO_PROCESS, 0, lowest)
    worker = _Worker(Connection(descriptor))
    worker.begin()
    worker.work()


class _Worker:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sending = threading.Lock()
        self._inbox: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._changed = threading.Condition()
        self._paused = False
        self._halted: set[int] = set()
        self._folder = ""
        self._shared: tuple[DataPool, Programs] | None = None

    def begin(self) -> None:
        """Hear where modules are, and listen from now on."""
        hello = pickle.loads(self._connection.recv_bytes()[1:])
        assert isinstance(hello, Hello)
        sys.path[:] = [*hello.path, *(each for each in sys.path if each not in hello.path)]
        root = logging.getLogger()
        root.addHandler(_Forward(self._send))
        root.setLevel(hello.log_level)
        threading.Thread(target=self._listen, name="attnlab-listen", daemon=True).start()

    def work(self) -> None:
        """Load TensorFlow, then train and answer in the order of the messages."""
        try:
            load_tensorflow()
        except BaseException as error:
            self._send(Unable(Failure.of(error)))
            return
        self._send(Ready(gpus_seen()))
        while True:
            match pickle.loads(self._inbox.get()):
                case Train() as message:
                    self._send(Over(message.number, self._train(message)))
                case Call(streams=True) as message:
                    self._send(self._streamed(message))
                case Call() as message:
                    self._send(_answer(message))

    def _listen(self) -> None:
        while True:
            try:
                received = self._connection.recv_bytes()
            except (EOFError, OSError):
                _vanish()
            tag, content = received[:1], received[1:]
            if tag == AT_ONCE:
                self._obey(pickle.loads(content))
            else:
                self._inbox.put(content)

    def _obey(self, message: Pause | Halt) -> None:
        with self._changed:
            match message:
                case Pause(paused):
                    self._paused = paused
                case Halt(number):
                    self._halted.add(number)
            self._changed.notify_all()

    def _train(self, message: Train) -> Failure | None:
        events: Generator[Event, None, None] | None = None
        try:
            events = message.work.events(*self._pools(message.folder))
            for event in events:
                self._send(Happened(message.number, event))
                if not self._may_go_on(message.number):
                    break
        except Exception as error:  # a network can raise anything; the reader names the arm
            return Failure.of(error)
        finally:
            if events is not None:
                events.close()
        return None

    def _streamed(self, message: Call) -> Answer:
        """Send the values of a call as they come; an answer without a value ends it."""
        values: Generator[Any, None, None] | None = None
        try:
            values = load(message.target)(*message.arguments)
            assert values is not None
            for value in values:
                self._send(Happened(message.number, value))
                if message.number in self._halted:
                    break
        except Exception as error:  # the caller gets whatever it is
            return Answer(message.number, error=_picklable(error))
        finally:
            if values is not None:
                values.close()
        return Answer(message.number)

    def _may_go_on(self, number: int) -> bool:
        """Stand still while paused; False once the work is halted."""
        if self._paused and number not in self._halted:
            self._send(StandsStill())
        with self._changed:
            self._changed.wait_for(lambda: not self._paused or number in self._halted)
            return number not in self._halted

    def _pools(self, folder: str) -> tuple[DataPool, Programs]:
        """What the works of one folder share; that of the folder before is freed."""
        with importing("attnlab.training.engine"):
            from attnlab.training import engine

        if self._shared is None or folder != self._folder:
            self._shared = None
            engine.PROGRAMS.trim()
            release_memory()
            data = engine.DataPool(shared=SharedArrays(Path(folder)))
            self._folder, self._shared = folder, (data, engine.PROGRAMS)
        return self._shared

    def _send(self, message: FromWorker) -> None:
        try:
            with self._sending:
                self._connection.send(message)
        except OSError:
            _vanish()


def _vanish() -> None:
    """End this process from any of its threads, whatever the others do: nobody is left to hear of
    anything, and nothing that it holds is worth keeping."""
    os.kill(os.getpid(), signal.SIGKILL)


def _answer(message: Call) -> Answer:
    try:
        answer = Answer(message.number, load(message.target)(*message.arguments))
        pickle.dumps(answer)
    except Exception as error:  # the caller gets whatever it is
        return Answer(message.number, error=_picklable(error))
    return answer


def _picklable(error: Exception) -> Exception:
    """The error, if it can be sent and is of a kind that the other process knows already; to
    unpickle one of TensorFlow's would import all of it there."""
    try:
        pickle.loads(pickle.dumps(error))
        known = type(error).__module__.partition(".")[0] in ("builtins", "attnlab")
    except Exception:  # what cannot be sent is told
        known = False
    return error if known else RuntimeError(f"{type(error).__name__}: {error}")


class _Forward(logging.Handler):
    """Sends what is logged to the process that started this one."""

    def __init__(self, send: Callable[[Logged], None]) -> None:
        super().__init__()
        self._forward = send

    def emit(self, record: logging.LogRecord) -> None:
        record.msg, record.args = record.getMessage(), None
        if record.exc_info:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
            record.exc_info = None
        self._forward(Logged(record))
