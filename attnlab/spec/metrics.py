"""What a run can be judged by: every number that is stored of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from attnlab.spec.parameters import SpecError, unknown
from attnlab.spec.registry import Measure, TaskEntry

VALIDATED = "val_"
"""Before the names of what is measured on the validation split."""


@dataclass(frozen=True)
class Metric:
    """A number of a run: its name, title and one line of help.

    `better` is 1 where more is better, −1 where less is, 0 where neither is. `kind` says how it is
    stored: "curve" has a value per epoch, "attention" a value per epoch and axis, "size" belongs
    to the arm, "time" to the run. A `share` is shown in percent.
    """

    name: str
    title: str
    help: str
    better: Literal[-1, 0, 1]
    kind: Literal["curve", "attention", "size", "time"]
    share: bool = False
    unit: str = ""

    @property
    def is_performance(self) -> bool:
        """Whether it says how well a network does what it is trained for: accuracy, loss, and what
        a task measures itself. What attention looks like, a size or a time is none."""
        return self.kind == "curve"

    @property
    def helping(self) -> Literal[-1, 0, 1]:
        """Which way an arm must differ to *help*: `better` of a performance, else 0: of all other
        measures an arm is *higher* or *lower*, whichever is preferred."""
        return self.better if self.is_performance else 0

    @property
    def is_tested(self) -> bool:
        """Whether the test split has this number too."""
        return self.kind == "curve" and self.name.startswith(VALIDATED)


ACCURACY = "val_accuracy"

ON_TRUTH = ("mass", "hit", "rank", "auc")

METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        metric.name: metric
        for metric in (
            Metric(
                ACCURACY,
                "Validation accuracy",
                "The share of right answers on samples held out.",
                1,
                "curve",
                share=True,
            ),
            Metric("val_loss", "Validation loss", "The loss on samples held out.", -1, "curve"),
            Metric(
                "accuracy",
                "Training accuracy",
                "The share of right answers on the training samples, as they were seen.",
                1,
                "curve",
                share=True,
            ),
            Metric("loss", "Training loss", "The loss on the training samples.", -1, "curve"),
            Metric(
                "mass",
                "Attention on the truth",
                "The share of all attention that lies on what was planted.",
                1,
                "attention",
                share=True,
            ),
            Metric(
                "hit",
                "Peaks at the truth (hit)",
                "In how many of the samples the largest weight lies on what was planted.",
                1,
                "attention",
                share=True,
            ),
            Metric(
                "rank",
                "Rank accuracy",
                "Of the largest weights, as many as there are planted positions: the share "
                "planted.",
                1,
                "attention",
                share=True,
            ),
            Metric(
                "auc",
                "ROC-AUC",
                "How often a planted position has more weight than another one: 1 is always.",
                1,
                "attention",
            ),
            Metric(
                "entropy",
                "Entropy",
                "How evenly attention is spread: 1 over all positions alike, 0 on one alone.",
                0,
                "attention",
            ),
            Metric(
                "gini",
                "Gini index",
                "How concentrated attention is: 0 on all positions alike, near 1 on one alone.",
                0,
                "attention",
            ),
            Metric(
                "sd",
                "Gate spread",
                "How far apart a gate holds its positions (standard deviation): 0 is all alike.",
                0,
                "attention",
            ),
            Metric(
                "shut",
                "Gate shut",
                "The share of positions that a gate lets hardly through: below 0.1.",
                0,
                "attention",
                share=True,
            ),
            Metric(
                "open",
                "Gate open",
                "The share of positions that a gate lets through nearly whole: above 0.9.",
                0,
                "attention",
                share=True,
            ),
            Metric("parameters", "Parameters", "Numbers that training changes.", -1, "size"),
            Metric(
                "seconds",
                "Seconds a run",
                "How long a run trained; runs that train at once share the time.",
                -1,
                "time",
                unit="s",
            ),
        )
    }
)
"""By name; `metrics_of` adds those that a task measures itself."""


def metrics_of(task: TaskEntry) -> dict[str, Metric]:
    """What the runs of this task can be judged by, by name: first what the task measures itself."""
    known = {
        name: metric for name, metric in METRICS.items() if name not in ON_TRUTH or task.truth_axis
    }
    extra = {f"{VALIDATED}{each.name}": _metric_of(each) for each in task.extra_metrics}
    return {ACCURACY: known.pop(ACCURACY), **extra, **known}


def metric_of(task: TaskEntry, name: str) -> Metric:
    """One of `metrics_of`; raises SpecError, with those there are, for an unknown name."""
    known = metrics_of(task)
    if name not in known:
        raise SpecError(unknown("metric", name, known))
    return known[name]


def as_tested(metric: Metric) -> Metric:
    """The same metric, read on the test samples if it is measured there: title and help say so."""
    if not metric.is_tested:
        return metric
    return replace(
        metric,
        title=metric.title.replace("Validation ", "Test "),
        help=metric.help.replace("samples held out", "test samples, which decided nothing"),
    )


def _metric_of(measure: Measure) -> Metric:
    name = f"{VALIDATED}{measure.name}"
    return Metric(name, measure.title, measure.help, 1, "curve", share=True)
