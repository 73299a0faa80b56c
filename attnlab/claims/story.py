"""A claim told as a short story: how sure its outcome is, and what would change our mind."""

from __future__ import annotations

import math

from attnlab.analysis.equivalence import seeds_to_settle
from attnlab.analysis.power import seeds_to_show
from attnlab.analysis.statistics import LEVEL
from attnlab.claims import outcome as words
from attnlab.claims.compared import AS_CLAIMED, NOT_CONTRADICTED, NOT_SHOWN, ArmOutcome
from attnlab.claims.outcome import CheckOutcome, ClaimOutcome, Standing
from attnlab.claims.sentences import amount
from attnlab.wording import counted, noun

_MOST_SEEDS = 2000
"""More seeds than these are not worth a number."""

_ELSEWHERE = (
    "It holds for this task and this network: the same at another size would be another finding."
)


def how_sure(standing: Standing) -> str:
    """What the outcome rests on: how many comparisons at what level, and whether fresh seeds gave
    the same."""
    total = len(standing.first.arms)
    each = noun(total, "comparison")
    shown = sum(arm.word == AS_CLAIMED for arm in standing.first.arms)
    if standing.first.word == words.SURVIVES:
        level = (
            "Its comparison is shown at 0.05."
            if total == 1
            else f"All {total} {each} are shown, each at 0.05; as all of them must be, none needs a "
            "correction."
        )
    elif total == 1:
        level = "There is one comparison, held against 0.05."
    else:
        level = f"Of {total} {each} {shown or 'none'} is shown after correction for all of them."
        level = level.replace(" is ", " are ") if shown > 1 else level
    return f"{level} {_replication(standing)}"


def _replication(standing: Standing) -> str:
    again = standing.again
    if again is None:
        return "It has not been repeated on a second set of seeds yet."
    if standing.replicates:
        return f"A second set of seeds, of which none was used before, gave the same: {again.word}."
    return f"A second set of seeds, of which none was used before, gave another word: {again.word}."


def change_of_mind(standing: Standing) -> str:
    """What would change the word of a claim."""
    word, first = standing.word, standing.first
    if word == words.SURVIVES:
        if standing.replicates is False:
            return f"More seeds, as the second set did not give the same. {_ELSEWHERE}"
        return f"Fresh seeds that show one of its comparisons the other way. {_ELSEWHERE}"
    if word == words.CONTRADICTED:
        return (
            "It was shown the other way twice, on seeds that have nothing in common: chance alone "
            f"does that once in {round(1 / LEVEL**2)} claims. {_ELSEWHERE}"
        )
    if word == words.OPPOSITE_ONCE and standing.again is None:
        return (
            "The same on fresh seeds: shown the other way again, the claim is contradicted; not "
            "shown again, once may have been chance."
        )
    if word == words.OPPOSITE_ONCE:
        return "A third set of seeds: of two, one showed the opposite and the other did not."
    if word in (words.NOT_SHOWN, words.PARTLY, words.NOT_CONTRADICTED):
        return _more_seeds(first)
    return "A study with its planned seeds, none of them seen before."


def _more_seeds(outcome: ClaimOutcome) -> str:
    """How many seeds would show what these did not."""
    needs = [
        (seeds, check, arm)
        for check in outcome.checks
        for arm in check.arms
        if arm.word in (NOT_SHOWN, NOT_CONTRADICTED)
        and math.isfinite(seeds := _seeds_needed(check, arm))
    ]
    if not needs:
        return "Other seeds: these gave the same in every arm."
    seeds, check, arm = max(needs, key=lambda each: each[0])
    number = counted(int(seeds), "seed") if seeds <= _MOST_SEEDS else f"over {_MOST_SEEDS} seeds"
    if check.check.margin:
        aim = f"that a difference, if there is none, is below {amount(check.check.margin, check.metric)}"
    else:
        aim = f"a difference of {amount(arm.shown / 2, check.metric)}, half of what these can show"
    return f"More seeds: {number} would show {aim}, 8 times in 10."


def _seeds_needed(check: CheckOutcome, arm: ArmOutcome) -> float:
    if check.check.margin:
        return seeds_to_settle(check.check.margin, arm.sd, arm.n)
    if not arm.shown > 0:
        return math.nan
    return seeds_to_show(arm.shown / 2, arm.sd, LEVEL)
