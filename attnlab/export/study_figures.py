"""The figures of a study, as its page shows them: differences, single seeds, learning curves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from attnlab.imports import importing
from attnlab.results.by_class import ArmAnswers, Split, answers, split_of
from attnlab.results.history import StudyHistory
from attnlab.results.judge import judge
from attnlab.results.tuning import tuned
from attnlab.spec import Study
from attnlab.store import Store

if TYPE_CHECKING:
    import altair as alt

MOST_CONFUSIONS = 12
"""Of more arms the figures show the first ones."""

CURVE_HEIGHT = 200
"""Pixels from the lowest value of a learning curve to the highest."""


def study_figures(store: Store, study_id: str) -> dict[str, alt.TopLevelMixin]:
    """The charts of a study by name: forest and seeds, by what it is judged by, curves, what was
    answered class by class, and how learning rates were chosen.

    Of several tasks, seeds and curves of each, and the performance profile. What has not been
    trained (yet) is missing from them. Raises StoreError for an unknown study.
    """
    with importing("attnlab.charts.forest", "attnlab.charts"):
        from attnlab.charts import forest, per_seed, profiles, rates

    result, runs = judge(store, study_id), store.tuning_runs(study_id)
    if result.parts:
        curves = store.curves(study_id)
        figures: dict[str, alt.TopLevelMixin] = {"forest": forest(result)}
        if result.over_tasks:
            figures["profile"] = profiles(result)
        for part in result.parts:
            task = re.sub(r"[^A-Za-z0-9-]+", "-", part.study.task.stream).strip("-")
            figures[f"seeds-{task}"] = per_seed(part)
            figures[f"curves-{task}"] = curves_together(StudyHistory(part.study, curves))
            figures |= {
                f"{name}-{task}": chart
                for name, chart in class_figures(store, part.study, study_id).items()
            }
            if tuning := tuned(part.study, runs):
                figures[f"learning-rates-{task}"] = rates(tuning)
        return figures
    tuning = tuned(result.study, runs)
    return {
        "forest": forest(result),
        "seeds": per_seed(result),
        "curves": curves_together(StudyHistory(result.study, store.curves(study_id))),
        **class_figures(store, result.study, study_id),
        **({"learning-rates": rates(tuning)} if tuning else {}),
    }


def class_figures(store: Store, study: Study, study_id: str) -> dict[str, alt.TopLevelMixin]:
    """The figures confusion and recall of a study of one task, on the samples that its scores are
    read on; none where nothing is known class by class."""
    split = split_of(study)
    arms = answers(store, study, study_id, split)[:MOST_CONFUSIONS]
    if not arms:
        return {}
    with importing("attnlab.charts"):
        from attnlab.charts import drawn_classes, recalls

    return {
        "confusion": confusions_together(study, arms, split),
        "recall": recalls(study, arms, split, drawn_classes(arms)).properties(width=640),
    }


def confusions_together(study: Study, arms: Sequence[ArmAnswers], split: Split) -> alt.VConcatChart:
    """The confusion matrices of these arms, two side by side."""
    with importing("attnlab.charts", "attnlab.charts.concatenated"):
        from attnlab.charts import concatenated, confusion, drawn_classes

    drawn = drawn_classes(arms)
    each = [confusion(study, arm, split, drawn) for arm in arms]
    return concatenated([each[first : first + 2] for first in range(0, len(each), 2)])


def curves_together(history: StudyHistory, chosen: str | None = None) -> alt.VConcatChart:
    """The learning curves of all that is followed, side by side; others than the `chosen` arm are
    dimmed."""
    with importing("attnlab.charts", "attnlab.charts.concatenated"):
        from attnlab.charts import concatenated, learning_curve

    return concatenated(
        [learning_curve(history, metric, CURVE_HEIGHT, chosen) for metric in beside]
        for beside in side_by_side(followed(history.study))
    )


def side_by_side(metrics: Sequence[str]) -> list[Sequence[str]]:
    """The curves in rows: up to three beside each other, more in rows of two."""
    width = len(metrics) if len(metrics) <= 3 else 2
    return [metrics[first : first + width] for first in range(0, len(metrics), width)]


def followed(study: Study) -> list[str]:
    """The metrics that have a learning curve: accuracy, or what the task has in its place, loss,
    and the task's extra metrics."""
    entry = study.task.entry
    extra = (metric.name for metric in entry.extra_metrics if metric.name != entry.main)
    return [entry.main, "loss", *extra]
