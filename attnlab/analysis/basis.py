"""What a verdict rests on, in sentences."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from attnlab.analysis.deciding import (
    NO_PAIRS,
    NOT_ENOUGH,
    NOT_SHOWN,
    REFERENCE,
    Plan,
    fewest_pairs,
)
from attnlab.analysis.rounding import decimals, difference_text, p_text
from attnlab.analysis.statistics import LEVEL, Comparison


class Scale(NamedTuple):
    """How a sentence writes scores: times `factor`, followed by `unit`."""

    factor: float = 1.0
    unit: str = ""


POINTS = Scale(100.0, "points")
"""Shares, as percentage points."""


def basis(row: dict[str, Any], plan: Plan, scale: Scale) -> str:
    """Say what the verdict in a row rests on."""
    planned, verdict = row["planned"], row["verdict"]
    if verdict == REFERENCE:
        return "Other arms are compared with this one."
    sentences = []
    if verdict == NO_PAIRS:
        sentences.append("No seed has a score both here and in the reference.")
    elif verdict == NOT_ENOUGH:
        sentences.append(f"{_difference(planned, scale)}; {_not_enough(planned.n, plan)}.")
    else:
        tested = _tested(planned.exact, row["planned_p_holm"], plan)
        sentences.append(f"{_difference(planned, scale)}; {tested}.")
    if verdict == NOT_SHOWN:
        sentences.append(_could_show(row, plan, scale))
    missing = plan.now - planned.n
    if verdict != NO_PAIRS and not row["final"]:
        sentences.append(f"Provisional: {planned.n} of {plan.now} seeds.")
    elif verdict != NO_PAIRS and missing > 0:
        sentences.append(
            f"{missing} of {plan.now} seeds {'is' if missing == 1 else 'are'} left out: no score "
            "of their own, here or in the reference, as where a run failed."
        )
    if row["exploratory"]:
        sentences.append(_added(row, plan, scale))
    return " ".join(sentences)


def counted_basis(difference: float, scale: Scale) -> str:
    """Say what a verdict rests on that is counted, not estimated."""
    if not difference:
        return "Counted: the same number as in the reference."
    size = _with_unit(f"{abs(scale.factor * difference):,.0f}", scale)
    more = "more" if difference > 0 else "fewer"
    return f"Counted, the same at every seed: {size} {more} than the reference."


def _not_enough(pairs: int, plan: Plan) -> str:
    fewest = fewest_pairs(plan)
    if pairs < fewest < math.inf:
        return f"a verdict takes at least {fewest}"
    return (
        f"what a look at {plan.now} seeds may spend, of a study that may grow to {plan.most}, is "
        "too little for any verdict"
    )


def _difference(found: Comparison, scale: Scale) -> str:
    ends = (scale.factor * value for value in (found.mean, found.low, found.high))
    return f"{_with_unit(difference_text(*ends), scale)} over {_seeds(found.n)}"


def _tested(exact: bool, p_holm: float, plan: Plan) -> str:
    words = f"{'exact ' if exact else ''}sign-flip {p_text(p_holm, LEVEL)}"
    corrections = []
    if len(plan.looks) > 1:
        *before, last = (str(look) for look in plan.looks[:-1])
        at = f"{', '.join(before)} and {last}" if before else last
        corrections.append(f"{'looks' if before else 'a look'} at {at} seeds")
    if plan.comparisons > 1:
        corrections.append(f"Holm's correction over {plan.comparisons} arms")
    if corrections:
        words += f" after {' and '.join(corrections)}"
    if plan.now < plan.most:
        words += f", some of the {100 * LEVEL:.0f} % being kept for {plan.most} seeds"
    return words


def _could_show(row: dict[str, Any], plan: Plan, scale: Scale) -> str:
    shown = row["shown"]
    if row["planned_p_holm"] < LEVEL:
        return "The interval includes 0 all the same."
    if not shown:
        return "Every seed gave the same."
    size = scale.factor * shown
    text = (
        f"A difference of {_with_unit(f'{size:.{decimals(size)}f}', scale)} would have been shown"
    )
    needed = row["seeds_needed"]
    half = f"; half of it takes {needed:,.0f} seeds" if math.isfinite(needed) else ""
    return f"{text} 8 times in 10{half}."


def _added(row: dict[str, Any], plan: Plan, scale: Scale) -> str:
    first, last = plan.now + 1, len(plan.seeds)
    who = f"Seeds {first} to {last} were" if last > first else f"Seed {first} was"
    them = "they sharpen" if last > first else "it sharpens"
    return (
        f"{who} added after the verdict: the {100 * LEVEL:.0f} % were spent, so {them} the "
        f"interval to {_difference(row['every'], scale)} but cannot change the verdict; plan a "
        "new study with fresh seeds to confirm."
    )


def _with_unit(text: str, scale: Scale) -> str:
    return f"{text} {scale.unit}".rstrip()


def _seeds(n: int) -> str:
    return f"{n} seed{'' if n == 1 else 's'}"
