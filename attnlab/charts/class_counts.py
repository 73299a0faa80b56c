"""How many samples of each class every split of a data set has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from attnlab.charts.palette import AXIS_TEXT, FIT_WIDTH, LEGEND_TEXT
from attnlab.charts.skeleton import layered, spec_of

COLOURS = {"train": "#3F5FD0", "validation": "#8FA3E6", "test": "#808080"}
NAMES = {"train": "Training", "validation": "Validation", "test": "Test"}
MOST_CLASSES = 25
"""Of more classes, the largest and the smallest are drawn."""

_BAR = 24


def class_counts_spec(splits: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """The Vega-Lite spec of a bar a class, divided by split; `splits` as in
    `attnlab.data.inspection.Inspection`."""
    rows = counts_frame(splits)
    classes = list(dict.fromkeys(rows["class"]))
    given = [NAMES.get(split, split) for split in splits]
    colours = [COLOURS.get(split, "#808080") for split in splits]
    bars = (
        alt.Chart(rows)
        .mark_bar(height={"band": 0.75})
        .encode(
            x=alt.X("samples:Q", title="Samples", axis=alt.Axis(tickMinStep=1, **AXIS_TEXT)),
            y=alt.Y(
                "class:N",
                sort=classes,
                title=None,
                axis=alt.Axis(
                    labelLimit=150, labelFlush=False, labelBaseline="middle", **AXIS_TEXT
                ),
            ),
            color=alt.Color(
                "split:N",
                sort=given,
                scale=alt.Scale(domain=given, range=colours),
                legend=alt.Legend(orient="top", title=None, **LEGEND_TEXT),
            ),
            order=alt.Order("order:Q"),
            tooltip=[
                alt.Tooltip("class:N", title="Class"),
                alt.Tooltip("split:N", title="Split"),
                alt.Tooltip("samples:Q", title="Samples", format=","),
            ],
        )
    )
    chart = layered(bars).properties(
        width="container", height=_BAR * max(len(classes), 2), autosize=dict(FIT_WIDTH)
    )
    return spec_of(chart)


def counts_frame(splits: Mapping[str, Mapping[str, int]]) -> pd.DataFrame:
    """A row per class and split: class, split, samples, order. Of many classes the largest and the
    smallest, with the sum of those between."""
    totals: dict[str, int] = {}
    for of_split in splits.values():
        for name, count in of_split.items():
            totals[name] = totals.get(name, 0) + count
    shown = list(totals)
    between: list[str] = []
    if len(totals) > MOST_CLASSES:
        ordered = sorted(totals, key=lambda name: -totals[name])
        shown = [*ordered[: MOST_CLASSES - 6], *ordered[-5:]]
        between = ordered[MOST_CLASSES - 6 : -5]
    rows = []
    for order, (split, of_split) in enumerate(splits.items()):
        about = {"split": NAMES.get(split, split), "order": order}
        rows += [{"class": name, "samples": of_split.get(name, 0), **about} for name in shown]
        if between:
            together = sum(of_split.get(name, 0) for name in between)
            name = f"{len(between)} classes between"
            rows.append({"class": name, "samples": together, **about})
    return pd.DataFrame(rows, columns=["class", "samples", "split", "order"])
