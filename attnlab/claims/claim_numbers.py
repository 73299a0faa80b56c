"""The numbers of a comparison as text."""

from __future__ import annotations

import math

from attnlab.analysis.rounding import MISSING, difference_text, p_text, points_text
from attnlab.analysis.statistics import LEVEL
from attnlab.claims.compared import ArmOutcome
from attnlab.spec import Metric


def difference(arm: ArmOutcome, metric: Metric) -> str:
    """The difference with its interval, in points of a share: "+1.2 (−0.4 to +2.8)"; an end that
    there is not, of too few seeds, is ∞."""
    factor = 100.0 if metric.share else 1.0
    mean, low, high = (factor * value for value in (arm.difference, arm.low, arm.high))
    if not math.isfinite(mean):
        return MISSING
    if math.isfinite(low) == math.isfinite(high):
        written = points_text if metric.share else difference_text
        return written(arm.difference, arm.low, arm.high)
    known = high if math.isfinite(high) else low
    text, _, ends = difference_text(mean, *sorted((mean, known))).partition(" ")
    low_text, _, high_text = ends.strip("()").partition(" to ")
    if math.isfinite(high):
        low_text = "−∞"
    else:
        high_text = "+∞"
    return f"{text} ({low_text} to {high_text})"


def p(arm: ArmOutcome) -> str:
    """ "p = 0.012"; "p = –" where no p could have decided."""
    return p_text(arm.p, LEVEL)


def p_alone(arm: ArmOutcome) -> str:
    """ "0.012", "< 0.0001"."""
    return p(arm).removeprefix("p = ").removeprefix("p ")
