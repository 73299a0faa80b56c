"""What became of a claim: one word, a sentence, and the numbers that they rest on.

It comes from results (see `attnlab.results`), of a study that ran here or of those that ship with
attnlab. Each result is corrected over its own arms; a claim that is measured in several ways
survives only if it does in all of them, so that this needs no further correction. "Contradicted"
by several metrics would need one, and without it is said a little too often.

That no difference was shown is no proof that there is none. A claim that expects none is therefore
at best not contradicted; surviving takes differences that were shown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from attnlab.analysis.rounding import decimals
from attnlab.claims.claim import Check, Claim
from attnlab.results.model import ArmResult, StudyResult
from attnlab.results.verdict import WITHHELD, Verdict
from attnlab.spec import Metric
from attnlab.wording import listed

SURVIVES = "survives"
NOT_CONTRADICTED = "not contradicted"
CONTRADICTED = "contradicted"
PARTLY = "partly"
NOT_SHOWN = "not shown"
TOO_FEW = "too few seeds"
NO_VERDICT = "no verdict"

WORDS = (SURVIVES, NOT_CONTRADICTED, PARTLY, NOT_SHOWN, CONTRADICTED, TOO_FEW, NO_VERDICT)
"""What can become of a claim, and of each of its checks."""

AS_CLAIMED, OPPOSITE = "as claimed", "the other way"
"""What an arm can show besides `NOT_CONTRADICTED` (no difference, where none or only one of the
other direction is expected), `NOT_SHOWN` (none, where one is), `TOO_FEW` and `NO_VERDICT`."""

_FITS = (AS_CLAIMED, NOT_CONTRADICTED)


_OPPOSITES = {
    "higher": "the opposite was shown",
    "lower": "the opposite was shown",
    "same": "a difference was shown",
    "not higher": "it was shown to be higher",
}
"""What was shown where it was not what the check expected."""

_TOO_FEW = "There are too few seeds to say: no difference could have been shown, however large."

_NO_VERDICT = "The numbers are shown without a verdict: what each rests on says why."


@dataclass(frozen=True)
class ArmOutcome:
    """What one arm shows: `word` is one of `AS_CLAIMED`, `NOT_CONTRADICTED`, `OPPOSITE`,
    `NOT_SHOWN`, `TOO_FEW`, `NO_VERDICT`.

    `is_shown` says whether its verdict is a difference, in whichever direction. `difference`,
    `low`, `high` (95 %) and `shown`, the smallest difference that the study would have shown 8
    times in 10, are in the metric's own unit; `p` is corrected for all arms, NaN where no p
    could have decided; `n` pairs of seeds. `basis` says the same in a sentence or two.
    """

    label: str
    against: str
    word: str
    is_shown: bool
    difference: float
    low: float
    high: float
    p: float
    n: int
    shown: float
    basis: str


@dataclass(frozen=True)
class CheckOutcome:
    """What became of one check: one of `WORDS`, what each of its arms shows, and a sentence."""

    check: Check
    metric: Metric
    word: str
    arms: tuple[ArmOutcome, ...]
    sentence: str


@dataclass(frozen=True)
class ClaimOutcome:
    """What became of a claim: one of `WORDS`, its checks, and a sentence."""

    claim: Claim
    word: str
    checks: tuple[CheckOutcome, ...]
    sentence: str

    @property
    def arms(self) -> list[ArmOutcome]:
        """The arms of all checks: each arm once for every check that names it."""
        return [arm for check in self.checks for arm in check.arms]


def outcome(claim: Claim, results: Mapping[str, StudyResult]) -> ClaimOutcome:
    """Compare a claim with the results of its study, by the name of each metric of the claim.

    Raises KeyError where a result is missing, or an arm in it.
    """
    checks = tuple(_check(check, results[check.metric]) for check in claim.checks)
    arms = [arm for check in checks for arm in check.arms]
    return ClaimOutcome(claim, _word(arms), checks, _sentence(checks, arms))


def _check(check: Check, result: StudyResult) -> CheckOutcome:
    arms = tuple(_arm(result.arm(label), check) for label in check.arms)
    sentence = _check_sentence(check, result.metric, arms)
    return CheckOutcome(check, result.metric, _word(arms), arms, sentence)


def _arm(arm: ArmResult, check: Check) -> ArmOutcome:
    return ArmOutcome(
        label=arm.label,
        against=arm.against,
        word=_arm_word(arm, check.expected),
        is_shown=arm.verdict.is_difference,
        difference=arm.difference.mean,
        low=arm.difference.low,
        high=arm.difference.high,
        p=arm.p_shown,
        n=arm.pairs,
        shown=arm.smallest_shown,
        basis=arm.basis,
    )


def _arm_word(arm: ArmResult, expected: str) -> str:
    if arm.verdict in (Verdict.NOT_ENOUGH, Verdict.NO_PAIRS):
        return TOO_FEW
    if arm.verdict in WITHHELD:
        return NO_VERDICT
    if not arm.verdict.is_difference:
        return NOT_CONTRADICTED if expected in ("same", "not higher") else NOT_SHOWN
    direction = "higher" if arm.difference.mean > 0 else "lower"
    fits = direction == expected or (expected == "not higher" and direction == "lower")
    return AS_CLAIMED if fits else OPPOSITE


def _word(arms: Sequence[ArmOutcome]) -> str:
    """One word for all: a single arm the other way contradicts, however the others are."""
    outcomes = {arm.word for arm in arms}
    if OPPOSITE in outcomes:
        return CONTRADICTED
    for word in (NO_VERDICT, TOO_FEW):
        if word in outcomes:
            return word
    if outcomes == {AS_CLAIMED}:
        return SURVIVES
    if outcomes <= set(_FITS):
        return NOT_CONTRADICTED
    return PARTLY if AS_CLAIMED in outcomes else NOT_SHOWN


def _sentence(checks: Sequence[CheckOutcome], arms: Sequence[ArmOutcome]) -> str:
    if len(checks) == 1:
        return checks[0].sentence
    word, total = _word(arms), len(arms)
    counts = {each: sum(arm.word == each for arm in arms) for each in (*_FITS, OPPOSITE)}
    if word == SURVIVES:
        return f"All {total} comparisons came out as claimed."
    if word == NOT_CONTRADICTED:
        return (
            f"None of {total} comparisons speaks against the claim, but {counts[word]} of them "
            f"showed no difference.{''.join(_missed_by(check) for check in checks)}"
        )
    if word == NOT_SHOWN:
        expected = sum(arm.word == NOT_SHOWN for arm in arms)
        where = "where" if expected == total else f"for {expected} of which"
        return f"None of {total} comparisons showed a difference, {where} the claim expects one."
    if word == TOO_FEW:
        return _TOO_FEW
    if word == NO_VERDICT:
        return _NO_VERDICT
    rest = total - sum(counts.values())
    unshown = counts[NOT_CONTRADICTED]
    parts = [
        f"{counts[AS_CLAIMED] or 'none'} came out as claimed",
        *([f"{unshown} showed no difference, which fits the claim"] if unshown else []),
        *([f"{counts[OPPOSITE]} the other way"] if counts[OPPOSITE] else []),
        *([f"{rest} showed no difference"] if rest else []),
    ]
    return f"Of {total} comparisons {', '.join(parts)}."


def _check_sentence(check: Check, metric: Metric, arms: Sequence[ArmOutcome]) -> str:
    """What the arms of one check show, in a sentence or two."""
    word = _word(arms)
    if word == TOO_FEW:
        return _TOO_FEW
    if word == NO_VERDICT:
        return _NO_VERDICT
    if word == SURVIVES:
        return f"Here, too, {check.clause}."
    if word == NOT_CONTRADICTED:
        return f"{_as_claimed(arms)} That there is none was not shown:{_missed(metric, arms)}"
    if word == NOT_SHOWN:
        return f"The claim is that {check.clause}; no difference was shown.{_could(metric, arms)}"
    parts = []
    for each, finding in (
        (AS_CLAIMED, "this was shown"),
        (OPPOSITE, _OPPOSITES[check.expected]),
        (NOT_CONTRADICTED, "no difference was shown"),
        (NOT_SHOWN, "no difference was shown"),
        (TOO_FEW, "there are too few seeds"),
        (NO_VERDICT, "there is no verdict"),
    ):
        labels = [arm.label for arm in arms if arm.word == each]
        if labels:
            parts.append(f"{finding}{_for(labels, len(arms))}")
    return f"The claim is that {check.clause}; {', '.join(parts)}."


def _for(labels: Sequence[str], total: int) -> str:
    """ " for Ratio 2 and Ratio 4 (2 of 5)"; nothing where there is but one."""
    if total == 1:
        return ""
    if len(labels) == total:
        return f" for all {total}"
    return f" for {listed(labels)} ({len(labels)} of {total})"


def _as_claimed(arms: Sequence[ArmOutcome]) -> str:
    """The results of arms that all fit the claim, some of them without a difference."""
    shown, unshown = ([arm.label for arm in arms if arm.word == each] for each in _FITS)
    if not shown:
        return "As claimed, no difference was shown."
    total = len(arms)
    return (
        f"What is claimed was shown{_for(shown, total)}, "
        f"no difference was shown{_for(unshown, total)}."
    )


def _could(metric: Metric, arms: Sequence[ArmOutcome]) -> str:
    """The smallest difference that the study would have shown, after one that it did not show."""
    largest = _largest(arms)
    if not largest:
        return " Every seed gave the same."
    return f" A difference of {_amount(largest, metric)} would have been shown 8 times in 10."


def _missed(metric: Metric, arms: Sequence[ArmOutcome]) -> str:
    """How large a difference may be there all the same, where none was shown."""
    largest = _largest(arms)
    if not largest:
        return " every seed gave the same, and others may not."
    amount = _amount(largest, metric)
    return f" one of {amount} would have been shown 8 times in 10, a smaller one easily missed."


def _missed_by(check: CheckOutcome) -> str:
    """The same of one check among several; nothing where all of it was shown."""
    largest = _largest(check.arms)
    if not largest:
        return ""
    amount = _amount(largest, check.metric)
    return f" One in {check.metric.title.lower()} smaller than {amount} is easily missed here."


def _largest(arms: Sequence[ArmOutcome]) -> float:
    """The largest of the smallest differences that could have been shown where none was; else 0."""
    sizes = [arm.shown for arm in arms if not arm.is_shown and math.isfinite(arm.shown)]
    return max(sizes, default=0.0)


def _amount(size: float, metric: Metric) -> str:
    factor, unit = (100, " points") if metric.share else (1, f" {metric.unit}".rstrip())
    return f"{factor * size:.{decimals(factor * size)}f}{unit}"
