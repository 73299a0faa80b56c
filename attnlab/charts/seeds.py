"""The score of every seed: which arm is ahead at which seed."""

from __future__ import annotations

from typing import Any, NamedTuple

import altair as alt
import numpy as np
import pandas as pd

from attnlab.charts.arm_rows import (
    SIGNED,
    Rows,
    arm_names,
    axis_title,
    beside_words,
    pointed_rows,
    reference_of,
    rows_of,
    title,
    words_beside,
)
from attnlab.charts.choosing import dimmed, strength
from attnlab.charts.palette import AXIS_TEXT, FIT_WIDTH, HELPS, HURTS, REFERENCE, colours_of
from attnlab.charts.scale import Scale

MOST_ARMS = 8
"""Lines between more arms than these are a tangle: differences are drawn instead, or two arms."""

_PAIR_LINES = 5
"""Rows of two arms stand so far apart that the lines between them can be followed."""

AHEAD, BEHIND, EVEN = "better", "worse", "the same"


class Seeds(NamedTuple):
    """The numbers behind a chart of single seeds, in the unit of the scale.

    `arms` has a row per arm that is drawn, in the study's order: label, name, mean, headline and
    numbers (the words beside it), chosen, dimmed. `points` has one per arm and seed: label, name,
    seed, value, against (better, worse or the same as the reference at that seed; missing for the
    reference and without a pair), and words for the pointer. `paired` says whether values are
    differences to the reference rather than scores.
    """

    arms: pd.DataFrame
    points: pd.DataFrame
    paired: bool


def collect_seeds(
    scores: pd.DataFrame, verdicts: pd.DataFrame, scale: Scale, chosen: str | None = None
) -> Seeds:
    """Decide what is drawn of these scores: all arms, a chosen one of many, or differences."""
    names, reference = arm_names(verdicts), reference_of(verdicts)
    labels, paired = list(names), False
    if len(labels) > MOST_ARMS:
        paired = chosen not in names or chosen == reference
        drawn = (reference, chosen)
        labels = [own for own in labels if (own != reference if paired else own in drawn)]
    scores = scores[scores["arm"].isin(names)].rename(columns={"arm": "label"})
    own = scores.set_index("seed").query("label == @reference")["value"]
    gain = scores["value"] - scores["seed"].map(own)
    points = scores.assign(
        name=scores["label"].map(names),
        against=_against(gain.where(scores["label"] != reference), scale.better),
        words=[scale.value_text(value) for value in scores["value"]],
        gain_words=[scale.with_unit(scale.difference_text(each, np.nan, np.nan)) for each in gain],
        value=scale.factor * (gain if paired else scores["value"]),
    )
    points = points[points["label"].isin(labels) & points["value"].notna()].reset_index(drop=True)
    kept = points.groupby("label")["value"].mean()
    arms = pd.DataFrame({"label": labels, "name": [names[label] for label in labels]})
    words = [
        _words(points[points["label"] == label], scale, label == reference) for label in labels
    ]
    arms = arms.assign(
        mean=arms["label"].map(kept).astype(float),
        headline=pd.Series([head for head, _ in words], dtype=object),
        numbers=pd.Series([numbers for _, numbers in words], dtype=object),
        chosen=arms["label"] == chosen,
        dimmed=dimmed(arms["label"], chosen if len(labels) > 2 else None),
    )
    return Seeds(arms, points, paired)


def _against(gain: pd.Series, better: int) -> pd.Series:
    sign = np.sign(gain.to_numpy(dtype=float)) * (better or 1)
    words = np.select([sign > 0, sign < 0, sign == 0], [AHEAD, BEHIND, EVEN], default="")
    return pd.Series(words, index=gain.index, dtype=object).replace("", None)


def _words(points: pd.DataFrame, scale: Scale, is_reference: bool) -> tuple[str, str]:
    if is_reference:
        return "reference", ""
    pairs = points["against"].notna().sum()
    if not pairs:
        return "no pairs yet", ""
    ahead = AHEAD if scale.better else "higher"
    return f"{ahead} at", f"{(points['against'] == AHEAD).sum()} of {pairs} seeds"


def per_seed(
    scores: pd.DataFrame, verdicts: pd.DataFrame, scale: Scale, chosen: str | None = None
) -> alt.LayerChart:
    """Draw a row per arm with a dot for each seed, and how often it is ahead of the reference.

    `scores` has a row per arm (its label) and seed: arm, seed, value; `verdicts` a row per arm, as
    for `forest`. Dots are filled where the arm is better than the reference at the same seed. A
    line joins a seed's dots of neighbouring rows. Of more than `MOST_ARMS` arms the differences to
    the reference are drawn, or, where one is `chosen`, that and the reference alone.
    """
    data = collect_seeds(scores, verdicts, scale, chosen)
    crowd = 2 if data.paired else (_PAIR_LINES if len(data.arms) == 2 else 3)
    rows = rows_of(data.arms["name"], crowd)
    place = dict(zip(data.arms["label"], rows.middles, strict=True))
    names, reference = arm_names(verdicts), reference_of(verdicts)
    colours = colours_of(list(names), reference)
    arms = data.arms.assign(
        middle=rows.middles,
        top=np.array(rows.middles) - 9,
        bottom=np.array(rows.middles) + 9,
        colour=data.arms["label"].map(colours),
    )
    points = data.points.assign(
        middle=data.points["label"].map(place),
        colour=data.points["label"].map(colours),
        dimmed=data.points["label"].map(dict(zip(arms["label"], arms["dimmed"], strict=True))),
    )
    against = names.get(reference, "the reference")
    words = scale.difference_title(against) if data.paired else scale.axis_title
    x = alt.X(
        "value:Q",
        title=axis_title(words),
        scale=beside_words(_domain(points["value"], data.paired, scale)),
        axis=alt.Axis(
            tickCount=5,
            titleAnchor="start",
            labelOverlap="parity",
            **({"labelExpr": SIGNED} if data.paired else {}),
            **AXIS_TEXT,
        ),
    )
    layers = [
        pointed_rows(arms, rows, [alt.Tooltip("name:N", title="Arm"), *_counts()]),
        *([] if data.paired else [_lines(points, rows, x, pair=len(arms) == 2)]),
        *([_zero(x)] if data.paired else []),
        _means(arms, rows, x),
        *_dots(points, rows, x, scale),
        *words_beside(arms, rows, alt.value(REFERENCE)),
    ]
    return alt.layer(*layers).properties(
        height=rows.height,
        title=title(f"{scale.title}, seed by seed", _reading(data, against, scale)),
        autosize=dict(FIT_WIDTH),
    )


def _counts() -> list[Any]:
    return [alt.Tooltip("headline:N", title="Is"), alt.Tooltip("numbers:N", title="Count")]


def _lines(points: pd.DataFrame, rows: Rows, x: alt.X, pair: bool) -> alt.Chart:
    """From row to row, where a seed has finished in both; of two arms in the colour of the one
    that is ahead."""
    steps = []
    order = {middle: place for place, middle in enumerate(rows.middles)}
    for _, own in points.assign(place=points["middle"].map(order)).groupby("seed", sort=False):
        own = own.sort_values("place")
        after = own.shift(-1)
        joined = own.assign(
            value_after=after["value"],
            middle_after=after["middle"],
            either=after["against"].combine_first(own["against"]),
            dimmed=own["dimmed"] & after["dimmed"].eq(True),
        )
        steps.append(joined[after["place"] == own["place"] + 1])
    lines = pd.concat([points.iloc[:0], *steps])
    colour = alt.value(REFERENCE)
    if pair:
        colour = alt.Color(
            "either:N",
            legend=None,
            scale=alt.Scale(domain=[AHEAD, BEHIND, EVEN], range=[HELPS, HURTS, REFERENCE]),
        )
    return (
        alt.Chart(lines)
        .mark_rule(strokeWidth=1.4 if pair else 0.9)
        .encode(
            x=x,
            x2="value_after:Q",
            y=rows.y("middle"),
            y2="middle_after:Q",
            color=colour,
            opacity=strength(0.8 if pair else 0.45),
        )
    )


def _zero(x: alt.X) -> alt.Chart:
    row = pd.DataFrame({"value": [0.0]})
    return alt.Chart(row).mark_rule(color=REFERENCE, strokeWidth=1.2).encode(x=x)


def _means(arms: pd.DataFrame, rows: Rows, x: alt.X) -> alt.Chart:
    """A short upright line at the mean of each row."""
    return (
        alt.Chart(arms[arms["mean"].notna()].assign(value=arms["mean"]))
        .mark_rule(strokeWidth=2.4)
        .encode(
            x=x,
            y=rows.y("top"),
            y2="bottom:Q",
            color=alt.Color("colour:N", scale=None),
            opacity=strength(),
        )
    )


def _dots(points: pd.DataFrame, rows: Rows, x: alt.X, scale: Scale) -> list[alt.Chart]:
    tooltip = [
        alt.Tooltip("name:N", title="Arm"),
        alt.Tooltip("seed:N", title="Seed"),
        alt.Tooltip("words:N", title=scale.title),
        alt.Tooltip("gain_words:N", title="Difference"),
    ]
    hollow = points["against"].isin([BEHIND, EVEN])
    return [
        alt.Chart(points[own])
        .mark_point(size=42, strokeWidth=1.4, filled=filled, cursor="pointer", **look)
        .encode(
            x=x,
            y=rows.y("middle"),
            color=alt.Color("colour:N", scale=None),
            opacity=strength(0.85),
            tooltip=tooltip,
        )
        for own, filled, look in ((~hollow, True, {}), (hollow, False, {}))
    ]


def _domain(values: pd.Series, paired: bool, scale: Scale) -> tuple[float, float]:
    ends = [*values, 0.0] if paired or values.empty else list(values)
    lowest, highest = min(ends), max(ends)
    margin = 0.04 * (highest - lowest) or 0.01 * scale.factor
    return lowest - margin, highest + margin


def _reading(data: Seeds, reference: str, scale: Scale) -> list[str]:
    if data.points.empty:
        return ["No seed has finished yet", ""]
    word = AHEAD if scale.better else "higher"
    filled = f"A dot a seed; filled: {word} than {reference} at it"
    if data.paired:
        return [filled, "Upright line: mean"]
    lines = "Upright line: mean; the others join the same seed"
    return [filled if len(data.arms) > 1 else "A dot a seed", lines]
