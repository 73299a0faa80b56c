"""Ray tasks on a cluster that train the groups of one study."""

from __future__ import annotations

import bisect
import itertools
import logging
import pickle
import time
import uuid
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from attnlab.imports import importing
from attnlab.spec import TaskSpec
from attnlab.tasks.carrying import Carried, carried
from attnlab.tasks.preparing import Preparing, preparing
from attnlab.workers import connection
from attnlab.workers.addresses import Cluster, ClusterError
from attnlab.workers.cluster_task import GroupOrder, Said, UnlikeDriver
from attnlab.workers.streams import Lost, Streams
from attnlab.workers.versions import versions
from attnlab.workers.work import Ended, Failure, SeedGroup, WorkerEvent

log = logging.getLogger(__name__)

BATCH_SECONDS = 0.2
MOST_BATCHES = 200
"""So many batches a second come at most, from all tasks together: more tasks, longer batches."""

LOOK_SECONDS = 2.0
"""So often the driver looks how many tasks the cluster has room for."""

_numbers = itertools.count(1)


class _Streams(Protocol):
    """`Streams`, here or in an actor."""

    def start(
        self, number: int, order: GroupOrder, carried: Sequence[Any], threads: int
    ) -> None: ...

    def read(self, seconds: float) -> list[tuple[int, bytes | Lost]]: ...

    def cancel(self) -> None: ...


@dataclass
class _Seen:
    """What there is room for, as it was last seen."""

    room: connection.Room
    looked_at: float = field(default_factory=time.monotonic)
    last_seen: float = field(default_factory=time.monotonic)
    """When there was room for any task."""


class RayWorkers:
    """Trains groups as tasks of a Ray cluster, as many at once as it has room for, in the order of
    their places.

    A large network takes its share of the processors, of one node, and as many threads; a task of
    one processor finds out that it is large, and hands it back. With GPUs it takes these.

    A task that is lost ends its group with a failure that says so, and the group may be added
    again. Paused, nothing is read: a task stands still at its next event once two batches wait to
    be read (`streams.UNREAD`), and has lost nothing when it goes on. Halted, tasks are cancelled
    with their processes, whatever they do.

    Use it from one thread. Raises ClusterError, here and in `next_event`, where the cluster cannot
    train, or not any more.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._ray = connection.connect(cluster)
        self._execution = uuid.uuid4().hex
        self._waiting: list[SeedGroup] = []
        self._tasks: dict[int, SeedGroup] = {}
        self._news: deque[WorkerEvent] = deque()
        self._carried: dict[str, Any] = {}
        self._carried_by_task: dict[TaskSpec, list[Any]] = {}
        self._preparing: dict[TaskSpec, Iterator[Preparing]] = {}
        self._paused = False
        with connection.asked(cluster):
            self._seen = _Seen(connection.room(self._ray, cluster))
            self._streams = _streams(self._ray, cluster)

    def add(self, group: SeedGroup) -> None:
        """Take a group to train when its place has come."""
        bisect.insort(self._waiting, group, key=lambda each: each.place)

    def next_event(self, seconds: float) -> WorkerEvent | None:
        """The next event of any group, or None if there is none for so many seconds."""
        if self._news:
            return self._news.popleft()
        if self._paused:
            time.sleep(seconds)
            return None
        with connection.asked(self._cluster):
            self._look()
            self._hand_out()
            if not self._tasks:
                if not self._news:
                    time.sleep(seconds)
            else:
                for number, said in self._streams.read(seconds):
                    self._take_in(number, said)
        return self._news.popleft() if self._news else None

    def pause(self, paused: bool) -> None:
        """Let all that trains stand still, or go on."""
        self._paused = paused
        self._seen.last_seen = time.monotonic()

    def halt(self) -> None:
        """End what trains."""
        self._waiting.clear()
        self._news.clear()
        self._tasks.clear()
        self._preparing.clear()
        try:
            with connection.asked(self._cluster):
                self._streams.cancel()
        except ClusterError as error:
            log.warning("tasks could not be cancelled: %s", error)

    def close(self) -> None:
        """End what trains, and let the cluster forget the data."""
        self.halt()
        self._carried.clear()
        self._carried_by_task.clear()

    def _look(self) -> None:
        """See how much room there is; raise ClusterError where there has been none for a while."""
        now = time.monotonic()
        if now - self._seen.looked_at < LOOK_SECONDS:
            return
        self._seen.looked_at = now
        self._seen.room = connection.room(self._ray, self._cluster)
        if self._seen.room.tasks:
            self._seen.last_seen = now
        elif now - self._seen.last_seen > connection.PLACE_SECONDS:
            found = connection.asked_and_found(self._ray, self._cluster)
            raise ClusterError(
                f"no node of {self._cluster} has room for a training any more: {found}"
            )

    def _hand_out(self) -> None:
        room = self._seen.room
        while self._waiting and len(self._tasks) < room.tasks:
            threads = self._threads(self._waiting[0])
            group = self._waiting.pop(0)
            try:
                if (step := self._prepared(group)) is not None:
                    self._waiting.insert(0, group)
                    self._news.append(WorkerEvent(group, step))
                    return
                data = self._data(group)
            except ClusterError:
                raise
            except Exception as error:  # a data set may raise anything; its runs report it
                self._news.append(WorkerEvent(group, Ended(Failure.of(error))))
                continue
            seconds = max(BATCH_SECONDS, room.tasks / MOST_BATCHES)
            may_move = group.is_large is None and room.most > 1 and not self._cluster.gpus
            order = GroupOrder(self._execution, group.work(may_move), versions(), seconds)
            number = next(_numbers)
            self._tasks[number] = group
            self._streams.start(number, order, data, threads)

    def _threads(self, group: SeedGroup) -> int:
        """How many processors and threads a group that waits gets: a large one its share."""
        if not group.is_large or self._cluster.gpus:
            return 1
        room, at_once = self._seen.room, len(self._waiting) + len(self._tasks)
        return max(1, min(room.processors // at_once, room.most))

    def _prepared(self, group: SeedGroup) -> Preparing | None:
        """The next step of reading the data of a group on this machine; None once they are read."""
        task = group.study.task_of(group.arm.label)
        if not task.entry.carried or task in self._carried_by_task:
            return None
        if task not in self._preparing:
            self._preparing[task] = preparing(task)
        return next(self._preparing[task], None)

    def _data(self, group: SeedGroup) -> list[Any]:
        """References to the data that this group's nodes do not have."""
        task = group.study.task_of(group.arm.label)
        if task not in self._carried_by_task:
            found = carried(task)
            self._carried_by_task[task] = [] if found is None else [self._stored(found)]
        return self._carried_by_task[task]

    def _stored(self, found: Carried) -> Any:
        """A reference to a data set, put into Ray's store once for all tasks that share it."""
        if found.key not in self._carried:
            with connection.asked(self._cluster):
                self._carried[found.key] = self._ray.put(found)
        return self._carried[found.key]

    def _take_in(self, number: int, said: bytes | Lost) -> None:
        """Make news of a batch."""
        group = self._tasks[number]
        if isinstance(said, Lost):
            del self._tasks[number]
            failure = Failure(said.reason, worker_died=True, machine_died=said.machine_died)
            self._news.append(WorkerEvent(group, Ended(failure)))
            return
        events: list[Said] = pickle.loads(said)
        for each in events:
            match each:
                case UnlikeDriver(why):
                    raise ClusterError(
                        f"{self._cluster} would give other numbers than this machine: {why}. "
                        "Install the same versions on all nodes"
                    )
                case Ended():
                    del self._tasks[number]
                    self._news.append(WorkerEvent(group, each))
                case _:
                    self._news.append(WorkerEvent(group, each))


class _ActorStreams:
    """`Streams` in an actor on the cluster, for a process that reaches it by `ray://`."""

    def __init__(self, ray: Any, cluster: Cluster) -> None:
        self._ray = ray
        self._actor = (
            ray.remote(Streams).options(num_cpus=0).remote(connection.CPUS_A_TASK, cluster.gpus)
        )

    def start(self, number: int, order: GroupOrder, carried: Sequence[Any], threads: int) -> None:
        # In a list, a reference stays a reference.
        self._ray.get(self._actor.start.remote(number, order, list(carried), threads))

    def read(self, seconds: float) -> list[tuple[int, bytes | Lost]]:
        found: list[tuple[int, bytes | Lost]] = self._ray.get(self._actor.read.remote(seconds))
        return found

    def cancel(self) -> None:
        self._ray.get(self._actor.cancel.remote())


def _streams(ray: Any, cluster: Cluster) -> _Streams:
    with importing("attnlab.compat.ray"):
        from attnlab.compat.ray import is_client

    if is_client():
        return _ActorStreams(ray, cluster)
    return Streams(connection.CPUS_A_TASK, cluster.gpus)
