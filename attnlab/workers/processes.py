"""The worker processes of this process: one is kept ready, others come and go with the work."""

from __future__ import annotations

import atexit
import threading

from attnlab.workers.devices import devices, least_used
from attnlab.workers.process import WorkerProcess

IDLE_SECONDS = 60.0
"""So long processes that nobody uses are kept; one is always kept."""


class Processes:
    """Lends worker processes. May be used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[WorkerProcess] = []
        self._lent: set[WorkerProcess] = set()
        self._timer: threading.Timer | None = None
        # One that is lent ends by itself when its socket closes: whoever uses it would take a
        # process that is killed for one that died, and start another.
        atexit.register(self._end_idle, 0)

    def warm(self) -> None:
        """Start a process if there is none, so that it is ready when it is wanted."""
        with self._lock:
            if not self._idle and not self._lent:
                self._idle.append(self._new())

    @property
    def is_ready(self) -> bool:
        """Whether a process has loaded TensorFlow; never waits."""
        with self._lock:
            for each in self._idle:
                each.receive()  # all that an idle process can have to say
            return any(each.is_ready for each in (*self._idle, *self._lent))

    def take(self, threads: int = 1) -> WorkerProcess:
        """A process for the caller alone, until it is given back: an idle one, or a new one.

        Each of its operations has so many threads.
        """
        process = self.take_idle(threads)
        if process is None:
            with self._lock:
                process = self._new(threads)
                self._lent.add(process)
        return process

    @property
    def most_with_gpus(self) -> int | None:
        """How many processes have a GPU of their own; one until it is known whether TensorFlow sees
        any; None where it does not, so that the cores decide."""
        names = devices()
        if not names:
            return None
        with self._lock:
            known = [each.gpus for each in (*self._idle, *self._lent) if each.is_ready]
        if not known:
            return 1
        return len(names) if any(known) else None

    def _new(self, threads: int = 1) -> WorkerProcess:
        used = [each.device for each in (*self._idle, *self._lent)]
        return WorkerProcess(threads, least_used(devices(), used))

    def take_idle(self, threads: int = 1) -> WorkerProcess | None:
        """The same, but None where none is idle."""
        with self._lock:
            for process in [each for each in self._idle if each.threads == threads]:
                self._idle.remove(process)
                process.receive()
                if process.is_alive:
                    self._lent.add(process)
                    return process
            return None

    def give_back(self, process: WorkerProcess) -> None:
        """Take back a process that does nothing; one that is dead is forgotten."""
        with self._lock:
            self._lent.discard(process)
            if process.is_alive:
                # The first one is kept: best one of one thread, which most networks take.
                self._idle.insert(0 if process.threads == 1 else len(self._idle), process)
            if self._timer is None and len(self._idle) > 1:
                self._timer = threading.Timer(IDLE_SECONDS, self._end_idle)
                self._timer.daemon = True
                self._timer.start()

    def end(self) -> None:
        """End all processes, also those that are lent."""
        with self._lock:
            for process in (*self._idle, *self._lent):
                process.kill()
            self._idle.clear()
            self._lent.clear()

    def _end_idle(self, kept: int = 1) -> None:
        with self._lock:
            self._timer = None
            for process in self._idle[kept:]:
                process.end()
            del self._idle[kept:]


PROCESSES = Processes()
"""Those of this process."""
