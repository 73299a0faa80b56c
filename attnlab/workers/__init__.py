"""Workers: whoever trains a group of an arm's seeds, and gives the engine's events back in order.

`InlineWorkers` train in the thread that asks, `ProcessWorkers` in processes of their own on this
machine. Both give the same numbers. Importing this imports no TensorFlow.
"""

from attnlab.workers.calling import are_ready, call
from attnlab.workers.choosing import Workers, are_inline, check_workers, memory_line, workers_for
from attnlab.workers.inline import InlineWorkers
from attnlab.workers.processes import PROCESSES, Processes
from attnlab.workers.team import ProcessWorkers
from attnlab.workers.work import Begun, Ended, Failure, SeedGroup, Work, WorkerEvent, WorkersError

__all__ = [
    "PROCESSES",
    "Begun",
    "Ended",
    "Failure",
    "InlineWorkers",
    "ProcessWorkers",
    "Processes",
    "SeedGroup",
    "Work",
    "WorkerEvent",
    "Workers",
    "WorkersError",
    "are_inline",
    "are_ready",
    "call",
    "check_workers",
    "memory_line",
    "workers_for",
]
