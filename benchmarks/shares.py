"""Where the time of the table goes: one process, one thread that trains, ten seeds.

Functions of attnlab are wrapped to note when they began and ended. What the store does happens in
another thread than the training; the part of it that runs beside the training costs no time of
its own and is printed apart.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

from attnlab import Study
from benchmarks import table
from benchmarks.report import median, print_table

BUILDING, CHOOSING, STARTS = "building networks", "choosing what to stack", "starting weights"
TRACING, ARITHMETIC, DATA, FILES = "tracing (first calls)", "arithmetic", "data", "model files"
STORE, BESIDE, REST = "store", "store, beside training", "the rest"
ORDER = (TRACING, ARITHMETIC, DATA, BUILDING, CHOOSING, STARTS, FILES, STORE, REST)
MATRIX, PRODUCTS = 1024, 20


@dataclass(frozen=True)
class Shares:
    """Seconds by what they went into, and of it all; what the dense layers computed meanwhile."""

    parts: dict[str, float]
    whole: float
    flop: int


class Watch:
    """Notes when functions ran. One called from another that is noted belongs to the latter."""

    def __init__(self) -> None:
        self.spans: list[tuple[float, float, str]] = []
        self._inside = threading.local()

    def timed(self, function: Callable, what: str | Callable[[], str]) -> Callable:
        """`function`, noted as `what`, or as what that says at each call."""

        def noted(*arguments: Any, **named: Any) -> Any:
            if getattr(self._inside, "part", False):
                return function(*arguments, **named)
            self._inside.part, began = True, time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                self._inside.part = False
                part = what if isinstance(what, str) else what()
                self.spans.append((began, time.perf_counter(), part))

        return noted

    def patch(self, owner: Any, name: str, what: str) -> None:
        """Note every call of `owner.name`."""
        setattr(owner, name, self.timed(getattr(owner, name), what))

    def parts(self) -> dict[str, float]:
        """Seconds by part. Of the store, only what does not overlap with the training is STORE."""
        seconds: dict[str, float] = defaultdict(float)
        training = sorted(span for span in self.spans if span[2] != STORE)
        for began, ended, part in training:
            seconds[part] += ended - began
        for began, ended, part in self.spans:
            if part == STORE:
                beside = sum(
                    max(0.0, min(ended, last) - max(began, first)) for first, last, _ in training
                )
                seconds[STORE] += ended - began - beside
                seconds[BESIDE] += beside
        return seconds


def report(rounds: int, quick: bool, **size: int) -> None:
    """Measure and print."""
    study = table.plan(seeds=table.SEEDS, **size)
    taken = [_in_own_process(measure, study) for _ in range(rounds)]
    shares = sorted(taken, key=lambda each: each.whole)[rounds // 2]
    seconds, whole = defaultdict(float, shares.parts), shares.whole
    rows = [[part, f"{seconds[part]:.2f}", f"{seconds[part] / whole:.1%}"] for part in ORDER]
    rows += [["all", f"{whole:.2f}", "100.0%"], [BESIDE, f"{seconds[BESIDE]:.2f}", "-"]]
    title = f"Where the time goes: {len(study.arms)} arms, {len(study.seeds)} seeds, "
    title += f"{study.training.epochs} epochs, one thread (the median of {rounds} round(s))"
    print_table(title, ["part", "seconds", "share"], rows)
    print("TensorFlow was imported before. Updates and validation are arithmetic.")
    _report_rate(shares.flop / seconds[ARITHMETIC], quick)


def measure(study: Study) -> Shares:
    """Train in this process, whose functions stay wrapped."""
    from attnlab import api
    from attnlab.training.runtime import load_tensorflow

    load_tensorflow()
    watch = Watch()
    _wrap(watch)
    with tempfile.TemporaryDirectory() as home:
        began = time.perf_counter()
        result = api.run(study, home=home, progress=False, workers="inline")
        whole = time.perf_counter() - began
        if result.status != "finished":
            raise RuntimeError(f"the study is {result.status}")
    parts = watch.parts()
    parts[REST] = whole - sum(seconds for part, seconds in parts.items() if part != BESIDE)
    return Shares(dict(parts), whole, dense_flop(study))


def dense_flop(study: Study) -> int:
    """Floating-point operations of all dense layers, forward and backward, over all updates."""
    from attnlab.backbones import build

    total = 0
    for arm in study.arms:
        task = study.task_of(arm)
        weights = build(task, arm.module).model.trainable_variables
        products = sum(int(each.shape[0] * each.shape[1]) for each in weights if each.ndim == 2)
        samples = task.params.model_dump()["samples"] * 4 // 5
        total += 3 * 2 * products * samples * study.training_of(arm).epochs * len(study.seeds)
    return total


def matrix_rate() -> float:
    """Floating-point operations a second of a product of two matrices, float32."""
    import tensorflow as tf

    one = tf.random.normal((MATRIX, MATRIX))
    product = tf.function(lambda: tf.reduce_sum(one @ one))
    seconds = []
    for _ in range(PRODUCTS):
        began = time.perf_counter()
        product().numpy()
        seconds.append(time.perf_counter() - began)
    return 2 * MATRIX**3 / median(seconds)


def _report_rate(rate: float, quick: bool) -> None:
    from attnlab.training.runtime import load_tensorflow

    rates = [("the table's dense layers, 1 thread an operation", rate)]
    for threads in (1,) if quick else (1, 2):
        if quick:  # this process has loaded TensorFlow with one thread already, or does so now
            load_tensorflow()
            rate = matrix_rate()
        else:
            rate = _in_own_process(matrix_rate, threads=threads)
        rates.append((f"matrix product {MATRIX} × {MATRIX}, {threads} thread(s)", rate))
    best = rates[1][1]
    rows = [[name, f"{rate / 1e9:.1f}", f"{rate / best:.3f}"] for name, rate in rates]
    print_table("Arithmetic, float32", ["what", "GFLOP/s", "ratio"], rows)
    print("Dense layers: 3 × 2 × multiplications, of training samples alone, per second of")
    print("arithmetic, which holds everything else of an update too.")


def _wrap(watch: Watch) -> None:
    from attnlab.backbones import Network
    from attnlab.store import Store
    from attnlab.training import engine, grouping
    from attnlab.training.group import Group
    from attnlab.training.program import Program

    defaults: dict[str, Any] = engine.train.__kwdefaults__  # type: ignore[assignment]
    defaults["network"] = watch.timed(defaults["network"], BUILDING)
    watch.patch(Group, "make_program", BUILDING)
    watch.patch(grouping, "operations_of", CHOOSING)
    watch.patch(Group, "_begin", STARTS)
    watch.patch(Network, "file_with", FILES)
    for name in ("sizes", "group"):
        watch.patch(engine.DataPool, name, DATA)
    for name, function in list(vars(Store).items()):
        if callable(function) and not name.startswith("_"):
            watch.patch(Store, name, STORE)
    made = Program.__init__

    def init(program: Program, *arguments: Any) -> None:
        made(program, *arguments)
        for name in ("_train", "_evaluate"):
            setattr(program, name, _traced(watch, getattr(program, name)))

    Program.__init__ = init  # type: ignore[assignment,method-assign]


def _traced(watch: Watch, function: Callable) -> Callable:
    """A traced function whose first call is tracing and whose later ones are arithmetic."""
    calls = iter([TRACING])
    return watch.timed(function, lambda: next(calls, ARITHMETIC))


def _in_own_process(function: Callable, *arguments: Any, threads: int | None = None) -> Any:
    """Call in a new process, with so many threads an operation."""
    earlier = os.environ.get("TF_NUM_INTRAOP_THREADS")
    if threads is not None:
        os.environ["TF_NUM_INTRAOP_THREADS"] = str(threads)
    try:
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=spawn) as process:
            return process.submit(function, *arguments).result()
    finally:
        if earlier is None:
            os.environ.pop("TF_NUM_INTRAOP_THREADS", None)
        else:
            os.environ["TF_NUM_INTRAOP_THREADS"] = earlier
