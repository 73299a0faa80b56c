"""The figures of a study, as its page shows them: differences, single seeds, learning curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attnlab.imports import importing
from attnlab.results.judge import judge
from attnlab.spec import Study
from attnlab.store import Store

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

CURVE_HEIGHT = 200
"""Pixels from the lowest value of a learning curve to the highest."""


def study_figures(store: Store, study_id: str) -> dict[str, alt.TopLevelMixin]:
    """The charts of a study by name: forest and seeds, by what it is judged by, and curves.

    What has not been trained (yet) is missing from them. Raises StoreError for an unknown study.
    """
    with importing("attnlab.charts.forest", "attnlab.charts"):
        from attnlab.charts import forest, per_seed

    result = judge(store, study_id)
    return {
        "forest": forest(result),
        "seeds": per_seed(result),
        "curves": curves_together(store.curves(study_id), result.study),
    }


def curves_together(
    curves: pd.DataFrame, study: Study, chosen: str | None = None
) -> alt.VConcatChart:
    """The learning curves of all that is followed, side by side; others than the `chosen` arm are
    dimmed. `curves` are those of the study: a row per run and epoch."""
    with importing("attnlab.charts", "attnlab.charts.concatenated"):
        from attnlab.charts import concatenated, learning_curve

    return concatenated(
        [
            [
                learning_curve(curves, study, metric, CURVE_HEIGHT, chosen)
                for metric in followed(study)
            ]
        ]
    )


def followed(study: Study) -> list[str]:
    """The metrics that have a learning curve: accuracy, loss, and the task's extra metrics."""
    return ["accuracy", "loss", *(metric.name for metric in study.task.entry.own)]
