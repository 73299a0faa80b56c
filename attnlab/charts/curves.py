"""Learning curves: how accuracy and loss grow over the epochs, arm by arm."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from attnlab.charts import skeleton
from attnlab.charts.averages import (
    TRAINING,
    VALIDATION,
    Curve,
    Metric,
    collect_curve,
    metric_named,
)
from attnlab.charts.choosing import strength
from attnlab.charts.curve_scales import (
    Levels,
    arm_scale,
    epoch_scale,
    level_lines,
    split_scale,
)
from attnlab.charts.palette import (
    AXIS_TEXT,
    FIT_WIDTH,
    REFERENCE,
    TITLE_TEXT,
)
from attnlab.spec import Study

MOST_POINTS = 400
"""Points under the pointer: each is a shape of its own, which a browser moves at every redraw."""

MOST_NAMED = 12
"""Of more arms a legend and the bands would hide the lines: each tells its name to the pointer."""


def learning_curve(
    curves: pd.DataFrame,
    study: Study,
    metric: str = "accuracy",
    height: int = 300,
    chosen: str | None = None,
) -> alt.LayerChart:
    """Draw a metric over epochs: a colour per arm, training dashed, validation solid.

    The metric is accuracy, loss or one that the task measures besides. Lines are means over seeds;
    from two seeds on, the validation gets a band (the 95 % t-interval of the mean) and thin lines
    for the single seeds. With early stopping an arm's mean ends with the first seed that stops, and
    a diamond marks what each seed keeps. The epochs span the whole plan, unless every seed stopped
    before. Shares run from 0 to 100 %, accuracy with the chance levels marked; loss runs from 0.
    `curves` may be empty or still growing. Beside the arm labelled `chosen`, the others are dimmed.
    Of more than `MOST_NAMED` arms each is a line of the validation; the `chosen` one has all.
    """
    return draw(*_collected(curves, study, metric, height, chosen, legend=True))


def learning_curve_spec(
    curves: pd.DataFrame,
    study: Study,
    metric: str = "accuracy",
    height: int = 300,
    chosen: str | None = None,
) -> dict[str, Any]:
    """The Vega-Lite spec of `learning_curve`, for a page; see `skeleton.filled`.

    Of more than `MOST_NAMED` arms there is no legend: a line tells its name to the pointer, which
    paper has none of.
    """
    few = len(study.arms) <= MOST_NAMED
    return skeleton.filled(draw, *_collected(curves, study, metric, height, chosen, legend=few))


def _collected(
    curves: pd.DataFrame,
    study: Study,
    metric: str,
    height: int,
    chosen: str | None,
    *,
    legend: bool,
) -> tuple[Look, dict[str, pd.DataFrame]]:
    arms = tuple(arm.label for arm in study.arms)
    data = apart(collect_curve(curves, study, metric), arms, chosen)
    look = look_of(data, study, metric, height, arms, chosen=chosen, legend=legend)
    return look, tables_of(data, chosen)


class Look(NamedTuple):
    """All that a chart depends on besides its rows; `title` is what stands above it.

    `highlights` says whether an arm stands out; which one, the rows say. The `arms` are in the
    legend, if there is one.
    """

    study: Study
    metric: Metric
    title: str
    height: int
    last: int
    ceiling: float
    reading: tuple[str, ...]
    trained: bool
    arms: tuple[str, ...]
    levels: Levels
    level_name: str
    highlights: bool
    legend: bool


def look_of(
    data: Curve,
    study: Study,
    name: str,
    height: int,
    arms: tuple[str, ...],
    *,
    title: str = "",
    levels: Levels | None = None,
    level_name: str = "chance",
    chosen: str | None = None,
    legend: bool = True,
) -> Look:
    """How these numbers of these arms are drawn; `levels` are those of accuracy if not given."""
    metric = metric_named(name, study)
    if levels is None:
        levels = _accuracy_by_chance(study) if name == "accuracy" else ()
    return Look(
        study,
        metric,
        title or metric.title,
        height,
        data.last,
        _ceiling(data) if metric.top is None else metric.top,
        tuple(_reading_of_many(data, chosen, legend) if is_crowd(arms) else _reading(data)),
        trained=bool((data.mean["split"] == TRAINING).any())
        or (name in ("accuracy", "loss") and not is_crowd(arms)),
        arms=arms,
        levels=levels,
        level_name=level_name,
        highlights=highlights(data, chosen),
        legend=legend,
    )


def is_crowd(arms: Sequence[str]) -> bool:
    """Whether there are too many arms for bands and, on a page, for a legend."""
    return len(arms) > MOST_NAMED


def apart(data: Curve, arms: Sequence[str], chosen: str | None) -> Curve:
    """What is drawn of these numbers: of a crowd the validation's means and the chosen arm."""
    if not is_crowd(arms):
        return data
    mean = data.mean[(data.mean["split"] == VALIDATION) | (data.mean["arm"] == chosen)].copy()
    mean.loc[mean["arm"] != chosen, ["low", "high"]] = math.nan
    seeds, kept = (rows[rows["arm"] == chosen] for rows in (data.seeds, data.kept))
    return data._replace(mean=mean, seeds=seeds, kept=kept)


def highlights(data: Curve, chosen: str | None) -> bool:
    """Whether an arm is to stand out: it is chosen, and there."""
    return chosen is not None and bool((data.mean["arm"] == chosen).any())


def tables_of(data: Curve, chosen: str | None = None) -> dict[str, pd.DataFrame]:
    """The rows of each layer, by its name; where an arm stands out, which of them are dimmed."""
    tables = _layers(data)
    if not highlights(data, chosen):
        return tables
    return {name: rows.assign(dimmed=rows["arm"] != chosen) for name, rows in tables.items()}


def _layers(data: Curve) -> dict[str, pd.DataFrame]:
    with_band = data.mean["low"].notna() & (data.mean["split"] == VALIDATION)
    return {
        "mean": data.mean,
        "points": data.mean[_under_the_pointer(data.mean)],
        "band": data.mean[with_band],
        "newest": data.mean[data.mean["epoch"] == _last_epoch(data.mean)],
        "seeds": data.seeds,
        "kept": data.kept,
    }


def draw(look: Look, tables: skeleton.Tables) -> alt.LayerChart:
    study, metric, percent = look.study, look.metric, look.metric.percent
    x = epoch_scale(look.last)
    y = alt.Y(
        "value:Q",
        title=metric.title,
        scale=alt.Scale(domain=[0, look.ceiling], nice=metric.top is None),
        axis=alt.Axis(format=".0%" if percent else "~r", tickCount=5, **AXIS_TEXT),
    )
    colour = arm_scale(study, look.arms, legend=look.legend)
    dash = split_scale(look.trained)
    tooltip = [
        alt.Tooltip("name:N", title="Arm"),
        alt.Tooltip("split:N", title="Data"),
        alt.Tooltip("epoch:Q", title="Epoch"),
        alt.Tooltip("words:N", title=f"{metric.title}, mean and 95 % interval"),
        alt.Tooltip("n:Q", title="Seeds"),
    ]
    kept_tooltip = [
        alt.Tooltip("name:N", title="Arm"),
        alt.Tooltip("seed:N", title="Seed"),
        alt.Tooltip("epoch:Q", title="Epoch it keeps"),
        alt.Tooltip("value:Q", title=metric.title, format=".1%" if percent else ".3~g"),
    ]
    mean = alt.Chart(tables["mean"]).encode(x=x, color=colour)
    band = (
        alt.Chart(tables["band"])
        .mark_area(opacity=0.18)
        .encode(
            x=x,
            y=alt.Y("low:Q", title=metric.title),
            y2="high:Q",
            color=colour,
            **_faint(look, 0.18),
        )
    )
    seeds = (
        alt.Chart(tables["seeds"])
        .mark_line(strokeWidth=0.8, opacity=0.4)
        .encode(x=x, y=y, color=colour, detail="seed:N", **_faint(look, 0.4))
    )
    lines = mean.mark_line(strokeWidth=2.2).encode(y=y, strokeDash=dash, **_faint(look))
    newest = (
        alt.Chart(tables["newest"])
        .mark_point(filled=True, size=28, opacity=1)
        .encode(x=x, y=y, color=colour, **_faint(look))
    )
    kept = (
        alt.Chart(tables["kept"])
        .mark_point(shape="diamond", filled=True, size=50, opacity=0.9)
        .encode(x=x, y=y, color=colour, tooltip=kept_tooltip, **_faint(look, 0.9))
    )
    hover = (
        alt.Chart(tables["points"])
        .mark_point(size=160, opacity=0, filled=True)
        .encode(x=x, y=y, color=colour, tooltip=tooltip)
    )
    layers = [band, seeds, lines, newest, hover, kept]
    if look.levels:
        levels = level_lines(study, look.levels, look.level_name, percent, y)
        layers = [*levels, *layers]
    title = alt.TitleParams(
        look.title, subtitle=list(look.reading), subtitleColor=REFERENCE, **TITLE_TEXT
    )
    return alt.layer(*layers).properties(height=look.height, title=title, autosize=dict(FIT_WIDTH))


def _faint(look: Look, full: float = 1.0) -> dict[str, Any]:
    """The channel that dims marks beside the arm that stands out; none where there is none."""
    return {"opacity": strength(full)} if look.highlights else {}


def _under_the_pointer(mean: pd.DataFrame) -> pd.Series:
    """Which rows tell their numbers: all, or every second, fourth, … epoch of each line."""
    step = 2 ** math.ceil(math.log2(max(1, len(mean) / MOST_POINTS)))
    place = mean.groupby(["arm", "split"]).cumcount(ascending=False)  # the newest always does
    return place % step == 0


def _ceiling(data: Curve) -> float:
    tallest = pd.concat([data.mean["value"], data.mean["high"], data.seeds["value"]]).max()
    return skeleton.steady_top(float(tallest)) if tallest > 0 else 1.0


def _last_epoch(mean: pd.DataFrame) -> pd.Series:
    return mean.groupby(["arm", "split"])["epoch"].transform("max")


def _accuracy_by_chance(study: Study) -> Levels:
    levels: dict[float, tuple[str, ...]] = {}
    for arm in study.arms:
        if math.isfinite(chance := study.task_of(arm).chance):
            levels[chance] = (*levels.get(chance, ()), arm.label)
    return tuple(levels.items())


def _reading_of_many(data: Curve, chosen: str | None, legend: bool) -> list[str]:
    if data.mean.empty:
        return ["No epoch finished yet"]
    n, arms = int(data.mean["n"].max()), data.mean["arm"].nunique()
    some = "up to " if data.mean["n"].min() < n else ""
    seeds = "one seed each" if n == 1 else f"means of {some}{n} seeds"
    if not highlights(data, chosen):
        pointing = [] if legend else ["Point at a line for its arm and interval"]
        return [f"{arms} arms, {seeds}, validation", *pointing]
    name = data.mean.loc[data.mean["arm"] == chosen, "name"].iloc[0]
    return [f"{name}, with its 95 % interval", f"The others: {arms - 1} arms, {seeds}, validation"]


def _reading(data: Curve) -> list[str]:
    """How to read the chart, in short lines that fit a narrow window."""
    n = int(data.mean["n"].max()) if len(data.mean) else 0
    if n == 0:
        return ["No epoch finished yet"]
    some = "up to " if data.mean["n"].min() < n else ""  # seeds reach an epoch one by one
    lines = ["One seed" if n == 1 else f"Mean of {some}{n} seeds; band: its 95 % interval"]
    if not data.seeds.empty:
        lines.append("Thin lines: single seeds, validation")
    if data.stops:
        lines.append("Early stopping: a mean ends when a seed stops" if n > 1 else "Early stopping")
        if not data.kept.empty:
            lines[-1] += "; ◆ epoch kept"
    return lines
