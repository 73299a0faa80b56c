"""Scores beside their costs: what each arm gives for its parameters or its time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import altair as alt
import pandas as pd

from attnlab.analysis.pareto import pareto_front
from attnlab.analysis.rounding import figures_text
from attnlab.charts.arm_rows import title, wrapped
from attnlab.charts.chance import chance_level
from attnlab.charts.choosing import DIMMED_WORDS, arm_param, dimmed, strength
from attnlab.charts.cost_axis import cost_axis, cost_places, cost_scale
from attnlab.charts.costs import count_text
from attnlab.charts.hidden_points import USUAL_WIDTH, all_here
from attnlab.charts.palette import (
    AXIS_TEXT,
    FIT_WIDTH,
    NOTE_SIZE,
    REFERENCE,
    arm_colours,
    arm_names,
)
from attnlab.charts.scale import ScoreScale, scale_of
from attnlab.charts.skeleton import layered, spec_of
from attnlab.results.model import ArmResult, StudyResult

HEIGHT = 320
ROOM = 158
"""Pixels at the right of the plot for the names of arms."""

_LINE, _BETWEEN = 13, 5
_REACH = 420
"""How large the field around an arm is that answers to the pointer, in square pixels."""


class CostKind(NamedTuple):
    """A cost: what its axis is called, and its name in a sentence."""

    title: str
    in_sentence: str


COSTS = {
    "parameters": CostKind("Parameters of the network", "parameters"),
    "attention": CostKind("Parameters of the attention", "attention parameters"),
    "seconds": CostKind("Seconds to train a run", "training time"),
}
_COLUMNS: dict[str, type] = {
    **dict.fromkeys(("label", "name", "colour", "words", "cost_words", "verdict"), object),
    **dict.fromkeys(("cost", "score", "low", "high"), float),
    **dict.fromkeys(("front", "named", "chosen"), bool),
    "n": int,
}
"""What `Pareto.arms` has, also where no arm is known yet."""

Against = Literal["parameters", "attention", "seconds"]


@dataclass(frozen=True)
class Pareto:
    """The numbers behind scores and costs, in the unit of the scale.

    `arms` has a row per arm with a score and a cost, from the cheapest on: label, name, cost,
    score, low, high, n, front (whether no arm is better for less), colour, named, verdict, chosen,
    dimmed, and words for the pointer. `awaited` is how many arms have no score or cost yet.
    """

    arms: pd.DataFrame
    cost: CostKind
    scale: ScoreScale
    awaited: int


def collect_pareto(
    result: StudyResult, against: Against = "parameters", chosen: str | None = None
) -> Pareto:
    """What is drawn of the scores of this result beside that cost."""
    scale, names, colours = scale_of(result), arm_names(result), arm_colours(result)
    rows = []
    for arm in result.arms:
        cost, score = _cost(arm, against), arm.score
        if math.isnan(cost) or math.isnan(score.mean):
            continue
        rows.append(
            {
                "label": arm.label,
                "name": names[arm.label],
                "cost": cost,
                "score": scale.factor * score.mean,
                "low": scale.factor * score.low,
                "high": scale.factor * score.high,
                "n": score.n,
                "front": False,
                "named": arm.label == chosen or (arm.is_reference and not arm.is_control),
                "colour": colours[arm.label],
                "words": scale.score_text(score.mean, score.low, score.high, score.n),
                "cost_words": _cost_text(cost, against),
                "verdict": arm.verdict.value,
                "chosen": arm.label == chosen,
            }
        )
    table = pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)
    if scale.better and rows:
        front = pareto_front(table["cost"], table["score"], scale.better)
        table = table.assign(front=front, named=table["named"] | front)
    table = table.assign(dimmed=dimmed(table["label"], chosen))
    table = table.sort_values("cost", kind="stable").reset_index(drop=True)
    return Pareto(table, COSTS[against], scale, len(result.arms) - len(table))


def _cost(arm: ArmResult, against: Against) -> float:
    if against == "seconds":
        return arm.seconds
    count = arm.parameters.total if against == "parameters" else arm.parameters.attention
    return math.nan if count is None else float(count)


def pareto(
    result: StudyResult, against: Against = "parameters", chosen: str | None = None
) -> alt.LayerChart:
    """Draw every arm's score against its cost, and the Pareto front as a stepped line.

    The arms on the front, the reference and the `chosen` one are named at the right; a thin line
    leads from each name to its arm. The front is that of mean scores: intervals may well overlap.
    """
    return _draw(collect_pareto(result, against, chosen))


def pareto_spec(
    result: StudyResult, against: Against = "parameters", chosen: str | None = None
) -> dict[str, Any]:
    """The Vega-Lite spec of `pareto`; see `skeleton.spec_of`."""
    return spec_of(pareto(result, against, chosen))


def _draw(data: Pareto) -> alt.LayerChart:
    table, cost, scale = data.arms, data.cost, data.scale
    height = max(HEIGHT, int(_names(table[table["named"]])["height"].sum()))
    bottom, top = _score_domain(table)
    across_pixels = cost_places(table["cost"], USUAL_WIDTH)
    up_pixels = (top - table["score"]) / (top - bottom) * height
    table = table.assign(here=all_here(table["name"], across_pixels, up_pixels))
    names = _spread(_names(table[table["named"]]), height, bottom, top)
    across: dict[str, Any] = {
        "title": cost.title,
        "scale": cost_scale(table["cost"], ROOM),
        "axis": cost_axis(table["cost"]),
    }
    up: dict[str, Any] = {
        "title": scale.axis_title,
        "scale": alt.Scale(domain=[bottom, top], nice=False, zero=False),
        "axis": alt.Axis(tickCount=5, format="~r", **AXIS_TEXT),
    }
    x, y = alt.X("cost:Q", **across), alt.Y("score:Q", **up)
    colour = alt.Color("colour:N", scale=None)
    tooltip = [
        alt.Tooltip("here:N", title="Arm"),
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
        .encode(
            x=x, y=alt.Y("low:Q", **up), y2=alt.Y2("high:Q"), color=colour, opacity=strength(0.5)
        ),
        leaders.mark_rule(strokeWidth=0.8, color=REFERENCE, strokeDash=[1, 2]).encode(
            x=x, x2=alt.X2Value(edge), y=y, y2=alt.Y2("name_score:Q")
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
            text=alt.Text("lines:N"),
            color=colour,
            opacity=strength(1, DIMMED_WORDS),
        ),
        *chance_level(scale, (bottom, top), up),
    ]
    return layered(*layers).properties(
        height=height,
        title=title(f"{scale.title} against {cost.in_sentence}", _reading(data)),
        autosize=dict(FIT_WIDTH),
    )


def _cost_text(cost: float, against: Against) -> str:
    return figures_text(cost) if against == "seconds" else count_text(int(cost))


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
        lines=pd.Series(["\n".join(name) for name in lines], named.index, dtype=object),
        count=[len(name) for name in lines],
        height=[_LINE * len(name) + _BETWEEN for name in lines],
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


def _reading(data: Pareto) -> list[str]:
    if data.arms.empty:
        return ["No arm has finished yet", ""]
    dashed = "Dashed: the front, where no arm is better for less" if data.scale.better else ""
    match data.awaited:
        case 0:
            return [dashed, "Upright: 95 % interval"]
        case 1:
            return [dashed, "1 arm is not known yet"]
        case awaited:
            return [dashed, f"{awaited} arms are not known yet"]
