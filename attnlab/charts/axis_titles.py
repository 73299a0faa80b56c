"""What the axes of attention are called on a chart."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import altair as alt

from attnlab.analysis.attention import axes_of
from attnlab.charts.palette import AXIS_TEXT, NOTE_SIZE
from attnlab.spec import TaskSpec
from attnlab.wording import capitalised

MOST_NAMED, NAME_WIDTH = 40, 150
"""So many names stand along an axis, each in so many pixels."""

_LEVELS = {"words": "Word", "sentences": "Sentence"}
"""What the steps of a document are, by the slot that weighs them."""

QUANTITY = {
    "distribution": "Attention (sums to 1)",
    "gate": "Gate (0 shut, 1 open)",
}
"""What the weights of each kind of attention are."""


def place_title(axis: str, task: TaskSpec) -> str:
    """What a trace axis weighs, and where: "Channel (block 1)"."""
    slot, _, weighed = axes_of(axis)
    if slot in _LEVELS:
        return _LEVELS[slot]
    slot = re.sub(r"(?<=[a-z])(?=\d)", " ", slot).replace("_", " ").replace("/", ", ")
    name = capitalised(task.entry.step if weighed == "step" else weighed)
    return f"{name} ({slot})" if slot else name


def planted_level(axis: str) -> str:
    """What is planted at this level of a document; empty elsewhere."""
    level = _LEVELS.get(axes_of(axis).slot)
    return f"the planted {level.lower()}" if level else ""


def alignment_titles(axis: str, task: TaskSpec) -> tuple[str, str]:
    """What looks and what is looked at, of an axis with queries."""
    if axes_of(axis).slot in _LEVELS:
        return "Sentence", "Word"
    step = capitalised(task.entry.step)
    asking = f"{step} of the answer" if task.entry.slot == "alignment" else f"{step} that looks"
    return asking, f"{step} looked at"


def slot_order(axis: str) -> list[int | str]:
    """Sort key that puts block 2 before block 10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", axis)]


def position_axis(names: Sequence[str] = ()) -> alt.Axis:
    """An axis that numbers the positions, or names them where there are names for a few."""
    if not 0 < len(names) <= MOST_NAMED:
        return alt.Axis(format="d", tickMinStep=1, grid=False, **AXIS_TEXT)
    return alt.Axis(
        values=list(range(len(names))),
        labelExpr=f"{json.dumps(list(names))}[datum.value]",
        labelAngle=-90,
        labelLimit=NAME_WIDTH,
        labelOverlap="greedy",
        labelSeparation=1,
        labelPadding=6,
        grid=False,
        ticks=False,
        titlePadding=8,
        **{**AXIS_TEXT, "labelFontSize": NOTE_SIZE - 1},
    )
