"""Choosing learning rates before the seeds that are judged: every arm at every rate, and the best.

A tuning is trained as studies are, plan by plan; of its runs only the score is kept. What has ended
is never trained again, so that a tuning which was stopped goes on where it was.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from statistics import fmean
from typing import TYPE_CHECKING, Any

from attnlab.imports import importing
from attnlab.jobs.execution import Execution, Listener
from attnlab.spec import Metric, Study
from attnlab.spec.tuning_runs import TuningRun, chosen_rates, tuning_metric, tuning_plans
from attnlab.store import EpochRecord, Status, Store, StudyRow
from attnlab.workers import WhoTrains

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

TuningBegins = Callable[[Study, Collection[tuple[str, int]]], None]
"""Gets a plan of a tuning that begins, and the labels and seeds that are left of it: for whoever
shows progress."""


def tune(
    store: Store,
    study_id: str,
    stop: threading.Event,
    listen: Listener | None,
    on_tuning: TuningBegins,
    workers: WhoTrains = None,
) -> bool:
    """Train what is left of a study's tuning and write down the rates; whether that was all of it.

    False where a stop was asked for: what has ended is kept. A study that chooses no rates, or has
    chosen them, is left as it is. Raises what training raises.
    """
    study = store.study(study_id).study
    if not study.awaits_tuning:
        return True
    for plan, behind in tuning_plans(study):
        recorder = TuningRecorder(store, study, plan, behind)
        left = recorder.left(study_id)
        if not left:
            continue
        on_tuning(plan, left)
        execution = Execution(recorder, study_id, stop, listen, workers)
        try:
            execution.run()
        finally:
            execution.finish()
        if execution.stopped:
            return False
    store.choose_rates(study_id, chosen_rates(study, store.tuning_runs(study_id)))
    return True


class TuningRecorder:
    """What an `Execution` writes into while it trains a tuning: the store, with only the score of
    each run. To the execution the study has the tuning's plan."""

    def __init__(
        self, store: Store, study: Study, plan: Study, behind: Mapping[str, tuple[str, float]]
    ) -> None:
        self._store, self._study, self._plan, self._behind = store, study, plan, behind
        self._epochs: dict[tuple[str, int], dict[int, float]] = {}
        """The validation scores of the runs that train, by label and seed, and by epoch."""

    def left(self, study_id: str) -> list[tuple[str, int]]:
        """The label and seed of each run of this plan that has not ended yet."""
        ended = {(run.arm, run.rate, run.seed) for run in self._store.tuning_runs(study_id)}
        return [
            (label, seed)
            for label, arm_and_rate in self._behind.items()
            for seed in self._plan.seeds
            if (*arm_and_rate, seed) not in ended
        ]

    def study(self, study_id: str) -> StudyRow:
        """The study, with the plan of its tuning."""
        return replace(self._store.study(study_id), spec=self._plan.canonical_json())

    def runs(self, study_id: str) -> pd.DataFrame:
        """A row per run of the plan: arm (its label in the plan), seed, status."""
        with importing("pandas"):
            import pandas as pd

        left = set(self.left(study_id))
        rows = [
            (arm.label, seed, Status.QUEUED if (arm.label, seed) in left else Status.FINISHED)
            for arm in self._plan.arms
            for seed in self._plan.seeds
        ]
        return pd.DataFrame(rows, columns=["arm", "seed", "status"])

    def heartbeat(self, study_id: str, activity: str) -> bool:
        """That of the store; says that learning rates are being chosen, and how far that is."""
        ended, of = self._store.study(study_id).tuned, self._study.tuning_runs
        doing = f"Choosing learning rates, {ended} of {of}: {activity}"
        return self._store.heartbeat(study_id, doing)

    def is_paused(self, study_id: str) -> bool:
        """That of the store."""
        return self._store.is_paused(study_id)

    def describe_arm(self, *_: Any) -> None:
        """Nothing: the seeds that are judged describe the arms."""

    def start_run(self, study_id: str, arm: str, seed: int) -> None:
        """Forget what an earlier try of the run gave."""
        self._epochs[arm, seed] = {}

    def record_epochs(self, study_id: str, records: Sequence[EpochRecord]) -> None:
        """Remember the validation score of each epoch until its run ends."""
        name = tuning_metric(self._study).name
        for each in records:
            found = getattr(each, name, None)
            if found is None:
                found = each.extra_metrics.get(name.removeprefix("val_"), math.nan)
            self._epochs.setdefault((each.arm, each.seed), {})[each.epoch] = float(found)

    def save_artifacts(self, *_: Any) -> None:
        """Nothing: weights of runs that only choose a rate are not kept."""

    def finish_run(
        self,
        study_id: str,
        arm: str,
        seed: int,
        seconds: float,
        kept_epoch: int | None = None,
        tested: Mapping[str, float] | None = None,
        at_end: Mapping[str, float] | None = None,
        confusion: np.ndarray | None = None,
        trained_by: str | None = None,
    ) -> None:
        """Keep the score of the run, read of its epochs as the plan says."""
        epochs = self._epochs.pop((arm, seed), {})
        judging, metric = self._study.judging, tuning_metric(self._study)
        if metric.kind == "end":
            score = _at_end(metric, at_end or {}, confusion)
        elif judging.score == "mean":
            score = fmean(epochs[epoch] for epoch in sorted(epochs)[-judging.last :])
        else:
            score = epochs[max(epochs) if kept_epoch is None else kept_epoch]
        is_known = math.isfinite(score)
        self._ended(
            study_id, arm, seed, score if is_known else None, "" if is_known else _NO_SCORE, seconds
        )

    def fail_run(self, study_id: str, arm: str, seed: int, error: str) -> None:
        """Keep that the run failed, and why."""
        self._epochs.pop((arm, seed), None)
        self._ended(study_id, arm, seed, None, error, 0.0)

    def _ended(
        self, study_id: str, arm: str, seed: int, score: float | None, error: str, seconds: float
    ) -> None:
        label, rate = self._behind[arm]
        run = TuningRun(label, rate, seed, score, error, seconds)
        self._store.record_tuning_run(study_id, run)


def _at_end(metric: Metric, values: Mapping[str, float], confusion: np.ndarray | None) -> float:
    """The validation score of a run by what was measured at its end; NaN where not defined."""
    number = metric.class_number
    if number is None:
        return values.get(metric.name, math.nan)
    if confusion is None or number >= confusion.shape[-1]:
        return math.nan
    of_class = confusion[0, number]
    return float(of_class[number] / of_class.sum()) if of_class.any() else math.nan


_NO_SCORE = "its score is no number"
