"""Ray on this machine: what it costs beside processes of its own, and what befalls it.

Overhead: the table by as many Ray tasks at once as by worker processes, in turn, both with
TensorFlow loaded before. Removed: of studies that a cluster of three nodes trains, two of
which train, one of these is removed while both do. Killed: the command that trains is killed at a
random moment, and the study is resumed at home. Their numbers are held against the same study
undisturbed, bit for bit; exit code 1 if any differ. Reader: how many batches a second one process
can take in, and what they weigh, for `docs/scaling.md`.
"""

from __future__ import annotations

import logging
import os
import pickle
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from attnlab import Study
from attnlab.jobs import execute
from attnlab.jobs.records import artifacts, epoch_record
from attnlab.store import Owner, Store
from attnlab.training.events import EpochEnd, RunEnd
from attnlab.workers import PROCESSES, WhoTrains, Work, cluster_at, cluster_task
from attnlab.workers.cluster import BATCH_SECONDS
from attnlab.workers.versions import versions
from benchmarks import table
from benchmarks.report import arguments, median, print_table, rounds_of

AT_ONCE = 2
TIMES = 10
PARTS = ("overhead", "removed", "killed", "reader")
STORE_BYTES = 80 * 2**20
TARGET = 1.15


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__, rounds=3, quick=1)
    parser.add_argument(
        "--only", choices=PARTS, nargs="+", default=PARTS, help="leave out the rest"
    )
    parser.add_argument("--times", type=int, default=TIMES, help=f"how often ({TIMES})")
    options = parser.parse_args()
    times = 2 if options.quick else options.times
    kept = True
    if "overhead" in options.only:
        overhead(rounds_of(options), quick=options.quick)
    if "removed" in options.only:
        kept &= removed(times)
    if "killed" in options.only:
        kept &= killed(times)
    if "reader" in options.only:
        reader()
    PROCESSES.end()
    sys.exit(not kept)


def overhead(rounds: int, quick: bool) -> None:
    """Time the table by Ray and by processes."""
    plan = table.plan(seeds=4, epochs=5, arms=4) if quick else table.plan()
    by_ray, by_processes = [], []
    with _cluster(nodes=1, cpus=AT_ONCE) as cluster:
        who = cluster_at(cluster.address)
        _numbers(_small(), who)  # loads TensorFlow in each
        _numbers(_small(), AT_ONCE)
        for _ in range(rounds):
            by_ray.append(_numbers(plan, who)[1])
            by_processes.append(_numbers(plan, AT_ONCE)[1])
    ratio = median(by_ray) / median(by_processes)
    rows = [
        [f"{AT_ONCE} processes", f"{median(by_processes):.1f}", "1.00"],
        [f"{AT_ONCE} Ray tasks at once", f"{median(by_ray):.1f}", f"{ratio:.2f}"],
    ]
    title = f"{len(plan.arms)} arms, {len(plan.seeds)} seeds, {plan.training.epochs} epochs"
    print_table(title, ["who trains", "seconds", "ratio"], rows)
    print(f"At most {TARGET:.2f} is the target: {'kept' if ratio <= TARGET else 'MISSED'}")


def removed(times: int) -> bool:
    """Remove a node in each of so many studies; whether all is as if undisturbed."""
    plan, draw = _small(epochs=600), random.Random(0)
    undisturbed, seconds = _numbers(plan, AT_ONCE)
    rows = []
    with _cluster(nodes=2, cpus=1) as cluster:
        who = cluster_at(cluster.address)
        for number in range(times):
            removal = _Removal(cluster, draw)
            numbers, taken = _numbers(plan, who, removal)
            hit = f"{removal.begun_again} groups begun again"
            rows.append([*_row(number, taken / seconds, numbers, undisturbed), hit])
            cluster.add_node(**_node(1))
    return _told("A node removed", rows)


class _Removal(logging.Handler):
    """Removes one of two nodes while both train an arm, after a number of their epochs drawn at
    random, and counts the groups that begin again."""

    def __init__(self, cluster: Any, draw: random.Random) -> None:
        super().__init__()
        self._cluster, self._draw = cluster, draw
        self._left = draw.randrange(1, 200)
        self._at_work: set[str] = set()
        self.begun_again = 0

    def __call__(self, arm: str, event: object) -> None:
        if isinstance(event, RunEnd):
            self._at_work.discard(arm)
        if isinstance(event, EpochEnd):
            self._at_work.add(arm)
            if len(self._at_work) == AT_ONCE:
                self._left -= 1
                if self._left == 0:
                    victim = self._draw.choice(sorted(self._cluster.worker_nodes, key=id))
                    self._cluster.remove_node(victim, allow_graceful=False)

    def emit(self, record: logging.LogRecord) -> None:
        self.begun_again += "is tried again" in record.getMessage()


def killed(times: int) -> bool:
    """Kill the driver of so many studies and resume them; whether all is as if undisturbed."""
    plan, draw = _small(), random.Random(0)
    undisturbed, seconds = _numbers(plan, AT_ONCE)
    rows = []
    with _cluster(nodes=2, cpus=1) as cluster, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plan.json"
        file.write_text(plan.canonical_json(), encoding="utf-8")
        for number in range(times):
            home = Path(folder) / str(number)
            command = ["-m", "attnlab", "run", str(file), "--cluster", cluster.address]
            process = subprocess.Popen(
                [sys.executable, *command],
                env={**os.environ, "ATTNLAB_HOME": str(home)},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            store = Store(home)
            while not store.count_studies() and process.poll() is None:
                time.sleep(0.1)
            began = time.monotonic()
            time.sleep(draw.uniform(0.0, 10.0 + seconds))
            process.kill()
            process.wait()
            store.recover()
            [row] = store.studies()
            if row.status != "finished":
                store.enqueue(row.id, Owner.current())
                execute(store, row.id, stop=threading.Event(), workers=AT_ONCE)
            taken = time.monotonic() - began
            rows.append(_row(number, taken / seconds, _frames(store, row.id), undisturbed))
            store.close()
    return _told("The driver killed, the study resumed at home", rows)


def reader() -> None:
    """Weigh the batches of a group of the table, and time how fast a process takes them in."""
    plan = table.plan(arms=1)
    work = Work(plan, plan.arms[0].label, plan.seeds, plan.seeds)
    order = cluster_task.GroupOrder("benchmark", work, versions(), BATCH_SECONDS)
    began = time.monotonic()
    batches = list(cluster_task.train(order))
    seconds = time.monotonic() - began
    events = [event for batch in batches for event in pickle.loads(batch)]
    epochs = [event for event in events if isinstance(event, EpochEnd)]
    models = sum(len(event.model) for event in events if isinstance(event, RunEnd))
    began = time.monotonic()
    for _ in range(20):
        for batch in batches:
            pickle.loads(batch)
    unpickling = (time.monotonic() - began) / 20 / len(batches)
    with tempfile.TemporaryDirectory() as home:
        store = Store(Path(home))
        study_id = store.create_study(plan, owner=Owner.current())
        store.acquire(study_id, Owner.current())
        records = [epoch_record(work.arm, event) for event in epochs]
        together = len(plan.seeds)
        began = time.monotonic()
        for first in range(0, len(records), together):
            store.record_epochs(study_id, records[first : first + together])
        writing = (time.monotonic() - began) / len(records)
        began = time.monotonic()
        ends = [event for event in events if isinstance(event, RunEnd)]
        for end in ends:
            key = (study_id, work.arm, end.seed)
            store.save_artifacts(*key, artifacts(end))
            store.finish_run(*key, end.seconds, end.epoch, end.tested)
        keeping = (time.monotonic() - began) / len(ends)
        store.close()
    size = sum(map(len, batches))
    rows = [
        ["events of a group", str(len(events))],
        ["of them epochs", str(len(epochs))],
        ["batches", str(len(batches))],
        ["bytes a batch without models", f"{(size - models) / len(batches):.0f}"],
        ["bytes of a model", f"{models / len(plan.seeds):.0f}"],
        ["seconds of the group, alone", f"{seconds:.1f}"],
        ["batches unpickled a second", f"{1 / unpickling:.0f}"],
        ["epochs written a second, ten at once", f"{1 / writing:.0f}"],
        ["runs finished a second, with their files", f"{1 / keeping:.0f}"],
    ]
    print_table("What comes from one group of ten seeds", ["what", "figure"], rows)


def _small(epochs: int = 60) -> Study:
    task = {"name": "planted-features", "features": 8, "classes": 3, "test_samples": 0}
    return Study(task=task, arms=["none", "dense"], seeds=3, epochs=epochs)


@contextmanager
def _cluster(nodes: int, cpus: int) -> Iterator[Any]:
    """A Ray cluster on this machine: a head that trains nothing, and so many nodes."""
    os.environ["PYTHONPATH"] = os.pathsep.join([str(table.ROOT), *sys.path])
    import ray
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args=_node(0))
    try:
        for _ in range(nodes):
            cluster.add_node(wait=False, **_node(cpus))
        cluster.wait_for_nodes()
        yield cluster
    finally:
        ray.shutdown()
        cluster.shutdown()


def _node(cpus: int) -> dict[str, Any]:
    return {"num_cpus": cpus, "include_dashboard": False, "object_store_memory": STORE_BYTES}


def _numbers(
    plan: Study, who: WhoTrains, removal: _Removal | None = None
) -> tuple[list[pd.DataFrame], float]:
    """All numbers of a study, of which a node may be removed, and the seconds it took."""
    log = logging.getLogger("attnlab.jobs.execution")
    if removal:
        log.addHandler(removal)
    with tempfile.TemporaryDirectory() as home:
        store = Store(Path(home))
        study_id = store.create_study(plan)
        began = time.monotonic()
        execute(store, study_id, stop=threading.Event(), listen=removal, workers=who)
        seconds = time.monotonic() - began
        frames = _frames(store, study_id)
        store.close()
    if removal:
        log.removeHandler(removal)
    return frames, seconds


def _frames(store: Store, study_id: str) -> list[pd.DataFrame]:
    runs = store.runs(study_id)
    kept = ["arm", "seed", "status", *(each for each in map(str, runs) if each.startswith("test_"))]
    return [
        store.curves(study_id).drop(columns=["study", "seconds"]),
        store.traces(study_id).drop(columns="study"),
        runs[kept],
    ]


def _row(
    number: int, ratio: float, numbers: list[pd.DataFrame], undisturbed: list[pd.DataFrame]
) -> list[str]:
    same = all(one.equals(other) for one, other in zip(numbers, undisturbed, strict=True))
    return [str(number + 1), f"{ratio:.2f}", "the same bits" if same else "OTHER"]


def _told(title: str, rows: list[list[str]]) -> bool:
    heads = ["study", "times as long", "numbers", "hit"]
    print_table(title, heads[: len(rows[0])], rows)
    bad = sum("OTHER" in row for row in rows)
    print(f"{bad} of {len(rows)} studies differ from the undisturbed one")
    return not bad


if __name__ == "__main__":
    main()
