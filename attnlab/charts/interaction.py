"""Two parameters at once: a heat map of what each pair of values gives."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt
import pandas as pd

from attnlab.analysis.rounding import MINUS, decimals
from attnlab.analysis.varied import Varied
from attnlab.charts import maps
from attnlab.charts.arm_rows import title, wrapped
from attnlab.charts.choosing import DIMMED_WORDS, arm_param, dimmed, strength
from attnlab.charts.palette import (
    ATTENTION,
    AXIS_TEXT,
    DIFFERS,
    FIT_WIDTH,
    HELPS,
    HURTS,
    LEGEND_TEXT,
    LOWER,
    REFERENCE,
)
from attnlab.charts.scale import ScoreScale, scale_of
from attnlab.charts.skeleton import layered, spec_of
from attnlab.charts.verdicts import MARKS, SHOWN
from attnlab.results.by_parameter import grid
from attnlab.results.model import StudyResult
from attnlab.wording import in_sentence

CELL = 46
"""Pixels from one row to the next."""
EVEN = "#F3F2EF"
"""The colour of no difference, between those of better and worse."""
INK, PAPER = "#16202B", "#FFFFFF"
"""Words on light and on dark cells."""

_LUMINANCE = (0.2126, 0.7152, 0.0722)
_EVEN_CONTRAST = 0.2
"""The luminance on which light and dark words have about the same contrast."""
_WORDS_FIT = 38
"""Pixels of a cell that has room for its number."""

Show = Literal["difference", "score"]


@dataclass(frozen=True)
class Interaction:
    """The numbers behind a grid of two parameters, in the unit of the scale.

    `cells` has a row per arm: x, y (the values), label, value (the difference or the score), words,
    ink (the colour of the words), verdict, shape (of its verdict, where something was shown),
    chosen, dimmed, and words for the pointer.
    """

    cells: pd.DataFrame
    x_title: str
    y_title: str
    scale: ScoreScale
    show: Show


def collect_interaction(
    result: StudyResult,
    x: Varied,
    y: Varied,
    show: Show = "difference",
    chosen: str | None = None,
) -> Interaction:
    """What is drawn of this result by the values of two parameters."""
    scale, frame = scale_of(result), grid(result, x, y)
    value = scale.factor * pd.to_numeric(frame[show]).astype(float)
    width = scale.factor * (frame["high"] - frame["low"]) / 2
    places = min((decimals(half) for half in width if math.isfinite(half) and half > 0), default=1)
    differences = [
        scale.with_unit(scale.difference_text(*row))
        for row in frame[["difference", "low", "high"]].itertuples(index=False)
    ]
    cells = frame.assign(
        value=value,
        words=pd.Series(
            [_short(each, min(places, 2), show == "difference") for each in value],
            frame.index,
            object,
        ),
        ink=_inks(value, show, scale.better),
        shape=frame["verdict"].where(frame["verdict"].isin(SHOWN)),
        chosen=frame["label"] == chosen,
        dimmed=dimmed(frame["label"], chosen),
        score_words=pd.Series(
            [scale.value_text(score) for score in frame["score"]], frame.index, object
        ),
        difference_words=pd.Series(differences, frame.index, object),
    )
    return Interaction(cells, x.title, y.title, scale, show)


def interaction(
    result: StudyResult,
    x: Varied,
    y: Varied,
    *,
    show: Show = "difference",
    chosen: str | None = None,
) -> alt.LayerChart:
    """Draw a cell for each pair of two parameters' values.

    Differences have a scale of colours around 0, blue where an arm is better, violet and ochre
    where neither direction is; scores one from low to high. A triangle marks cells whose verdict
    says that something was shown. Numbers stand on the cells where those are wide enough. Pairs
    without an arm stay empty. `chosen` (a label) highlights an arm.
    """
    return _draw(collect_interaction(result, x, y, show, chosen))


def interaction_spec(
    result: StudyResult,
    x: Varied,
    y: Varied,
    *,
    show: Show = "difference",
    chosen: str | None = None,
) -> dict[str, Any]:
    """The Vega-Lite spec of `interaction`; see `skeleton.spec_of`."""
    return spec_of(interaction(result, x, y, show=show, chosen=chosen))


def _draw(data: Interaction) -> alt.LayerChart:
    table, x_title, y_title, scale = data.cells, data.x_title, data.y_title, data.scale
    x = alt.X(
        "x:O",
        title=wrapped(x_title, 44),
        sort=_order(table["x"]),
        scale=alt.Scale(padding=0.03),
        axis=alt.Axis(labelAngle=0, labelOverlap="greedy", ticks=False, domain=False, **AXIS_TEXT),
    )
    rows = _order(table["y"])[::-1]
    y = alt.Y(
        "y:O",
        title=wrapped(y_title, 30),
        sort=rows,
        scale=alt.Scale(padding=0.03),
        axis=alt.Axis(ticks=False, domain=False, labelLimit=110, **AXIS_TEXT),
    )
    tooltip = [
        alt.Tooltip("x:O", title=x_title),
        alt.Tooltip("y:O", title=y_title),
        alt.Tooltip("score_words:N", title=scale.title),
        alt.Tooltip("difference_words:N", title="Difference"),
        alt.Tooltip("verdict:N", title="Verdict"),
        alt.Tooltip("label:N", title="Arm"),
    ]
    base = alt.Chart(table).encode(x=x, y=y)
    cells = (
        base.mark_rect(stroke=REFERENCE, strokeWidth=0.6, cursor="pointer")
        .encode(color=_colour(table, scale, data.show), opacity=strength(), tooltip=tooltip)
        .add_params(arm_param())
    )
    on_top = alt.Chart(table[table["words"] != ""]).encode(
        x=x, y=y, color=alt.Color("ink:N", scale=None), opacity=strength(1, DIMMED_WORDS)
    )
    shapes = [MARKS[verdict].shape for verdict in SHOWN]
    layers = [
        cells,
        on_top.mark_text(fontSize={"expr": f"bandwidth('x') < {_WORDS_FIT} ? 0 : 12"}, dy=5).encode(
            text=alt.Text("words:N")
        ),
        on_top.transform_filter("isValid(datum.shape)")
        .mark_point(filled=True, size=45, yOffset=-10)
        .encode(
            shape=alt.Shape(
                "shape:N", legend=None, scale=alt.Scale(domain=list(SHOWN), range=shapes)
            )
        ),
        alt.Chart(table[table["chosen"]])
        .mark_rect(filled=False, stroke=ATTENTION, strokeWidth=3)
        .encode(x=x, y=y),
    ]
    return (
        layered(*layers)
        .resolve_scale(color="independent")
        .properties(
            height=CELL * max(1, len(rows)),
            title=title(
                f"{scale.title} by {in_sentence(x_title)} and {in_sentence(y_title)}",
                ["A triangle: a difference was shown" if table["shape"].notna().any() else ""],
            ),
            autosize=dict(FIT_WIDTH),
        )
    )


def _order(values: pd.Series) -> list[Any]:
    """Numbers by size, texts in their order."""
    distinct = list(dict.fromkeys(values))
    is_number = all(
        isinstance(each, int | float) and not isinstance(each, bool) for each in distinct
    )
    return sorted(distinct) if is_number else distinct


def _colour(table: pd.DataFrame, scale: ScoreScale, show: Show) -> alt.Color:
    known = table["value"].dropna()
    if show == "difference":
        most = _farthest(known)
        low, high = _ends(scale.better)
        colours = alt.Scale(domain=[-most, 0, most], range=[low, EVEN, high], interpolate="rgb")
        legend_title = scale.difference_title("the reference")
    else:
        lowest, highest = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
        lowest, highest = (lowest, highest) if lowest < highest else (lowest - 1, highest + 1)
        colours = alt.Scale(scheme=maps.COLOURS, domain=[lowest, highest])
        legend_title = scale.axis_title
    legend = alt.Legend(
        type="gradient",
        orient="bottom",
        direction="horizontal",
        gradientLength=200,
        titleLimit=300,
        tickCount=5,
        **LEGEND_TEXT,
    )
    return alt.Color("value:Q", title=wrapped(legend_title, 44), scale=colours, legend=legend)


def _ends(better: int) -> tuple[str, str]:
    """The colours of the lowest and the highest difference."""
    if not better:
        return LOWER, DIFFERS
    return (HURTS, HELPS) if better > 0 else (HELPS, HURTS)


def _farthest(values: pd.Series) -> float:
    """How far the scale of differences reaches to both sides of 0."""
    most = float(values.abs().max())
    return most if most > 0 else 1.0


def _inks(value: pd.Series, show: Show, better: int) -> list[str]:
    """Dark words or light ones, whichever show better on the colour of each cell."""
    if show == "score":
        low, high = value.min(), value.max()
        return [PAPER if each < low + 0.45 * (high - low) else INK for each in value]
    share = (value / _farthest(value)).fillna(0.0)
    low, high = _ends(better)
    return [_ink_on(_mixed(EVEN, high if each > 0 else low, abs(each))) for each in share]


def _mixed(one: str, other: str, share: float) -> tuple[float, float, float]:
    pairs = zip(_channels(one), _channels(other), strict=True)
    red, green, blue = ((1 - share) * a + share * b for a, b in pairs)
    return red, green, blue


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))


def _ink_on(colour: tuple[float, float, float]) -> str:
    lightness = sum(
        share * (level / 255) ** 2.2 for share, level in zip(_LUMINANCE, colour, strict=True)
    )
    return PAPER if lightness < _EVEN_CONTRAST else INK


def _short(value: float, places: int, signed: bool) -> str:
    if not math.isfinite(value):
        return ""
    text = f"{abs(value):.{places}f}"
    if not signed or not float(text):
        return text if value >= 0 or not float(text) else MINUS + text
    return ("+" if value > 0 else MINUS) + text
