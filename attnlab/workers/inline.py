"""Training in the thread that asks: for debuggers, notebooks and most tests."""

from __future__ import annotations

import bisect
import time
from collections.abc import Generator
from typing import TYPE_CHECKING

from attnlab.imports import importing
from attnlab.training.events import Event
from attnlab.training.runtime import load_tensorflow, release_memory
from attnlab.training.threads import THREADS
from attnlab.workers.work import Begun, Ended, Failure, SeedGroup, WorkerEvent

if TYPE_CHECKING:
    from attnlab.training.engine import DataPool, Programs


class InlineWorkers:
    """Trains one group after another; each call of `next_event` goes on to the next event.

    So a stop or a pause waits for that event, for seconds while a network is traced.
    """

    def __init__(self) -> None:
        self._waiting: list[SeedGroup] = []
        self._group: SeedGroup | None = None
        self._events: Generator[Event, None, None] | None = None
        self._paused = False
        self._shared: tuple[DataPool, Programs] | None = None

    def add(self, group: SeedGroup) -> None:
        """Take a group to train when its place has come."""
        bisect.insort(self._waiting, group, key=lambda each: each.place)

    def next_event(self, seconds: float) -> WorkerEvent | None:
        """Train on to the next event; None after so many seconds where nothing trains."""
        if self._paused or (self._group is None and not self._waiting):
            time.sleep(seconds)
            return None
        if self._group is None:
            THREADS.to_its_end(load_tensorflow)
            self._group = self._waiting.pop(0)
            return WorkerEvent(self._group, Begun())
        group = self._group
        try:
            with THREADS.inside():
                if self._events is None:
                    self._events = group.work().events(*self._pools())
                event = next(self._events, None)
        except Exception as error:  # a network can raise anything; the caller names the arm
            self._finish()
            return WorkerEvent(group, Ended(Failure.of(error)))
        if event is None:
            self._finish()
            return WorkerEvent(group, Ended())
        return WorkerEvent(group, event)

    def pause(self, paused: bool) -> None:
        """Train nothing further, or go on."""
        self._paused = paused

    def halt(self) -> None:
        """End what trains."""
        self._waiting.clear()
        self._finish()

    def close(self) -> None:
        """End what trains and free its memory."""
        self.halt()
        if self._shared is not None:
            self._shared[1].trim()
            self._shared = None
        release_memory()

    def _finish(self) -> None:
        if self._events is not None:
            self._events.close()
        self._events = self._group = None

    def _pools(self) -> tuple[DataPool, Programs]:
        with importing("attnlab.training.engine"):
            from attnlab.training import engine

        if self._shared is None:
            self._shared = engine.DataPool(), engine.PROGRAMS
        return self._shared
