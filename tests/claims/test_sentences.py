"""What a claim's outcome says in words."""

import pytest

from attnlab.claims.outcome import (
    NOT_CONTRADICTED,
    NOT_SHOWN,
    OPPOSITE_ONCE,
    PARTLY,
    SURVIVES,
    outcome,
)
from attnlab.results.frames import verdicts_frame

from .held_against import DOWN, UP, came, check, claim_of
from .made_up import result_as


@pytest.mark.parametrize(
    ("loss", "word", "words"),
    [
        ({"a": DOWN}, SURVIVES, "All 2 comparisons came out as claimed."),
        ({}, PARTLY, "Of 2 comparisons 1 came out as claimed, 1 showed no difference."),
        ({"a": UP}, OPPOSITE_ONCE, "Of 2 comparisons 1 came out as claimed, 1 the other way."),
    ],
)
def test_every_check_counts(loss, word, words):
    claim = claim_of(check("higher", "a"), check("lower", "a", metric="val_loss"))
    found = came(claim, {"val_accuracy": {"a": UP}, "val_loss": loss})
    assert (found.word, found.sentence) == (word, words)
    assert found.checks[0].word == SURVIVES


def test_sentences_say_which_arms_showed_what():
    claim = claim_of(check("higher"))
    assert came(claim, {"a": UP, "b": UP}).sentence == "Here, too, a and b are higher."
    mixed = came(claim, {"a": UP, "b": DOWN}).sentence
    assert "this was shown for a (1 of 2), the opposite was shown for b (1 of 2)." in mixed
    partly = came(claim, {"a": UP}).sentence
    assert "this was shown for a (1 of 2), no difference was shown for b (1 of 2)." in partly


def test_what_was_not_shown_comes_with_what_could_have_been():
    same = came(claim_of(check("same", margin=0.001)), {})
    unshown = came(claim_of(check("higher")), {})
    settled = f"{100 * max(arm.shown for arm in same.arms):.2f} points"
    assert same.sentence == (
        "The claim is that a and b are same; this was not shown, nor was its opposite. If there "
        f"were none, so many seeds would show that it is below {settled}, 8 times in 10; asked was "
        "0.1 points."
    )
    amount = f"{100 * max(arm.shown for arm in unshown.arms):.2f} points"
    could = f"A difference of {amount} would have been shown 8 times in 10."
    assert unshown.sentence.endswith(f"no difference was shown. {could}")


def test_several_checks_tell_what_stays_open():
    claim = claim_of(check("higher", "a"), check("same", "b", metric="val_loss", margin=0.001))
    found = came(claim, {"val_accuracy": {"a": UP}, "val_loss": {}})
    assert found.word == NOT_CONTRADICTED
    assert [each.word for each in found.checks] == [SURVIVES, NOT_CONTRADICTED]
    assert found.sentence.startswith(
        "None of 2 comparisons speaks against the claim, but 1 of them did not show what it says. "
        "If there were none in validation loss, so many seeds would show that it is below "
    )


def test_a_claim_of_which_nothing_was_shown_is_not_partly_true():
    claim = claim_of(check("higher", "a"), check("same", "b", metric="val_loss", margin=0.001))
    found = came(claim, {"val_accuracy": {}, "val_loss": {}})
    assert found.word == NOT_SHOWN
    assert found.sentence == (
        "None of 2 comparisons showed a difference, for 1 of which the claim expects one."
    )


def test_numbers_of_one_comparison_are_those_of_the_verdict():
    claim = claim_of(check("higher", "a"), arms={"none": "none", "a": "dense"})
    result = result_as(claim, {"a": UP})
    [arm] = outcome(claim, {"val_accuracy": result}).arms
    row = verdicts_frame(result).set_index("label").loc["a"]
    assert (arm.difference, arm.low, arm.high) == (row.difference, row.low, row.high)
    assert (arm.p, arm.n, arm.against) == (row.planned_p_holm, 10, "none")
    assert arm.shown == pytest.approx(row.shown)
    assert arm.low < 0.05 < arm.high
