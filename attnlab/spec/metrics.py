"""What a run can be judged by: every number that is stored of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Literal

from attnlab.spec.components import TaskSpec
from attnlab.spec.entries import Measure
from attnlab.spec.inspected import INSPECTED
from attnlab.spec.metric import RECALL, TESTED, VALIDATED, Metric
from attnlab.spec.parameters import SpecError, unknown

ACCURACY = "val_accuracy"

ON_TRUTH = ("mass", "hit", "rank", "auc")
_NUMBER = "0|[1-9][0-9]{0,5}"
_ANY_RECALL = f"{RECALL}0 and so on"

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
                "val_balanced_accuracy",
                "Validation balanced accuracy",
                "The mean over the classes of the share of right answers, on samples held out: a "
                "rare class counts as much as a common one.",
                1,
                "end",
                share=True,
            ),
            Metric(
                "val_macro_f1",
                "Validation macro F1",
                "The mean over the classes of F1, the harmonic mean of precision and recall, on "
                "samples held out.",
                1,
                "end",
                share=True,
            ),
            Metric(
                "val_roc_auc",
                "Validation ROC-AUC",
                "How often a sample of a class has a higher probability of it than one of another "
                "class, on samples held out: the mean over the classes, each against all others.",
                1,
                "end",
            ),
            Metric(
                "val_log_loss",
                "Validation log loss",
                "The cross-entropy of the probabilities alone, on samples held out; 0 is certain "
                "and right.",
                -1,
                "end",
            ),
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
                "Attention ROC-AUC",
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
"""By name; `metrics_of` adds those that a task measures itself, and `metric_of` knows what
inspections measure, too."""

__all__ = ["METRICS", "RECALL", "TESTED", "VALIDATED", "Metric"]


def metrics_of(task: TaskSpec) -> dict[str, Metric]:
    """What the runs of this task can be judged by, by name: first its main metric, then what the
    task measures itself.

    The recall of each class, which `metric_of` knows too, is left out: see `recalls_of`.
    """
    entry = task.entry
    known = {
        name: metric
        for name, metric in METRICS.items()
        if (name not in ON_TRUTH or task.truth_axis)
        and (metric.kind != "end" or task.has_classes)
        and (name not in (ACCURACY, "accuracy") or task.has_accuracy)
    }
    extra = {f"{VALIDATED}{each.name}": _metric_of(each, "curve") for each in entry.extra_metrics}
    extra |= {f"{VALIDATED}{each.name}": _metric_of(each, "end") for each in entry.end_metrics}
    every = {**extra, **known}
    return {task.main_metric: every.pop(task.main_metric), **every}


def recalls_of(task: TaskSpec) -> dict[str, Metric]:
    """The recall of each of the task's classes, by name, as far as the classes are known.

    Of data that are read by their path this looks there.
    """
    count = len(task.class_names) if task.has_classes else 0
    return {metric.name: metric for metric in (_recall(task, each) for each in range(count))}


def metric_of(task: TaskSpec, name: str) -> Metric:
    """One of `metrics_of`, one of `INSPECTED`, or the recall of a class, "val_recall_0" of the
    first.

    Raises SpecError, with those there are, for an unknown name.
    """
    known = metrics_of(task)
    if name in known or name in INSPECTED:
        return known.get(name) or INSPECTED[name].metric
    if name in ON_TRUTH and task.entry.truth_axis:
        raise SpecError(
            f"metric {name} needs a truth: name the columns that matter as the task's truth"
        )
    number = name.removeprefix(RECALL)
    if not (task.has_classes and name.startswith(RECALL) and re.fullmatch(_NUMBER, number)):
        raise SpecError(
            unknown("metric", name, [*known, *INSPECTED, *([_ANY_RECALL] * task.has_classes)])
        )
    classes = task.class_names
    if int(number) >= len(classes) > 0 and not task.entry.carried:
        raise SpecError(
            f"{task.name} has {len(classes)} classes, {RECALL}0 to {RECALL}{len(classes) - 1}; "
            f"got {name}"
        )
    return _recall(task, int(number))


def has_metric(task: TaskSpec, name: str) -> bool:
    """Whether the runs of this task can be judged by what has this name."""
    try:
        metric_of(task, name)
    except SpecError:
        return False
    return True


def as_tested(metric: Metric) -> Metric:
    """The same metric, read on the test samples if it is measured there: title and help say so."""
    if not metric.is_tested:
        return metric
    return replace(
        metric,
        title=metric.title.replace("Validation ", "Test "),
        help=metric.help.replace("samples held out", "test samples, which decided nothing"),
    )


def _metric_of(measure: Measure, kind: Literal["curve", "end"]) -> Metric:
    name = f"{VALIDATED}{measure.name}"
    return Metric(name, measure.title, measure.help, measure.better, kind, share=measure.share)


def _recall(task: TaskSpec, number: int) -> Metric:
    """The recall of a class. A folder may have lost the class since: then it has a number only."""
    names = task.class_names
    name = names[number] if number < len(names) else str(number)
    return Metric(
        f"{RECALL}{number}",
        f"Validation recall of {name}",
        f"The share of right answers among the samples of class {name}, on samples held out.",
        1,
        "end",
        share=True,
    )
