"""Several studies in one chart, to see earlier runs beside new ones."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from attnlab.analysis.rounding import percent_text
from attnlab.charts.averages import MOST_ROWS
from attnlab.charts.palette import (
    ARMS,
    AXIS_TEXT,
    FIT_WIDTH,
    LEGEND_TEXT,
    REFERENCE,
    TITLE_TEXT,
    arm_names,
)
from attnlab.charts.stopping import last_epoch, of_all_seeds, seeds_so_far
from attnlab.spec import Study

NAME_WIDTH = 350
"""Pixels for a study and an arm: as much as a phone has beside the symbol."""
_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])


def collect_overlay(
    curves: pd.DataFrame, studies: Mapping[str, Study], names: Mapping[str, str]
) -> pd.DataFrame:
    """Average validation accuracy over seeds, as far as all seeds of an arm go.

    A row per study, arm and epoch: study, arm, line (its name in the chart), epoch, value, n,
    words. The columns of `curves` are study (a key of `studies`), arm, seed, epoch, val_loss,
    val_accuracy.
    """
    seeds = _seeds(curves, studies)
    whole = [of_all_seeds(own, seeds[key]) for key, own in curves.groupby("study") if key in seeds]
    curves = pd.concat([curves.iloc[:0], *whole])
    curves = curves[curves["val_accuracy"].notna()]
    by_epoch = curves.groupby(["study", "arm", "epoch"])["val_accuracy"]
    mean = by_epoch.agg(value="mean", n="count").reset_index()
    labels = _line_names(studies, names)
    pairs = list(zip(mean["study"], mean["arm"], strict=True))
    mean["line"] = pd.Series([labels.get(pair) for pair in pairs], dtype=object)
    mean = mean[mean["line"].notna()]
    step = -(-len(mean) // MOST_ROWS) or 1
    newest = mean.groupby("line")["epoch"].transform("max")
    mean = mean[(mean["epoch"] % step == 1 % step) | (mean["epoch"] == newest)]
    words = [
        f"{100 * value:.1f} %" if n > 1 else percent_text(value, float("nan"), 1)
        for value, n in zip(mean["value"], mean["n"], strict=True)
    ]
    return mean.assign(words=words).round({"value": 4})


def overlay_curves(
    curves: pd.DataFrame,
    studies: Mapping[str, Study],
    names: Mapping[str, str] | None = None,
    height: int = 360,
) -> alt.LayerChart:
    """Draw the mean validation accuracy of every arm of every study over epochs.

    `studies` maps the ids in `curves["study"]` to their specs, in the order of the legend; `names`
    says what the chart calls them (the ids without it). Each line has a colour of its own; when
    the colours are used up they come again with another dash.
    """
    data = collect_overlay(curves, studies, names or {})
    lines = list(_line_names(studies, names or {}).values())
    seeds = _seeds(curves, studies)
    last = max((last_epoch(seeds[key], study) for key, study in studies.items()), default=1)
    x = alt.X(
        "epoch:Q",
        title="Epoch",
        scale=alt.Scale(domain=[1, last] if last > 1 else [0.5, 1.5], nice=False),
        axis=alt.Axis(format="d", tickMinStep=1, tickCount=10, grid=False, **AXIS_TEXT),
    )
    y = alt.Y(
        "value:Q",
        title="Validation accuracy",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format=".0%", tickCount=5, **AXIS_TEXT),
    )
    legend = alt.Legend(
        orient="bottom",
        columns=1,
        symbolType="stroke",
        symbolStrokeWidth=3,
        symbolSize=300,
        symbolOpacity=1,
        **{**LEGEND_TEXT, "labelLimit": NAME_WIDTH},
    )
    colours = [ARMS[place % len(ARMS)] for place in range(len(lines))]
    dashes = [_DASHES[place // len(ARMS) % len(_DASHES)] for place in range(len(lines))]
    colour = alt.Color(
        "line:N", title=None, scale=alt.Scale(domain=lines, range=colours), legend=legend
    )
    dash = alt.StrokeDash(
        "line:N", title=None, scale=alt.Scale(domain=lines, range=dashes), legend=legend
    )
    tooltip = [
        alt.Tooltip("line:N", title="Arm"),
        alt.Tooltip("epoch:Q", title="Epoch"),
        alt.Tooltip("words:N", title="Validation accuracy, mean"),
        alt.Tooltip("n:Q", title="Seeds"),
    ]
    mean = alt.Chart(data).encode(x=x, y=y, color=colour)
    newest = data[data["epoch"] == data.groupby("line")["epoch"].transform("max")]
    reading = ["Means over seeds"]
    if any(own["stops"].any() for own in seeds.values()):
        reading.append("With early stopping a mean ends when a seed stops")
    title = alt.TitleParams(
        "Validation accuracy", subtitle=reading, subtitleColor=REFERENCE, **TITLE_TEXT
    )
    return alt.layer(
        mean.mark_line(strokeWidth=2.2).encode(strokeDash=dash),
        alt.Chart(newest)
        .mark_point(filled=True, size=28, opacity=1)
        .encode(x=x, y=y, color=colour),
        mean.mark_point(size=160, opacity=0, filled=True).encode(tooltip=tooltip),
    ).properties(height=height, title=title, autosize=dict(FIT_WIDTH))


def _seeds(curves: pd.DataFrame, studies: Mapping[str, Study]) -> dict[str, pd.DataFrame]:
    """How far the seeds of each study have come."""
    return {
        key: seeds_so_far(curves[curves["study"] == key], study) for key, study in studies.items()
    }


def _line_names(
    studies: Mapping[str, Study], names: Mapping[str, str]
) -> dict[tuple[str, str], str]:
    """The name of every line, by (study, arm label); studies of one name have their ids in it."""
    called = [names.get(key, key) for key in studies]
    distinct = {
        key: f"{name} ({key})" if called.count(name) > 1 else name
        for key, name in zip(studies, called, strict=True)
    }
    return {
        (key, label): f"{distinct[key]}: {name}"
        for key, study in studies.items()
        for label, name in arm_names(study).items()
    }
