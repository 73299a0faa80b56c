"""Whether a home stays quick when it is full: 100,000 finished runs beside 1,000.

Each home is made here, in a temporary folder: plans by the store's own calls, runs and epochs in
bulk, with a trace of each run's last epoch. Then what pages and commands read is timed in both, in
turn. Exit code 1 if something takes longer than 200 ms in the full one.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from attnlab import Study
from attnlab.cli.commands import list_studies
from attnlab.results.judge import judge
from attnlab.store import ACTIVE, COMPLETE, Order, Owner, Status, Store, Wanted
from attnlab.ui.runs_table import ROWS
from benchmarks.report import arguments, median, print_table, rounds_of

RUNS, FEW_RUNS = 100_000, 1_000
EPOCHS, SEEDS = 20, 10
MOST_MS = 200
QUESTIONS = 50
"""So many different questions are asked, each by as many studies as it takes."""

TASKS = {
    "planted-features": ("none", "dense", "feature-gate", "dense:depth=1", "bottleneck-dense"),
    "digits": ("none", "se", "eca", "cbam", "se:ratio=4"),
}

EPOCH_ROWS = """
WITH RECURSIVE numbers (epoch) AS (SELECT 1 UNION ALL SELECT epoch + 1 FROM numbers LIMIT ?)
INSERT INTO epochs (run_id, epoch, loss, accuracy, val_loss, val_accuracy, seconds)
SELECT runs.id, numbers.epoch, 2.0 / numbers.epoch, 1 - 0.6 / numbers.epoch, 2.1 / numbers.epoch,
       0.95 - 0.6 / numbers.epoch + (runs.id * 7919 % 1000) / 20000.0, 0.03
FROM runs CROSS JOIN numbers
"""
RUN_ROWS = """
UPDATE runs SET status = 'finished', epoch = ?, seconds = 0.6, started_at = 1.0, finished_at = 2.0,
  tested = json_object('loss', 0.2, 'accuracy', 0.9 + (id * 7919 % 1000) / 20000.0)
"""
TRACE_ROWS = """
INSERT INTO traces (run_id, epoch, axis, kind, shape, weights)
SELECT id, epoch, 'feature', 'distribution', '[32]', ? FROM runs WHERE arm != 'none'
"""
STUDY_ROWS = """
UPDATE studies SET status = 'finished', started_at = created_at, finished_at = created_at + 60,
  owner_host = NULL, owner_pid = NULL, owner_started = NULL
"""


def main() -> None:
    """Measure, print, and exit with 1 if something takes too long."""
    rounds = rounds_of(arguments(__doc__, rounds=9, quick=3).parse_args())
    with tempfile.TemporaryDirectory() as folder:
        homes = {runs: _home(Path(folder) / str(runs), runs) for runs in (FEW_RUNS, RUNS)}
        actions = {runs: _actions(store) for runs, store in homes.items()}
        taken = {name: _taken(name, actions, rounds) for name in actions[RUNS]}
        for store in homes.values():
            store.close()
    rows = [
        [
            name,
            *(f"{value:.1f}" for value in (full.wall, few.wall)),
            f"{full.wall / few.wall:.1f}",
            *(f"{value:.1f}" for value in (full.cpu, few.cpu)),
            f"{full.cpu / few.cpu:.1f}",
            "slow" if full.wall > MOST_MS else "",
        ]
        for name, (few, full) in taken.items()
    ]
    head = ["what", f"ms at {RUNS:,} runs", f"at {FEW_RUNS:,}", "ratio"]
    head += [f"CPU ms at {RUNS:,}", f"at {FEW_RUNS:,}", "ratio", ""]
    print_table(f"Reading a full home (medians of {rounds} rounds)", head, rows)
    sys.exit(any(full.wall > MOST_MS for _, full in taken.values()))


class Milliseconds(NamedTuple):
    """What an action takes: by the clock, and of this process's processor time."""

    wall: float
    cpu: float


def _taken(
    name: str, actions: Mapping[int, Mapping[str, Callable[[], object]]], rounds: int
) -> tuple[Milliseconds, Milliseconds]:
    """The medians of an action in the two homes."""
    measured: dict[int, list[Milliseconds]] = {FEW_RUNS: [], RUNS: []}
    for own in actions.values():
        own[name]()  # imports, and the pages of the file that it reads
    for _ in range(rounds):
        for runs, taken in measured.items():
            wall, cpu = time.perf_counter(), time.process_time()
            actions[runs][name]()
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            taken.append(Milliseconds(1000 * wall, 1000 * cpu))
    few, full = (
        Milliseconds(*map(median, zip(*taken, strict=True))) for taken in measured.values()
    )
    return few, full


def _plan(number: int) -> Study:
    """One of the questions: a task, five arms, and a learning rate of its own."""
    tasks = list(TASKS)
    task = tasks[number % len(tasks)]
    predicts = {"winner": TASKS[task][1]} if number % 5 == 0 else None
    return Study(
        task=task,
        arms=list(TASKS[task]),
        seeds=SEEDS,
        epochs=EPOCHS,
        learning_rate=0.001 + 0.0001 * (number % QUESTIONS),
        prediction=predicts,
    )


def _home(folder: Path, runs: int) -> Store:
    print(f"making a home of {runs:,} runs", flush=True)
    store, made, number = Store(folder), 0, 0
    while made < runs:
        plan = _plan(number)
        store.create_study(plan, name=f"study {number}", owner=Owner.current(), fresh_seeds=True)
        number, made = number + 1, made + plan.runs
    weights = np.full(32, 1 / 32, dtype="<f4").tobytes()
    with store._write() as connection:
        for statement, values in (
            (RUN_ROWS, (EPOCHS,)),
            (EPOCH_ROWS, (EPOCHS,)),
            (TRACE_ROWS, (weights,)),
            (STUDY_ROWS, ()),
        ):
            connection.exec_driver_sql(statement, values)
        connection.exec_driver_sql("UPDATE arms SET parameters = 200, attention_parameters = 100")
        numbers = connection.exec_driver_sql("SELECT id FROM runs").scalars().all()
    for run in numbers:  # as many folders as there are runs with files
        (store.home / "artifacts" / str(run)).mkdir()
    return store


def _actions(store: Store) -> dict[str, Callable[[], object]]:
    """What pages and commands do with a home, by what it is called."""
    shown = store.studies(most=1)[0]
    runs = {f"Runs page: {name}": _page(store, *asked) for name, asked in _LISTS.items()}
    return {
        "Runs page: what trains now": lambda: store.studies(Wanted(statuses=ACTIVE)),
        **runs,
        "Runs page: the last page": lambda: store.studies(
            first=store.count_studies() - ROWS, most=ROWS
        ),
        "playground: the newest study, and one of the same plan": lambda: (
            store.studies(most=1),
            store.studies(Wanted(spec_hash=shown.spec_hash), most=1),
        ),
        "Ablation page: newest studies and predictions": lambda: (
            store.studies(most=20),
            store.studies(Wanted(statuses=COMPLETE, predicts=True), most=50),
        ),
        "open a study: plan, runs, curves, attention": lambda: _open(store, shown.id),
        "judge a study": lambda: judge(store, shown.id),
        "is the question asked before, were the seeds seen": lambda: (
            store.earlier_on_its_seeds(shown.id),
            store.same_question_before(shown.id),
            store.seen_seeds(shown.study),
        ),
        "make a study on fresh seeds and delete it": lambda: store.delete(
            store.create_study(shown.study.as_planned(), owner=Owner.current(), fresh_seeds=True)
        ),
        "recover": store.recover,
        "open the home": lambda: Store(store.home).close(),
        "command list": lambda: _list(store),
    }


_LISTS: dict[str, tuple[Wanted, Order]] = {
    "list": (Wanted(), Order.NEWEST),
    "find a name": (Wanted(text="study 7"), Order.NEWEST),
    "find an arm": (Wanted(text="cbam"), Order.NEWEST),
    "find nothing": (Wanted(text="not there"), Order.NEWEST),
    "by status": (Wanted(statuses=[Status.FINISHED]), Order.NEWEST),
    "by task": (Wanted(tasks=["digits"]), Order.NEWEST),
    **{f"sorted by {order}": (Wanted(), order) for order in Order if order != Order.NEWEST},
}


def _page(store: Store, wanted: Wanted, order: Order) -> Callable[[], object]:
    """What the Runs page reads: tasks, two counts, a page of studies with their plans."""

    def read() -> object:
        store.count_studies()
        store.tasks()
        store.count_studies(wanted)
        return [row.study for row in store.studies(wanted, order=order, most=ROWS)]

    return read


def _open(store: Store, study_id: str) -> object:
    row = store.study(study_id)
    return (
        row.study,
        store.arms(row.id),
        store.runs(row.id),
        store.curves(row.id),
        store.traces(row.id, "last"),
        store.measures(row.id, "last"),
    )


def _list(store: Store) -> None:
    os.environ["ATTNLAB_HOME"] = str(store.home)
    with contextlib.redirect_stdout(io.StringIO()):
        list_studies(Namespace(json=False, limit=None))


if __name__ == "__main__":
    main()
