"""Threads that use TensorFlow, and the end of the process.

Python ends a daemon thread where it stands. Inside TensorFlow's own code that aborts the process,
or keeps it from ending at all. So the end waits for threads that are in there, and lets no other
in.
"""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 60.0
"""So long the end waits for a thread: to load TensorFlow or to trace a network takes seconds."""


class Threads:
    """Counts the threads that are inside, and closes the door at the end."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0
        self._ended = False
        self._mine = threading.local()

    @property
    def count(self) -> int:
        """How many threads are inside."""
        return self._count

    @property
    def has_ended(self) -> bool:
        """Whether the end has come: no thread gets in any more."""
        return self._ended

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Within this the calling thread uses TensorFlow; may be nested.

        Once the process ends it waits here for ever: nobody wants its results any more.
        """
        depth = getattr(self._mine, "depth", 0)
        if depth == 0:
            with self._changed:
                self._changed.wait_for(lambda: not self._ended)
                self._count += 1
        self._mine.depth = depth + 1
        try:
            yield
        finally:
            self._mine.depth = depth
            if depth == 0:
                with self._changed:
                    self._count -= 1
                    self._changed.notify_all()

    def to_its_end(self, action: Callable[[], None]) -> None:
        """Do this; the process does not begin to end before it is done.

        For loading TensorFlow: what it arranges for the end of a process must stand before that.
        Raises what the action raises.
        """
        if not threading.current_thread().daemon:
            return action()
        with ThreadPoolExecutor(1) as executor:  # its thread is waited for
            try:
                done = executor.submit(action)
            except RuntimeError:  # the process ends already: nobody wants this any more
                threading.Event().wait()
            return done.result()

    def end(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Let no thread in any more, and wait until none is inside."""
        with self._changed:
            self._ended = True
            if not self._changed.wait_for(lambda: self._count == 0, seconds):
                log.warning(
                    "threads that still use TensorFlow as the process ends: %d", self._count
                )


THREADS = Threads()
"""Those of this process."""


def end_first() -> None:
    """At the end of the process, wait for these threads before all else that has been registered
    until now: TensorFlow puts its own affairs in order there."""
    atexit.unregister(THREADS.end)
    atexit.register(THREADS.end)


end_first()
