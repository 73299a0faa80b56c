"""The rows of a study that a result is made of, as the store keeps them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import pandas as pd

from attnlab.analysis.attention import TruthFound, found_truth
from attnlab.analysis.intervals import Interval, mean_interval
from attnlab.results.arm_facts import ArmParameters, KeptEpochs
from attnlab.results.by_class import with_recall
from attnlab.results.model import ArmResult
from attnlab.spec import VALIDATED, Judging, Metric, Study, titles_of
from attnlab.store import COMPLETE, Status, Store


@dataclass(frozen=True)
class StudyRows:
    """What a result is made of; a part that is not needed for it may be missing.

    - runs: a row per run: arm, seed, status, epoch, seconds, kept_epoch, the numbers of that epoch
      such as val_accuracy, and those on the test samples, "test_" before their names
    - parameters: of an arm's network, by its label
    - curves: a row per run and epoch; for a mean over epochs, and for time
    - measured: a row per run, epoch, axis and measure of attention; for a metric of attention: of
      every epoch for a mean over epochs, else of the epoch kept
    - traces, trace_measures: the attention weights of the epochs kept, and what they measure; for
      the attention found
    """

    runs: pd.DataFrame
    parameters: Mapping[str, ArmParameters] = field(default_factory=dict)
    curves: pd.DataFrame | None = None
    measured: pd.DataFrame | None = None
    traces: pd.DataFrame | None = None
    trace_measures: pd.DataFrame | None = None

    @cached_property
    def finished(self) -> pd.DataFrame:
        """The runs that trained to their end."""
        return self.runs[self.runs["status"] == Status.FINISHED]

    def of(self, study: Study) -> StudyRows:
        """The rows of the arms of this study alone."""
        labels = [arm.label for arm in study.arms]

        def own(rows: pd.DataFrame | None) -> pd.DataFrame | None:
            return None if rows is None else rows[rows["arm"].isin(labels)]

        return replace(
            self,
            runs=self.runs[self.runs["arm"].isin(labels)],
            parameters={label: size for label, size in self.parameters.items() if label in labels},
            curves=own(self.curves),
            measured=own(self.measured),
            traces=own(self.traces),
            trace_measures=own(self.trace_measures),
        )

    def truth_found(self, study: Study) -> Mapping[str, TruthFound]:
        """Whether the attention of finished runs found what was planted, by the arm's label; empty
        without traces."""
        if self.traces is None:
            return {}
        measured = None if self.trace_measures is None else self._finished(self.trace_measures)
        return found_truth(self._finished(self.traces), study, measured)

    def _finished(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows that belong to runs which finished."""
        return rows.merge(self.finished[["arm", "seed"]].drop_duplicates(), on=["arm", "seed"])


def read_rows(
    store: Store, study_id: str, metric: Metric, rule: Judging, *, attention: bool = False
) -> StudyRows:
    """The rows that the result by this metric needs; with `attention`, what that found too."""
    averaged = rule.score == "mean"
    needs_curves = metric.kind == "time" or (averaged and metric.kind == "curve")
    needs_measures = metric.kind == "attention"
    runs = store.runs(study_id)
    if metric.class_number is not None:
        runs = with_recall(runs, store.confusions(study_id), metric.class_number)
    return StudyRows(
        runs=runs,
        parameters={
            arm.label: ArmParameters(arm.attention_parameters, arm.parameters)
            for arm in store.arms(study_id)
        },
        curves=store.curves(study_id) if needs_curves else None,
        measured=store.measures(study_id, None if averaged else "last") if needs_measures else None,
        traces=store.traces(study_id, "last") if attention else None,
        trace_measures=store.measures(study_id, "last") if attention else None,
    )


def ended_arms(study: Study, runs: pd.DataFrame) -> list[str]:
    """The labels of the arms of which every planned seed has finished or failed."""
    planned = runs[runs["seed"].isin(study.seeds[: study.planned])]
    waiting = planned.loc[~planned["status"].isin(COMPLETE), "arm"]
    return [arm.label for arm in study.arms if arm.label not in set(waiting)]


def training_arms(runs: pd.DataFrame) -> set[str]:
    """The labels of the arms of which a run still trains, and has come to some epoch."""
    return set(runs.loc[(runs["status"] == Status.RUNNING) & (runs["epoch"] > 0), "arm"])


def with_runs(arms: Sequence[ArmResult], study: Study, rows: StudyRows) -> list[ArmResult]:
    """The same arms with all that is known of them besides their scores."""
    attention, nothing = rows.truth_found(study), rows.finished.iloc[:0]
    by_arm = {str(label): runs for label, runs in rows.finished.groupby("arm", sort=False)}
    titles = titles_of(study)
    results = []
    for arm in arms:
        runs = by_arm.get(arm.label, nothing)
        results.append(
            replace(
                arm,
                title=titles[arm.label],
                chance=study.task_of(arm.label).chance,
                learning_rate=math.nan
                if study.awaits_tuning
                else study.training_of(arm.label).learning_rate,
                parameters=rows.parameters.get(arm.label, ArmParameters()),
                finished=len(runs),
                seconds=float(runs["seconds"].mean()) if len(runs) else math.nan,
                kept=_kept(runs),
                extra=_extra(runs, study),
                attention=attention.get(arm.label),
            )
        )
    return results


def _kept(runs: pd.DataFrame) -> KeptEpochs:
    if not len(runs):
        return KeptEpochs()
    epochs = runs["kept_epoch"]
    return KeptEpochs(float(epochs.mean()), int(epochs.min()), int(epochs.max()))


def _extra(runs: pd.DataFrame, study: Study) -> dict[str, Interval]:
    """What the task measures besides accuracy and loss; NaN in runs from before it was measured."""
    return {
        metric.name: mean_interval(runs.get(f"{VALIDATED}{metric.name}", []))
        for metric in (*study.task.entry.extra_metrics, *study.task.entry.end_metrics)
    }
