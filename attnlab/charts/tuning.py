"""The validation score of each arm against the learning rate, and the rate that was chosen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from attnlab.analysis.rounding import figures_text
from attnlab.charts.arm_rows import title
from attnlab.charts.choosing import arm_param, dimmed, strength
from attnlab.charts.curve_scales import arm_scale
from attnlab.charts.palette import AXIS_TEXT, FIT_WIDTH, arm_names
from attnlab.charts.scale import PERCENT
from attnlab.charts.skeleton import layered, spec_of
from attnlab.results.tuning import TuningResult
from attnlab.spec import Study
from attnlab.wording import in_sentence, seeds_text

HEIGHT = 220
MOST_NAMED = 8
"""Of more arms a legend would be larger than the plot: the pointer shows the name of each."""
_REACH = 300


@dataclass(frozen=True)
class RateCurves:
    """What is drawn of a tuning, in the unit of its axis (percent for a share).

    `means` has a row per arm and rate with a score: arm, label, name, rate, value, words, failed,
    chosen (whether this is the rate that was chosen), dimmed; `seeds` a row per run: the same with
    its seed.
    """

    means: pd.DataFrame
    seeds: pd.DataFrame
    study: Study
    title: str
    unit: str
    seeds_text: str
    rates: tuple[float, ...]


def collect_rates(result: TuningResult, chosen: str | None = None) -> RateCurves:
    """The numbers of the chart; `chosen` (a label) is the arm that stands out."""
    names = arm_names(result.study)
    factor = 100.0 if result.metric.share else 1.0
    suffix = " %" if result.metric.share else ""
    means: list[dict[str, Any]] = []
    seeds: list[dict[str, Any]] = []
    for arm in result.arms:
        for at in arm.rates:
            about: dict[str, Any] = {"arm": arm.label, "label": arm.label, "name": names[arm.label]}
            about |= {"rate": at.rate, "chosen": at.rate == arm.chosen}
            if math.isfinite(at.mean):
                words = f"{figures_text(factor * at.mean)}{suffix}"
                means.append(
                    about | {"value": factor * at.mean, "words": words, "failed": at.failed}
                )
            seeds += [
                about | {"seed": seed, "value": factor * score} for seed, score in at.scores.items()
            ]
    columns = ["arm", "label", "name", "rate", "chosen", "value"]
    by_rate = pd.DataFrame(means, columns=[*columns, "words", "failed"])
    by_seed = pd.DataFrame(seeds, columns=[*columns, "seed"])
    return RateCurves(
        means=by_rate.assign(dimmed=dimmed(by_rate["label"], chosen)),
        seeds=by_seed.assign(dimmed=dimmed(by_seed["label"], chosen)),
        study=result.study,
        title=result.metric.title,
        unit=PERCENT if result.metric.share else result.metric.unit,
        seeds_text=seeds_text(result.tuning.seeds),
        rates=tuple(sorted({at.rate for arm in result.arms for at in arm.rates})),
    )


def rates(result: TuningResult, chosen: str | None = None) -> alt.LayerChart:
    """Draw a line for each arm over the rates that were tried, on a logarithmic axis, with a faint
    dot for each run and a ring around the rate that was chosen."""
    data = collect_rates(result, chosen)
    return _draw(data, legend=len(data.study.arms) <= MOST_NAMED)


def rates_spec(result: TuningResult, chosen: str | None = None) -> dict[str, Any]:
    """The Vega-Lite spec of `rates`; see `skeleton.spec_of`."""
    return spec_of(rates(result, chosen))


def _draw(data: RateCurves, legend: bool) -> alt.LayerChart:
    reach = (data.rates[-1] / data.rates[0]) ** 0.05
    x = alt.X(
        "rate:Q",
        title="Learning rate",
        scale=alt.Scale(
            type="log", domain=[data.rates[0] / reach, data.rates[-1] * reach], nice=False
        ),
        axis=alt.Axis(
            values=list(data.rates),
            format="~g",
            grid=False,
            labelOverlap="greedy",
            labelSeparation=6,
            **AXIS_TEXT,
        ),
    )
    unit = f", {data.unit}" if data.unit else ""
    y = alt.Y(
        "value:Q",
        title=f"{data.title}{unit}",
        scale=alt.Scale(zero=False, nice=True),
        axis=alt.Axis(tickCount=5, format="~r", **AXIS_TEXT),
    )
    colour = arm_scale(data.study, tuple(arm.label for arm in data.study.arms), legend=legend)
    tooltip = [
        alt.Tooltip("name:N", title="Arm"),
        alt.Tooltip("rate:Q", title="Learning rate", format="~g"),
        alt.Tooltip("words:N", title=f"{data.title}, mean"),
        alt.Tooltip("failed:Q", title="Runs that failed"),
    ]
    means = alt.Chart(data.means).encode(x=x, y=y, color=colour)
    rings = alt.Chart(data.means[data.means["chosen"]]).encode(x=x, y=y, color=colour)
    layers = [
        alt.Chart(data.seeds)
        .mark_point(filled=True, size=16)
        .encode(x=x, y=y, color=colour, opacity=strength(0.4)),
        means.mark_line(strokeWidth=2.2).encode(opacity=strength()),
        means.mark_point(filled=True, size=50).encode(opacity=strength()),
        rings.mark_point(filled=False, size=260, strokeWidth=2.2).encode(opacity=strength()),
        alt.Chart(data.means)
        .mark_point(filled=True, size=_REACH, opacity=0, cursor="pointer")
        .encode(x=x, y=y, tooltip=tooltip)
        .add_params(arm_param()),
    ]
    reading = [f"Mean of {data.seeds_text}; ring: the rate chosen"]
    return layered(*layers).properties(
        height=HEIGHT,
        title=title(f"{data.title} by {in_sentence('Learning rate')}", reading),
        autosize=dict(FIT_WIDTH),
    )
