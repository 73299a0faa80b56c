"""The scales of a learning curve: epochs, arms, splits, and the lines of what guessing gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from attnlab.analysis.rounding import level_text, number_text
from attnlab.charts.averages import FIRST_EPOCH, TRAINING, VALIDATION
from attnlab.charts.palette import (
    ARMS,
    AXIS_TEXT,
    LEGEND_TEXT,
    NOTE,
    NOTE_SIZE,
    REFERENCE,
    arm_colours,
    arm_names,
    legend_columns,
)
from attnlab.spec import Study
from attnlab.wording import capitalised

_TICKS = 10
_DASHES = ([8, 2], [2, 2], [8, 2, 2, 2], [4, 4], [12, 3, 2, 3, 2, 3], [1, 4], [6, 1, 1, 1])
"""The lines of each further turn of the colours."""

Levels = tuple[tuple[float, tuple[str, ...]], ...]
"""What guessing would give, each level with the labels of its arms."""


def epoch_scale(last: int) -> alt.X:
    """From the first to the last epoch."""
    return alt.X(
        "epoch:Q",
        title="Epoch",
        scale=alt.Scale(domain=_epochs(last), nice=False),
        axis=alt.Axis(format="d", grid=False, **_ticks(last), **AXIS_TEXT),
    )


def _ticks(last: int) -> dict[str, Any]:
    """Whole epochs: of a few Vega would mark the halves as well, whatever the least step."""
    if last <= _TICKS:
        return {"values": list(range(FIRST_EPOCH, last + 1))}
    return {"tickMinStep": 1, "tickCount": _TICKS}


def _epochs(last: int) -> list[float]:
    """From the first to the last epoch; around the one epoch where there is only one."""
    return [FIRST_EPOCH, last] if last > FIRST_EPOCH else [FIRST_EPOCH - 0.5, last + 0.5]


def arm_scale(study: Study, order: tuple[str, ...], legend: bool = True) -> alt.Color:
    """The colour of each arm in this order, and the legend if there is to be one."""
    names, colours = arm_names(study), arm_colours(study)
    return alt.Color(
        "name:N",
        title=None,
        scale=alt.Scale(
            domain=[names[label] for label in order], range=[colours[label] for label in order]
        ),
        legend=_arm_legend([names[label] for label in order]) if legend else None,
    )


def _arm_legend(names: list[str]) -> alt.Legend:
    return alt.Legend(
        orient="top",
        offset=8,
        padding=0,
        columns=legend_columns(names),
        symbolType="stroke",
        symbolStrokeWidth=3,
        symbolOpacity=1,
        **LEGEND_TEXT,
    )


def dashes_by(arms: Sequence[str], rows: pd.DataFrame) -> pd.Series:
    """By what each of these rows is dashed: its split, and how often the colours began anew before
    its arm."""
    turns = {label: place // len(ARMS) for place, label in enumerate(arms)}
    pairs = zip(rows["arm"], rows["split"], strict=True)
    return pd.Series([_kind(split, turns[arm]) for arm, split in pairs], rows.index, dtype=object)


def _kind(split: str, turn: int) -> str:
    return f"{split} {turn + 1}" if split == VALIDATION and turn else split


def split_scale(arms: Sequence[str], trained: bool) -> alt.StrokeDash:
    """Dashes by split, and among many arms by how often their colours began anew; explained where
    there is more than the validation."""
    turns = range(1, (len(arms) - 1) // len(ARMS) + 1)
    dashes = {VALIDATION: [1, 0], TRAINING: [5, 3]}
    dashes |= {_kind(VALIDATION, turn): _DASHES[(turn - 1) % len(_DASHES)] for turn in turns}
    legend = alt.Legend(
        orient="bottom",
        offset=4,
        padding=0,
        symbolType="stroke",
        symbolStrokeColor=REFERENCE,
        symbolStrokeWidth=2,
        symbolSize=400,
        **LEGEND_TEXT,
    )
    return alt.StrokeDash(
        "dash:N",
        title=None,
        scale=alt.Scale(domain=list(dashes), range=list(dashes.values())),
        legend=legend if trained else None,
    )


def level_lines(
    study: Study, known: Levels, named: str, percent: bool, y: alt.Y
) -> list[alt.Chart]:
    """A dotted line at each level of guessing, named in the right margin.

    Where arms differ in it, a level of one arm alone has that arm's colour, and the name stands
    at the highest level: the lower ones can lie too close for words. Nothing where no level is
    known.
    """
    if not known:
        return []
    names, colours = arm_names(study), arm_colours(study)
    levels = [level for level, _ in known]
    rows = pd.DataFrame(
        {
            "value": round(level, 4),
            "arms": ", ".join(names[label] for label in labels),
            "colour": colours[labels[0]] if len(labels) == 1 and len(levels) > 1 else REFERENCE,
        }
        for level, labels in known
    )
    text = level_text if percent else number_text
    name = pd.DataFrame({"value": [round(max(levels), 4)], "words": [f"{named}\n{text(levels)}"]})
    form = ".1%" if percent else ".3~g"
    tooltip = [alt.Tooltip("value:Q", title=capitalised(named), format=form)]
    if len(levels) > 1:
        tooltip.append(alt.Tooltip("arms:N", title="Arms"))
    line = (
        alt.Chart(rows)
        .mark_rule(strokeDash=[2, 3], strokeWidth=1.2)
        .encode(y=y, color=alt.Color("colour:N", scale=None), tooltip=tooltip)
    )
    naming = (
        alt.Chart(name)
        .mark_text(align="left", dx=5, lineBreak="\n", fontSize=NOTE_SIZE, color=NOTE)
        .encode(x=alt.XValue("width"), y=y, text=alt.Text("words:N"))
    )
    return [line, naming]
