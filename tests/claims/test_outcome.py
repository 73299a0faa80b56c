"""What becomes of a claim, word by word, on verdict tables made by hand."""

import pytest

from attnlab.claims.claim import Check, Claim, planned
from attnlab.claims.outcome import (
    CONTRADICTED,
    NOT_CONTRADICTED,
    NOT_SHOWN,
    PARTLY,
    SURVIVES,
    TOO_FEW,
    outcome,
)
from attnlab.results.frames import verdicts_frame

from .made_up import result_as

UP, DOWN = 0.05, -0.05
ARMS = {"none": "none", "a": "dense", "b": "dense:depth=1"}


def claim_of(*checks):
    return Claim(
        name="made-up",
        title="Made up",
        group="Tests",
        claimed="Somebody says so.",
        study=planned({"name": "planted-features"}, ARMS, 1),
        checks=tuple(checks),
        reading="As it stands.",
    )


def check(expected, *arms, metric="val_accuracy"):
    return Check(metric, arms or ("a", "b"), expected, f"a and b are {expected}")


def came(claim, differences, seeds=10):
    """The outcome where the arms differ so much, by every metric or by metric."""
    by_metric = isinstance(next(iter(differences.values()), 0.0), dict)
    return outcome(
        claim,
        {
            metric: result_as(
                claim, differences[metric] if by_metric else differences, seeds, metric
            )
            for metric in claim.metrics
        },
    )


@pytest.mark.parametrize(
    ("expected", "differences", "word"),
    [
        ("higher", {"a": UP, "b": UP}, SURVIVES),
        ("higher", {"a": UP}, PARTLY),
        ("higher", {}, NOT_SHOWN),
        ("higher", {"a": DOWN}, CONTRADICTED),
        ("higher", {"a": UP, "b": DOWN}, CONTRADICTED),
        ("lower", {"a": DOWN, "b": DOWN}, SURVIVES),
        ("lower", {"b": DOWN}, PARTLY),
        ("lower", {}, NOT_SHOWN),
        ("lower", {"a": DOWN, "b": UP}, CONTRADICTED),
        ("same", {}, NOT_CONTRADICTED),
        ("same", {"a": UP}, CONTRADICTED),
        ("same", {"b": DOWN}, CONTRADICTED),
        ("not higher", {}, NOT_CONTRADICTED),
        ("not higher", {"a": DOWN}, NOT_CONTRADICTED),
        ("not higher", {"a": DOWN, "b": DOWN}, SURVIVES),
        ("not higher", {"a": UP}, CONTRADICTED),
    ],
)
def test_the_word_follows_what_the_arms_show(expected, differences, word):
    found = came(claim_of(check(expected)), differences)
    assert found.word == word
    assert [each.word for each in found.checks] == [word]


@pytest.mark.parametrize("expected", ["higher", "lower", "same", "not higher"])
def test_with_too_few_seeds_nothing_is_said_either_way(expected):
    found = came(claim_of(check(expected)), {"a": UP, "b": UP}, seeds=4)
    assert found.word == TOO_FEW
    assert "too few seeds" in found.sentence


def test_arms_that_a_check_does_not_name_do_not_count():
    assert came(claim_of(check("higher", "a")), {"a": UP, "b": DOWN}).word == SURVIVES


def test_less_of_a_loss_counts_as_lower_not_as_better():
    claim = claim_of(check("lower", metric="val_loss"))
    assert came(claim, {"a": DOWN, "b": DOWN}).word == SURVIVES


@pytest.mark.parametrize(
    ("loss", "word", "words"),
    [
        ({"a": DOWN}, SURVIVES, "All 2 comparisons came out as claimed."),
        ({}, PARTLY, "Of 2 comparisons 1 came out as claimed, 1 showed no difference."),
        ({"a": UP}, CONTRADICTED, "Of 2 comparisons 1 came out as claimed, 1 the other way."),
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


def test_a_difference_that_was_not_shown_comes_with_what_could_have_been():
    same, unshown = (came(claim_of(check(each)), {}) for each in ("same", "higher"))
    amount = f"{100 * max(arm.shown for arm in same.arms):.2f} points"
    assert same.sentence == (
        "As claimed, no difference was shown. That there is none was not shown: one of "
        f"{amount} would have been shown 8 times in 10, a smaller one easily missed."
    )
    could = f"A difference of {amount} would have been shown 8 times in 10."
    assert unshown.sentence.endswith(f"no difference was shown. {could}")


def test_a_fall_for_one_arm_does_not_make_up_for_another_without_a_difference():
    found = came(claim_of(check("not higher")), {"a": DOWN})
    assert found.sentence.startswith(
        "What is claimed was shown for a (1 of 2), no difference was shown for b (1 of 2). That "
    )
    assert "easily missed" in found.sentence


def test_a_difference_that_was_not_shown_is_told_among_several_checks():
    claim = claim_of(check("higher", "a"), check("same", "b", metric="val_loss"))
    found = came(claim, {"val_accuracy": {"a": UP}, "val_loss": {}})
    assert found.word == NOT_CONTRADICTED
    assert [each.word for each in found.checks] == [SURVIVES, NOT_CONTRADICTED]
    missed = f"{found.arms[1].shown:.4f}"
    assert found.sentence == (
        "None of 2 comparisons speaks against the claim, but 1 of them showed no difference. One "
        f"in validation loss smaller than {missed} is easily missed here."
    )
    other = came(claim, {"val_accuracy": {"a": UP}, "val_loss": {"b": UP}})
    assert other.sentence == "Of 2 comparisons 1 came out as claimed, 1 the other way."


def test_a_claim_of_which_nothing_was_shown_is_not_partly_true():
    claim = claim_of(check("higher", "a"), check("same", "b", metric="val_loss"))
    found = came(claim, {"val_accuracy": {}, "val_loss": {}})
    assert found.word == NOT_SHOWN
    assert found.sentence == (
        "None of 2 comparisons showed a difference, for 1 of which the claim expects one."
    )
    more = claim_of(check("higher"), check("same", "b", metric="val_loss"))
    partly = came(more, {"val_accuracy": {"a": UP}, "val_loss": {}})
    assert (partly.word, partly.sentence) == (
        PARTLY,
        "Of 3 comparisons 1 came out as claimed, 1 showed no difference, which fits the claim, "
        "1 showed no difference.",
    )


def test_a_fall_is_told_where_no_rise_was_claimed():
    found = came(claim_of(check("not higher")), {"a": DOWN, "b": DOWN})
    assert found.sentence == "Here, too, a and b are not higher."
    assert (
        "it was shown to be higher" in came(claim_of(check("not higher", "a")), {"a": UP}).sentence
    )


def test_numbers_are_those_of_the_verdict():
    claim = claim_of(check("higher", "a"))
    result = result_as(claim, {"a": UP})
    [arm] = outcome(claim, {"val_accuracy": result}).arms
    row = verdicts_frame(result).set_index("label").loc["a"]
    assert (arm.difference, arm.low, arm.high) == (row.difference, row.low, row.high)
    assert (arm.p, arm.n, arm.shown) == (row.planned_p_holm, 10, row.shown)
    assert (arm.against, arm.basis) == ("none", row.basis)
    assert arm.low < 0.05 < arm.high
