"""A home whose runs are drawn instead of trained: the same run gives the same numbers always.

A run's numbers depend on its arm and its seed alone, as those of a training do: a plan that is
trained again at the same seeds repeats them to the last bit, a shorter training is the beginning of
a longer one, and the arms of a seed share how hard that seed is. No arm differs from any other. The
numbers go into a real store, by the calls that the engine makes, and come back through `judge`.
"""

from __future__ import annotations

import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from attnlab.analysis.statistics import LEVEL
from attnlab.results.judge import judge
from attnlab.results.model import StudyResult
from attnlab.spec import Study
from attnlab.store import EpochRecord, Owner, Store
from benchmarks.simulated_studies import BASE, BETWEEN_SEEDS, SEEDS, WITHIN

TASK = {"name": "planted-features", "features": 8, "classes": 3}
ARMS = ("dense", "multi-head-dense", "bottleneck-dense", "feature-gate", "matched:of=dense")
REFERENCE = "none"
EPOCHS = 8

_LASTING = 0.6
"""The share of the variance within a seed that lasts for the whole training; the rest comes and
goes, and so training for longer or shorter gives other winners."""
_FROM_EPOCH_TO_EPOCH = 0.7
_COMMON = 0.5
"""The share of the variance within a run that its four metrics have in common."""

METRICS = ("val_accuracy", "val_loss", "accuracy", "loss")
"""What a run is measured by; the first is the one that is planned."""

_FOLDER = Path("/dev/shm") if Path("/dev/shm").is_dir() else None

Fails = Callable[[str, int, float], bool]
"""Whether the run of an arm at a seed fails, which would score so much above or below the others,
in standard deviations within a seed."""


class Seen(NamedTuple):
    """Whether somebody who goes by p alone sees a difference, and whether attnlab says one."""

    by_p: bool
    said: bool


class Home:
    """A store in a folder of its own, and the numbers of every run that could be trained in it."""

    def __init__(self, folder: Path, rng: np.random.Generator) -> None:
        """Draw another world of runs in this folder."""
        self.store = Store(folder)
        self._entropy = int(rng.integers(2**32))
        self._owner = Owner.current()

    def plan(
        self, *arms: str, reference: str = REFERENCE, seeds: Any = SEEDS, **more: Any
    ) -> Study:
        """A plan of these arms beside the reference."""
        settings = {"epochs": EPOCHS, "score": "final", **more}
        return Study(
            task=TASK, arms=[reference, *arms], reference=reference, seeds=seeds, **settings
        )

    def trained(self, study: Study, name: str = "", *, fresh: bool = False) -> str:
        """The id of a study of this plan that has finished; `fresh` seeds are the form's default,
        else it has those that the plan names."""
        study_id = self.store.create_study(study, name=name, owner=self._owner, fresh_seeds=fresh)
        self.train(study_id, self.store.study(study_id).study.seeds)
        return study_id

    def train(self, study_id: str, seeds: Iterable[int], fails: Fails | None = None) -> None:
        """Train these seeds of a study that waits, and end it."""
        with self.training(study_id):
            self.finish(study_id, seeds, fails)

    @contextmanager
    def training(self, study_id: str) -> Iterator[None]:
        """A study that trains meanwhile."""
        self.store.acquire(study_id, self._owner)
        yield
        self.store.release(study_id)

    def finish(self, study_id: str, seeds: Iterable[int], fails: Fails | None = None) -> None:
        """Train every arm of a running study at these seeds."""
        study = self.store.study(study_id).study
        runs = [(arm.label, seed) for seed in seeds for arm in study.arms]
        last = study.training.epochs
        noise = {run: self._noise(*run)[:last] for run in runs}
        failed = {run for run in runs if fails and fails(*run, float(noise[run][-1, 0]))}
        trained = [run for run in runs if run not in failed]
        self.store.record_epochs(
            study_id,
            [
                EpochRecord(*run, epoch + 1, seconds=0.1, **dict(zip(METRICS, row, strict=True)))
                for run in trained
                for epoch, row in enumerate(self._curves(noise[run], run[1]).tolist())
            ],
        )
        for arm, seed in trained:
            self.store.finish_run(study_id, arm, seed, 1.0)
        for arm, seed in sorted(failed):
            self.store.fail_run(study_id, arm, seed, "out of memory")

    def judged(self, study_id: str, metric: str | None = None, **how: Any) -> StudyResult:
        """What attnlab says of a study."""
        return judge(self.store, study_id, metric, **how)

    def seen(self, study_id: str, metric: str | None = None, **how: Any) -> Seen:
        """Whether any arm of a study is seen to differ."""
        return seen(self.judged(study_id, metric, **how))

    def best(self, study_id: str) -> str:
        """The arm with the largest difference from the reference."""
        arms = [arm for arm in self.judged(study_id).arms if arm.comparison]
        return max(arms, key=lambda arm: arm.difference.mean).label

    def _noise(self, arm: str, seed: int) -> np.ndarray:
        """How far a run's metrics are above what its seed gives, in standard deviations (epochs,
        metrics)."""
        rng = np.random.default_rng((self._entropy, zlib.crc32(arm.encode()), seed))
        lasting, passing = rng.standard_normal((2, EPOCHS, 1 + len(METRICS)))
        keep = _FROM_EPOCH_TO_EPOCH
        for epoch in range(1, EPOCHS):
            passing[epoch] = keep * passing[epoch - 1] + np.sqrt(1 - keep**2) * passing[epoch]
        own = np.sqrt(_LASTING) * lasting[:1] + np.sqrt(1 - _LASTING) * passing
        return np.sqrt(_COMMON) * own[:, :1] + np.sqrt(1 - _COMMON) * own[:, 1:]

    def _curves(self, noise: np.ndarray, seed: int) -> np.ndarray:
        """The metrics themselves (epochs, metrics)."""
        shared = np.random.default_rng((self._entropy, seed)).standard_normal()
        learnt = 0.1 * np.arange(1 - EPOCHS, len(noise) + 1 - EPOCHS)[:, None] / EPOCHS
        accuracy = BASE + learnt + BETWEEN_SEEDS * shared + WITHIN * noise
        return np.where([name.endswith("loss") for name in METRICS], 1.5 - accuracy, accuracy)


def seen(result: StudyResult) -> Seen:
    """Whether any arm of a result is seen to differ."""
    arms = [arm for arm in result.arms if arm.comparison]
    return Seen(
        any(arm.p_corrected < LEVEL for arm in arms),
        any(arm.verdict.is_difference for arm in arms),
    )


@contextmanager
def new_home(rng: np.random.Generator) -> Iterator[Home]:
    """A home that is new, and gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="attnlab-calibration-", dir=_FOLDER))
    home = Home(folder, rng)
    try:
        yield home
    finally:
        home.store.close()
        shutil.rmtree(folder)
