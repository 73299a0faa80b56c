"""Predictions are held against the verdict, and wait for it."""

import math

import pytest

from attnlab import Study
from attnlab.analysis.intervals import mean_interval
from attnlab.cli.verdicts import verdict_lines
from attnlab.results.model import NO_DIFFERENCE, ArmComparison, ArmResult, StudyResult
from attnlab.results.predictions import prediction_outcome, record
from attnlab.results.verdict import Verdict

ARMS = ["none", "dense", "feature-gate"]


def study(winner="dense", margin=0.1):
    return Study(
        task="planted-features", arms=ARMS, prediction={"winner": winner, "margin": margin}
    )


def result(study, dense, gate, final=True):
    """The result of a study in which the two arms have these verdicts and differences."""
    arms = [ArmResult("none", mean_interval([]), Verdict.REFERENCE, final)]
    for label, (verdict, difference) in (("dense", dense), ("feature-gate", gate)):
        comparison = ArmComparison(
            "none", NO_DIFFERENCE._replace(n=10, mean=difference), 0.01, 0.01
        )
        arms.append(ArmResult(label, mean_interval([]), Verdict(verdict), final, comparison))
    return StudyResult(study, study.metric, study.judging, tuple(arms))


def outcome(study, verdicts):
    dense, gate, *final = verdicts
    return prediction_outcome(result(study, dense, gate, *final))


HELPS, MORE, NOT = ("helps", 0.2), ("helps", 0.3), ("no difference shown", 0.4)
HURTS = ("hurts", -0.5)


@pytest.mark.parametrize(
    ("predicted", "dense", "gate", "winner", "right"),
    [
        ("dense", HELPS, NOT, "Dense attention", True),
        ("dense", HELPS, MORE, "Feature gate", False),
        ("dense", HELPS, HURTS, "Dense attention", True),
        ("none", NOT, HURTS, "No attention", True),
        ("none", HELPS, NOT, "Dense attention", False),
        ("dense", NOT, NOT, "No attention", False),
    ],
)
def test_the_winner_is_the_largest_difference_that_was_shown(predicted, dense, gate, winner, right):
    came = outcome(study(predicted), (dense, gate))
    assert (came.winner, came.right) == (winner, right)
    assert came.margin == 0.1


def test_the_difference_is_that_of_the_winner():
    assert outcome(study(), (HELPS, NOT)).difference == 0.2
    assert outcome(study(), (NOT, NOT)).difference == 0


def test_what_became_of_the_predicted_arm_is_told_whoever_won():
    came = outcome(study("feature-gate"), (HELPS, HURTS))
    assert (came.right, came.own_difference, came.own_verdict) == (False, -0.5, "hurts")
    nobody = outcome(study("none"), (NOT, NOT))
    assert math.isnan(nobody.own_difference)


def test_less_loss_wins_by_its_size():
    came = outcome(study(), (("helps", -0.2), ("helps", -0.1)))
    assert (came.winner, came.difference, came.right) == ("Dense attention", 0.2, True)


@pytest.mark.parametrize(
    ("metric", "dense", "gate", "winner", "words"),
    [
        ("mass", "higher", "lower", "Dense attention", "came out highest"),
        ("entropy", "lower", "higher", "Feature gate", "came out highest"),
        ("seconds", "higher", "lower", "Feature gate", "came out lowest"),
        ("parameters", "higher", "higher", "No attention", ""),
    ],
)
def test_of_what_is_no_performance_the_highest_or_the_lowest_is_the_winner(
    metric, dense, gate, winner, words
):
    plan = Study(**study().to_dict() | {"judging": {"metric": metric}})
    sizes = {"higher": 0.2, "lower": -0.3}
    found = result(plan, (dense, sizes[dense]), (gate, sizes[gate]))
    assert prediction_outcome(found).winner == winner
    told = " ".join(verdict_lines(found))
    assert words in told
    assert "won" not in told


def test_nothing_is_revealed_before_the_verdict_is_final():
    came = outcome(study(), (HELPS, NOT, False))
    assert (came.winner, came.right) == ("", None)
    assert came.predicted == "Dense attention"


@pytest.mark.parametrize("missing", ["not enough seeds", "no pairs yet"])
def test_too_few_seeds_make_nobody_right(missing):
    few = (missing, 0.9)
    assert outcome(study("none"), (few, few)).right is None
    assert outcome(study("none"), (few, NOT)).right is None
    assert outcome(study("dense"), (HELPS, few)).right


def test_predictions_without_a_verdict_do_not_count():
    waiting = outcome(study(), (HELPS, NOT, False))
    right, wrong = outcome(study(), (HELPS, NOT)), outcome(study(), (NOT, NOT))
    kept = record((each, True) for each in [right, wrong, waiting, right])
    assert (kept.total, kept.right) == (3, 2)
    kept = record([(waiting, True)])
    assert (kept.total, kept.right, math.isnan(kept.miss)) == (0, 0, True)


def test_the_record_says_how_far_the_margins_of_winners_were_off():
    near = outcome(study(margin=0.15), (HELPS, NOT))
    far = outcome(study(margin=0.5), (HELPS, NOT))
    wrong = outcome(study(margin=9), (NOT, NOT))
    nobody = outcome(study("none"), (NOT, NOT))
    assert near.miss == pytest.approx(0.05)
    assert math.isnan(wrong.miss)
    assert math.isnan(nobody.miss)
    outcomes = [(each, True) for each in (near, far, wrong, nobody)]
    assert record([*outcomes, (far, False)]).miss == pytest.approx((0.05 + 0.3) / 2)


def test_a_study_without_a_prediction_has_no_outcome():
    with pytest.raises(ValueError, match="no prediction"):
        outcome(Study(task="planted-features", arms=ARMS), (HELPS, NOT))
