"""A claim told as a short story: how sure its outcome is, and what would change our mind."""

from __future__ import annotations

import math

from attnlab.analysis.equivalence import seeds_to_settle
from attnlab.analysis.power import seeds_to_show
from attnlab.analysis.statistics import LEVEL
from attnlab.claims import outcome as words
from attnlab.claims.compared import AS_CLAIMED, NOT_CONTRADICTED, NOT_SHOWN, OPPOSITE, ArmOutcome
from attnlab.claims.outcome import CheckOutcome, ClaimOutcome, Standing
from attnlab.claims.sentences import amount
from attnlab.wording import counted, in_sentence, listed

_MOST_SEEDS = 2000
"""More seeds than these are not worth a number."""

_ELSEWHERE = (
    "It holds for this task and this network: the same at another size would be another finding."
)


def how_sure(standing: Standing) -> str:
    """What the outcome rests on: how many comparisons at what level, what its seeds can show, and
    whether fresh seeds gave the same."""
    first = standing.first
    sentences = (_level(first), can_show(first), _replication(standing))
    return " ".join(filter(None, sentences))


def can_show(found: ClaimOutcome) -> str:
    """What the seeds of a claim can show, by how much its scores vary between them.

    For each check that of the comparison that varies most. Empty where the finding says it.
    """
    if found.word in (words.NOT_SHOWN, words.NOT_CONTRADICTED, words.TOO_FEW, words.NO_VERDICT):
        return ""
    parts = [
        f"{'a margin' if each.check.margin else 'a difference'} of {amount(shown, each.metric)} in "
        f"{in_sentence(each.metric.title)}"
        for each in found.checks
        if (shown := max((arm.shown for arm in each.arms), default=math.nan)) > 0
        and math.isfinite(shown)
    ]
    if not parts:
        return ""
    seeds = max(arm.n for arm in found.arms)
    return f"With scores that vary as these do, {seeds} seeds show {listed(parts)} 8 times in 10."


def _level(first: ClaimOutcome) -> str:
    total = len(first.arms)
    shown, opposite = (
        sum(arm.word == word for arm in first.arms) for word in (AS_CLAIMED, OPPOSITE)
    )
    if total == 1:
        return "There is one comparison, held against 0.05."
    if shown == total:
        return (
            f"All {total} comparisons are shown, each at 0.05; as all of them must be, none needs "
            "a correction."
        )
    others = f", {opposite} the other way" if opposite else ""
    return f"Corrected for all {total} comparisons, {shown or 'none'} came out as claimed{others}."


def _replication(standing: Standing) -> str:
    again = standing.again
    if again is None:
        return "It has not been repeated on a second set of seeds yet."
    if standing.word == words.CONTRADICTED:
        return "A second set of seeds, all of them new, showed the opposite again."
    if standing.replicates:
        return f"A second set of seeds, all of them new, gave the same word: {again.word}."
    return f"A second set of seeds, all of them new, gave another word: {again.word}."


def change_of_mind(standing: Standing) -> str:
    """What would change the word of a claim."""
    word, first = standing.word, standing.first
    if word == words.SURVIVED_ONCE:
        return f"A third set of seeds: one of two showed it, the other did not. {_ELSEWHERE}"
    if word == words.SURVIVES:
        return f"Fresh seeds that show one of its comparisons the other way. {_ELSEWHERE}"
    if word == words.CONTRADICTED:
        return (
            "It was shown the other way twice, on seeds that have nothing in common: chance alone "
            f"does that at most once in {round(1 / LEVEL**2)} claims. {_ELSEWHERE}"
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
        margin = amount(check.check.margin, check.metric)
        aim = f"that a difference, if there is none, is below {margin}"
    else:
        aim = f"a difference of {amount(arm.shown / 2, check.metric)}, half of what these can show"
    return f"More seeds: {number} would show {aim}, 8 times in 10."


def _seeds_needed(check: CheckOutcome, arm: ArmOutcome) -> float:
    if check.check.margin:
        return seeds_to_settle(check.check.margin, arm.sd, arm.n)
    if not arm.shown > 0:
        return math.nan
    return seeds_to_show(arm.shown / 2, arm.sd, LEVEL)
