"""How one panel of attention is drawn: as bars, head above head, or as a map."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from attnlab.analysis.attention import axes_of
from attnlab.analysis.intervals import t_factor
from attnlab.analysis.rounding import figures_text
from attnlab.charts import maps, skeleton
from attnlab.charts.axis_titles import QUANTITY, place_title, position_axis
from attnlab.charts.chance import uniform_level
from attnlab.charts.choosing import DIMMED
from attnlab.charts.palette import (
    AXIS_TEXT,
    FIT_WIDTH,
    NOTE,
    REFERENCE,
    TITLE_TEXT,
    TRUTH,
    arm_colours,
    arm_names,
)
from attnlab.spec import Study

MANY = 64
"""Beyond this many positions bars touch and dots shrink."""
MOST_HEADS = 4
"""More heads than these cannot be distinguished in one panel; the first ones are drawn."""
LABEL_EXTENT = 34
"""Pixels that the labels of a vertical axis take, so that what stands below bars begins as they
do."""
LANE = 0.88
"""How much of a head's lane its scale takes; the rest keeps it from the lane above."""


class PanelLook(NamedTuple):
    """All that a panel depends on besides its rows.

    `axis` is the trace axis and `shape` that of its weights: (n,) positions, (h, n) of so many
    heads, (H, W) places, (Q, n) or (h, Q, n) for queries. `seeds` is how many are averaged,
    `dimmed` whether another arm stands out, and `title` the lines above the panel, if they are not
    just the arm's name. `names` are those of the positions, empty where they have none. With `sure`
    bars of a mean over seeds have its 95 % interval.
    """

    study: Study
    arm: str
    axis: str
    kind: str
    shape: tuple[int, ...]
    seeds: int
    planted: bool
    domain: tuple[float, float]
    height: int
    dimmed: bool = False
    title: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    sure: bool = False

    @property
    def is_map(self) -> bool:
        """Whether it has rows and columns: places, or what looks against what is looked at."""
        axes = axes_of(self.axis)
        return axes.weighed == "place" or "query" in axes.leading

    @property
    def heads(self) -> int:
        """How many heads there are, 1 where they have no axis."""
        return self.shape[0] if "head" in axes_of(self.axis).leading else 1

    @property
    def has_ends(self) -> bool:
        """Whether bars have intervals: that of two seeds would reach across all there is."""
        return self.sure and self.seeds > 2 and self.lanes == 1

    @property
    def lanes(self) -> int:
        """How many of the heads are drawn."""
        return min(self.heads, MOST_HEADS)

    @property
    def positions(self) -> int:
        """How many positions are weighed."""
        return self.shape[-1]

    @property
    def quantity_lines(self) -> tuple[str, ...]:
        """What the weights are, and of how many seeds they are means, in lines for a low chart."""
        means = (f"mean of {self.seeds} seeds",) if self.seeds > 1 else ()
        return (QUANTITY[self.kind], *means)

    @property
    def quantity(self) -> str:
        """The same in one line."""
        return ", ".join(self.quantity_lines)


def draw_panel(look: PanelLook, tables: skeleton.Tables) -> alt.LayerChart:
    """The panel of this look, with its rows from `panel_tables`."""
    notes = [f"▼ {look.study.task.entry.truth_words}"] if look.planted else []
    if look.heads > look.lanes:
        notes.append(f"Heads 1 to {look.lanes} of {look.heads}")
    if look.is_map and (side := maps.block_side(look)) > 1:
        notes.append(f"A cell is the mean of {side} × {side}")
    colour: dict[str, Any] = {"color": REFERENCE} if look.dimmed else {}
    title = alt.TitleParams(
        list(look.title) or arm_names(look.study)[look.arm],
        subtitle=notes,
        subtitleColor=TRUTH if look.planted and not look.dimmed else NOTE,
        offset=8 + 8 * look.planted + 10 * (look.is_map and look.lanes > 1),
        **colour,
        **TITLE_TEXT,
    )
    chart = maps.draw_map(look, tables) if look.is_map else _bars(look, tables)
    if look.dimmed:
        _dim(chart)
    return chart.properties(title=title, height=look.height, autosize=dict(FIT_WIDTH))


def _dim(chart: alt.LayerChart) -> None:
    """Let every layer have a share of its opacity."""
    for layer in chart.layer:
        mark = layer.mark if isinstance(layer.mark, alt.MarkDef) else alt.MarkDef(layer.mark)
        full = 1.0 if mark.opacity is alt.Undefined else mark.opacity
        mark.opacity = round(DIMMED * full, 3)
        layer.mark = mark


def panel_tables(
    look: PanelLook, positions: pd.DataFrame, seeds: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """The rows of each layer: bars, dots for the seeds and marks of what is planted; or cells.

    `positions` has a row per weight: index, weight, sd, n, planted; `seeds` one per seed too.
    Raises ValueError for more weights than the shape holds.
    """
    if len(positions) > math.prod(look.shape):
        raise ValueError(
            f"{len(positions)} weights do not fit the shape {' × '.join(map(str, look.shape))}"
        )
    positions = positions[positions["index"] < _drawn(look)]
    if look.is_map:
        return maps.map_tables(look, positions)
    return _bar_tables(look, positions, seeds[seeds["index"] < _drawn(look)])


def _drawn(look: PanelLook) -> int:
    """How many of the weights are drawn: those of the first heads."""
    return math.prod(look.shape) // look.heads * look.lanes


def _bar_tables(
    look: PanelLook, positions: pd.DataFrame, seeds: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    half = 0.4 if look.positions <= MANY else 0.5
    colour = arm_colours(look.study)[look.arm]
    place = positions["index"] % look.positions
    bars = positions.assign(
        head=positions["index"] // look.positions,
        index=place,
        left=place - half,
        right=place + half,
        colour=positions["planted"].map({True: TRUTH, False: colour}),
    )
    if look.names:
        bars = bars.assign(name=place.map(dict(enumerate(look.names))))
    tables = {"bars": _in_lanes(look, bars)}
    if look.seeds > 1:
        dots = seeds[["index", "seed", "weight"]].round({"weight": 4})
        dots = dots.assign(head=dots["index"] // look.positions)
        tables["dots"] = _in_lanes(look, dots.assign(index=dots["index"] % look.positions))
    if look.has_ends:
        tables["ends"] = _ends(bars)
    if look.planted:
        tables["planted"] = bars.loc[bars["planted"], ["index"]].drop_duplicates()
    return tables


def _ends(bars: pd.DataFrame) -> pd.DataFrame:
    """The ends of the 95 % interval over seeds of each bar that has one."""
    half = t_factor(bars["n"]) * bars["sd"] / bars["n"] ** 0.5
    mean = bars["weight"]
    ends = pd.DataFrame({"index": bars["index"], "low": mean - half, "high": mean + half})
    return ends.dropna().round(5)


def _in_lanes(look: PanelLook, rows: pd.DataFrame) -> pd.DataFrame:
    """With several heads, where each stands: `base` and `height`, from the first lane on top."""
    if look.lanes == 1:
        return rows.drop(columns="head")
    base = look.lanes - 1 - rows["head"]
    height = (base + LANE * rows["weight"] / look.domain[1]).round(4)
    return rows.assign(head=rows["head"] + 1, base=base, height=height)


def _bars(look: PanelLook, tables: skeleton.Tables) -> alt.LayerChart:
    n, lanes = look.positions, look.lanes > 1
    across = alt.Scale(domain=[-0.5, n - 0.5], nice=False)
    axis = position_axis(look.names)
    name = place_title(look.axis, look.study.task)
    head = [alt.Tooltip("head:Q", title="Head")] if lanes else []
    y = _lanes(look) if lanes else _weights(look)
    bar = (
        alt.Chart(tables["bars"])
        .mark_rect(opacity=0.85)
        .encode(
            x=alt.X("left:Q", title=name, scale=across, axis=axis),
            x2=alt.X2("right:Q"),
            y=y,
            y2=alt.Y2("base:Q") if lanes else alt.datum(0),
            color=alt.Color("colour:N", scale=None),
            tooltip=[
                *head,
                alt.Tooltip("name:N" if look.names else "index:Q", title=name),
                alt.Tooltip("weight:Q", title=look.quantity, format=".4~f"),
                alt.Tooltip("sd:Q", title="Standard deviation", format=".4~f"),
                alt.Tooltip("planted:N", title="Planted"),
            ],
        )
    )
    layers = [bar]
    x = alt.X("index:Q", title=name, scale=across, axis=axis)
    if "ends" in tables:
        ends = alt.Chart(tables["ends"]).mark_rule(strokeWidth=2, color=REFERENCE, clip=True)
        layers.append(ends.encode(x=x, y=alt.Y("low:Q"), y2=alt.Y2("high:Q")))
    if "dots" in tables:
        layers.append(
            alt.Chart(tables["dots"])
            .mark_point(
                filled=True,
                size=10 if n * look.lanes <= MANY else 4,
                opacity=0.55,
                color=REFERENCE,
            )
            .encode(
                x=x,
                y=y,
                tooltip=[
                    *head,
                    alt.Tooltip("seed:N", title="Seed"),
                    alt.Tooltip("weight:Q", title=QUANTITY[look.kind], format=".4~f"),
                ],
            )
        )
    if look.kind == "distribution" and not lanes:
        layers += uniform_level(n, y)
    if "planted" in tables:
        layers.append(
            alt.Chart(tables["planted"])
            .mark_point(shape="triangle-down", filled=True, size=60, opacity=1, color=TRUTH)
            .encode(x=x, y=alt.YValue(-7))
        )
    return skeleton.layered(*layers)


def _weights(look: PanelLook) -> alt.Y:
    return alt.Y(
        "weight:Q",
        title=_with_dots(look),
        scale=alt.Scale(domain=list(look.domain), nice=False),
        axis=alt.Axis(
            format="~g",
            tickCount=5,
            minExtent=LABEL_EXTENT,
            maxExtent=LABEL_EXTENT,
            **AXIS_TEXT,
        ),
    )


def _with_dots(look: PanelLook) -> list[str]:
    """What the bars are; of several seeds also what the dots are."""
    *first, last = look.quantity_lines
    line = "; line: 95 % interval" if look.has_ends else ""
    return [*first, f"{last}; dots: each{line}" if look.seeds > 1 else last]


def _lanes(look: PanelLook) -> alt.Y:
    """An axis that names the heads; they all have the scale from 0 to the top of the domain."""
    middles = [lane + LANE / 2 for lane in range(look.lanes)]
    top = f"each 0 to {figures_text(look.domain[1])}"
    return alt.Y(
        "height:Q",
        title=[*_with_dots(look), top],
        scale=alt.Scale(domain=[0, look.lanes], nice=False),
        axis=alt.Axis(
            values=middles,
            labelExpr=f"'Head ' + ({look.lanes} - floor(datum.value))",
            grid=False,
            ticks=False,
            domain=False,
            **AXIS_TEXT,
        ),
    )
