"""How sentences and tables name arms and verdicts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from attnlab.analysis.statistics import LEVEL
from attnlab.results.model import ArmResult, StudyResult
from attnlab.results.verdict import Verdict
from attnlab.spec import Metric
from attnlab.wording import listed

MOST_NAMED = 3
"""More arms than these are counted: the table names them."""

CANNOT_DECIDE = "cannot decide"
"""What stands for a p that could not have been small enough, whatever the seeds had shown."""


def direction_text(arm: ArmResult) -> str:
    """The verdict as which way the score went, and how many seeds are missing for one.

    "higher", "lower", "not enough seeds for a verdict (2 of 6)", "higher on these seeds" where
    nothing is claimed beyond them; other verdicts as they are.
    """
    comparison, verdict = arm.comparison, arm.verdict
    if comparison is None:
        return verdict.value
    if verdict.is_difference:
        return (Verdict.HIGHER if comparison.difference.mean > 0 else Verdict.LOWER).value
    if verdict == Verdict.EXPLORATORY:
        direction = Verdict.HIGHER if comparison.difference.mean > 0 else Verdict.LOWER
        return (
            f"{direction if comparison.p_corrected < LEVEL else Verdict.NOT_SHOWN} on these seeds"
        )
    if verdict == Verdict.NOT_ENOUGH:
        pairs, fewest = comparison.difference.n, comparison.fewest_pairs
        of = f" of {fewest}" if pairs < fewest < math.inf else ""
        return f"{verdict.value} for a verdict ({pairs}{of})"
    return verdict.value


class Winning(NamedTuple):
    """How sentences call the arm that is ahead of its reference, and of all."""

    better: str
    won: str


def pairs_or(result: StudyResult, paired: str, unpaired: str) -> str:
    """What a heading says of arms that are paired by seed, and of those that are not."""
    are_paired = {arm.difference.sizes is None for arm in result.compared}
    if are_paired == {False}:
        return unpaired
    return paired if False not in are_paired else f"{paired}, or {unpaired}"


def winning(metric: Metric) -> Winning:
    """ "better" and "won" of a performance; of all other measures "higher" and "came out highest",
    or "lower" where less is preferred."""
    if metric.is_performance:
        return Winning("better", "won")
    if metric.better < 0:
        return Winning("lower", "came out lowest")
    return Winning("higher", "came out highest")


def named(titles: Sequence[str]) -> str:
    """The arms by their titles, "a, b and c"; many of them counted, "4 arms"."""
    if len(titles) > MOST_NAMED:
        return f"{len(titles)} arms"
    return listed(titles)
