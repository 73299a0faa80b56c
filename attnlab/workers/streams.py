"""The tasks of one execution on a Ray cluster, and what they say. Runs where Ray's driver runs.

That is this process, or an actor in the cluster where this process reaches it by `ray://`, since
Ray's client can not read what a task yields.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from attnlab.imports import importing
from attnlab.workers.cluster_task import GroupOrder, train
from attnlab.workers.connection import first_line

THREADS_VARIABLES = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")

ENDING_SECONDS = 0.1

UNREAD = 2
"""A task stands still once so many of its batches wait to be read."""


@dataclass(frozen=True)
class Lost:
    """A task ended without saying so. `machine_died` says that its whole node is gone."""

    reason: str
    machine_died: bool


class Streams:
    """Starts tasks and reads what they say, each in its order. Use it from one thread."""

    def __init__(self, cpus: float, gpus: float) -> None:
        with importing("ray"):
            import ray

        self._ray: Any = ray
        # Ray could run a lost task again by itself, and would leave out as many batches as were
        # read. But batches are cut by the clock, so that those are not the same events.
        self._options = {
            "num_cpus": cpus,
            "num_gpus": gpus,
            "num_returns": "streaming",
            "max_retries": 0,
            "_generator_backpressure_num_objects": UNREAD,
        }
        self._train = ray.remote(train)
        self._open: dict[Any, int] = {}

    def start(self, number: int, order: GroupOrder, carried: Sequence[Any], threads: int) -> None:
        """Start a task as soon as there is room; `carried` are references to data sets.

        Several `threads` an operation take as many processors, and a process of their own.
        """
        options = {**self._options, "name": f"attnlab {order.work.arm}"}
        if threads > 1:
            wanted = dict.fromkeys(THREADS_VARIABLES, str(threads))
            options |= {"num_cpus": threads, "runtime_env": {"env_vars": wanted}}
        task = self._train.options(**options)
        self._open[task.remote(order, *carried)] = number

    def read(self, seconds: float) -> list[tuple[int, bytes | Lost]]:
        """One batch of each task that has one, with its number; waits at most so many seconds."""
        if not self._open:
            return []
        ready, _ = self._ray.wait(list(self._open), num_returns=1, timeout=seconds)
        if ready:
            ready, _ = self._ray.wait(list(self._open), num_returns=len(self._open), timeout=0)
        found: list[tuple[int, bytes | Lost]] = []
        for task in ready:
            number = self._open.pop(task)
            said = self._next(task)
            if isinstance(said, bytes):
                self._open[task] = number  # at the end of the line
            if said is not None:
                found.append((number, said))
        return found

    def cancel(self) -> None:
        """End all tasks, and the processes that run them.

        Those that are about to end get a moment to do so: Ray (2.60) aborts this process where a
        task is cancelled just as it ends.
        """
        deadline = time.monotonic() + ENDING_SECONDS
        while self._open and time.monotonic() < deadline:
            tasks = len(self._open)
            if not self.read(ENDING_SECONDS / 4) and len(self._open) == tasks:
                break
        for task in self._open:
            self._ray.cancel(task, force=True)
        self._open.clear()

    def _next(self, task: Any) -> bytes | Lost | None:
        """The next batch of a task; None after its last."""
        errors = self._ray.exceptions
        try:
            said: bytes = self._ray.get(next(task))
        except StopIteration:
            return None
        except errors.NodeDiedError:
            return Lost("the node that trained it was removed from the cluster, or died", True)
        except errors.ObjectLostError:
            return Lost("a node died before all that it had trained was read", True)
        except errors.OutOfMemoryError:
            return Lost("memory ran out on the node that trained it", False)
        except errors.RayError as error:
            return Lost(f"the process that trained it has ended: {first_line(error)}", False)
        return said
