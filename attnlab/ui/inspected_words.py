"""What an inspection says, in a sentence."""

from __future__ import annotations

import math
from typing import Any

from attnlab.inspection.beside import NEEDED
from attnlab.inspection.found import RunInspection

BYPASSED = "lesion bypassed"


def reliance_sentence(found: RunInspection, has_accuracy: bool) -> str:
    """How much the trained network relies on its module, beside how much the task needs it.

    Empty where neither is known. Whether one is more than the other is said where their intervals
    lie apart.
    """
    relied, needed = _measured(found, BYPASSED), _measured(found, NEEDED)
    if relied is None:
        return ""
    factor, unit = (100.0, " points of accuracy") if has_accuracy else (1.0, " of loss")
    first = f"Without its module the trained network loses **{factor * relied[0]:.1f}{unit}**"
    if needed is None:
        return f"{first}. How one trained without it does, this study does not say."
    second = f"one trained without it **{factor * needed[0]:.1f}**"
    if _above(relied, needed):
        return (
            f"{first}, {second}: it relies on attention more than the task needs it. What was "
            "trained around attention does not work without it."
        )
    if _above(needed, relied):
        return f"{first}, {second}: training needs attention more than the trained network does."
    return f"{first}, {second}: no difference between reliance and need is shown."


def _measured(found: RunInspection, measure: str) -> tuple[float, float] | None:
    """A value with the half-width of its interval; None where it is not known."""
    rows: Any = found.table[found.table["measure"] == measure]
    if not len(rows) or math.isnan(rows["value"].iloc[0]):
        return None
    half = float(rows["half"].iloc[0])
    return float(rows["value"].iloc[0]), 0.0 if math.isnan(half) else half


def _above(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] - one[1] > other[0] + other[1]
