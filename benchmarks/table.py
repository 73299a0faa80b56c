"""The table that measures training as a whole: dense attention, eight arms of one study.

It varies features, classes and an extra layer, with 10,000 samples, 20 epochs, batches of 64 and
Adam at 0.001. Each way to train it is a process of its own, timed from its start to its end.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from attnlab import Study

EPOCHS, SEEDS = 20, 10
ARMS = (
    "dense@classes=2",
    "dense@classes=5",
    "dense@classes=20",
    "dense@classes=30",
    "dense",
    "dense@classes=100",
    {"module": "dense", "set": {"features": 128}},
    {"module": "dense", "depth": 1, "activation": "relu"},
)
ROOT = Path(__file__).parent.parent
LOAD = "from attnlab.training.runtime import load_tensorflow; load_tensorflow()"


@dataclass(frozen=True)
class Seconds:
    """A process from its start to its end, and how much of it was starting and importing."""

    whole: float
    start: float

    @property
    def work(self) -> float:
        """What is left without start and import."""
        return self.whole - self.start

    def scaled(self, factor: float) -> Seconds:
        """What it would be with `factor` times the work."""
        return Seconds(self.start + factor * self.work, self.start)


def plan(*, seeds: int = SEEDS, epochs: int = EPOCHS, arms: int = len(ARMS)) -> Study:
    """The table, or its first `arms` rows."""
    task = {"name": "planted-features", "features": 32, "classes": 50, "samples": 10_000}
    training = {"optimizer": "adam", "learning_rate": 1e-3, "batch_size": 64}
    return Study(task=task, arms=ARMS[:arms], seeds=seeds, epochs=epochs, **training)


def loading() -> float:
    """Seconds of a process that only starts and imports what attnlab trains with."""
    return _timed([sys.executable, "-c", LOAD])[0]


def by_attnlab(study: Study, start: float) -> Seconds:
    """Train on the command line, with store, artifacts and CSV; `start` is that of `loading`."""
    with tempfile.TemporaryDirectory() as folder:
        path = _written(study, folder)
        target = Path(folder, "curves.csv")
        command = [sys.executable, "-m", "attnlab", "run", str(path), "--csv", str(target)]
        seconds, _ = _timed(command, ATTNLAB_HOME=str(Path(folder, "home")))
        rows = len(target.read_text().splitlines()) - 1
    expected = study.runs * study.training.epochs
    if rows != expected:
        raise RuntimeError(f"the CSV has {rows} rows, expected {expected}")
    return Seconds(seconds, start)


def by_fit(study: Study) -> Seconds:
    """Train by `model.fit`, run after run in one process with TensorFlow's default threads."""
    return by_program(study, "benchmarks.fit")[0]


def by_program(study: Study, module: str, *arguments: str) -> tuple[Seconds, dict[str, float]]:
    """Train by `python -m module study.yaml arguments`; return also the JSON it prints last.

    It has "training", the seconds without start and import.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = _written(study, folder)
        seconds, printed = _timed([sys.executable, "-m", module, str(path), *arguments])
    told = json.loads(printed.splitlines()[-1])
    return Seconds(seconds, seconds - told["training"]), told


def _written(study: Study, folder: str) -> Path:
    path = Path(folder, "table.yaml")
    path.write_text(study.to_yaml())
    return path


def _timed(command: list[str], **environment: str) -> tuple[float, str]:
    """Run a command from the repository's root; return its seconds and what it printed.

    Raises RuntimeError with the end of its standard error if it fails.
    """
    began = time.perf_counter()
    ended = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - began
    if ended.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{ended.stderr[-2000:]}")
    return seconds, ended.stdout
