"""Learning curves: how accuracy and loss grow over the epochs, arm by arm."""

from __future__ import annotations

import math
from typing import Any, Literal, NamedTuple

import altair as alt
import numpy as np
import pandas as pd

from attnlab.analysis.intervals import t_factor
from attnlab.analysis.rounding import level_text, mean_text, percent_text
from attnlab.charts import skeleton
from attnlab.charts.palette import (
    AXIS_TEXT,
    FIT_WIDTH,
    LEGEND_TEXT,
    NOTE_SIZE,
    REFERENCE,
    TITLE_TEXT,
    arm_colours,
    arm_names,
    legend_columns,
)
from attnlab.charts.stopping import last_epoch, of_all_seeds, seeds_so_far
from attnlab.spec import Study

Metric = Literal["accuracy", "loss"]

MOST_ROWS = 4_500
"""Rows that one layer of a chart may have; epochs are skipped evenly beyond it."""
MOST_POINTS = 400
"""Points under the pointer: each is a shape of its own, which a browser moves at every redraw."""
MOST_SEED_LINES = 120
"""Beyond this many lines the single seeds are not drawn: the band tells more."""

TRAINING, VALIDATION = "Training", "Validation"
_FIRST_EPOCH = 1


class Curve(NamedTuple):
    """The numbers behind a learning curve.

    `mean` has a row per arm, split and epoch: arm, name, split, epoch, value (mean over seeds),
    low, high (95 % t-interval of the mean; missing below two seeds), n, words. `seeds` has a row
    per arm, seed and epoch: arm, name, seed, epoch, value, of the validation only. `kept` has
    those of its rows that early stopping keeps, one a seed; so far, while a seed still trains.
    `stops` says whether any arm has early stopping; the epochs go up to `last`.
    """

    mean: pd.DataFrame
    seeds: pd.DataFrame
    kept: pd.DataFrame
    stops: bool
    last: int


def collect_curve(curves: pd.DataFrame, study: Study, metric: Metric) -> Curve:
    """Average the store's curves over seeds; keeps few enough rows to draw.

    `curves` has a row per arm, seed and epoch with the columns `metric`, `"val_" + metric` and
    val_loss. With early stopping an arm's mean ends where the first of its seeds does.
    """
    curves = curves[curves["arm"].isin([arm.label for arm in study.arms])]
    splits = [
        curves[["arm", "seed", "epoch"]].assign(split=split, value=curves[column].astype(float))
        for split, column in ((TRAINING, metric), (VALIDATION, f"val_{metric}"))
    ]
    long = pd.concat(splits)
    long = long[np.isfinite(long["value"])]
    seeds, names = seeds_so_far(curves, study), arm_names(study)
    parts = (
        _mean_over_seeds(of_all_seeds(long, seeds), study, metric),
        _single_seeds(long, study),
        _kept_by_stopping(long, seeds, study),
    )
    named = (part.assign(name=part["arm"].map(names)) for part in parts)
    return Curve(*named, bool(seeds["stops"].any()), last_epoch(seeds, study))


def learning_curve(
    curves: pd.DataFrame,
    study: Study,
    metric: Metric = "accuracy",
    height: int = 300,
) -> alt.LayerChart:
    """Draw accuracy or loss over epochs: a colour per arm, training dashed, validation solid.

    Lines are means over seeds; from two seeds on, the validation gets a band (the 95 % t-interval
    of the mean) and thin lines for the single seeds. With early stopping an arm's mean ends with
    the first seed that stops, and a diamond marks what each seed keeps. The epochs span the whole
    plan, unless every seed stopped before. Accuracy runs from 0 to 100 % with the chance levels
    marked, loss from 0. `curves` may be empty or still growing.
    """
    data = collect_curve(curves, study, metric)
    return _draw(_look(data, study, metric, height), _tables(data))


def learning_curve_spec(
    curves: pd.DataFrame, study: Study, metric: Metric = "accuracy", height: int = 300
) -> dict[str, Any]:
    """The Vega-Lite spec of `learning_curve`; see `skeleton.filled`."""
    data = collect_curve(curves, study, metric)
    return skeleton.filled(_draw, _look(data, study, metric, height), _tables(data))


class _Look(NamedTuple):
    """All that a chart depends on besides its rows."""

    study: Study
    metric: Metric
    height: int
    last: int
    ceiling: float
    reading: tuple[str, ...]


def _look(data: Curve, study: Study, metric: Metric, height: int) -> _Look:
    ceiling = 1.0 if metric == "accuracy" else _ceiling(data)
    return _Look(study, metric, height, data.last, ceiling, tuple(_reading(data)))


def _tables(data: Curve) -> dict[str, pd.DataFrame]:
    """The rows of each layer, by its name."""
    with_band = data.mean["low"].notna() & (data.mean["split"] == VALIDATION)
    return {
        "mean": data.mean,
        "points": data.mean[_under_the_pointer(data.mean)],
        "band": data.mean[with_band],
        "newest": data.mean[data.mean["epoch"] == _last_epoch(data.mean)],
        "seeds": data.seeds,
        "kept": data.kept,
    }


def _draw(look: _Look, tables: skeleton.Tables) -> alt.LayerChart:
    study, metric = look.study, look.metric
    percent = metric == "accuracy"
    x = alt.X(
        "epoch:Q",
        title="Epoch",
        scale=alt.Scale(domain=_epochs(look.last), nice=False),
        axis=alt.Axis(format="d", tickMinStep=1, tickCount=10, grid=False, **AXIS_TEXT),
    )
    y = alt.Y(
        "value:Q",
        title=metric.capitalize(),
        scale=alt.Scale(domain=[0, look.ceiling], nice=not percent),
        axis=alt.Axis(format=".0%" if percent else "~g", tickCount=5, **AXIS_TEXT),
    )
    colour, dash = _arm_scale(study), _split_scale()
    tooltip = [
        alt.Tooltip("name:N", title="Arm"),
        alt.Tooltip("split:N", title="Data"),
        alt.Tooltip("epoch:Q", title="Epoch"),
        alt.Tooltip("words:N", title=f"{metric.capitalize()}, mean and 95 % interval"),
        alt.Tooltip("n:Q", title="Seeds"),
    ]
    kept_tooltip = [
        alt.Tooltip("name:N", title="Arm"),
        alt.Tooltip("seed:N", title="Seed"),
        alt.Tooltip("epoch:Q", title="Epoch it keeps"),
        alt.Tooltip("value:Q", title=metric.capitalize(), format=".1%" if percent else ".3~g"),
    ]
    mean = alt.Chart(tables["mean"]).encode(x=x, color=colour)
    band = (
        alt.Chart(tables["band"])
        .mark_area(opacity=0.18)
        .encode(x=x, y=alt.Y("low:Q", title=metric.capitalize()), y2="high:Q", color=colour)
    )
    seeds = (
        alt.Chart(tables["seeds"])
        .mark_line(strokeWidth=0.8, opacity=0.4)
        .encode(x=x, y=y, color=colour, detail="seed:N")
    )
    lines = mean.mark_line(strokeWidth=2.2).encode(y=y, strokeDash=dash)
    newest = (
        alt.Chart(tables["newest"])
        .mark_point(filled=True, size=28, opacity=1)
        .encode(x=x, y=y, color=colour)
    )
    kept = (
        alt.Chart(tables["kept"])
        .mark_point(shape="diamond", filled=True, size=50, opacity=0.9)
        .encode(x=x, y=y, color=colour, tooltip=kept_tooltip)
    )
    hover = (
        alt.Chart(tables["points"])
        .mark_point(size=160, opacity=0, filled=True)
        .encode(x=x, y=y, color=colour, tooltip=tooltip)
    )
    layers = [band, seeds, lines, newest, hover, kept]
    if percent:
        layers = [*_chance(study, x, y), *layers]
    title = alt.TitleParams(
        metric.capitalize(), subtitle=list(look.reading), subtitleColor=REFERENCE, **TITLE_TEXT
    )
    return alt.layer(*layers).properties(height=look.height, title=title, autosize=dict(FIT_WIDTH))


def _mean_over_seeds(long: pd.DataFrame, study: Study, metric: Metric) -> pd.DataFrame:
    long = long[_drawn(long["epoch"], study, series=2 * len(study.arms))]
    groups = long.groupby(["arm", "split", "epoch"], sort=True)["value"]
    mean = groups.agg(value="mean", sd="std", n="count").reset_index()
    half = t_factor(mean["n"]) * mean["sd"] / np.sqrt(mean["n"])
    text, highest = (percent_text, 1.0) if metric == "accuracy" else (mean_text, None)
    words = [text(*row) for row in zip(mean["value"], half, mean["n"], strict=True)]
    mean["low"] = (mean["value"] - half).clip(0, highest)
    mean["high"] = (mean["value"] + half).clip(0, highest)
    mean["words"] = pd.Series(words, dtype=object)
    return mean.drop(columns="sd").round({"value": 4, "low": 4, "high": 4})


def _single_seeds(long: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The validation of every seed; nothing where there is one seed, or too many to be seen."""
    seeds = long[long["split"] == VALIDATION].drop(columns="split")
    if seeds["seed"].nunique() < 2 or study.runs > MOST_SEED_LINES:
        return seeds.iloc[:0]
    return seeds[_drawn(seeds["epoch"], study, series=study.runs)].round({"value": 4})


def _kept_by_stopping(long: pd.DataFrame, seeds: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The validation of every seed at the epoch that it keeps, where there is early stopping."""
    if study.runs > MOST_SEED_LINES:
        seeds = seeds.iloc[:0]
    kept = seeds.loc[seeds["stops"], ["arm", "seed", "best"]].rename(columns={"best": "epoch"})
    own = long[long["split"] == VALIDATION].drop(columns="split")
    return own.merge(kept, on=["arm", "seed", "epoch"]).round({"value": 4})


def _drawn(epochs: pd.Series, study: Study, series: int) -> pd.Series:
    """Which epochs are drawn: all, or every k-th and the newest, the same ones as data grows."""
    step = math.ceil(series * study.training.epochs / MOST_ROWS)
    return (epochs % step == _FIRST_EPOCH % step) | (epochs == epochs.max())


def _under_the_pointer(mean: pd.DataFrame) -> pd.Series:
    """Which rows tell their numbers: all, or every second, fourth, … epoch of each line."""
    step = 2 ** math.ceil(math.log2(max(1, len(mean) / MOST_POINTS)))
    place = mean.groupby(["arm", "split"]).cumcount(ascending=False)  # the newest always does
    return place % step == 0


def _epochs(last: int) -> list[float]:
    """From the first to the last epoch; around the one epoch where there is only one."""
    return [_FIRST_EPOCH, last] if last > _FIRST_EPOCH else [_FIRST_EPOCH - 0.5, last + 0.5]


def _ceiling(data: Curve) -> float:
    tallest = pd.concat([data.mean["value"], data.mean["high"], data.seeds["value"]]).max()
    return skeleton.steady_top(float(tallest)) if tallest > 0 else 1.0


def _last_epoch(mean: pd.DataFrame) -> pd.Series:
    return mean.groupby(["arm", "split"])["epoch"].transform("max")


def _arm_scale(study: Study) -> alt.Color:
    names, colours = arm_names(study), arm_colours(study)
    order = list(names)
    return alt.Color(
        "name:N",
        title=None,
        scale=alt.Scale(
            domain=[names[label] for label in order], range=[colours[label] for label in order]
        ),
        legend=alt.Legend(
            orient="top",
            offset=8,
            padding=0,
            columns=legend_columns(list(names.values())),
            symbolType="stroke",
            symbolStrokeWidth=3,
            symbolOpacity=1,
            **LEGEND_TEXT,
        ),
    )


def _split_scale() -> alt.StrokeDash:
    return alt.StrokeDash(
        "split:N",
        title=None,
        scale=alt.Scale(domain=[VALIDATION, TRAINING], range=[[1, 0], [5, 3]]),
        legend=alt.Legend(
            orient="bottom",
            offset=4,
            padding=0,
            symbolType="stroke",
            symbolStrokeColor=REFERENCE,
            symbolStrokeWidth=2,
            symbolSize=400,
            **LEGEND_TEXT,
        ),
    )


def _chance(study: Study, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """A dotted line at each accuracy of guessing, named in the right margin.

    Where arms differ in it, a level of one arm alone has that arm's colour, and the name stands
    at the highest level: the lower ones can lie too close for words. Nothing where no level is
    known.
    """
    levels: dict[float, list[str]] = {}
    for arm in study.arms:
        if math.isfinite(level := study.task_of(arm).chance):
            levels.setdefault(level, []).append(arm.label)
    if not levels:
        return []
    names, colours = arm_names(study), arm_colours(study)
    rows = pd.DataFrame(
        {
            "value": round(level, 4),
            "arms": ", ".join(names[label] for label in labels),
            "colour": colours[labels[0]] if len(labels) == 1 else REFERENCE,
        }
        for level, labels in levels.items()
    )
    words = f"chance\n{level_text(levels)}"
    name = pd.DataFrame({"value": [round(max(levels), 4)], "words": [words]})
    tooltip = [alt.Tooltip("value:Q", title="Chance", format=".1%")]
    if len(levels) > 1:
        tooltip.append(alt.Tooltip("arms:N", title="Arms"))
    line = (
        alt.Chart(rows)
        .mark_rule(strokeDash=[2, 3], strokeWidth=1.2)
        .encode(y=y, color=alt.Color("colour:N", scale=None), tooltip=tooltip)
    )
    naming = (
        alt.Chart(name)
        .mark_text(align="left", dx=5, lineBreak="\n", fontSize=NOTE_SIZE, color=REFERENCE)
        .encode(x=alt.value("width"), y=y, text="words:N")
    )
    return [line, naming]


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
