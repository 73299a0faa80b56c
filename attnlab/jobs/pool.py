"""Threads that train several arms at once, an epoch of each in turn."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from attnlab.spec import Arm
from attnlab.training.events import Event, Progress
from attnlab.training.runtime import load_tensorflow


@dataclass(eq=False)
class SeedGroup:
    """An arm's training at some of its seeds: its events, and the seeds that have not ended."""

    arm: Arm
    left: list[int]
    begin: Callable[[], Generator[Event, None, None]]
    events: Generator[Event, None, None] | None = None
    retried: bool = False

    def turn(self) -> Iterator[Event]:
        """The events up to the end of an epoch, or of them all."""
        if self.events is None:
            self.events = self.begin()
        for event in self.events:
            yield event
            if isinstance(event, Progress) and event.share == 1.0:
                return

    def close(self) -> None:
        """End the training."""
        if self.events is not None:
            self.events.close()

    def rewind(self) -> None:
        """Start again at the next turn, with the seeds that have not ended."""
        self.close()
        self.events = None
        self.retried = True


class GroupBegins:
    """A group's first turn begins."""


class TurnEnded:
    """A group's epoch is over; the group waits for `WorkerPool.requeue`."""


@dataclass(frozen=True)
class GroupEnded:
    """A group has nothing left to train, or ended with `error`."""

    error: Exception | None = None


@dataclass(frozen=True)
class PoolBroken:
    """A thread cannot train at all."""

    error: BaseException


class GroupEvent(NamedTuple):
    """Something that happened to a group: an event of its training, or its turns."""

    group: SeedGroup
    event: Event | GroupBegins | TurnEnded | GroupEnded


PoolEvent = GroupEvent | PoolBroken


class WorkerPool:
    """Trains groups on several threads; `next_event` returns the events of all of them.

    A group has its next turn only after `requeue`, so that no group runs ahead of the thread that
    records its events. Groups take turns, but if possible only one network is built and traced at
    a time: that keeps the interpreter busy, training doesn't.
    """

    def __init__(self, groups: Sequence[SeedGroup], workers: int) -> None:
        self._groups = list(groups)
        self._waiting = deque(groups)
        self._changed = threading.Condition()
        self._preparing = 0
        self._resting = 0  # groups between two turns
        self._halted = threading.Event()
        self._paused = False
        self._events: queue.SimpleQueue[PoolEvent] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"attnlab-train-{number}", daemon=True)
            for number in range(min(workers, len(self._groups)))
        ]

    def start(self) -> None:
        """Start the threads, which get the priority of the calling thread."""
        for thread in self._threads:
            thread.start()

    def next_event(self, seconds: float) -> PoolEvent | None:
        """The next event, or None if there is none for so many seconds."""
        try:
            return self._events.get(timeout=seconds) if seconds else self._events.get_nowait()
        except queue.Empty:
            return None

    def requeue(self, group: SeedGroup) -> None:
        """Give a group whose turn is over another turn."""
        with self._changed:
            self._waiting.append(group)
            self._resting -= 1
            self._changed.notify_all()

    def retry(self, group: SeedGroup) -> None:
        """Start a group that has ended again, with the seeds that it has left."""
        group.rewind()
        with self._changed:
            self._waiting.append(group)
            self._changed.notify_all()

    def pause(self, paused: bool) -> None:
        """Start no further turn, or go on; turns that have started go on to their end."""
        with self._changed:
            self._paused = paused
            self._changed.notify_all()

    def halt(self) -> None:
        """Ask all threads to end after their current event; returns at once."""
        self._halted.set()
        with self._changed:
            self._changed.notify_all()

    def join(self) -> None:
        """Wait until all threads have ended, and close their groups."""
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()
        for group in self._groups:
            group.close()

    def _work(self) -> None:
        try:
            load_tensorflow()
        except BaseException as error:
            self._events.put(PoolBroken(error))
            return
        while (group := self._next()) is not None:
            self._events.put(GroupEvent(group, self._turn(group)))

    def _next(self) -> SeedGroup | None:
        """The group that has the next turn; None when the pool is halted."""
        with self._changed:
            while not self._halted.is_set():
                if not self._paused and (chosen := self._choose()) is not None:
                    self._waiting.remove(chosen)
                    self._preparing += chosen.events is None
                    return chosen
                self._changed.wait()
            return None

    def _choose(self) -> SeedGroup | None:
        fresh = next((each for each in self._waiting if each.events is None), None)
        begun = next((each for each in self._waiting if each.events is not None), None)
        if not self._preparing:
            return fresh or begun
        return begun or (None if self._resting else fresh)

    def _turn(self, group: SeedGroup) -> TurnEnded | GroupEnded:
        first = group.events is None
        if first:
            self._events.put(GroupEvent(group, GroupBegins()))
        result = self._train(group)
        with self._changed:
            self._preparing -= first
            self._resting += isinstance(result, TurnEnded)
            self._changed.notify_all()
        return result

    def _train(self, group: SeedGroup) -> TurnEnded | GroupEnded:
        event = None
        try:
            for event in group.turn():
                if self._halted.is_set():
                    return GroupEnded()
                self._events.put(GroupEvent(group, event))
        except Exception as error:  # a network can raise anything; the caller names the arm
            return GroupEnded(error)
        return TurnEnded() if isinstance(event, Progress) else GroupEnded()
