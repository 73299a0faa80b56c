"""Results that are not, or not yet, what a test of their seeds would say.

Numbers that are counted rather than estimated, times of seeds that share a clock, and runs that
still train.
"""

from __future__ import annotations

import math
from dataclasses import replace

from attnlab.results.deciding import decide_counted
from attnlab.results.grounds import Unit, counted_grounds
from attnlab.results.model import ArmResult, Grounds
from attnlab.results.verdict import Verdict

_SHARED_CLOCK = " Seeds that train together share a clock and count once."
_IN_TRAINING = "What the latest epochs gave, to follow the training by."


def counted(result: ArmResult, better: int, unit: Unit) -> ArmResult:
    """The same result for what is counted and not estimated, such as parameters.

    Every seed of an arm has the same value, so that there is nothing to test: a difference is one.
    """
    comparison = result.comparison
    if comparison is None or not comparison.difference.n:
        return result
    mean = comparison.difference.mean
    exact = comparison.difference._replace(
        low=mean, high=mean, p=math.nan, d=math.nan, improvement=math.nan
    )
    return replace(
        result,
        verdict=decide_counted(mean, better),
        is_final=True,
        comparison=replace(
            comparison,
            difference=exact,
            p_looks=math.nan,
            p_corrected=math.nan,
            with_added=None,
            can_decide=True,
        ),
        grounds=Grounds(counted_grounds(mean, unit)) if result.grounds else None,
    )


def on_shared_clock(result: ArmResult) -> ArmResult:
    """The same result of a time, with grounds that say what counts."""
    if result.grounds is None:
        return result
    sentences = result.grounds.sentences + _SHARED_CLOCK
    return replace(result, grounds=replace(result.grounds, sentences=sentences))


def in_training(result: ArmResult) -> ArmResult:
    """The same result without a verdict: it is compared by runs which still train."""
    if not result.pairs:
        return result
    grounds = replace(result.grounds, sentences=_IN_TRAINING) if result.grounds else None
    return replace(result, verdict=Verdict.TRAINING, is_final=False, grounds=grounds)
