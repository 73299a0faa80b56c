"""The score against one parameter's value: how much of it is worth having."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from attnlab.charts.arm_rows import in_sentence, title, wrapped
from attnlab.charts.chance import chance_level, chance_line
from attnlab.charts.choosing import arm_param
from attnlab.charts.palette import ATTENTION, AXIS_TEXT, FIT_WIDTH, REFERENCE
from attnlab.charts.scale import Scale

HEIGHT = 280
_REACH = 420
"""How large the field around a mean is that answers to the pointer, in square pixels."""
_WIDE_SPAN = 8
"""Values that span such a factor are drawn on a logarithmic scale."""


def collect_doses(frame: pd.DataFrame, scale: Scale, chosen: str | None = None) -> pd.DataFrame:
    """The rows of `frame` with a score, by dose, in the unit of the scale; with words, name,
    chosen."""
    frame = frame[frame["score"].notna()].sort_values("dose", kind="stable")
    frame = frame.reset_index(drop=True)
    words = [scale.score_text(row.score, row.low, row.high, row.n) for row in frame.itertuples()]
    return frame.assign(
        score=scale.factor * frame["score"],
        low=scale.factor * frame["low"],
        high=scale.factor * frame["high"],
        words=pd.Series(words, dtype=object),
        name=frame["title"] if "title" in frame else frame["label"],
        chosen=frame["label"] == chosen,
    )


def dose(
    frame: pd.DataFrame,
    x_title: str,
    scale: Scale,
    *,
    log: bool | None = None,
    scores: pd.DataFrame | None = None,
    chance: Mapping[str, float] | None = None,
    chosen: str | None = None,
) -> alt.LayerChart:
    """Draw the mean score with its 95 % band over the values of a parameter.

    `frame` has a row per arm: dose (the value), label, score, low, high, n, is_reference,
    and a title if arms are to be called by it. A reference without a dose is a band across;
    references that have each a dose are a second line. `scores` (arm, seed, value) adds a faint dot
    for each seed. `chance`, by label, is what guessing would score in each arm's task, 0..1: a line
    through the doses where they differ in it, instead of that of the scale. `log` chooses a
    logarithmic scale; unless said, it is one where the values are positive and span a factor of
    eight.
    """
    table = collect_doses(frame, scale, chosen)
    is_reference = table["is_reference"].astype(bool)
    own, references = table[~is_reference], table[is_reference]
    across = references[references["dose"].isna()].head(1)
    beside = references[references["dose"].notna()]
    doses = np.array(sorted(set(pd.to_numeric(own["dose"]))), dtype=float)
    if log is None:
        log = len(doses) > 1 and doses[0] > 0 and doses[-1] / doses[0] >= _WIDE_SPAN
    x = alt.X(
        "dose:Q",
        title=wrapped(x_title, 44),
        scale=_dose_scale(doses, log=bool(log) and bool((doses > 0).all())),
        axis=alt.Axis(
            values=list(doses),
            format="~s" if _long(doses) else "~r",
            labelOverlap="greedy",
            labelSeparation=6,
            grid=False,
            **AXIS_TEXT,
        ),
    )
    seeds = _seeds(scores, own, scale)
    domain = _domain(table, seeds)
    up = {
        "title": scale.axis_title,
        "scale": alt.Scale(domain=domain, nice=True, zero=False),
        "axis": alt.Axis(tickCount=5, format="~r", **AXIS_TEXT),
    }
    y = alt.Y("score:Q", **up)
    tooltip = [
        alt.Tooltip("dose:Q", title=x_title),
        alt.Tooltip("words:N", title=f"{scale.title}, mean and 95 % interval"),
        alt.Tooltip("n:Q", title="Seeds"),
        alt.Tooltip("name:N", title="Arm"),
    ]
    line, placed = alt.Chart(own).encode(x=x), table[table["dose"].notna()]
    layers = [
        *_across(across, up, y, scale),
        *_beside(beside, x, up),
        alt.Chart(own[own["low"].notna() & own["high"].notna()])
        .mark_area(opacity=0.2, color=ATTENTION)
        .encode(x=x, y=alt.Y("low:Q", **up), y2="high:Q"),
        alt.Chart(seeds)
        .mark_point(filled=True, size=16, opacity=0.35, color=ATTENTION)
        .encode(x=x, y=alt.Y("value:Q", **up)),
        line.mark_line(strokeWidth=2.2, color=ATTENTION).encode(y=y),
        line.mark_point(filled=True, size=90, color=ATTENTION, opacity=1).encode(y=y),
        alt.Chart(placed)
        .mark_point(filled=True, size=_REACH, opacity=0, cursor="pointer")
        .encode(x=x, y=y, tooltip=tooltip)
        .add_params(arm_param()),
        alt.Chart(placed[placed["chosen"]])
        .mark_point(size=240, strokeWidth=2, color=ATTENTION)
        .encode(x=x, y=y),
        *_chance(own, chance or {}, scale, domain, x, up),
    ]
    return alt.layer(*layers).properties(
        height=HEIGHT,
        title=title(f"{scale.title} by {in_sentence(x_title)}", _reading(own, across, beside)),
        autosize=dict(FIT_WIDTH),
    )


def _dose_scale(doses: np.ndarray, log: bool) -> alt.Scale:
    lowest, highest = (doses[0], doses[-1]) if len(doses) else (0.0, 1.0)
    if log:
        reach = (highest / lowest) ** 0.04 if highest > lowest else 2.0
        return alt.Scale(type="log", domain=[lowest / reach, highest * reach], nice=False)
    reach = 0.04 * (highest - lowest) or 1.0
    return alt.Scale(domain=[lowest - reach, highest + reach], nice=False, zero=False)


def _long(doses: np.ndarray) -> bool:
    return bool(len(doses) and doses.max() >= 10_000)


def _seeds(scores: pd.DataFrame | None, own: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    if scores is None:
        return pd.DataFrame({"label": [], "seed": [], "value": [], "dose": []})
    seeds = scores.rename(columns={"arm": "label"})[["label", "seed", "value"]]
    seeds = seeds.merge(own[["label", "dose"]], on="label")
    return seeds.assign(value=scale.factor * seeds["value"])


def _domain(table: pd.DataFrame, seeds: pd.DataFrame) -> list[float]:
    values = pd.concat([table["score"], table["low"], table["high"], seeds["value"]]).dropna()
    if values.empty:
        return [0.0, 1.0]
    lowest, highest = float(values.min()), float(values.max())
    margin = 0.05 * (highest - lowest) or 0.05 * abs(highest) or 1.0
    return [lowest - margin, highest + margin]


def _across(reference: pd.DataFrame, up: dict[str, Any], y: alt.Y, scale: Scale) -> list[alt.Chart]:
    """A band across at the reference's interval, with a line at its mean."""
    if reference.empty:
        return []
    tooltip = [
        alt.Tooltip("name:N", title="Reference"),
        alt.Tooltip("words:N", title=f"{scale.title}, mean and 95 % interval"),
        alt.Tooltip("n:Q", title="Seeds"),
    ]
    with_band = reference[reference["low"].notna() & reference["high"].notna()]
    return [
        alt.Chart(with_band)
        .mark_rect(opacity=0.2, color=REFERENCE)
        .encode(y=alt.Y("low:Q", **up), y2="high:Q", tooltip=tooltip),
        alt.Chart(reference)
        .mark_rule(strokeWidth=1.6, color=REFERENCE)
        .encode(y=y, tooltip=tooltip),
    ]


def _beside(references: pd.DataFrame, x: alt.X, up: dict[str, Any]) -> list[alt.Chart]:
    """A line through the references of the doses, each at its own, with its band."""
    if references.empty:
        return []
    line = alt.Chart(references).encode(x=x, y=alt.Y("score:Q", **up))
    return [
        alt.Chart(references[references["low"].notna() & references["high"].notna()])
        .mark_area(opacity=0.2, color=REFERENCE)
        .encode(x=x, y=alt.Y("low:Q", **up), y2="high:Q"),
        line.mark_line(strokeWidth=1.6, color=REFERENCE),
        line.mark_point(filled=True, size=60, color=REFERENCE, opacity=1),
    ]


def _chance(
    own: pd.DataFrame,
    chance: Mapping[str, float],
    scale: Scale,
    domain: list[float],
    x: alt.X,
    up: dict[str, Any],
) -> list[alt.Chart]:
    """What guessing would score: a line across, or through the doses where they differ in it."""
    level = own["label"].map(chance).astype(float)
    if level.dropna().nunique() < 2:
        return chance_level(scale, domain, up)
    levels = pd.DataFrame({"dose": own["dose"], "score": scale.factor * level}).dropna()
    return chance_line(levels.drop_duplicates("dose"), domain, x, up)


def _reading(own: pd.DataFrame, across: pd.DataFrame, beside: pd.DataFrame) -> list[str]:
    if own.empty:
        return ["No seed has finished yet", ""]
    n = int(own["n"].max())
    mean = f"Mean of {n} seeds; band: its 95 % interval" if n > 1 else "One seed"
    if len(beside):
        return [mean, "Grey: the reference of each"]
    return [mean, f"Grey: {across['name'].iloc[0]}, the reference" if len(across) else ""]
