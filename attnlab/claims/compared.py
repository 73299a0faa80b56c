"""The comparisons of a claim: what each shows of it, by a test and an interval that agree.

A claim says of each comparison in which range its true mean difference lies: above 0, below 0,
within a margin. It is *as claimed* if that is shown, *the other way* if the opposite is:

- As claimed are all of them if each is shown at 0.05: a claim survives only if all are, so that
  this needs no correction (Berger 1982: intersection and union). If not all are, those are that
  remain after Holm's correction over all comparisons of the claim. Against a margin the test is
  one-sided, as two one-sided tests are (see `analysis.equivalence`).
- The other way are those that are shown to be after the same correction, of whatever metric: a
  single one speaks against the claim.

The interval is drawn to agree: where it meets the claimed range, its end is that of the first test,
where it meets the opposite, that of the second. So it lies inside the claimed range exactly when
the comparison is as claimed, and outside exactly when it is the other way.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from attnlab.analysis.equivalence import margin_settled
from attnlab.analysis.flips import Ends, flip_interval, one_sided, reaching
from attnlab.analysis.intervals import mean_interval
from attnlab.analysis.power import smallest_shown
from attnlab.analysis.statistics import LEVEL, holm, holm_levels, paired_differences
from attnlab.claims.claim import Check, Claim
from attnlab.results.deciding import FEWEST_PAIRS
from attnlab.results.judge import rules_of
from attnlab.results.model import ArmResult, StudyResult
from attnlab.results.verdict import WITHHELD, Verdict

NOT_CONTRADICTED = "not contradicted"
NOT_SHOWN = "not shown"
TOO_FEW = "too few seeds"
NO_VERDICT = "no verdict"
AS_CLAIMED, OPPOSITE = "as claimed", "the other way"

_UNDECIDED = (*WITHHELD, Verdict.TRAINING)


class Range(NamedTuple):
    """Where a check says that the true difference lies; neither end is in it."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether the value lies in it."""
        return self.low < value < self.high


@dataclass(frozen=True)
class ArmOutcome:
    """What one comparison shows: `word` is one of `AS_CLAIMED`, `OPPOSITE`, `NOT_SHOWN` (where the
    claim expects a difference), `NOT_CONTRADICTED` (where it expects none, or none of one
    direction), `TOO_FEW` and `NO_VERDICT`.

    - label, against: what is compared with what
    - claimed: where the claim says that the difference lies
    - n: pairs of seeds; difference: their mean, in the metric's own unit
    - low, high: the interval that agrees with the word
    - p: of the test that the word rests on: that of the claim, or, where the mean lies outside what
      is claimed, that of the opposite, as they decide (see the top of the file); NaN where none
      could have decided
    - shown: the smallest difference that so many seeds show 8 times in 10, or, against a margin,
      the smallest margin within which they show that there is none
    - sd: of the differences
    """

    label: str
    against: str
    word: str
    claimed: Range
    n: int
    difference: float
    low: float
    high: float
    p: float
    shown: float
    sd: float = math.nan


@dataclass(frozen=True)
class _Comparison:
    """The differences of a comparison (seeds,), and whether a verdict on it is withheld."""

    check: Check
    label: str
    against: str
    differences: np.ndarray
    withheld: bool


class _Tested(NamedTuple):
    """p of a test as it decides, and the level of the interval that agrees with it."""

    p: float
    level: float


def claimed_range(check: Check) -> Range:
    """Where a check says that the true difference lies."""
    return {
        "higher": Range(0.0, math.inf),
        "lower": Range(-math.inf, 0.0),
        "same": Range(-check.margin, check.margin),
        "not higher": Range(-math.inf, check.margin),
    }[check.expected]


def arm_outcomes(claim: Claim, results: Mapping[str, StudyResult]) -> list[tuple[ArmOutcome, ...]]:
    """What the comparisons of each check show, in the claim's order.

    Raises KeyError where a result is missing, or an arm in it.
    """
    known = [_comparisons(check, results[check.metric]) for check in claim.checks]
    every = [comparison for comparisons in known for comparison in comparisons]
    with_range = [(each.differences, claimed_range(each.check)) for each in every]
    claimed = np.array([_claimed_p(*each) for each in with_range])
    opposite = np.array([_opposite_p(*each) for each in with_range])
    as_claimed = _uncorrected(claimed) if (claimed < LEVEL).all() else _by_holm(claimed)
    outcomes = iter(map(_outcome, every, as_claimed, _by_holm(opposite)))
    return [tuple(next(outcomes) for _ in comparisons) for comparisons in known]


def _uncorrected(p_values: np.ndarray) -> list[_Tested]:
    return [_Tested(float(p), LEVEL) for p in p_values]


def _by_holm(p_values: np.ndarray) -> list[_Tested]:
    return [
        _Tested(float(p), float(level))
        for p, level in zip(holm(p_values), holm_levels(p_values), strict=True)
    ]


def _comparisons(check: Check, result: StudyResult) -> list[_Comparison]:
    return [_comparison(check, result, label) for label in check.arms]


def _comparison(check: Check, result: StudyResult, label: str) -> _Comparison:
    arm = result.arm(label)
    if not check.gain_over:
        differences = paired_differences(_scores(arm, result), _scores(_other(arm, result), result))
        return _Comparison(check, label, arm.against, differences, arm.verdict in _UNDECIDED)
    base = result.arm(check.gain_over)
    differences = paired_differences(_gain(arm, result), _gain(base, result))
    withheld = {arm.verdict, base.verdict} & {*_UNDECIDED}
    return _Comparison(check, f"Gain: {label}", f"gain: {base.label}", differences, bool(withheld))


def _other(arm: ArmResult, result: StudyResult) -> ArmResult:
    return result.arm(arm.against)


def _gain(arm: ArmResult, result: StudyResult) -> np.ndarray:
    """Arm − reference (seeds,), NaN where either is missing."""
    return _scores(arm, result) - _scores(_other(arm, result), result)


def _scores(arm: ArmResult, result: StudyResult) -> np.ndarray:
    """The scores (seeds,) of the seeds that a verdict rests on, NaN where there is none."""
    seeds = result.study.seeds
    now = rules_of(result.study, result.metric, ()).schedule(1).now
    return np.array([arm.scores.get(seed, math.nan) for seed in seeds[:now]])


def _claimed_p(values: np.ndarray, claimed: Range) -> float:
    """p of the test that the mean lies in the claimed range."""
    if claimed.low >= claimed.high or not len(values):
        return 1.0  # the same, without a margin: no seeds can show that
    ends = [
        *([one_sided(values, claimed.low)] if math.isfinite(claimed.low) else []),
        *([one_sided(-values, -claimed.high)] if math.isfinite(claimed.high) else []),
    ]
    return min(_sides(claimed) * max(ends), 1.0)


def _sides(claimed: Range) -> int:
    """How many sides the test of the claimed range has: one against a margin, else two."""
    return 1 if _has_margin(claimed) else 2


def _has_margin(claimed: Range) -> bool:
    return 0.0 not in claimed


def _opposite_p(values: np.ndarray, claimed: Range) -> float:
    """p of the two-sided test that the mean lies outside the claimed range."""
    if not len(values):
        return 1.0
    beyond = [
        *([one_sided(-values, -claimed.low)] if math.isfinite(claimed.low) else []),
        *([one_sided(values, claimed.high)] if math.isfinite(claimed.high) else []),
    ]
    return min(2 * min(beyond), 1.0)


def _outcome(comparison: _Comparison, as_claimed: _Tested, opposite: _Tested) -> ArmOutcome:
    """What a comparison shows, by the tests that it is as claimed and that it is not."""
    values, check = comparison.differences, comparison.check
    claimed, n = claimed_range(check), len(values)
    if not n:
        nan = math.nan
        return ArmOutcome(
            comparison.label, comparison.against, TOO_FEW, claimed, 0, nan, nan, nan, nan, nan
        )
    mean = mean_interval(values).mean
    word = _word(check, n, as_claimed.p, opposite.p)
    low, high = _interval(values, claimed, word, as_claimed.level, opposite.level)
    return ArmOutcome(
        label=comparison.label,
        against=comparison.against,
        word=NO_VERDICT if comparison.withheld and word != TOO_FEW else word,
        claimed=claimed,
        n=n,
        difference=mean,
        low=low,
        high=high,
        p=_p_shown(values, claimed, as_claimed.p if claimed.holds(mean) else opposite.p),
        shown=_shown(values, claimed),
        sd=_sd(values),
    )


def _word(check: Check, n: int, as_claimed: float, opposite: float) -> str:
    if n < FEWEST_PAIRS or not reaching(n, _two_sided(LEVEL, claimed_range(check))):
        return TOO_FEW
    if as_claimed < LEVEL:
        return AS_CLAIMED
    if opposite < LEVEL:
        return OPPOSITE
    return NOT_CONTRADICTED if check.expected in ("same", "not higher") else NOT_SHOWN


def _two_sided(level: float, claimed: Range) -> float:
    """The level of the interval that agrees with the test of the claim at `level`: twice that of a
    test against a margin, which is one-sided."""
    return 2 * level / _sides(claimed)


def _interval(
    values: np.ndarray, claimed: Range, word: str, as_claimed: float, opposite: float
) -> Ends:
    """The interval that agrees with the word, of the levels of the two tests."""
    own = flip_interval(values, _two_sided(as_claimed, claimed))
    other = flip_interval(values, opposite)
    if math.isfinite(claimed.low) and math.isfinite(claimed.high):
        both = Ends(min(own.low, other.low), max(own.high, other.high))
        ends = {AS_CLAIMED: own, OPPOSITE: other}.get(word, both)
    elif math.isfinite(claimed.low):
        ends = Ends(own.low, other.high)
    else:
        ends = Ends(other.low, own.high)
    return _beside(ends, claimed, word)


def _beside(ends: Ends, claimed: Range, word: str) -> Ends:
    """The interval with its ends on the side of the claimed range's ends where the tests have them,
    whatever they were rounded to."""
    (low, high), (least, most) = ends, claimed
    if word == AS_CLAIMED:
        low = max(low, math.nextafter(least, math.inf)) if math.isfinite(least) else low
        high = min(high, math.nextafter(most, -math.inf)) if math.isfinite(most) else high
        return Ends(low, high)
    if word == OPPOSITE:
        if low >= most:
            return Ends(max(low, math.nextafter(most, math.inf)), high)
        return Ends(low, min(high, math.nextafter(least, -math.inf)))
    low, high = min(low, most), max(high, least)
    if low > least and high < most:  # a tie, rounded into the range
        return Ends(min(low, least), high) if low - least < most - high else Ends(low, most)
    return Ends(low, high)


def _p_shown(values: np.ndarray, claimed: Range, p: float) -> float:
    """p, or NaN where none of so many seeds that differ could have decided."""
    if p < LEVEL or _has_margin(claimed):
        return p
    differing = int(np.count_nonzero(values))
    return p if reaching(differing, LEVEL) else math.nan


def _shown(values: np.ndarray, claimed: Range) -> float:
    n, sd = len(values), _sd(values)
    if _has_margin(claimed):
        return margin_settled(sd, n, n)
    return smallest_shown(sd, n, LEVEL)


def _sd(values: np.ndarray) -> float:
    return float(values.std(ddof=1)) if len(values) > 1 else math.nan
