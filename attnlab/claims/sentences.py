"""What a claim's comparisons show, in sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence

from attnlab.analysis.rounding import decimals
from attnlab.claims.claim import Check
from attnlab.claims.compared import (
    AS_CLAIMED,
    NO_VERDICT,
    NOT_CONTRADICTED,
    NOT_SHOWN,
    OPPOSITE,
    TOO_FEW,
    ArmOutcome,
)
from attnlab.spec import Metric
from attnlab.wording import in_sentence, listed

Checked = tuple[Check, Metric, Sequence[ArmOutcome]]
"""A check, what it is measured by, and what its arms show."""

_OPPOSITES = {
    "higher": "the opposite was shown",
    "lower": "the opposite was shown",
    "same": "a larger difference was shown",
    "not higher": "it was shown to be higher",
}
"""What was shown where it was not what the check expected."""

_TOO_FEW = "There are too few seeds to say: nothing could have been shown, however large."

_NO_VERDICT = "The numbers are shown without a verdict: what each rests on says why."


def amount(size: float, metric: Metric) -> str:
    """A difference with its unit: "1.3 points"."""
    size, unit = (100 * size, " points") if metric.share else (size, f" {metric.unit}".rstrip())
    text = f"{size:g}" if size == round(size, 2) else f"{size:.{decimals(size)}f}"
    return f"{text} point" if text == "1" and metric.share else f"{text}{unit}"


def check_sentence(word: str, check: Check, metric: Metric, arms: Sequence[ArmOutcome]) -> str:
    """What the arms of one check show, in a sentence or two; `word` is what became of it."""
    outcomes = {arm.word for arm in arms}
    if word == TOO_FEW:
        return _TOO_FEW
    if word == NO_VERDICT:
        return _NO_VERDICT
    if outcomes == {AS_CLAIMED}:
        return f"Here, too, {check.clause}."
    if outcomes == {NOT_SHOWN}:
        return (
            f"The claim is that {check.clause}; no difference was shown. "
            f"{could_show(check, metric, arms)}"
        )
    if outcomes == {NOT_CONTRADICTED}:
        return (
            f"The claim is that {check.clause}; this was not shown, nor was its opposite. "
            f"{could_show(check, metric, arms)}"
        )
    parts = []
    for each, finding in (
        (AS_CLAIMED, "this was shown"),
        (OPPOSITE, _OPPOSITES[check.expected]),
        (NOT_CONTRADICTED, "neither this nor its opposite was shown"),
        (NOT_SHOWN, "no difference was shown"),
        (TOO_FEW, "there are too few seeds"),
        (NO_VERDICT, "there is no verdict"),
    ):
        labels = [arm.label for arm in arms if arm.word == each]
        if labels:
            parts.append(f"{finding}{_for(labels, len(arms))}")
    more = f" {could_show(check, metric, arms)}" if word == NOT_CONTRADICTED else ""
    return f"The claim is that {check.clause}; {', '.join(parts)}.{more}"


def claim_sentence(word: str, checks: Sequence[Checked]) -> str:
    """What the comparisons of several checks show together."""
    arms = [arm for _, _, arms in checks for arm in arms]
    counts = {
        each: sum(arm.word == each for arm in arms)
        for each in (AS_CLAIMED, OPPOSITE, NOT_CONTRADICTED, NOT_SHOWN)
    }
    total = len(arms)
    if word == TOO_FEW:
        return _TOO_FEW
    if word == NO_VERDICT:
        return _NO_VERDICT
    if counts[AS_CLAIMED] == total:
        return f"All {total} comparisons came out as claimed."
    if word == NOT_SHOWN:
        expected = counts[NOT_SHOWN]
        where = "where" if expected == total else f"for {expected} of which"
        return f"None of {total} comparisons showed a difference, {where} the claim expects one."
    if word == NOT_CONTRADICTED:
        unsettled = [each for each in checks if any(a.word == NOT_CONTRADICTED for a in each[2])]
        return (
            f"None of {total} comparisons speaks against the claim, but {counts[word]} of them "
            f"did not show what it says. "
            + " ".join(could_show(*each, named=True) for each in unsettled)
        )
    rest = total - sum(counts.values())
    parts = [
        f"{counts[AS_CLAIMED] or 'none'} came out as claimed",
        *([f"{counts[OPPOSITE]} the other way"] if counts[OPPOSITE] else []),
        *([f"{counts[NOT_SHOWN]} showed no difference"] if counts[NOT_SHOWN] else []),
        *([f"{counts[NOT_CONTRADICTED]} settled nothing"] if counts[NOT_CONTRADICTED] else []),
        *([f"{rest} can say nothing"] if rest else []),
    ]
    return f"Of {total} comparisons {', '.join(parts)}."


def could_show(
    check: Check, metric: Metric, arms: Sequence[ArmOutcome], *, named: bool = False
) -> str:
    """What so many seeds show 8 times in 10, of the comparisons that were not as claimed; `named`
    says by what it is measured."""
    open_ = [arm for arm in arms if arm.word in (NOT_SHOWN, NOT_CONTRADICTED)]
    shown = max((arm.shown for arm in open_ if math.isfinite(arm.shown)), default=0.0)
    if not shown:
        return "Every seed gave the same, and others may not."
    of = f" in {in_sentence(metric.title)}" if named else ""
    if check.margin:
        return (
            f"If there were none{of}, so many seeds would show that it is below "
            f"{amount(shown, metric)}, 8 times in 10; asked was {amount(check.margin, metric)}."
        )
    return f"A difference{of} of {amount(shown, metric)} would have been shown 8 times in 10."


def _for(labels: Sequence[str], total: int) -> str:
    """ " for Ratio 2 and Ratio 4 (2 of 5)"; nothing where there is but one."""
    if total == 1:
        return ""
    if len(labels) == total:
        return f" for all {total}"
    return f" for {listed(labels)} ({len(labels)} of {total})"
