"""The score of a run is the number that its plan fixed, and of finished runs alone."""

import pandas as pd
import pytest

from attnlab.results.arm_facts import ArmParameters
from attnlab.results.rows import StudyRows
from attnlab.results.scores import rule_for, score_of_each_run
from attnlab.spec import METRICS, Judging

RUNS = pd.DataFrame(
    [
        ("none", 0, "finished", 0.5, 0.45, 1.5, 2),
        ("none", 1, "finished", 0.6, 0.55, 2.5, 3),
        ("dense", 0, "finished", 0.9, 0.85, 3.5, 3),
        ("dense", 1, "failed", 0.1, None, 4.5, 1),
        ("dense", 2, "running", 0.2, None, None, 1),
    ],
    columns=["arm", "seed", "status", "val_accuracy", "test_accuracy", "seconds", "kept_epoch"],
)
CURVES = pd.DataFrame(
    [
        (arm, seed, epoch, epoch / 10 + seed, 0.1 * epoch + seed)
        for arm in ("none", "dense")
        for seed in (0, 1, 2)
        for epoch in (1, 2, 3, 4)
    ],
    columns=["arm", "seed", "epoch", "val_accuracy", "seconds"],
)
MEASURED = pd.DataFrame(
    [
        ("dense", 0, 3, "channel", "mass", 0.2),
        ("dense", 0, 4, "channel", "mass", 0.4),
        ("dense", 0, 4, "place", "mass", 0.6),
        ("dense", 0, 4, "place", "entropy", 0.9),
        ("dense", 2, 1, "channel", "mass", 0.9),
    ],
    columns=["arm", "seed", "epoch", "axis", "name", "value"],
)


SIZES = {"none": ArmParameters(0, 100), "dense": ArmParameters(20, 120)}


def scores(runs, metric, rule, **more):
    return score_of_each_run(StudyRows(runs, **more), metric, rule)


def found(name, **judging):
    rows = scores(
        RUNS,
        METRICS[name],
        Judging(metric=name, **judging),
        curves=CURVES,
        measured=MEASURED,
        parameters=SIZES,
    )
    assert list(rows.columns) == ["arm", "seed", "value"]
    return {(row.arm, row.seed): row.value for row in rows.itertuples()}


def test_the_final_score_is_that_of_the_epoch_kept():
    assert found("val_accuracy") == {("none", 0): 0.5, ("none", 1): 0.6, ("dense", 0): 0.9}


def test_the_mean_score_is_over_the_last_epochs():
    means = found("val_accuracy", score="mean", last=2)
    assert means == pytest.approx({("none", 0): 0.35, ("none", 1): 1.35, ("dense", 0): 0.35})
    assert found("val_accuracy", score="mean", last=100)["none", 0] == pytest.approx(0.25)


def test_the_best_score_is_read_on_test_samples():
    assert found("val_accuracy", score="best") == {
        ("none", 0): 0.45,
        ("none", 1): 0.55,
        ("dense", 0): 0.85,
    }


def test_on_test_samples_count_finished_runs_and_to_follow_the_training_by_validation():
    assert found("val_accuracy", score="test") == found("val_accuracy", score="best")
    rows = StudyRows(RUNS)
    interim = score_of_each_run(
        rows, METRICS["val_accuracy"], Judging(score="test"), interim=True
    ).set_index(["arm", "seed"])["value"]
    assert interim.to_dict() == {
        ("none", 0): 0.45,
        ("none", 1): 0.55,
        ("dense", 0): 0.85,
        ("dense", 2): 0.2,
    }


@pytest.mark.parametrize("score", ["test", "best"])
def test_what_is_not_tested_is_read_of_the_last_epoch(score):
    for name in ("mass", "accuracy", "seconds", "parameters"):
        assert rule_for(METRICS[name], Judging(score=score)).score == "final"
    assert rule_for(METRICS["val_loss"], Judging(score=score)).score == score


def test_attention_counts_its_last_epoch_and_the_mean_of_its_places():
    assert found("mass") == pytest.approx({("dense", 0): 0.5})
    assert found("mass", score="mean", last=2) == pytest.approx({("dense", 0): 0.35})
    assert found("entropy") == pytest.approx({("dense", 0): 0.9})
    assert found("hit") == {}


def test_size_and_time_are_scores_too():
    assert found("parameters") == {("none", 0): 100, ("none", 1): 100, ("dense", 0): 120}
    assert found("seconds") == {("none", 0): 1.5, ("none", 1): 2.5, ("dense", 0): 3.5}


def test_seeds_that_trained_together_give_one_score_of_time():
    together = CURVES.assign(seconds=0.25)
    rows = scores(RUNS, METRICS["seconds"], Judging(metric="seconds"), curves=together)
    assert rows.set_index(["arm", "seed"])["value"].to_dict() == {
        ("none", 0): 1.5,
        ("dense", 0): 3.5,
    }


def test_what_was_never_measured_has_no_scores():
    rows = scores(RUNS, METRICS["val_loss"], Judging(metric="val_loss"))
    assert rows.empty
    assert list(rows.columns) == ["arm", "seed", "value"]
    nothing = RUNS.iloc[:0]
    assert scores(nothing, METRICS["val_accuracy"], Judging()).empty
    empty = {"curves": CURVES.iloc[:0], "measured": MEASURED.iloc[:0]}
    for score in ("final", "mean", "test"):
        for name in ("val_accuracy", "mass"):
            judging = Judging(metric=name, score=score)
            assert scores(nothing, METRICS[name], judging, **empty).empty


def test_a_score_that_needs_rows_which_were_not_read_is_refused():
    with pytest.raises(ValueError, match="rows that were not read"):
        scores(RUNS, METRICS["mass"], Judging(metric="mass"))
