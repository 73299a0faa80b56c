"""Learning curves: how accuracy and loss grow over the epochs, arm by arm."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from attnlab.charts import skeleton
from attnlab.charts.averages import (
    TRAINING,
    Averages,
    CurveMetric,
    collect_averages,
    metric_named,
)
from attnlab.charts.curve_drawing import (
    CurveLook,
    ceiling_of,
    curve_tables,
    draw_curve,
    floor_of,
)
from attnlab.charts.curve_scales import Levels
from attnlab.charts.describing import curve_words
from attnlab.charts.palette import NOTE
from attnlab.results.history import StudyHistory
from attnlab.spec import Study

MOST_NAMED = 12
"""Of more arms a legend and the bands would hide the lines: the pointer shows the name of each."""


@dataclass(frozen=True)
class LearningCurve:
    """The numbers behind a chart of one metric over the epochs.

    `arms` are the labels of those in the legend, `averages` what is drawn of their numbers,
    `levels` what guessing gives, and `level_name` what these are called. `chosen` is the label of
    the highlighted arm, if any.
    """

    study: Study
    metric: CurveMetric
    title: str
    arms: tuple[str, ...]
    averages: Averages
    levels: Levels
    level_name: str = "chance"
    chosen: str | None = None

    @property
    def is_crowd(self) -> bool:
        """Whether there are too many arms for bands and, on a page, for a legend."""
        return len(self.arms) > MOST_NAMED


def collect_learning_curve(
    history: StudyHistory, metric: str = "accuracy", chosen: str | None = None
) -> LearningCurve:
    """What is drawn of a metric that was followed over the epochs."""
    study = history.study
    about, arms = metric_named(metric, study), tuple(arm.label for arm in study.arms)
    averages = drawn_averages(collect_averages(history.curves, study, metric), arms, chosen)
    levels = _levels_of_guessing(study) if metric == study.task.entry.main else ()
    return LearningCurve(study, about, about.title, arms, averages, levels, chosen=chosen)


def drawn_averages(averages: Averages, arms: tuple[str, ...], chosen: str | None) -> Averages:
    """What is drawn of the numbers of these arms: of a crowd, less."""
    return averages.in_crowd(chosen) if len(arms) > MOST_NAMED else averages


def _levels_of_guessing(study: Study) -> Levels:
    levels: dict[float, tuple[str, ...]] = {}
    for arm in study.arms:
        if math.isfinite(chance := study.task_of(arm).chance):
            levels[chance] = (*levels.get(chance, ()), arm.label)
    return tuple(levels.items())


def learning_curve(
    history: StudyHistory,
    metric: str = "accuracy",
    height: int = 300,
    chosen: str | None = None,
) -> alt.LayerChart:
    """Draw a metric over epochs: a colour per arm, training dashed, validation solid.

    The metric is accuracy, loss or one that the task measures besides. Lines are means over seeds;
    from two seeds on, the validation gets a band (the 95 % t-interval of the mean) and thin lines
    for the single seeds. With early stopping an arm's mean ends with the first seed that stops, and
    a diamond marks what each seed keeps. The epochs span the whole plan, unless every seed stopped
    before. Shares run from 0 to 100 %, accuracy, or what a task has in its place, with the chance
    levels marked; loss runs from 0.
    The `height` is that of the plot, in pixels. Beside the arm labelled `chosen`, the others are
    dimmed. Of more than `MOST_NAMED` arms each is a line of the validation; the `chosen` one has
    all.
    """
    return draw(collect_learning_curve(history, metric, chosen), height)


def learning_curve_spec(
    history: StudyHistory,
    metric: str = "accuracy",
    height: int = 300,
    chosen: str | None = None,
) -> dict[str, Any]:
    """The Vega-Lite spec of `learning_curve`, for a page; see `skeleton.filled`.

    Of more than `MOST_NAMED` arms there is no legend: the pointer shows the name of a line, and
    paper has no pointer.
    """
    return page_spec(collect_learning_curve(history, metric, chosen), height)


def draw(curve: LearningCurve, height: int) -> alt.LayerChart:
    """The chart of what was collected, with a legend: nothing can point at paper."""
    return draw_curve(
        _look(curve, height, legend=True), curve_tables(curve.averages, curve.arms, curve.chosen)
    )


def page_spec(curve: LearningCurve, height: int) -> dict[str, Any]:
    """The Vega-Lite spec of what was collected; it has a legend where the study has few arms."""
    look = _look(curve, height, legend=len(curve.study.arms) <= MOST_NAMED)
    spec = skeleton.filled(draw_curve, look, curve_tables(curve.averages, curve.arms, curve.chosen))
    return skeleton.described(spec, curve_words(curve.title, curve.averages.mean))


CURSOR = "cursor"
"""The name of the rows that say at which epoch the cursor stands."""


def at_epoch(spec: dict[str, Any], epoch: int | None) -> dict[str, Any]:
    """The spec of a page with a line at the epoch that is looked at elsewhere, or a place for it:
    another epoch is other rows, and the same chart."""
    line = {
        "data": {"name": CURSOR},
        "mark": {"type": "rule", "strokeWidth": 1.5, "strokeDash": [4, 3], "color": NOTE},
        "encoding": {
            "x": {"field": "epoch", "type": "quantitative"},
            "tooltip": {"field": "epoch", "type": "quantitative", "title": "Epoch looked at"},
        },
    }
    rows = pd.DataFrame({"epoch": [] if epoch is None else [epoch]}, dtype="int64")
    datasets = {**spec["datasets"], CURSOR: rows}
    return {**spec, "layer": [*spec["layer"], line], "datasets": datasets}


def _look(curve: LearningCurve, height: int, *, legend: bool) -> CurveLook:
    reading = _reading_of_many(curve, legend) if curve.is_crowd else _reading(curve.averages)
    averages, metric = curve.averages, curve.metric
    is_always_trained = metric.name in ("accuracy", "loss") and not curve.is_crowd
    return CurveLook(
        curve.study,
        metric,
        curve.title,
        height,
        averages.last,
        _with_levels(ceiling_of(averages), curve.levels) if metric.top is None else metric.top,
        floor_of(averages),
        tuple(reading),
        has_training=is_always_trained or bool((averages.mean["split"] == TRAINING).any()),
        arms=curve.arms,
        levels=curve.levels,
        level_name=curve.level_name,
        highlights=averages.highlights(curve.chosen),
        legend=legend,
    )


def _with_levels(ceiling: float, levels: Levels) -> float:
    """The end of a scale that reaches what guessing gives, too."""
    highest = max((level for level, _ in levels), default=0.0)
    return max(ceiling, skeleton.steady_top(1.05 * highest)) if highest > 0 else ceiling


def _reading_of_many(curve: LearningCurve, legend: bool) -> list[str]:
    """How to read a chart of many arms."""
    mean = curve.averages.mean
    if mean.empty:
        return ["No epoch finished yet"]
    n, arms = int(mean["n"].max()), mean["arm"].nunique()
    some = "up to " if mean["n"].min() < n else ""
    seeds = "one seed each" if n == 1 else f"means of {some}{n} seeds"
    if not curve.averages.highlights(curve.chosen):
        pointing = [] if legend else ["Point at a line for its arm and interval"]
        return [f"{arms} arms, {seeds}, validation", *pointing]
    name = mean.loc[mean["arm"] == curve.chosen, "name"].iloc[0]
    return [f"{name}, with its 95 % interval", f"The others: {arms - 1} arms, {seeds}, validation"]


def _reading(averages: Averages) -> list[str]:
    """How to read the chart, in short lines that fit a narrow window."""
    mean = averages.mean
    n = int(mean["n"].max()) if len(mean) else 0
    if n == 0:
        return ["No epoch finished yet"]
    some = "up to " if mean["n"].min() < n else ""  # seeds reach an epoch one by one
    lines = ["One seed" if n == 1 else f"Mean of {some}{n} seeds; band: its 95 % interval"]
    if not averages.seeds.empty:
        lines.append("Thin lines: single seeds, validation")
    if averages.stops:
        lines.append("Early stopping: a mean ends when a seed stops" if n > 1 else "Early stopping")
        if not averages.kept.empty:
            lines[-1] += "; ◆ epoch kept"
    return lines
