"""Where each seed looks, a row a seed, under the mean over them: a mean can hide how few agree."""

from __future__ import annotations

import altair as alt
import pandas as pd

from attnlab.charts import skeleton
from attnlab.charts.axis_titles import QUANTITY, place_title, position_axis
from attnlab.charts.choosing import DIMMED
from attnlab.charts.palette import (
    AXIS_TEXT,
    FIT_WIDTH,
    NOTE,
    NOTE_SIZE,
    REFERENCE,
    TRUTH,
    arm_colours,
)
from attnlab.charts.panels import LABEL_EXTENT, PanelLook
from attnlab.wording import noun

ROW, MOST_HEIGHT = 14, 220
"""Pixels of a row, fewer where all would take more than so many."""

_TITLE_SIZE = 12


def has_strip(look: PanelLook) -> bool:
    """Whether a panel has several seeds with a row of weights each."""
    return look.seeds > 1 and not look.is_map and look.heads == 1


def strip_tables(look: PanelLook, seeds: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """A cell for each weight of each seed; `peak` is true of the largest of a seed.

    `seeds` has a row per weight and seed: index, seed, weight, and planted.
    """
    rows = seeds[["index", "seed", "weight", "planted"]].round({"weight": 4}).reset_index(drop=True)
    largest = rows.groupby("seed")["weight"].transform("max")
    first = rows[rows["weight"] == largest].drop_duplicates("seed").index
    rows = rows.assign(
        left=rows["index"] - 0.5,
        right=rows["index"] + 0.5,
        peak=rows.index.isin(first),
        colour=rows["planted"].map({True: TRUTH, False: arm_colours(look.study)[look.arm]}),
    )
    return {"cells": rows, "peaks": rows[rows["peak"]]}


def found_sentence(tables: dict[str, pd.DataFrame], truth_words: str) -> str:
    """In how many seeds the largest weight is on what was planted; empty where nothing was."""
    peaks = tables["peaks"]
    if not tables["cells"]["planted"].any():
        return ""
    found, seeds = int(peaks["planted"].sum()), len(peaks)
    return f"Largest on {truth_words} in {found} of {seeds} {noun(seeds, 'seed')}"


def draw_strip(look: PanelLook, tables: skeleton.Tables) -> alt.LayerChart:
    """The strip of this look, with its rows from `strip_tables`."""
    seeds = look.seeds
    across = alt.Scale(domain=[-0.5, look.positions - 0.5], nice=False)
    name = place_title(look.axis, look.study.task)
    below = position_axis(look.names)
    down = alt.Y(
        "seed:O",
        title=["Seed", *" " * (len(look.quantity_lines) - 1)],
        axis=alt.Axis(
            ticks=False,
            domain=False,
            labelOverlap=True,
            minExtent=LABEL_EXTENT,
            maxExtent=LABEL_EXTENT,
            **AXIS_TEXT,
        ),
    )
    full = DIMMED if look.dimmed else 1.0
    cells = (
        alt.Chart(tables["cells"])
        .mark_rect()
        .encode(
            x=alt.X("left:Q", title=name, scale=across, axis=below),
            x2=alt.X2("right:Q"),
            y=down,
            color=alt.Color("colour:N", scale=None),
            opacity=alt.Opacity(
                "weight:Q",
                scale=alt.Scale(domain=list(look.domain), range=[0.04, full], clamp=True),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("seed:N", title="Seed"),
                alt.Tooltip("index:Q", title=name),
                alt.Tooltip("weight:Q", title=QUANTITY[look.kind], format=".4~f"),
                alt.Tooltip("planted:N", title="Planted"),
            ],
        )
    )
    peaks = (
        alt.Chart(tables["peaks"])
        .mark_point(shape="circle", filled=True, size=14, opacity=full, color=REFERENCE)
        .encode(x=alt.X("index:Q", title=name, scale=across, axis=below), y=down)
    )
    layers = [cells, peaks]
    if look.kind == "distribution":
        layers.append(_room_on_the_right())
    height = min(ROW * seeds, MOST_HEIGHT)
    chart = skeleton.layered(*layers)
    return chart.properties(height=height, autosize=dict(FIT_WIDTH), title=_title())


def _title() -> alt.TitleParams:
    return alt.TitleParams(
        ["Each seed; dot: its largest weight"],
        anchor="start",
        fontSize=_TITLE_SIZE,
        fontWeight="normal",
        color=NOTE,
    )


def _room_on_the_right() -> alt.Chart:
    """As much room as the word beside the bars above takes, so that columns stand below columns."""
    row = pd.DataFrame({"words": ["uniform"]})
    return (
        alt.Chart(row)
        .mark_text(align="left", dx=4, fontSize=NOTE_SIZE, opacity=0)
        .encode(x=alt.XValue("width"), y=alt.YValue(0), text=alt.Text("words:N"))
    )
