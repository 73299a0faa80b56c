"""What became of a claim: one word, a sentence, and the numbers that they rest on.

It comes from results (see `attnlab.results`), of a study that ran here or of those that ship with
attnlab; `attnlab.claims.compared` says what each of its comparisons shows, and at what level.

A claim survives if all of its comparisons are as claimed. One that is shown to be the other way is
news, and may be chance all the same: it contradicts the claim when fresh seeds show it again, and
until then the opposite was seen once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from attnlab.claims.claim import Check, Claim
from attnlab.claims.compared import (
    AS_CLAIMED,
    NO_VERDICT,
    NOT_CONTRADICTED,
    NOT_SHOWN,
    OPPOSITE,
    TOO_FEW,
    ArmOutcome,
    arm_outcomes,
)
from attnlab.claims.sentences import check_sentence, claim_sentence
from attnlab.results.model import StudyResult
from attnlab.spec import Metric
from attnlab.wording import capitalised

SURVIVES = "survives"
SURVIVED_ONCE = "survived once"
PARTLY = "partly"
OPPOSITE_ONCE = "opposite seen once"
CONTRADICTED = "contradicted"

WORDS = (
    SURVIVES,
    SURVIVED_ONCE,
    NOT_CONTRADICTED,
    PARTLY,
    NOT_SHOWN,
    OPPOSITE_ONCE,
    CONTRADICTED,
    TOO_FEW,
    NO_VERDICT,
)
"""What can become of a claim, and of each of its checks; of one set of seeds all but
`CONTRADICTED` and `SURVIVED_ONCE`."""


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
    """What became of a claim by one set of seeds: one of `WORDS`, its checks, and a sentence."""

    claim: Claim
    word: str
    checks: tuple[CheckOutcome, ...]
    sentence: str

    @property
    def arms(self) -> list[ArmOutcome]:
        """The comparisons of all checks: each arm once for every check that names it."""
        return [arm for check in self.checks for arm in check.arms]

    @property
    def finding(self) -> str:
        """The sentence without what the claim is, where it says that first."""
        clause = f"The claim is that {self.checks[0].check.clause}; "
        return capitalised(self.sentence.removeprefix(clause))


@dataclass(frozen=True)
class Standing:
    """What became of a claim by all that is known: `first`, and `again` from fresh seeds, if any.

    `word` is that of the first seeds, but for what was shown to be the other way: in both,
    that contradicts the claim; in either alone, the opposite was seen once. What survives the
    first seeds and not the second survived once.
    """

    first: ClaimOutcome
    again: ClaimOutcome | None = None

    @property
    def word(self) -> str:
        """One of `WORDS`."""
        return _both(self.first.arms, self.again.arms if self.again else ())

    def word_of(self, place: int) -> str:
        """The word of the check at this place, by the same rule."""
        again = self.again.checks[place].arms if self.again else ()
        return _both(self.first.checks[place].arms, again)

    @property
    def replicates(self) -> bool | None:
        """Whether both sets of seeds gave the same word; None without the second."""
        return None if self.again is None else self.again.word == self.first.word


def outcome(claim: Claim, results: Mapping[str, StudyResult]) -> ClaimOutcome:
    """Compare a claim with the results of its study, by the name of each metric of the claim.

    Raises KeyError where a result is missing, or an arm in it.
    """
    checks = tuple(
        _check(check, results[check.metric].metric, arms)
        for check, arms in zip(claim.checks, arm_outcomes(claim, results), strict=True)
    )
    every = [(each.check, each.metric, each.arms) for each in checks]
    arms = [arm for check in checks for arm in check.arms]
    word = _word(arms)
    sentence = checks[0].sentence if len(checks) == 1 else claim_sentence(word, every)
    return ClaimOutcome(claim, word, checks, sentence)


def _check(check: Check, metric: Metric, arms: tuple[ArmOutcome, ...]) -> CheckOutcome:
    word = _word(arms)
    return CheckOutcome(check, metric, word, arms, check_sentence(word, check, metric, arms))


def _word(arms: Sequence[ArmOutcome]) -> str:
    """One word for all: a single arm the other way counts, however the others are."""
    outcomes = {arm.word for arm in arms}
    for word, meaning in ((OPPOSITE, OPPOSITE_ONCE), (NO_VERDICT, NO_VERDICT), (TOO_FEW, TOO_FEW)):
        if word in outcomes:
            return meaning
    if outcomes == {AS_CLAIMED}:
        return SURVIVES
    if outcomes <= {AS_CLAIMED, NOT_CONTRADICTED}:
        return NOT_CONTRADICTED
    return PARTLY if AS_CLAIMED in outcomes else NOT_SHOWN


def _both(first: Sequence[ArmOutcome], again: Sequence[ArmOutcome]) -> str:
    opposite = [
        {place for place, arm in enumerate(arms) if arm.word == OPPOSITE} for arms in (first, again)
    ]
    if opposite[0] & opposite[1]:
        return CONTRADICTED
    if opposite[1]:
        return OPPOSITE_ONCE
    word = _word(first)
    is_repeated = not again or _word(again) == SURVIVES
    return SURVIVED_ONCE if word == SURVIVES and not is_repeated else word
