"""Worker processes that train the groups of one study."""

from __future__ import annotations

import bisect
import math
import os
import shutil
import tempfile
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path

import psutil

from attnlab.training.events import Progress
from attnlab.training.shared_arrays import SharedArrays
from attnlab.workers.messages import NUMBERS, Halt, Happened, Over, Pause, Ready, StandsStill, Train
from attnlab.workers.process import WorkerProcess
from attnlab.workers.processes import PROCESSES, Processes
from attnlab.workers.work import Begun, Ended, SeedGroup, WorkerEvent, WorkersError

ALONE_SECONDS = 1.0

ANSWER_SECONDS = 0.25
"""A worker that has not halted by then is ended; so is one that prepares, and has not paused."""

_PREFIX = "attnlab-arrays-"


@dataclass(eq=False)
class _Task:
    """A process and the group that it trains."""

    number: int
    process: WorkerProcess
    group: SeedGroup
    has_trained: bool = False
    stands_still: bool = False


class ProcessWorkers:
    """Trains groups in at most `most` processes, each to its end, in the order of their places.

    A new process loads TensorFlow for seconds. Unless they are to start `all_at_once`, a second one
    is started only when the first has trained for `ALONE_SECONDS` and groups still wait.

    A large network shares the `cores` with the other groups: each of its operations gets as many
    threads as there are cores for a group. A worker of one thread finds out that it is large, and
    hands it back. Where TensorFlow sees GPUs there is a worker for each, with `gpu_each`.

    Use it from one thread.
    """

    def __init__(
        self,
        most: int,
        *,
        cores: int = 1,
        gpu_each: bool = False,
        all_at_once: bool = True,
        processes: Processes = PROCESSES,
    ) -> None:
        self._most = most
        self._cores = cores
        self._gpu_each = gpu_each
        self._all_at_once = all_at_once
        self._begun_at = math.inf
        self._processes = processes
        self._waiting: list[SeedGroup] = []
        self._tasks: list[_Task] = []
        self._news: deque[WorkerEvent] = deque()
        self._paused = False
        self._pause_until = 0.0
        self._folder = _arrays_folder()

    def add(self, group: SeedGroup) -> None:
        """Take a group to train when its place has come."""
        bisect.insort(self._waiting, group, key=lambda each: each.place)

    def next_event(self, seconds: float) -> WorkerEvent | None:
        """The next event of any group, or None if there is none for so many seconds.

        Raises WorkersError where a process cannot train at all.
        """
        self._end_those_that_prepare()
        self._hand_out()
        if self._news:
            return self._news.popleft()
        if not self._tasks:
            time.sleep(seconds)
            return None
        # In turn, so that none waits for another that has much to tell.
        for task in self._with_news(seconds):
            self._tasks.remove(task)
            self._tasks.append(task)
            if (event := self._read(task)) is not None:
                return event
        return None

    def pause(self, paused: bool) -> None:
        """Let all that trains stand still, or go on.

        A worker stands still at its next event. One that still prepares its network, which has no
        events, is ended, and begins again when all go on: it has nothing to lose.
        """
        self._paused = paused
        self._pause_until = time.monotonic() + ANSWER_SECONDS
        for task in self._tasks:
            task.stands_still = False
            with suppress(OSError):  # it is gone, which reading tells
                task.process.send(Pause(paused))

    def halt(self) -> None:
        """End what trains; a worker that does not end it soon is ended with it."""
        self._waiting.clear()
        for task in self._tasks:
            with suppress(OSError):
                task.process.send(Halt(task.number))
        deadline = time.monotonic() + ANSWER_SECONDS
        while self._tasks and (left := deadline - time.monotonic()) > 0:
            for task in self._with_news(left):
                with suppress(WorkersError):  # what it cannot train, it does not have to
                    self._read(task)
        for task in list(self._tasks):
            task.process.kill()
            self._let_go(task)

    def close(self) -> None:
        """End what trains, give the processes back, and remove the arrays."""
        self.halt()
        SharedArrays(self._folder).clear()
        self._processes.warm()

    def _hand_out(self) -> None:
        while self._waiting and not self._paused and len(self._tasks) < self._room():
            group = self._waiting[0]
            threads = self._threads(group)
            process = self._processes.take_idle(threads)
            if process is None and self._may_start():
                process = self._processes.take(threads)
            if process is None:
                return
            self._waiting.pop(0)
            task = _Task(next(NUMBERS), process, group)
            self._tasks.append(task)
            with suppress(OSError):  # it is gone, which reading tells
                process.send(Pause(False))
                work = group.work(may_move=self._may_move(group))
                process.send(Train(task.number, work, str(self._folder)))
            if process.is_ready:
                self._news.append(self._begun(group))

    def _with_news(self, seconds: float) -> list[_Task]:
        """Those whose process has something to say, once one has, or none after so many seconds."""
        heard = wait([task.process.connection for task in self._tasks], seconds)
        return [task for task in self._tasks if task.process.connection in heard]

    def _room(self) -> int:
        """How many may train at once."""
        with_gpus = self._processes.most_with_gpus if self._gpu_each else None
        return self._most if with_gpus is None else with_gpus

    def _may_move(self, group: SeedGroup) -> bool:
        """Whether it may turn out that another worker is better for a group."""
        on_gpus = self._processes.most_with_gpus is not None
        return self._cores > 1 and group.is_large is None and not on_gpus

    def _threads(self, group: SeedGroup) -> int:
        """How many threads an operation of this group gets: its share of the cores."""
        if not group.is_large:
            return 1
        at_once = min(self._most, len(self._waiting) + len(self._tasks))
        return max(1, self._cores // at_once)

    def _may_start(self) -> bool:
        """Whether there is work for a further process that is worth its start."""
        waited = time.monotonic() - self._begun_at > ALONE_SECONDS
        return not self._tasks or self._all_at_once or waited

    def _begun(self, group: SeedGroup) -> WorkerEvent:
        self._begun_at = min(self._begun_at, time.monotonic())
        return WorkerEvent(group, Begun())

    def _read(self, task: _Task) -> WorkerEvent | None:
        """What a process said about its group, if it said anything that is news."""
        message = task.process.receive()
        if task.process.failure is not None:
            self._let_go(task)
            failure = task.process.failure
            if not failure.worker_died:
                raise WorkersError(failure.reason)
            return WorkerEvent(task.group, Ended(failure))
        match message:
            case Happened(task.number, event):
                task.has_trained |= isinstance(event, Progress)
                return WorkerEvent(task.group, event)
            case Over(task.number):
                self._let_go(task)
                return WorkerEvent(task.group, Ended(message.failure))
            case Ready():
                return self._begun(task.group)
            case StandsStill():
                task.stands_still = True
        return None

    def _let_go(self, task: _Task) -> None:
        self._tasks.remove(task)
        self._processes.give_back(task.process)

    def _end_those_that_prepare(self) -> None:
        if not self._paused or time.monotonic() < self._pause_until:
            return
        for task in [
            each for each in self._tasks if not each.stands_still and not each.has_trained
        ]:
            task.process.kill()
            self._let_go(task)
            self.add(task.group)


def _arrays_folder() -> Path:
    """A new folder for arrays, named by this process; those of dead processes are removed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdecimal() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
