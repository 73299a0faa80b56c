"""Several studies in one chart, to see earlier runs beside new ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import altair as alt
import pandas as pd

from attnlab.analysis.rounding import figures_text, percent_text
from attnlab.charts.averages import MOST_ROWS
from attnlab.charts.palette import (
    ARMS,
    AXIS_TEXT,
    FIT_WIDTH,
    LEGEND_TEXT,
    NOTE,
    TITLE_TEXT,
    arm_names,
)
from attnlab.charts.skeleton import layered
from attnlab.charts.stopping import last_epoch, of_all_seeds, seeds_so_far
from attnlab.results.history import StudyHistory
from attnlab.spec import METRICS, Metric, metric_of
from attnlab.spec.metrics import ACCURACY

NAME_WIDTH = 350
"""Pixels for a study and an arm: as much as a phone has beside the symbol."""
_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])


@dataclass(frozen=True)
class Overlay:
    """The numbers behind the curves of several studies.

    `mean` has a row per study, arm and epoch: study, arm, line (its name in the chart), epoch,
    value (the main `metric`, a mean over seeds), n, words. `lines` are the names in the order of
    the legend; the epochs go up to `last`; `stops` says whether any arm has early stopping.
    """

    mean: pd.DataFrame
    lines: tuple[str, ...]
    last: int
    stops: bool
    metric: Metric = METRICS[ACCURACY]


def collect_overlay(
    histories: Mapping[str, StudyHistory], names: Mapping[str, str] | None = None
) -> Overlay:
    """Average the main metric over seeds, as far as all seeds of an arm go.

    `histories` are by the id of the study; of their rows val_loss and the main metric are read,
    which is that of the first: studies with another one are left out, see `drawn_together`.
    """
    histories = drawn_together(histories)
    seeds = {key: seeds_so_far(each.curves, each.study) for key, each in histories.items()}
    line_names = _line_names(histories, names or {})
    last = [last_epoch(seeds[key], each.study) for key, each in histories.items()]
    return Overlay(
        _means(histories, seeds, line_names),
        tuple(line_names.values()),
        max(last, default=1),
        any(bool(each["stops"].any()) for each in seeds.values()),
        _main_of(histories),
    )


def drawn_together(histories: Mapping[str, StudyHistory]) -> dict[str, StudyHistory]:
    """Those of the studies that have the same main metric as the first."""
    main = _main_of(histories)
    return {key: each for key, each in histories.items() if _main_metric(each) == main}


def _main_of(histories: Mapping[str, StudyHistory]) -> Metric:
    return next(map(_main_metric, histories.values()), METRICS[ACCURACY])


def _main_metric(history: StudyHistory) -> Metric:
    task = history.study.task
    return metric_of(task, task.main_metric)


def _means(
    histories: Mapping[str, StudyHistory],
    seeds: Mapping[str, pd.DataFrame],
    line_names: Mapping[tuple[str, str], str],
) -> pd.DataFrame:
    metric = _main_of(histories)
    columns = ["study", "arm", "epoch", metric.name]
    curves = pd.concat(
        [
            pd.DataFrame(columns=columns).astype({"epoch": int, metric.name: float}),
            *(
                of_all_seeds(each.curves, seeds[key]).assign(study=key).reindex(columns=columns)
                for key, each in histories.items()
            ),
        ]
    )
    curves = curves[curves[metric.name].notna()]
    by_epoch = curves.groupby(["study", "arm", "epoch"])[metric.name]
    mean = by_epoch.agg(value="mean", n="count").reset_index()
    pairs = zip(mean["study"], mean["arm"], strict=True)
    mean["line"] = pd.Series([line_names.get(pair) for pair in pairs], dtype=object)
    mean = mean[mean["line"].notna()]
    step = -(-len(mean) // MOST_ROWS) or 1
    mean = mean[(mean["epoch"] % step == 1 % step) | _is_newest(mean)]
    texts = [
        _text(value, n, metric.share) for value, n in zip(mean["value"], mean["n"], strict=True)
    ]
    return mean.assign(words=texts).round({"value": 4})


def _text(value: float, n: int, is_share: bool) -> str:
    if not is_share:
        return figures_text(value, 4)
    return f"{100 * value:.1f} %" if n > 1 else percent_text(value, float("nan"), 1)


def _is_newest(mean: pd.DataFrame) -> pd.Series:
    """Whether a row is of the newest epoch of its line."""
    return mean["epoch"] == mean.groupby("line")["epoch"].transform("max")


def overlay_curves(
    histories: Mapping[str, StudyHistory],
    names: Mapping[str, str] | None = None,
    height: int = 360,
) -> alt.LayerChart:
    """Draw the mean validation accuracy, or the main metric of a task without it, of every arm of
    every study over epochs. Studies with another main metric than the first are left out.

    `histories` are by the id of the study, in the order of the legend; `names` says what the chart
    calls them (the ids without it). Each line has a colour of its own; when the colours are used up
    they come again with another dash. The `height` is that of the plot, in pixels.
    """
    return _draw(collect_overlay(histories, names), height)


def _draw(data: Overlay, height: int) -> alt.LayerChart:
    lines, last = list(data.lines), data.last
    x = alt.X(
        "epoch:Q",
        title="Epoch",
        scale=alt.Scale(domain=[1, last] if last > 1 else [0.5, 1.5], nice=False),
        axis=alt.Axis(format="d", tickMinStep=1, tickCount=10, grid=False, **AXIS_TEXT),
    )
    y = alt.Y(
        "value:Q",
        title=data.metric.title,
        scale=alt.Scale(domain=[0, 1]) if data.metric.share else alt.Scale(zero=True, nice=True),
        axis=alt.Axis(format=".0%" if data.metric.share else "~r", tickCount=5, **AXIS_TEXT),
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
        alt.Tooltip("words:N", title=f"{data.metric.title}, mean"),
        alt.Tooltip("n:Q", title="Seeds"),
    ]
    mean = alt.Chart(data.mean).encode(x=x, y=y, color=colour)
    newest = data.mean[_is_newest(data.mean)]
    reading = ["Means over seeds"]
    if data.stops:
        reading.append("With early stopping a mean ends when a seed stops")
    title = alt.TitleParams(data.metric.title, subtitle=reading, subtitleColor=NOTE, **TITLE_TEXT)
    return layered(
        mean.mark_line(strokeWidth=2.2).encode(strokeDash=dash),
        alt.Chart(newest)
        .mark_point(filled=True, size=28, opacity=1)
        .encode(x=x, y=y, color=colour),
        mean.mark_point(size=160, opacity=0, filled=True).encode(tooltip=tooltip),
    ).properties(height=height, title=title, autosize=dict(FIT_WIDTH))


def _line_names(
    histories: Mapping[str, StudyHistory], names: Mapping[str, str]
) -> dict[tuple[str, str], str]:
    """The name of every line, by (study, arm label); studies of one name have their ids in it."""
    called = [names.get(key, key) for key in histories]
    distinct = {
        key: f"{name} ({key})" if called.count(name) > 1 else name
        for key, name in zip(histories, called, strict=True)
    }
    return {
        (key, label): f"{distinct[key]}: {name}"
        for key, each in histories.items()
        for label, name in arm_names(each.study).items()
    }
