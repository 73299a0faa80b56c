"""Scores beside their costs: what each arm gives for its parameters or its time."""

from __future__ import annotations

import math
from typing import Any, Literal, NamedTuple

import altair as alt
import numpy as np
import pandas as pd

from attnlab.analysis.pareto import pareto_front
from attnlab.charts.arm_rows import arm_names, references_of, title, wrapped
from attnlab.charts.chance import chance_level
from attnlab.charts.choosing import DIMMED_WORDS, arm_param, dimmed, strength
from attnlab.charts.costs import number_words
from attnlab.charts.palette import AXIS_TEXT, FIT_WIDTH, NOTE_SIZE, REFERENCE, colours_of
from attnlab.charts.scale import Scale

HEIGHT = 320
ROOM = 158
"""Pixels at the right of the plot for the names of arms."""

_LINE, _BETWEEN = 13, 5
_REACH = 420
"""How large the field around an arm is that answers to the pointer, in square pixels."""
_WIDE_SPAN = 20
"""Costs that span such a factor are drawn on a logarithmic scale."""


class Cost(NamedTuple):
    """A cost: its column in `verdicts`, what its axis is called, and its name in a sentence."""

    column: str
    title: str
    words: str


COSTS = {
    "parameters": Cost("total_parameters", "Parameters of the network", "parameters"),
    "attention": Cost(
        "attention_parameters", "Parameters of the attention", "attention parameters"
    ),
    "seconds": Cost("seconds", "Seconds to train a run", "training time"),
}

Against = Literal["parameters", "attention", "seconds"]


def collect_pareto(
    verdicts: pd.DataFrame, scale: Scale, against: Against = "parameters", chosen: str | None = None
) -> pd.DataFrame:
    """A row per arm with a score and a cost, from the cheapest on, in the unit of the scale.

    Columns: label, name, cost, score, low, high, front (whether no arm is better for less), colour,
    named, chosen, dimmed, and words for the pointer.
    """
    names, compared = arm_names(verdicts), list(references_of(verdicts))
    cost = pd.to_numeric(verdicts[COSTS[against].column]).astype(float)
    table = verdicts.assign(cost=cost, name=verdicts["label"].map(names))
    table = table[table["cost"].notna() & table["score"].notna()]
    front = np.zeros(len(table), dtype=bool)
    if scale.better:
        front = pareto_front(table["cost"], table["score"], scale.better)
    words = [
        scale.score_text(row.score, row.score_low, row.score_high, row.n)
        for row in table.itertuples()
    ]
    is_chosen = table["label"] == chosen
    table = table.assign(
        front=front,
        named=front | is_chosen | ~table["label"].isin(compared),
        colour=table["label"].map(colours_of(list(names), compared)),
        words=pd.Series(words, table.index, dtype=object),
        cost_words=_cost_words(table["cost"], against),
        chosen=is_chosen,
        dimmed=dimmed(table["label"], chosen),
        score=scale.factor * table["score"],
        low=scale.factor * table["score_low"],
        high=scale.factor * table["score_high"],
    )
    columns = ["label", "name", "cost", "score", "low", "high", "n", "front", "named", "colour"]
    columns += ["words", "cost_words", "verdict", "chosen", "dimmed"]
    return table[columns].sort_values("cost", kind="stable").reset_index(drop=True)


def pareto(
    verdicts: pd.DataFrame, scale: Scale, against: Against = "parameters", chosen: str | None = None
) -> alt.LayerChart:
    """Draw every arm's score against its cost, and the Pareto front as a stepped line.

    `verdicts` is as for `forest`, with total_parameters, attention_parameters and seconds. The
    arms on the front, the reference and the `chosen` one are named at the right; a thin line leads
    from each name to its arm. The front is that of mean scores: intervals may well overlap.
    """
    table, cost = collect_pareto(verdicts, scale, against, chosen), COSTS[against]
    names = _names(table[table["named"]])
    height = max(HEIGHT, int(names["height"].sum()))
    bottom, top = _score_domain(table)
    names = _spread(names, height, bottom, top)
    across = {
        "title": cost.title,
        "scale": _cost_scale(table["cost"]),
        "axis": _cost_axis(table["cost"]),
    }
    up = {
        "title": scale.axis_title,
        "scale": alt.Scale(domain=[bottom, top], nice=False, zero=False),
        "axis": alt.Axis(tickCount=5, format="~r", **AXIS_TEXT),
    }
    x, y = alt.X("cost:Q", **across), alt.Y("score:Q", **up)
    colour = alt.Color("colour:N", scale=None)
    tooltip = [
        alt.Tooltip("name:N", title="Arm"),
        alt.Tooltip("cost_words:N", title=cost.title),
        alt.Tooltip("words:N", title=f"{scale.title}, mean and 95 % interval"),
        alt.Tooltip("n:Q", title="Seeds"),
        alt.Tooltip("verdict:N", title="Verdict"),
    ]
    edge = {"expr": f"max(40, width - {ROOM}) + 14"}
    with_range = table[table["low"].notna() & table["high"].notna()]
    steps = table[table["front"]].drop_duplicates(["cost", "score"])
    base = alt.Chart(table).encode(x=x, y=y)
    leaders = alt.Chart(names).encode(opacity=strength(0.6))
    layers = [
        alt.Chart(steps)
        .mark_line(interpolate="step-after", strokeWidth=1.6, strokeDash=[5, 3], color=REFERENCE)
        .encode(x=x, y=y),
        alt.Chart(with_range)
        .mark_rule(strokeWidth=1.2)
        .encode(x=x, y=alt.Y("low:Q", **up), y2="high:Q", color=colour, opacity=strength(0.5)),
        leaders.mark_rule(strokeWidth=0.8, color=REFERENCE, strokeDash=[1, 2]).encode(
            x=x, x2=alt.X2Value(edge), y=y, y2="name_score:Q"
        ),
        base.mark_point(filled=True, size=110).encode(color=colour, opacity=strength()),
        base.mark_point(filled=True, size=_REACH, opacity=0, cursor="pointer")
        .encode(tooltip=tooltip)
        .add_params(arm_param()),
        alt.Chart(table[table["chosen"]])
        .mark_point(size=280, strokeWidth=2)
        .encode(x=x, y=y, color=colour),
        alt.Chart(names)
        .mark_text(
            align="left",
            baseline="middle",
            lineBreak="\n",
            lineHeight=_LINE,
            fontSize=NOTE_SIZE,
            dx=4,
            cursor="pointer",
        )
        .encode(
            tooltip=tooltip,
            x=alt.XValue(edge),
            y=alt.Y("words_score:Q", **up),
            text="lines:N",
            color=colour,
            opacity=strength(1, DIMMED_WORDS),
        ),
        *chance_level(scale, (bottom, top), up),
    ]
    return alt.layer(*layers).properties(
        height=height,
        title=title(f"{scale.title} against {cost.words}", _reading(table, verdicts, scale)),
        autosize=dict(FIT_WIDTH),
    )


def _cost_words(cost: pd.Series, against: Against) -> pd.Series:
    if against == "seconds":
        words = [f"{seconds:.3g}" for seconds in cost]
    else:
        words = [number_words(int(count)) for count in cost]
    return pd.Series(words, index=cost.index, dtype=object)


def _cost_scale(cost: pd.Series) -> alt.Scale:
    """Linear, or logarithmic where costs span orders of magnitude; then with a place for 0."""
    spread: dict[str, Any] = {
        "range": [0, {"expr": f"max(40, width - {ROOM})"}],
        "nice": False,
        "zero": False,
    }
    if cost.empty:
        return alt.Scale(domain=[0, 1], **spread)
    lowest, highest = float(cost.min()), float(cost.max())
    if _spans_decades(cost):
        least = float(cost[cost > 0].min())
        if lowest > 0:
            return alt.Scale(type="log", domain=[lowest / 1.3, highest * 1.3], **spread)
        domain = [-0.15 * least, highest * 1.3]
        return alt.Scale(type="symlog", constant=least, domain=domain, **spread)
    margin = 0.06 * (highest - lowest) or 0.06 * abs(highest) or 1.0
    return alt.Scale(domain=[lowest - margin, highest + margin], **spread)


def _cost_axis(cost: pd.Series) -> alt.Axis:
    ticks: dict[str, Any] = {"tickCount": 4}
    if _spans_decades(cost):
        least, most = float(cost[cost > 0].min()), float(cost.max())
        first, last = math.ceil(math.log10(least)), math.floor(math.log10(most))
        zero = [0.0] if cost.min() == 0 else []
        ticks = {"values": [*zero, *(10.0**power for power in range(first, last + 1))]}
    return alt.Axis(
        labelExpr="format(datum.value, datum.value < 1000 ? '~r' : '~s')",  # no 400m seconds
        titleAnchor="start",
        labelOverlap="greedy",
        grid=False,
        **ticks,
        **AXIS_TEXT,
    )


def _spans_decades(cost: pd.Series) -> bool:
    above = cost[cost > 0]
    return len(above) > 0 and above.max() / above.min() >= _WIDE_SPAN


def _score_domain(table: pd.DataFrame) -> tuple[float, float]:
    values = pd.concat([table["score"], table["low"], table["high"]]).dropna()
    if values.empty:
        return 0.0, 1.0
    lowest, highest = float(values.min()), float(values.max())
    margin = 0.06 * (highest - lowest) or 0.05 * abs(highest) or 1.0
    return lowest - margin, highest + margin


def _names(named: pd.DataFrame) -> pd.DataFrame:
    lines = [wrapped(name, 25) for name in named["name"]]
    return named.assign(
        lines=pd.Series(["\n".join(each) for each in lines], named.index, dtype=object),
        count=[len(each) for each in lines],
        height=[_LINE * len(each) + _BETWEEN for each in lines],
    )


def _spread(names: pd.DataFrame, height: int, bottom: float, top: float) -> pd.DataFrame:
    """Move the names up and down until none covers another, each as near to its arm as it can be.

    `name_score` is where each stands on the axis of scores, `words_score` where its first line
    does.
    """
    names = names.sort_values("score", ascending=False, kind="stable")
    wanted = (top - names["score"]) / (top - bottom) * height - names["height"] / 2
    heights, starts = names["height"].to_numpy(), wanted.to_numpy(dtype=float).copy()
    free = 0.0
    for place, tall in enumerate(heights):
        starts[place] = max(starts[place], free)
        free = starts[place] + tall
    free = float(height)
    for place in reversed(range(len(starts))):
        starts[place] = min(starts[place], free - heights[place])
        free = starts[place]
    middles = starts + heights / 2
    first = middles - _LINE * (names["count"].to_numpy() - 1) / 2
    per_pixel = (top - bottom) / height
    return names.assign(name_score=top - middles * per_pixel, words_score=top - first * per_pixel)


def _reading(table: pd.DataFrame, verdicts: pd.DataFrame, scale: Scale) -> list[str]:
    if table.empty:
        return ["No arm has finished yet", ""]
    dashed = "Dashed: the front, where no arm is better for less" if scale.better else ""
    match len(verdicts) - len(table):
        case 0:
            return [dashed, "Upright: 95 % interval"]
        case 1:
            return [dashed, "1 arm is not known yet"]
        case awaited:
            return [dashed, f"{awaited} arms are not known yet"]
