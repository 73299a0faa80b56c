"""What an inspection says, in a sentence."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from attnlab.analysis.rounding import figures_text
from attnlab.inspection.beside import NEEDED
from attnlab.inspection.found import RunInspection

BYPASSED = "lesion bypassed"


def reliance_sentence(found: RunInspection, has_accuracy: bool) -> str:
    """How much the trained network relies on its module, beside how much the task needs it.

    Empty where the first is not known. Whether one is more than the other is said where both have
    intervals, and these lie apart.
    """
    relied, needed = _measured(found, BYPASSED), _measured(found, NEEDED)
    if relied is None:
        return ""
    first = f"Without its module the trained network {_worse(relied.value, has_accuracy)}"
    if needed is None:
        return f"{first}. How one trained without it does, this study does not say."
    both = f"{first}; one trained without it {_worse(needed.value, has_accuracy)}"
    if math.isnan(relied.half) or math.isnan(needed.half):
        return f"{both}. Which is more, numbers without an interval cannot say."
    if relied.value - relied.half > needed.value + needed.half:
        return (
            f"{both}: it relies on attention more than the task needs it. What was trained around "
            "attention does not work without it."
        )
    if needed.value - needed.half > relied.value + relied.half:
        return f"{both}: training needs attention more than the trained network does."
    return f"{both}: no difference between reliance and need is shown."


class _Measured(NamedTuple):
    """A value with the half-width of its interval, NaN where there is none."""

    value: float
    half: float


def _measured(found: RunInspection, measure: str) -> _Measured | None:
    rows: Any = found.table[found.table["measure"] == measure]
    if not len(rows) or math.isnan(rows["value"].iloc[0]):
        return None
    return _Measured(float(rows["value"].iloc[0]), float(rows["half"].iloc[0]))


def _worse(lost: float, has_accuracy: bool) -> str:
    """What happened: "loses 34.1 points of accuracy", or of its loss: "has 0.0612 more loss"."""
    amount = (
        f"{100 * abs(lost):.1f} points of accuracy" if has_accuracy else figures_text(abs(lost))
    )
    if has_accuracy:
        return f"{'gains' if lost < 0 else 'loses'} **{amount}**"
    return f"has **{amount} {'less' if lost < 0 else 'more'} loss**"
