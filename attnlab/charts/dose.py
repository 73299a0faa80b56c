"""The score against one parameter's value: how much of it is worth having."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from attnlab.analysis.varied import Varied
from attnlab.charts.arm_rows import title, wrapped
from attnlab.charts.chance import chance_level, chance_line
from attnlab.charts.choosing import arm_param
from attnlab.charts.dose_controls import Controls, collect_controls, control_layers
from attnlab.charts.palette import ATTENTION, AXIS_TEXT, FIT_WIDTH, REFERENCE
from attnlab.charts.scale import ScoreScale, scale_of
from attnlab.charts.skeleton import layered, spec_of
from attnlab.results.by_parameter import doses
from attnlab.results.frames import scores_frame
from attnlab.results.guessing import chance_by_arm
from attnlab.results.model import StudyResult
from attnlab.wording import in_sentence

HEIGHT = 280
_REACH = 420
"""How large the field around a mean is that answers to the pointer, in square pixels."""
_WIDE_SPAN = 8
"""Values that span such a factor are drawn on a logarithmic scale."""


@dataclass(frozen=True)
class Doses:
    """The numbers behind a curve of doses, in the unit of the scale.

    `arms` has a row per dose, ascending, `shared_reference` that of a reference without a dose, if
    there is one, `dose_references` those of references that each have a dose: dose, label, name,
    score, low, high, n, words, chosen.
    `seeds` has a row per arm and seed of `arms`: label, seed, value, dose. `chance`
    has a row per dose where arms differ in what guessing would score: dose, score; else it is
    empty. `controls` are those of the arms.
    """

    arms: pd.DataFrame
    shared_reference: pd.DataFrame
    dose_references: pd.DataFrame
    seeds: pd.DataFrame
    chance: pd.DataFrame
    parameter: str
    scale: ScoreScale
    controls: Controls

    @property
    def placed(self) -> pd.DataFrame:
        """All rows with a dose, ascending."""
        return pd.concat([self.arms, self.dose_references]).sort_index()


def collect_doses(result: StudyResult, parameter: Varied, chosen: str | None = None) -> Doses:
    """What is drawn of the scores of this result over the values of a parameter."""
    scale, frame = scale_of(result), doses(result, parameter)
    frame = frame[frame["score"].notna()].sort_values("dose", kind="stable")
    frame = frame.reset_index(drop=True)
    means = frame[["score", "low", "high", "n"]].itertuples(index=False)
    table = frame.assign(
        score=scale.factor * frame["score"],
        low=scale.factor * frame["low"],
        high=scale.factor * frame["high"],
        words=pd.Series([scale.score_text(*row) for row in means], dtype=object),
        name=frame["title"],
        chosen=frame["label"] == chosen,
    )
    is_reference = table["is_reference"].astype(bool)
    arms, references = table[~is_reference], table[is_reference]
    return Doses(
        arms,
        references[references["dose"].isna()].head(1),
        references[references["dose"].notna()],
        _seeds(scores_frame(result), arms, scale),
        _chance_levels(arms, chance_by_arm(result), scale),
        parameter.title,
        scale,
        collect_controls(result, parameter, scale),
    )


def dose(
    result: StudyResult,
    parameter: Varied,
    *,
    log: bool | None = None,
    chosen: str | None = None,
) -> alt.LayerChart:
    """Draw the mean score with its 95 % band over the values of a parameter, a faint dot for each
    seed.

    A reference without the parameter is a band across; references that have each a value of it are
    a second line. Controls are dashed lines with their names. What guessing would score is a line
    across, or through the doses where they differ in it. `log` chooses a
    logarithmic scale; by default it is one where the values are positive and span a factor of
    eight. `chosen` (a label) highlights an arm.
    """
    return _draw(collect_doses(result, parameter, chosen), log)


def dose_spec(
    result: StudyResult, parameter: Varied, *, chosen: str | None = None
) -> dict[str, Any]:
    """The Vega-Lite spec of `dose`; see `skeleton.spec_of`."""
    return spec_of(dose(result, parameter, chosen=chosen))


def _draw(data: Doses, log: bool | None) -> alt.LayerChart:
    arms, scale, x_title = data.arms, data.scale, data.parameter
    doses = np.array(sorted(set(pd.to_numeric(arms["dose"]))), dtype=float)
    if log is None:
        log = len(doses) > 1 and doses[0] > 0 and doses[-1] / doses[0] >= _WIDE_SPAN
    x = alt.X(
        "dose:Q",
        title=wrapped(x_title, 44),
        scale=_dose_scale(doses, data.controls, log=bool(log) and bool((doses > 0).all())),
        axis=alt.Axis(
            values=list(doses),
            format="~s" if _long(doses) else "~r",
            labelOverlap="greedy",
            labelSeparation=6,
            grid=False,
            **AXIS_TEXT,
        ),
    )
    domain = _domain(data)
    up: dict[str, Any] = {
        "title": scale.axis_title,
        "scale": alt.Scale(domain=list(domain), nice=True, zero=False),
        "axis": alt.Axis(tickCount=5, format="~r", **AXIS_TEXT),
    }
    y = alt.Y("score:Q", **up)
    tooltip = [
        alt.Tooltip("dose:Q", title=x_title),
        alt.Tooltip("words:N", title=f"{scale.title}, mean and 95 % interval"),
        alt.Tooltip("n:Q", title="Seeds"),
        alt.Tooltip("name:N", title="Arm"),
    ]
    line, placed = alt.Chart(arms).encode(x=x), data.placed
    layers = [
        *_across(data, up, y),
        *_beside(data.dose_references, x, up),
        *control_layers(data.controls, x, up, domain, HEIGHT),
        alt.Chart(arms[arms["low"].notna() & arms["high"].notna()])
        .mark_area(opacity=0.2, color=ATTENTION)
        .encode(x=x, y=alt.Y("low:Q", **up), y2=alt.Y2("high:Q")),
        alt.Chart(data.seeds)
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
        *_chance(data, domain, x, up),
    ]
    return layered(*layers).properties(
        height=HEIGHT,
        title=title(f"{scale.title} by {in_sentence(x_title)}", _reading(data)),
        autosize=dict(FIT_WIDTH),
    )


def _dose_scale(doses: np.ndarray, controls: Controls, log: bool) -> alt.Scale:
    width: dict[str, Any] = {"range": [0, {"expr": controls.width}]} if controls.kinds else {}
    lowest, highest = (doses[0], doses[-1]) if len(doses) else (0.0, 1.0)
    if log:
        reach = (highest / lowest) ** 0.04 if highest > lowest else 2.0
        return alt.Scale(type="log", domain=[lowest / reach, highest * reach], nice=False, **width)
    reach = 0.04 * (highest - lowest) or 1.0
    return alt.Scale(domain=[lowest - reach, highest + reach], nice=False, zero=False, **width)


def _long(doses: np.ndarray) -> bool:
    return bool(len(doses) and doses.max() >= 10_000)


def _seeds(scores: pd.DataFrame, arms: pd.DataFrame, scale: ScoreScale) -> pd.DataFrame:
    seeds = scores.rename(columns={"arm": "label"})[["label", "seed", "value"]]
    seeds = seeds.merge(arms[["label", "dose"]], on="label")
    return seeds.assign(value=scale.factor * seeds["value"])


def _chance_levels(
    arms: pd.DataFrame, chance: Mapping[str, float], scale: ScoreScale
) -> pd.DataFrame:
    """What guessing would score at each dose; no row where it is the same at all of them."""
    level = arms["label"].map(chance).astype(float)
    levels = pd.DataFrame({"dose": arms["dose"], "score": scale.factor * level}).dropna()
    levels = levels.drop_duplicates("dose")
    return levels if level.dropna().nunique() > 1 else levels.iloc[:0]


def _domain(data: Doses) -> tuple[float, float]:
    tables = (data.arms, data.shared_reference, data.dose_references)
    ends = [table[column] for table in tables for column in ("score", "low", "high")]
    values = pd.concat([*ends, data.seeds["value"], data.controls.scores]).dropna()
    if values.empty:
        return 0.0, 1.0
    lowest, highest = float(values.min()), float(values.max())
    margin = 0.05 * (highest - lowest) or 0.05 * abs(highest) or 1.0
    return lowest - margin, highest + margin


def _across(data: Doses, up: dict[str, Any], y: alt.Y) -> list[alt.Chart]:
    """A band across at the reference's interval, with a line at its mean."""
    reference, scale = data.shared_reference, data.scale
    if reference.empty:
        return []
    wide: dict[str, Any] = {}
    if data.controls.kinds:  # their names stand at the right
        wide = {"x": alt.XValue(0), "x2": alt.X2Value({"expr": data.controls.width})}
    tooltip = [
        alt.Tooltip("name:N", title="Reference"),
        alt.Tooltip("words:N", title=f"{scale.title}, mean and 95 % interval"),
        alt.Tooltip("n:Q", title="Seeds"),
    ]
    with_band = reference[reference["low"].notna() & reference["high"].notna()]
    return [
        alt.Chart(with_band)
        .mark_rect(opacity=0.2, color=REFERENCE)
        .encode(y=alt.Y("low:Q", **up), y2=alt.Y2("high:Q"), tooltip=tooltip, **wide),
        alt.Chart(reference)
        .mark_rule(strokeWidth=1.6, color=REFERENCE)
        .encode(y=y, tooltip=tooltip, **wide),
    ]


def _beside(references: pd.DataFrame, x: alt.X, up: dict[str, Any]) -> list[alt.Chart]:
    """A line through the references of the doses, each at its own, with its band."""
    if references.empty:
        return []
    line = alt.Chart(references).encode(x=x, y=alt.Y("score:Q", **up))
    return [
        alt.Chart(references[references["low"].notna() & references["high"].notna()])
        .mark_area(opacity=0.2, color=REFERENCE)
        .encode(x=x, y=alt.Y("low:Q", **up), y2=alt.Y2("high:Q")),
        line.mark_line(strokeWidth=1.6, color=REFERENCE),
        line.mark_point(filled=True, size=60, color=REFERENCE, opacity=1),
    ]


def _chance(
    data: Doses, domain: tuple[float, float], x: alt.X, up: dict[str, Any]
) -> list[alt.Chart]:
    """What guessing would score: a line across, or through the doses where they differ in it."""
    if data.chance.empty:
        return chance_level(data.scale, domain, up)
    return chance_line(data.chance, domain, x, up)


def _reading(data: Doses) -> list[str]:
    if data.arms.empty:
        return ["No seed has finished yet", ""]
    n = int(data.arms["n"].max())
    mean = f"Mean of {n} seeds; band: its 95 % interval" if n > 1 else "One seed"
    dashed = ["Dashed: controls"] if data.controls.kinds else []
    if len(data.dose_references):
        return [mean, "Grey: the reference of each", *dashed]
    reference = data.shared_reference
    grey = f"Grey: {reference['name'].iloc[0]}, the reference" if len(reference) else ""
    return [mean, grey, *dashed]
