"""What a study is scored by: titles, units and rounded numbers."""

import math

from attnlab import Study
from attnlab.analysis.intervals import mean_interval
from attnlab.charts import ScoreScale, scale_of
from attnlab.results.guessing import chance_by_arm
from attnlab.results.model import ArmResult, StudyResult
from attnlab.results.verdict import Verdict
from attnlab.spec import metric_of
from tests.charts.verdict_rows import ACCURACY, LOSS, NAN


def judged_by(study, name):
    """The result of a study of which nothing was trained yet."""
    arms = [
        ArmResult(arm.label, mean_interval([]), Verdict.REFERENCE, False, chance=task.chance)
        for arm in study.arms
        for task in [study.task_of(arm)]
    ]
    return StudyResult(study, metric_of(study.task, name), study.judging, tuple(arms))


SECONDS = ScoreScale("Time to the answer", "ms", 1000, better=-1)


def test_an_axis_says_what_is_measured_and_in_what():
    assert ACCURACY.axis_title == "Validation accuracy, %"
    assert LOSS.axis_title == "Validation loss"
    assert SECONDS.axis_title == "Time to the answer, ms"


def test_differences_of_percent_are_percentage_points():
    assert ACCURACY.difference_title("CBAM") == "Difference to CBAM, percentage points"
    assert LOSS.difference_title("CBAM") == "Difference to CBAM"
    assert SECONDS.difference_title("CBAM") == "Difference to CBAM, ms"


def test_numbers_are_rounded_to_what_their_interval_supports():
    assert ACCURACY.score_text(0.7312, 0.7032, 0.7592, 10) == "73.1 ± 2.8 %"
    assert ACCURACY.difference_text(0.0312, 0.0121, 0.0503) == "+3.1 (+1.2 to +5.0)"
    assert LOSS.score_text(1.2345, 1.2045, 1.2645, 10) == "1.234 ± 0.030"
    assert SECONDS.score_text(0.0123, 0.0113, 0.0133, 10) == "12.3 ± 1.0 ms"
    assert SECONDS.difference_text(-0.002, -0.003, -0.001) == "−2.0 (−3.0 to −1.0)"


def test_shares_of_another_factor_are_the_same_percent():
    already = ScoreScale("Accuracy", "%", 1)
    assert already.score_text(73.12, 70.32, 75.92, 10) == "73.1 ± 2.8 %"
    assert already.difference_text(3.12, 1.21, 5.03) == "+3.1 (+1.2 to +5.0)"


def test_one_seed_has_no_interval_and_a_missing_number_is_a_dash():
    assert ACCURACY.value_text(0.7312) == "73.1 %"
    assert LOSS.value_text(1.2345) == "1.234"
    assert ACCURACY.score_text(NAN, NAN, NAN, 0) == "–"
    assert SECONDS.score_text(NAN, NAN, NAN, 0) == "–"
    assert ACCURACY.with_unit(ACCURACY.difference_text(math.nan, NAN, NAN)) == "–"
    assert ACCURACY.with_unit("+3.1") == "+3.1 percentage points"


def test_the_scale_of_a_metric_has_its_unit_and_chance():
    study = Study(task="planted-features:classes=4", arms=["none", "dense"])
    assert scale_of(judged_by(study, "val_accuracy")) == ScoreScale(
        "Validation accuracy", "%", 100, better=1, chance=0.25
    )
    assert scale_of(judged_by(study, "val_loss")) == ScoreScale("Validation loss", better=-1)
    assert scale_of(judged_by(study, "seconds")).unit == "s"
    assert scale_of(judged_by(study, "mass")).chance is None


def test_arms_that_differ_in_chance_have_each_their_own_and_no_common_one():
    study = Study(task="planted-features:classes=4", arms=["none", "dense", "none@classes=2"])
    accuracy = judged_by(study, "val_accuracy")
    levels = {"none": 0.25, "dense": 0.25, "none@classes=2": 0.5}
    assert chance_by_arm(accuracy) == levels
    assert scale_of(accuracy).chance is None
    assert not chance_by_arm(judged_by(study, "val_loss"))
    changed = Study(task="planted-features:classes=4", arms=["none@classes=2", "dense@classes=2"])
    assert scale_of(judged_by(changed, "val_accuracy")).chance == 0.5
