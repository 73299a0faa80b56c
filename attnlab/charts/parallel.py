"""Many parameters at once: a line for each arm through the values it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from attnlab.analysis.varied import Varied
from attnlab.charts import maps
from attnlab.charts.arm_rows import title, wrapped
from attnlab.charts.choosing import arm_param, dimmed, either
from attnlab.charts.palette import FIT_WIDTH, NOTE, NOTE_SIZE, REFERENCE
from attnlab.charts.scale import ScoreScale, scale_of
from attnlab.charts.skeleton import layered, spec_of
from attnlab.results.by_parameter import parameters
from attnlab.results.model import StudyResult

HEIGHT = 300

_SEEN = [0.3, 0.8]
"""The part of the colours in which a line is seen on white as well as on dark."""
_LINE, _LONGEST = 14, 14
_PILL = "#5A636E"
_FAN = 0.5
"""How much of the way to the next value the lines through one value spread over."""
_TICKS = 5


@dataclass(frozen=True)
class Parallel:
    """The numbers behind parallel coordinates.

    `lines` has a row per arm and axis: label, name, axis (its number), place (0 at the bottom of
    the axis, 1 at its top), score (in the unit of the scale), words, chosen, dimmed, and its value
    of each parameter by number, value_0 …. `ticks` has a row per value written at an axis: axis,
    place, words. `heads` has one per axis: axis, words. `titles` are those of the parameters.
    """

    lines: pd.DataFrame
    ticks: pd.DataFrame
    heads: pd.DataFrame
    titles: tuple[str, ...]
    scale: ScoreScale


def collect_parallel(
    result: StudyResult, every: Sequence[Varied], chosen: str | None = None
) -> Parallel:
    """Place every arm on each axis: values evenly in their order, the score to scale.

    Arms with the same value are spread a little around it, by score, so that each can be followed.
    """
    scale, frame = scale_of(result), parameters(result, every)
    titles = {each.key: each.title for each in every}
    values_by_column = {column: in_order(frame[column]) for column in titles}
    frame = frame.sort_values("score", na_position="first", kind="stable").reset_index(drop=True)
    score = scale.factor * pd.to_numeric(frame["score"]).astype(float)
    texts = [scale.value_text(each) for each in frame["score"]]
    arms = pd.DataFrame(
        {
            "label": frame["label"],
            "name": frame["title"],
            "score": score,
            "words": pd.Series(texts, dtype=object),
            "chosen": frame["label"] == chosen,
            "dimmed": dimmed(frame["label"], chosen),
            # by number: a parameter may be called as another column is
            **{f"value_{axis}": frame[key].astype(str) for axis, key in enumerate(titles)},
        }
    )
    lines, ticks = [], []
    for axis, (column, values) in enumerate(values_by_column.items()):
        step = 1 / max(1, len(values) - 1)
        at = {
            value: (place * step if len(values) > 1 else 0.5) for place, value in enumerate(values)
        }
        lines.append(arms.assign(axis=axis, place=_fanned(frame[column], at, step)))
        ticks += [(axis, place, value_text(value)) for value, place in at.items()]
    low, high = _reach(score)
    lines.append(arms.assign(axis=len(titles), place=(score - low) / (high - low)))
    ticks += [
        (len(titles), (tick - low) / (high - low), f"{tick:g}".replace("-", "−"))
        for tick in _round_values(low, high)
    ]
    heads = [*titles.values(), scale.axis_title]
    return Parallel(
        pd.concat(lines, ignore_index=True),
        pd.DataFrame(ticks, columns=["axis", "place", "words"]),
        pd.DataFrame(
            {"axis": range(len(heads)), "words": ["\n".join(wrapped(head, 12)) for head in heads]}
        ),
        tuple(titles.values()),
        scale,
    )


def parallel(
    result: StudyResult, every: Sequence[Varied], chosen: str | None = None
) -> alt.LayerChart:
    """Draw a line for each arm through its parameters' values to its score, coloured by that.

    `every` are the parameters, from left to right. Arms without a score end, in grey, before the
    last axis. `chosen` (a label) highlights an arm.
    """
    return _draw(collect_parallel(result, every, chosen))


def parallel_spec(
    result: StudyResult, every: Sequence[Varied], chosen: str | None = None
) -> dict[str, Any]:
    """The Vega-Lite spec of `parallel`; see `skeleton.spec_of`."""
    return spec_of(parallel(result, every, chosen))


def _draw(data: Parallel) -> alt.LayerChart:
    scale, last = data.scale, len(data.titles)
    breaks = int(data.heads["words"].str.count("\n").max())
    x = alt.X("axis:Q", axis=None, scale=alt.Scale(domain=[-0.35, last + 0.3], nice=False))
    y = alt.Y("place:Q", axis=None, scale=alt.Scale(domain=[-0.09, 1.09], nice=False, zero=False))
    tooltip = [
        alt.Tooltip("name:N", title="Arm"),
        alt.Tooltip("words:N", title=scale.title),
        *(alt.Tooltip(f"value_{axis}:N", title=head) for axis, head in enumerate(data.titles)),
    ]
    lines = data.lines[data.lines["place"].notna()]
    plain = alt.Chart(lines).encode(
        x=x, y=y, detail=alt.Detail("label:N"), order=alt.Order("axis:Q")
    )
    thick = either(alt.StrokeWidthValue, "chosen", 3.2, 1.5)
    # of the stroke alone: an opacity of the whole mark costs a saved picture a layer for each line
    faint = either(alt.StrokeOpacityValue, "dimmed", 0.15, 0.85)
    rules = pd.DataFrame({"axis": range(last + 1)})
    layers = [
        alt.Chart(rules).mark_rule(color=REFERENCE, strokeWidth=1.2).encode(x=x),
        plain.mark_line(interpolate="monotone", invalid=None).encode(
            color=_colour(data.lines["score"], scale), strokeWidth=thick, strokeOpacity=faint
        ),
        plain.mark_line(interpolate="monotone", strokeWidth=9, strokeOpacity=0, cursor="pointer")
        .encode(tooltip=tooltip)
        .add_params(arm_param()),
        *_pills(data.ticks, x, y),
        alt.Chart(data.heads)
        .mark_text(
            baseline="alphabetic",
            lineBreak="\n",
            lineHeight=_LINE,
            fontSize=NOTE_SIZE,
            fontWeight=600,
            color=NOTE,
        )
        .encode(x=x, y=alt.YValue(-8 - _LINE * breaks), text=alt.Text("words:N")),
    ]
    return layered(*layers).properties(
        height=HEIGHT,
        title=title(
            f"{scale.title} by all parameters",
            ["A line an arm, through the values it has"],
        ),
        autosize=dict(FIT_WIDTH),
    )


def _pills(ticks: pd.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """The values at each axis, on a ground of their own: lines run behind them."""
    written = ticks.assign(
        words=[
            wrapped(tick, 13, 1)[0] if " " in tick else tick[:_LONGEST] for tick in ticks["words"]
        ]
    )
    base = alt.Chart(written.assign(wide=10 + 6 * written["words"].str.len())).encode(x=x, y=y)
    return [
        base.mark_tick(
            orient="horizontal", thickness=17, cornerRadius=5, color=_PILL, opacity=0.92
        ).encode(size=alt.Size("wide:Q", scale=None)),
        base.mark_text(baseline="middle", fontSize=NOTE_SIZE, color="#FFFFFF").encode(
            text=alt.Text("words:N")
        ),
    ]


def in_order(values: pd.Series) -> list[Any]:
    """The values of a parameter that are known: numbers by size, texts in their order."""
    distinct = [each for each in dict.fromkeys(values) if pd.notna(each)]
    is_number = all(
        isinstance(each, int | float | np.number) and not isinstance(each, bool)
        for each in distinct
    )
    return sorted(distinct) if is_number else distinct


def value_text(value: Any) -> str:
    """A parameter's value as it is written at an axis."""
    if isinstance(value, bool | np.bool_):
        return "on" if value else "off"
    if isinstance(value, int | float | np.number):
        return f"{value:g}".replace("-", "−")
    return str(value)


def _fanned(values: pd.Series, at: Mapping[Any, float], step: float) -> pd.Series:
    """Where each arm crosses an axis; those of one value around it, in the order of the rows."""
    place = values.map(at).astype(float)
    rank = values.groupby(values, sort=False).cumcount()
    count = values.groupby(values, sort=False).transform("size")
    spread = min(step, 0.25) * _FAN
    return place + (((rank + 0.5) / count - 0.5) * spread).where(count > 1, 0.0)


def _reach(score: pd.Series) -> tuple[float, float]:
    known = score.dropna()
    if known.empty:
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _round_values(low: float, high: float) -> list[float]:
    """About `_TICKS` round values between two ends."""
    raw = (high - low) / _TICKS
    power = 10.0 ** np.floor(np.log10(raw))
    step = power * next(factor for factor in (1, 2, 5, 10) if factor * power >= raw * 0.999)
    first = np.ceil(low / step - 1e-9)
    return [
        round(float(count * step), 10)
        for count in np.arange(first, np.floor(high / step + 1e-9) + 1)
    ]


def _colour(score: pd.Series, scale: ScoreScale) -> Any:
    low, high = _reach(score)
    scheme = alt.SchemeParams(name=maps.COLOURS, extent=_SEEN)
    colours = alt.Scale(scheme=scheme, domain=[low, high])
    colour = alt.Color("score:Q", legend=None, scale=colours)
    return alt.when("isValid(datum.score)").then(colour).otherwise(alt.value(REFERENCE))
