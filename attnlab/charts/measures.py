"""How attention develops: a measure of it over the epochs, arm by arm."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import altair as alt
import pandas as pd

from attnlab.analysis.attention import weighed_place
from attnlab.charts import curves as learning
from attnlab.charts.averages import Averages, collect_averages, metric_named
from attnlab.charts.axis_titles import place_title, planted_level, slot_order
from attnlab.charts.curve_scales import Levels
from attnlab.charts.curves import LearningCurve
from attnlab.results.history import StudyHistory
from attnlab.spec import Study
from attnlab.tasks import measures

_RUNS = ["arm", "seed", "epoch"]
_USUAL = ("mass", "entropy", "sd")
"""What says most, where it is there: the share on the truth, else how concentrated attention is."""
_EVEN = ("entropy", "gini")
"""Their level is that of weights which are all alike; nothing there is to be guessed."""


def measured_places(measured: pd.DataFrame) -> list[str]:
    """Where attention was measured, in the order of the network: "step", "block1/channel"."""
    return sorted({weighed_place(axis) for axis in measured["axis"].unique()}, key=slot_order)


def measured_rows(measured: pd.DataFrame, name: str, place: str) -> pd.DataFrame:
    """The rows of one measure at one place."""
    rows = _at(measured, place)
    return rows[rows["name"] == name]


def measured_names(measured: pd.DataFrame, place: str) -> list[str]:
    """What was measured there, by the names of `attnlab.tasks.measures`, the most telling first."""
    rows = _at(measured, place)
    known = set(rows.loc[rows["value"].notna(), "name"])
    usual = [name for name in _USUAL if name in known][:1]
    return usual + [name for name in measures.NAMES if name in known and name not in usual]


def measure_title(name: str, place: str, study: Study) -> str:
    """What a measure at a place is called for this task: "Attention on the planted words"."""
    truth = planted_level(place) or study.task.entry.truth_words
    return measures.ABOUT[name].title.replace("the truth", truth)


def collect_measure_curve(
    history: StudyHistory,
    name: str,
    place: str,
    chosen: str | None = None,
    labels: Collection[str] | None = None,
) -> LearningCurve:
    """What is drawn of a measure of attention at a place, of the arms with these `labels` alone if
    they are given."""
    study, rows = history.study, _at(history.measures, place)
    arms = tuple(
        arm.label
        for arm in study.arms  # the task's own gates are measured where the slot is empty, too
        if arm.label in set(rows["arm"]) or (arm.module.entry.fills and labels is None)
        if labels is None or arm.label in labels
    )
    title, level = measure_title(name, place, study), planted_level(place)
    if len(measured_places(history.measures)) > 1 and not (level and level in title):
        title += f": {place_title(place, study.task)}"
    return LearningCurve(
        study,
        metric_named(name, study),
        title,
        arms,
        learning.drawn_averages(_averages(rows, history.curves, study, name), arms, chosen),
        _levels(rows, study, name),
        level_name="evenly spread" if name in _EVEN else "chance",
        chosen=chosen,
    )


def measure_curve(
    history: StudyHistory, name: str, place: str, height: int = 300, chosen: str | None = None
) -> alt.LayerChart:
    """Draw a measure of attention at a place over epochs, a colour per arm.

    Means over seeds have a band (the 95 % t-interval) as in `learning_curve`; a dotted line is what
    equal weights would have. The `height` is that of the plot, in pixels. Beside the arm labelled
    `chosen`, the others are dimmed.
    """
    return learning.draw(collect_measure_curve(history, name, place, chosen), height)


def measure_curve_spec(
    history: StudyHistory,
    name: str,
    place: str,
    height: int = 300,
    chosen: str | None = None,
    arms: Collection[str] | None = None,
) -> dict[str, Any]:
    """The Vega-Lite spec of `measure_curve`, for a page as `learning_curve_spec` is; of `arms`
    alone, by their labels, if they are given."""
    return learning.page_spec(collect_measure_curve(history, name, place, chosen, arms), height)


def _at(measured: pd.DataFrame, place: str) -> pd.DataFrame:
    return measured[measured["axis"].map(weighed_place) == place]


def _averages(rows: pd.DataFrame, curves: pd.DataFrame, study: Study, name: str) -> Averages:
    """The numbers of one measure, in the epochs that have been measured."""
    values = rows.loc[rows["name"] == name, [*_RUNS, "value"]].drop_duplicates(_RUNS)
    measured = curves[[*_RUNS, "val_loss"]].merge(values.rename(columns={"value": f"val_{name}"}))
    return collect_averages(measured, study, name)


def _levels(rows: pd.DataFrame, study: Study, name: str) -> Levels:
    if name not in measures.BY_SHARE:
        all_arms = tuple(arm.label for arm in study.arms)
        return ((measures.CHANCE[name], all_arms),) if name in measures.CHANCE else ()
    levels: dict[float, tuple[str, ...]] = {}
    by_arm = rows[rows["name"] == "chance"].groupby("arm", sort=False)["value"].mean()
    for label, level in by_arm.round(3).items():
        levels[level] = (*levels.get(level, ()), str(label))
    return tuple(levels.items())
