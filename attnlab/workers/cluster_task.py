"""What runs on the nodes of a cluster: it trains a group of seeds and gives its events in batches.

Ray runs one task at a time in a process and keeps the process for the next: tasks of the same
execution share arrays and traced programs there.
"""

from __future__ import annotations

import os
import pickle
import socket
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attnlab.imports import importing
from attnlab.tasks.carrying import Carried
from attnlab.training.events import Event, Grouped, RunEnd
from attnlab.training.runtime import load_tensorflow, release_memory
from attnlab.workers.versions import Versions, differences, versions
from attnlab.workers.work import Begun, Ended, Failure, Work

if TYPE_CHECKING:
    from attnlab.training.engine import DataPool, Programs

MOST_BYTES = 8 * 2**20
"""A batch with so many bytes of trained networks is sent without waiting for more."""


@dataclass(frozen=True)
class GroupOrder:
    """A group to train: `execution` names what it shares arrays and programs with, `expected` is
    what the driver runs on, and a batch holds the events of so many `seconds`."""

    execution: str
    work: Work
    expected: Versions
    seconds: float


@dataclass(frozen=True)
class UnlikeDriver:
    """The node cannot train with the same numbers as the driver; `why` says what differs."""

    why: str


Said = Event | Begun | Ended | UnlikeDriver


@dataclass
class _SharedByTasks:
    """What tasks share in this process."""

    execution: str
    data: DataPool
    programs: Programs
    carried: dict[str, Carried]


_shared: _SharedByTasks | None = None


def train(order: GroupOrder, *carried: Carried) -> Iterator[bytes]:
    """Train a group: batches of what happens, each a pickled list, up to Ended or UnlikeDriver.

    `carried` are the data sets that no node looks for on its own disk.
    """
    yield from batches(_said(order, carried), order.seconds)


def node_versions() -> dict[str, str]:
    """What this node would train with."""
    return dict(versions())


def batches(said: Iterable[Said], seconds: float) -> Iterator[bytes]:
    """What is said, in pickled lists of what comes within so many seconds.

    What others wait for is sent at once: that it begins, how its seeds are grouped, its end.
    """
    batch: list[Said] = []
    began, size = time.monotonic(), 0
    for each in said:
        if not batch:
            began, size = time.monotonic(), 0
        batch.append(each)
        size += len(each.model) if isinstance(each, RunEnd) else 0
        is_urgent = isinstance(each, (Begun, Grouped, Ended, UnlikeDriver))
        if is_urgent or size >= MOST_BYTES or time.monotonic() - began >= seconds:
            yield pickle.dumps(batch)
            batch = []
    if batch:
        yield pickle.dumps(batch)


def _said(order: GroupOrder, carried: Sequence[Carried]) -> Iterator[Said]:
    """The events of a group between its beginning and its end."""
    if unlike := differences(order.expected, versions()):
        yield UnlikeDriver(f"node {socket.gethostname()} has {unlike}")
        return
    yield Begun()
    events: Generator[Event, None, None] | None = None
    try:
        # Operations that do not wait for each other would run on the processors of other tasks.
        os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
        load_tensorflow()
        shared = _shared_by(order.execution)
        for each in carried:
            if each.key not in shared.carried:
                shared.carried[each.key] = each
                each.install()
        events = order.work.events(shared.data, shared.programs)
        yield from events
    except Exception as error:  # a network can raise anything; the driver names the arm
        yield Ended(Failure.of(error))
        return
    finally:
        if events is not None:
            events.close()
    yield Ended()


def _shared_by(execution: str) -> _SharedByTasks:
    """What the tasks of this execution share; that of the one before is freed."""
    global _shared
    with importing("attnlab.training.engine"):
        from attnlab.training import engine

    if _shared is None or _shared.execution != execution:
        if _shared is not None:
            for each in _shared.carried.values():
                each.remove()
        _shared = None
        engine.PROGRAMS.trim()
        release_memory()
        _shared = _SharedByTasks(execution, engine.DataPool(), engine.PROGRAMS, {})
    return _shared
