"""Threads that train several arms at once, an epoch of each in turn."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from attnlab.spec import Arm
from attnlab.training.events import Event, Progress
from attnlab.training.runtime import load_tensorflow


@dataclass(eq=False)
class Stream:
    """An arm's events at some of its seeds, and which of those have not ended yet."""

    arm: Arm
    left: list[int]
    begin: Callable[[], Iterator[Event]]
    events: Iterator[Event] | None = None
    described: bool = field(default=False)

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


class Begins:
    """A stream's first turn begins."""


class TurnOver:
    """A stream has had its epoch and waits for `Crew.again`."""


@dataclass(frozen=True)
class Ended:
    """A stream has nothing left, or broke off with `error`."""

    error: Exception | None = None


@dataclass(frozen=True)
class Broken:
    """A thread cannot train at all."""

    error: BaseException


Heard = tuple[Stream | None, Event | Begins | TurnOver | Ended | Broken]


class Crew:
    """Lets streams train on threads of their own; what they give is heard in one place.

    A stream has its next turn once `again` was called for it, first come, first served: so arms
    advance side by side, and never run ahead of whoever writes down what they give.
    """

    def __init__(self, streams: Sequence[Stream], workers: int) -> None:
        self._streams = list(streams)
        self._ready: queue.SimpleQueue[Stream | None] = queue.SimpleQueue()
        self._heard: queue.SimpleQueue[Heard] = queue.SimpleQueue()
        self._halted = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, name=f"attnlab-train-{number}", daemon=True)
            for number in range(min(workers, len(self._streams)))
        ]
        for stream in self._streams:
            self._ready.put(stream)

    def start(self) -> None:
        """Begin; threads started here have the priority of the one that calls."""
        for thread in self._threads:
            thread.start()

    def hear(self, seconds: float) -> Heard | None:
        """The next thing that happened, or None if nothing does for so long."""
        try:
            return self._heard.get(timeout=seconds) if seconds else self._heard.get_nowait()
        except queue.Empty:
            return None

    def again(self, stream: Stream) -> None:
        """Let a stream whose turn was over have another one."""
        self._ready.put(stream)

    def halt(self) -> None:
        """Ask all threads to end after the event they are at; returns at once."""
        self._halted.set()
        for _ in self._threads:
            self._ready.put(None)

    def join(self) -> None:
        """Wait until all threads have ended, and close what they trained."""
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()
        for stream in self._streams:
            stream.close()

    def _work(self) -> None:
        try:
            load_tensorflow()
        except BaseException as error:
            self._heard.put((None, Broken(error)))
            return
        while not self._halted.is_set() and (stream := self._ready.get()) is not None:
            self._heard.put((stream, self._turn(stream)))

    def _turn(self, stream: Stream) -> TurnOver | Ended:
        if stream.events is None:
            self._heard.put((stream, Begins()))
        event = None
        try:
            for event in stream.turn():
                if self._halted.is_set():
                    return Ended()
                self._heard.put((stream, event))
        except Exception as error:  # whatever a network can do; the arm is named elsewhere
            return Ended(error)
        return TurnOver() if isinstance(event, Progress) else Ended()
