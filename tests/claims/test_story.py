"""How sure an outcome is, and what would change our mind: told from the numbers."""

import pytest

from attnlab.analysis.equivalence import seeds_to_settle
from attnlab.analysis.rounding import decimals
from attnlab.claims.outcome import Standing
from attnlab.claims.story import can_show, change_of_mind, how_sure

from .test_outcome import DOWN, UP, came, check, claim_of

HIGHER = claim_of(check("higher"))
RIGHT, NONE, WRONG = (
    came(HIGHER, differences) for differences in ({"a": UP, "b": UP}, {}, {"a": DOWN})
)


@pytest.mark.parametrize(
    ("standing", "sure"),
    [
        (Standing(RIGHT), "All 2 comparisons are shown, each at 0.05"),
        (Standing(RIGHT), "It has not been repeated on a second set of seeds yet."),
        (Standing(RIGHT, RIGHT), "all of them new, gave the same word: survives."),
        (Standing(RIGHT, NONE), "all of them new, gave another word: not shown."),
        (Standing(WRONG), "all 2 comparisons, none came out as claimed, 1 the other way."),
        (Standing(WRONG, WRONG), "all of them new, showed the opposite again."),
    ],
)
def test_how_sure_says_what_it_rests_on(standing, sure):
    assert sure in how_sure(standing)


def test_what_the_seeds_can_show_is_told_where_the_finding_does_not():
    largest = max(arm.shown for arm in RIGHT.arms)
    points = f"{100 * largest:.{decimals(100 * largest)}f} points"
    assert can_show(RIGHT) == (
        f"With scores that vary as these do, {RIGHT.arms[0].n} seeds show a difference of "
        f"{points} in validation accuracy 8 times in 10."
    )
    assert can_show(RIGHT) in how_sure(Standing(RIGHT))
    assert "8 times in 10" in NONE.sentence
    assert can_show(NONE) == ""
    settled = came(claim_of(check("same", "a", margin=0.5)), {})
    assert "show a margin of" in can_show(settled)


@pytest.mark.parametrize(
    ("standing", "change"),
    [
        (Standing(RIGHT), "Fresh seeds that show one of its comparisons the other way."),
        (Standing(RIGHT, NONE), "A third set of seeds: one of two showed it, the other did not."),
        (Standing(WRONG), "shown the other way again, the claim is contradicted"),
        (Standing(WRONG, NONE), "A third set of seeds"),
        (Standing(WRONG, WRONG), "at most once in 400 claims"),
        (Standing(NONE), "More seeds: "),
        (Standing(came(HIGHER, {}, seeds=4)), "A study with its planned seeds"),
    ],
)
def test_what_would_change_our_mind_follows_the_word(standing, change):
    assert change in change_of_mind(standing)


def test_the_seeds_that_a_margin_takes_are_named():
    claim = claim_of(check("same", "a", margin=0.001))
    found = came(claim, {})
    [arm] = found.arms
    seeds = seeds_to_settle(0.001, arm.sd, arm.n)
    assert change_of_mind(Standing(found)) == (
        f"More seeds: {seeds:.0f} seeds would show that a difference, if there is none, is below "
        "0.1 points, 8 times in 10."
    )
