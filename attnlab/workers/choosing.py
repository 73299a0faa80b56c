"""Who trains a study: as many worker processes as the machine has room for, a cluster, or none."""

from __future__ import annotations

import os
import sys
from typing import Protocol

from attnlab.data.planned_file import planned_files
from attnlab.imports import importing
from attnlab.spec import SpecError, Study
from attnlab.training import memory
from attnlab.training.keras_settings import check_backend
from attnlab.wording import bytes_text, counted, listed
from attnlab.workers.addresses import Cluster, ClusterError, cluster_at, cluster_of_environment
from attnlab.workers.inline import InlineWorkers
from attnlab.workers.team import ProcessWorkers
from attnlab.workers.work import SeedGroup, WorkerEvent

VARIABLE = "ATTNLAB_WORKERS"
INLINE = "inline"
THREADS_VARIABLE = "TF_NUM_INTRAOP_THREADS"
"""TensorFlow's own: whoever sets it chooses how many threads every operation gets."""

MOST_WORKERS = 64

MANY_EPOCHS = 100
"""From so many epochs, over all runs, workers start without waiting how long the first takes."""

_GIB = 2**30

WORKER_BYTES = 600 * 2**20
"""What a process takes once TensorFlow is loaded and a small network is traced."""


WhoTrains = int | str | Cluster | None
"""So many processes at most, "inline", a cluster, or whatever the environment says."""


class Workers(Protocol):
    """Trains groups of seeds somewhere, and gives their events back in order."""

    def add(self, group: SeedGroup) -> None:
        """Take a group to train when its place has come."""

    def next_event(self, seconds: float) -> WorkerEvent | None:
        """The next event of any group, or None if there is none for so many seconds."""

    def pause(self, paused: bool) -> None:
        """Let all that trains stand still, or go on."""

    def halt(self) -> None:
        """End what trains."""

    def close(self) -> None:
        """End what trains, and free what it took."""


def cores() -> int:
    """How many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this platform
        return os.cpu_count() or 1


def are_inline(wanted: WhoTrains = None) -> bool:
    """Whether no processes are started: so `wanted` says, the variable, or the platform."""
    if wanted is None:
        wanted = os.environ.get(VARIABLE) or None
    return wanted == INLINE or (wanted is None and sys.platform == "win32")


def check_workers(wanted: WhoTrains = None) -> None:
    """Raise what would keep a study from being trained, before it is kept.

    That is BackendError where training is inline and this process has imported Keras on another
    backend than TensorFlow, which does not concern processes of their own; and ClusterError where
    a cluster cannot be reached or cannot train.
    """
    if (cluster := chosen_cluster(wanted)) is not None:
        with importing("attnlab.workers.connection"):
            from attnlab.workers import connection

        connection.connect(cluster)
    elif are_inline(wanted):
        check_backend()


def who_trains(workers: int | str | None = None, cluster: str | None = None) -> WhoTrains:
    """So many workers, or the cluster at this address, once it is known that they can train.

    Raises SpecError where both are given or one is neither, and what `check_workers` raises.
    """
    if workers is not None and cluster is not None:
        raise SpecError("expected workers or a cluster, got both")
    who: WhoTrains = workers if cluster is None else cluster_at(cluster)
    check_workers(who)
    return who


def chosen_cluster(wanted: WhoTrains = None) -> Cluster | None:
    """The cluster that trains: `wanted`, or by default what ATTNLAB_CLUSTER says. Raises
    SpecError for what is no address."""
    if wanted is None:
        return cluster_of_environment()
    return wanted if isinstance(wanted, Cluster) else None


def _check_files(study: Study, cluster: Cluster) -> None:
    """Raise ClusterError for a study whose networks are made from files, which stay here."""
    if files := planned_files(study):
        raise ClusterError(
            f"{cluster} cannot train this study: its network is made from "
            f"{listed(each.path for each in files)}, which is not sent to other machines; train it "
            "on this one, without a cluster"
        )


def workers_for(study: Study, wanted: WhoTrains = None) -> Workers:
    """Workers for a study: one a core, or a GPU where TensorFlow sees any, and no more than fit
    into the free memory.

    `wanted` is a smaller number, "inline", or a cluster; by default what the variable
    ATTNLAB_CLUSTER says, or else ATTNLAB_WORKERS. Raises SpecError for anything else, and
    ClusterError where a cluster cannot train, or not this study.
    """
    if (cluster := chosen_cluster(wanted)) is not None:
        _check_files(study, cluster)
        with importing("attnlab.workers.cluster"):
            from attnlab.workers.cluster import RayWorkers

        return RayWorkers(cluster)
    assert not isinstance(wanted, Cluster)  # it would have been chosen
    if are_inline(wanted):
        return InlineWorkers()
    most = number(study, _wanted(wanted))
    many = study.runs * study.training.epochs >= MANY_EPOCHS
    to_share = 1 if THREADS_VARIABLE in os.environ else cores()
    gpu_each = _wanted(wanted) is None
    return ProcessWorkers(most, cores=to_share, gpu_each=gpu_each, all_at_once=many)


def memory_line(study: Study, wanted: int | str | None = None) -> str:
    """What training a study takes of this machine's memory at most, in a sentence.

    Large networks take more. Raises SpecError where its data cannot be read.
    """
    inline = are_inline(wanted)
    workers = 1 if inline else number(study, _wanted(wanted))
    needs, free = memory.needed(study) + workers * WORKER_BYTES, memory.available()
    where = "" if inline else f" in {counted(workers, 'worker')}"
    line = f"Up to {needs / _GIB:.1f} GiB of memory{where}, of {free / _GIB:.0f} GiB that are free"
    on_disk = memory.streamed_bytes(study)
    return f"{line}; images stream from {bytes_text(on_disk)} on disk" if on_disk else line


def number(study: Study, wanted: int | None = None) -> int:
    """How many processes train this study at once."""
    room = int((memory.USABLE * memory.available() - memory.needed(study)) / WORKER_BYTES)
    return max(1, min(wanted or cores(), MOST_WORKERS, room))


def _wanted(wanted: int | str | None) -> int | None:
    """How many workers were asked for, by the caller or the variable."""
    wanted = os.environ.get(VARIABLE) or None if wanted is None else wanted
    return None if wanted is None else _checked(wanted)


def _checked(wanted: int | str) -> int:
    try:
        count = int(wanted)
    except ValueError:
        count = 0
    if count < 1:
        raise SpecError(f"expected a number of workers from 1 on, or {INLINE}; got {wanted!r}")
    return count
