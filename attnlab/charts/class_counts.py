"""How many samples of each class, or of each number, every split of a data set has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from attnlab.charts.palette import AXIS_TEXT, FIT_WIDTH, LEGEND_TEXT
from attnlab.charts.skeleton import layered, spec_of

COLOURS = {"train": "#3F5FD0", "validation": "#8FA3E6", "test": "#808080"}
NAMES = {"train": "Training", "validation": "Validation", "test": "Test"}
MOST_CLASSES = 25
"""Of more classes, the largest and the smallest are drawn."""

_BAR, _HISTOGRAM = 24, 180
_NUMBER = ".4~g"


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


def number_counts_spec(
    name: str, edges: Sequence[float], splits: Mapping[str, Sequence[int]]
) -> dict[str, Any]:
    """The Vega-Lite spec of a histogram of what is called `name`, divided by split; `edges` (K + 1)
    are where its bins end, `splits` has K counts for each split."""
    given = [NAMES.get(split, split) for split in splits]
    colours = [COLOURS.get(split, "#808080") for split in splits]
    rows = pd.DataFrame(
        [
            {
                "from": edges[place],
                "to": edges[place + 1],
                "samples": count,
                "split": NAMES.get(split, split),
                "order": order,
            }
            for order, (split, counts) in enumerate(splits.items())
            for place, count in enumerate(counts)
        ]
    )
    bars = (
        alt.Chart(rows)
        .mark_bar(binSpacing=1)
        .encode(
            x=alt.X("from:Q", bin="binned", title=name, axis=alt.Axis(format=_NUMBER, **AXIS_TEXT)),
            x2=alt.X2("to:Q"),
            y=alt.Y("samples:Q", title="Samples", axis=alt.Axis(tickMinStep=1, **AXIS_TEXT)),
            color=alt.Color(
                "split:N",
                sort=given,
                scale=alt.Scale(domain=given, range=colours),
                legend=alt.Legend(orient="top", title=None, **LEGEND_TEXT),
            ),
            order=alt.Order("order:Q"),
            tooltip=[
                alt.Tooltip("from:Q", title="From", format=_NUMBER),
                alt.Tooltip("to:Q", title="To", format=_NUMBER),
                alt.Tooltip("split:N", title="Split"),
                alt.Tooltip("samples:Q", title="Samples", format=","),
            ],
        )
    )
    chart = layered(bars).properties(width="container", height=_HISTOGRAM, autosize=dict(FIT_WIDTH))
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
