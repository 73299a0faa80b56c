"""Workers: whoever trains a group of an arm's seeds, and gives the engine's events back in order.

`InlineWorkers` train in the thread that asks, `ProcessWorkers` in processes of their own on this
machine, `attnlab.workers.cluster.RayWorkers` on the nodes of a cluster. All give the same numbers.
Importing this imports no TensorFlow and no Ray.
"""

from attnlab.workers.addresses import Cluster, ClusterError, cluster_at
from attnlab.workers.calling import are_ready, call, stream
from attnlab.workers.choosing import (
    WhoTrains,
    Workers,
    are_inline,
    check_workers,
    chosen_cluster,
    memory_line,
    who_trains,
    workers_for,
)
from attnlab.workers.inline import InlineWorkers
from attnlab.workers.processes import PROCESSES, Processes
from attnlab.workers.team import ProcessWorkers
from attnlab.workers.work import Begun, Ended, Failure, SeedGroup, Work, WorkerEvent, WorkersError

__all__ = [
    "PROCESSES",
    "Begun",
    "Cluster",
    "ClusterError",
    "Ended",
    "Failure",
    "InlineWorkers",
    "ProcessWorkers",
    "Processes",
    "SeedGroup",
    "WhoTrains",
    "Work",
    "WorkerEvent",
    "Workers",
    "WorkersError",
    "are_inline",
    "are_ready",
    "call",
    "check_workers",
    "chosen_cluster",
    "cluster_at",
    "memory_line",
    "stream",
    "who_trains",
    "workers_for",
]
