"""One worker process, seen from the process that started it."""

from __future__ import annotations

import logging
import os
import pickle
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection
from pathlib import Path

from attnlab.workers.devices import VARIABLE
from attnlab.workers.messages import (
    AT_ONCE,
    IN_TURN,
    FromWorker,
    Halt,
    Hello,
    Logged,
    Pause,
    Ready,
    ToWorker,
    Unable,
)
from attnlab.workers.work import Failure

log = logging.getLogger(__name__)

BUFFER_BYTES = 4 * 2**20
"""So much may wait to be read before a worker waits for its reader: a few trained networks."""

_DEATHS = {
    signal.SIGKILL: "was killed, perhaps because memory ran out",
    signal.SIGSEGV: "crashed (segmentation fault)",
    signal.SIGABRT: "was aborted by a library that it uses",
    signal.SIGTERM: "was ended by another program",
}


class WorkerProcess:
    """A Python process that trains: it is sent messages, and what it sends is read with `receive`.

    Each of its operations gets so many `threads`; of all GPUs it sees `device` alone, if that is
    named. Use it from one thread at a time. It ends when this process does, however that ends: its
    socket closes, and one of its threads always listens.
    """

    def __init__(self, threads: int = 1, device: str | None = None) -> None:
        self.threads, self.device = threads, device
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)
        self._files = ExitStack()
        self._output = self._files.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  (closed by `_close`)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "attnlab.workers", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=_environment(threads, device),
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=self._output,
                process_group=0,
            )
        self.connection = self._files.enter_context(Connection(ours.detach()))
        self.is_ready = False
        self.gpus = 0
        self.failure: Failure | None = None
        self._unable: Failure | None = None
        with suppress(OSError):  # it died at once, which reading tells
            self.send(Hello(tuple(sys.path), logging.getLogger().getEffectiveLevel()))

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it is still there."""
        return self.failure is None and self._process.poll() is None

    def send(self, message: ToWorker) -> None:
        """Send a message. Raises OSError if the process is gone."""
        tag = AT_ONCE if isinstance(message, (Pause, Halt)) else IN_TURN
        self.connection.send_bytes(tag + pickle.dumps(message))

    def receive(self, seconds: float = 0.0) -> FromWorker | None:
        """The next message, or None if there is none for so many seconds.

        A process that has died sends nothing more, and `failure` says why it did.
        """
        deadline = time.monotonic() + seconds
        while self.failure is None:
            try:
                if not self.connection.poll(max(0.0, deadline - time.monotonic())):
                    return None
                message: FromWorker = self.connection.recv()
            except (EOFError, OSError):
                self._died()
                return None
            match message:
                case Logged(record):
                    logging.getLogger(record.name).handle(record)
                case Unable(failure):
                    self._unable = failure
                case Ready(gpus):
                    self.is_ready, self.gpus = True, gpus
                    return message
                case _:
                    return message
        return None

    def kill(self) -> None:
        """End it at once, and wait until it is gone."""
        self._process.kill()
        self._close()

    def end(self) -> None:
        """Let it end by itself, which takes it a moment."""
        self._close(wait=False)

    def _died(self) -> None:
        """Note why; the process has closed its end, so it is over or about to be."""
        try:
            code = self._process.wait(5)
        except subprocess.TimeoutExpired:  # it closed its socket and lives
            self._process.kill()
            code = self._process.wait()
        said = self._last_words()
        reason = f"the process that trained it {_death(code)}"
        self.failure = self._unable or Failure(reason, said, worker_died=True)
        if self._unable is None:
            log.warning("worker process %d %s\n%s", self.pid, _death(code), said)
        self._close()

    def _last_words(self) -> str:
        self._output.seek(0, os.SEEK_END)
        self._output.seek(max(0, self._output.tell() - 4000))
        return self._output.read().decode("utf-8", "replace")

    def _close(self, wait: bool = True) -> None:
        self.failure = self.failure or Failure("the worker process has been ended", "")
        self._files.close()
        if wait:
            self._process.wait()


def _death(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    with suppress(ValueError):
        return _DEATHS.get(signal.Signals(-code), f"was ended by signal {-code}")
    return f"was ended by signal {-code}"


def _environment(threads: int, device: str | None) -> dict[str, str]:
    """Where attnlab lies goes before all else that Python looks through."""
    root = str(Path(__file__).parents[2])
    further = os.environ.get("PYTHONPATH", "")
    path = {"PYTHONPATH": os.pathsep.join(filter(None, [root, further]))}
    # One in an operation is what `load_tensorflow` takes where nothing is said.
    several = {"TF_NUM_INTRAOP_THREADS": str(threads)} if threads > 1 else {}
    # Operations that do not wait for each other would run on the cores of other workers.
    at_once = {"TF_NUM_INTEROP_THREADS": str(threads)}
    seen = {} if device is None else {VARIABLE: device}
    return {**at_once, **os.environ, **path, **several, **seen}
