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
class Stream:
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

    A stream has its next turn once `again` was called for it, so none runs ahead of whoever
    writes down what it gives. Turns go round, but where it can be helped only one network is
    built and traced at a time: that keeps the interpreter busy, training doesn't.
    """

    def __init__(self, streams: Sequence[Stream], workers: int) -> None:
        self._streams = list(streams)
        self._waiting = deque(streams)
        self._changed = threading.Condition()
        self._preparing = 0
        self._resting = 0  # turns that are over, of streams that will have another one
        self._halted = threading.Event()
        self._paused = False
        self._heard: queue.SimpleQueue[Heard] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"attnlab-train-{number}", daemon=True)
            for number in range(min(workers, len(self._streams)))
        ]

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
        with self._changed:
            self._waiting.append(stream)
            self._resting -= 1
            self._changed.notify_all()

    def retry(self, stream: Stream) -> None:
        """Let a stream that has ended begin once more, with the seeds it has left."""
        stream.rewind()
        with self._changed:
            self._waiting.append(stream)
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
        for stream in self._streams:
            stream.close()

    def _work(self) -> None:
        try:
            load_tensorflow()
        except BaseException as error:
            self._heard.put((None, Broken(error)))
            return
        while (stream := self._next()) is not None:
            self._heard.put((stream, self._turn(stream)))

    def _next(self) -> Stream | None:
        """Whose turn it is; None when the crew is halted."""
        with self._changed:
            while not self._halted.is_set():
                if not self._paused and (chosen := self._choose()) is not None:
                    self._waiting.remove(chosen)
                    self._preparing += chosen.events is None
                    return chosen
                self._changed.wait()
            return None

    def _choose(self) -> Stream | None:
        fresh = next((each for each in self._waiting if each.events is None), None)
        begun = next((each for each in self._waiting if each.events is not None), None)
        if not self._preparing:
            return fresh or begun
        return begun or (None if self._resting else fresh)

    def _turn(self, stream: Stream) -> TurnOver | Ended:
        first = stream.events is None
        if first:
            self._heard.put((stream, Begins()))
        result = self._train(stream)
        with self._changed:
            self._preparing -= first
            self._resting += isinstance(result, TurnOver)
            self._changed.notify_all()
        return result

    def _train(self, stream: Stream) -> TurnOver | Ended:
        event = None
        try:
            for event in stream.turn():
                if self._halted.is_set():
                    return Ended()
                self._heard.put((stream, event))
        except Exception as error:  # whatever a network can do; the arm is named elsewhere
            return Ended(error)
        return TurnOver() if isinstance(event, Progress) else Ended()
