"""Worker processes: what they gain, and that a study survives what befalls them.

Kills: studies of two arms, of which a worker process is killed at random moments, are held against
the same study undisturbed: every curve, attention weight and test score, bit for bit. Exit code 1
if a run is lost, doubled or different. Efficiency: the table at ten seeds with one worker and with
two, both loaded before: half of the ratio of their seconds. Memory: what this process and its
workers hold meanwhile, without what they share.
"""

from __future__ import annotations

import random
import sys
import tempfile
import threading
import time
from pathlib import Path

import pandas as pd
import psutil

from attnlab import Study
from attnlab.jobs import execute
from attnlab.store import Store
from attnlab.workers import PROCESSES
from benchmarks import table
from benchmarks.report import arguments, median, print_table

KILLS, KILLS_A_STUDY = 50, 2
MIB = 2**20


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__, rounds=3, quick=1)
    parser.add_argument("--only", choices=("killed", "efficiency"), help="leave out the other part")
    parser.add_argument("--kills", type=int, default=KILLS, help=f"how many workers ({KILLS})")
    options = parser.parse_args()
    rounds = options.rounds or (options.quick_rounds if options.quick else options.usual_rounds)
    kept = True
    if options.only != "efficiency":
        kept = killed(options.kills if not options.quick else 6)
    if options.only != "killed":
        efficiency(rounds, quick=options.quick)
    PROCESSES.end()
    sys.exit(not kept)


def killed(kills: int) -> bool:
    """Kill workers at random moments and compare; whether all is as if undisturbed."""
    task = {"name": "planted-features", "features": 8, "classes": 3, "test_samples": 0}
    plan = Study(task=task, arms=["none", "dense"], seeds=3, epochs=6)
    draw = random.Random(0)
    _ready(2)
    undisturbed, seconds, _ = _numbers(plan)
    rows: list[list[str]] = []
    bad = done = 0
    while done < kills:
        moments = sorted(draw.uniform(0.0, seconds) for _ in range(KILLS_A_STUDY))
        numbers, taken, killed_here = _numbers(plan, moments)
        same = all(one.equals(other) for one, other in zip(numbers, undisturbed, strict=True))
        bad += not same
        done += killed_here
        words = "the same bits" if same else "OTHER"
        rows.append([str(len(rows) + 1), str(killed_here), f"{taken / seconds:.1f}", words])
    head = ["study", "killed", "times as long", "numbers"]
    print_table("Studies of which workers are killed while they train", head, rows)
    print(f"{done} workers killed; {bad} of {len(rows)} studies differ from the undisturbed one")
    return not bad


def efficiency(rounds: int, quick: bool) -> None:
    """Time the table with one worker and with two, in turn, and read their memory."""
    plan = table.plan(seeds=4, epochs=5, arms=4) if quick else table.plan()
    _ready(2)
    one, two = [], []
    held: list[tuple[int, int]] = []
    for _ in range(rounds):
        one.append(_seconds(plan, 1))
        two.append(_seconds(plan, 2, held))
    gain = median(one) / median(two)
    rows = [
        ["one worker", f"{median(one):.1f}", "1.00"],
        ["two workers", f"{median(two):.1f}", f"{gain:.2f}"],
    ]
    title = f"{len(plan.arms)} arms, {len(plan.seeds)} seeds, {plan.training.epochs} epochs"
    print_table(title, ["who trains", "seconds", "times as fast"], rows)
    print(f"Efficiency of two workers: {gain / 2:.2f}")
    server, workers = (max(each) / MIB for each in zip(*held, strict=True))
    print(f"Memory at most: server {server:.0f} MiB, two workers {workers:.0f} MiB")


def _numbers(
    plan: Study, kill_at: list[float] | None = None
) -> tuple[list[pd.DataFrame], float, int]:
    """All numbers of a study trained by two workers, its seconds, and how many were killed."""
    dead: list[psutil.Process] = []
    with tempfile.TemporaryDirectory() as home:
        store = Store(Path(home))
        study_id = store.create_study(plan)
        timers = [threading.Timer(moment, _kill_one, [dead]) for moment in kill_at or ()]
        for timer in timers:
            timer.start()
        began = time.monotonic()
        execute(store, study_id, stop=threading.Event(), workers=2)
        seconds = time.monotonic() - began
        for timer in timers:
            timer.cancel()
        runs = store.runs(study_id)
        kept = [
            "arm",
            "seed",
            "status",
            *(each for each in map(str, runs) if each.startswith("test_")),
        ]
        frames = [
            store.curves(study_id).drop(columns=["study", "seconds"]),
            store.traces(study_id).drop(columns="study"),
            runs[kept],
        ]
        store.close()
    return frames, seconds, len(dead)


def _kill_one(dead: list[psutil.Process]) -> None:
    """Kill a worker, if there is one, and note it."""
    found = [each for each in _children() if each not in dead]
    if found:
        dead.append(random.choice(found))
        dead[-1].kill()


def _children() -> list[psutil.Process]:
    """The worker processes of this one."""
    return [
        each
        for each in psutil.Process().children()
        if each.status() != psutil.STATUS_ZOMBIE and "attnlab.workers" in each.cmdline()
    ]


def _ready(count: int) -> None:
    """Let so many workers load TensorFlow."""
    taken = [PROCESSES.take() for _ in range(count)]
    for process in taken:
        while not process.is_ready and process.is_alive:
            process.receive(1.0)
        PROCESSES.give_back(process)


def _seconds(plan: Study, workers: int, held: list[tuple[int, int]] | None = None) -> float:
    """Seconds to train a study; notes now and then what server and workers hold."""
    read_at = 0.0

    def listen(arm: str, event: object) -> None:
        nonlocal read_at
        if held is not None and time.monotonic() - read_at > 1.0:
            read_at = time.monotonic()
            own = psutil.Process().memory_full_info().uss
            held.append((own, sum(each.memory_full_info().uss for each in _children())))

    with tempfile.TemporaryDirectory() as home:
        store = Store(Path(home))
        study_id = store.create_study(plan)
        began = time.monotonic()
        execute(store, study_id, stop=threading.Event(), workers=workers, listen=listen)
        seconds = time.monotonic() - began
        store.close()
    return seconds


if __name__ == "__main__":
    main()
