"""Threads that train several arms at once, an epoch of each in turn."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from attnlab.spec import Arm
from attnlab.training.events import Event, Progress
from attnlab.training.runtime import load_tensorflow


@dataclass(eq=False)
class SeedGroup:
    """An arm's events at some of its seeds, and which of those have not ended yet."""

    arm: Arm
    left: list[int]
    begin: Callable[[], Iterator[Event]]
    events: Iterator[Event] | None = None
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
        """Train no more."""
        if self.events is not None:
            self.events.close()

    def rewind(self) -> None:
        """Begin anew at the next turn, with the seeds that have not ended."""
        self.close()
        self.events = None
        self.retried = True


class GroupBegins:
    """A group's first turn begins."""


class TurnEnded:
    """A group has had its epoch and waits for `WorkerPool.requeue`."""


@dataclass(frozen=True)
class GroupEnded:
    """A group has nothing left, or broke off with `error`."""

    error: Exception | None = None


@dataclass(frozen=True)
class PoolBroken:
    """A thread cannot train at all."""

    error: BaseException


PoolEvent = tuple[SeedGroup | None, Event | GroupBegins | TurnEnded | GroupEnded | PoolBroken]


class WorkerPool:
    """Lets groups train on threads of their own; what they give is heard in one place.

    A group has its next turn once `requeue` was called for it, so none runs ahead of whoever
    writes down what it gives. Turns go round, but where it can be helped only one network is
    built and traced at a time: that keeps the interpreter busy, training doesn't.
    """

    def __init__(self, groups: Sequence[SeedGroup], workers: int) -> None:
        self._groups = list(groups)
        self._waiting = deque(groups)
        self._changed = threading.Condition()
        self._preparing = 0
        self._resting = 0  # turns that are over, of groups that will have another one
        self._halted = threading.Event()
        self._paused = False
        self._heard: queue.SimpleQueue[PoolEvent] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"attnlab-train-{number}", daemon=True)
            for number in range(min(workers, len(self._groups)))
        ]

    def start(self) -> None:
        """Begin; threads started here have the priority of the one that calls."""
        for thread in self._threads:
            thread.start()

    def next_event(self, seconds: float) -> PoolEvent | None:
        """The next thing that happened, or None if nothing does for so long."""
        try:
            return self._heard.get(timeout=seconds) if seconds else self._heard.get_nowait()
        except queue.Empty:
            return None

    def requeue(self, group: SeedGroup) -> None:
        """Let a group whose turn was over have another one."""
        with self._changed:
            self._waiting.append(group)
            self._resting -= 1
            self._changed.notify_all()

    def retry(self, group: SeedGroup) -> None:
        """Let a group that has ended begin once more, with the seeds it has left."""
        group.rewind()
        with self._changed:
            self._waiting.append(group)
            self._changed.notify_all()

    def pause(self, paused: bool) -> None:
        """Begin no further turn, or go on; turns that have begun come to their end."""
        with self._changed:
            self._paused = paused
            self._changed.notify_all()

    def halt(self) -> None:
        """Ask all threads to end after the event they are at; returns at once."""
        self._halted.set()
        with self._changed:
            self._changed.notify_all()

    def join(self) -> None:
        """Wait until all threads have ended, and close what they trained."""
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()
        for group in self._groups:
            group.close()

    def _work(self) -> None:
        try:
            load_tensorflow()
        except BaseException as error:
            self._heard.put((None, PoolBroken(error)))
            return
        while (group := self._next()) is not None:
            self._heard.put((group, self._turn(group)))

    def _next(self) -> SeedGroup | None:
        """Whose turn it is; None when the pool is halted."""
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
            self._heard.put((group, GroupBegins()))
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
                self._heard.put((group, event))
        except Exception as error:  # whatever a network can do; the arm is named elsewhere
            return GroupEnded(error)
        return TurnEnded() if isinstance(event, Progress) else GroupEnded()
