"""A study by accuracy: finished runs, pairs by seed, intervals."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from attnlab import Study
from attnlab.analysis import mean_interval
from attnlab.analysis.intervals import t_factor
from attnlab.analysis.statistics import compare
from attnlab.results.arm_facts import ArmParameters
from attnlab.results.frames import accuracy_frame
from attnlab.spec import REGISTRY
from attnlab.spec.entries import Measure

from .made_up import by_accuracy

RUN_COLUMNS = ["study", "arm", "seed", "status", "kept_epoch", "seconds", "error", "val_accuracy"]
TRACE_COLUMNS = ["study", "arm", "seed", "epoch", "axis", "kind", "index", "weight"]
NO_TRACES = pd.DataFrame(columns=TRACE_COLUMNS)
STUDY = Study(
    task={"name": "planted-features", "features": 4, "planted": 1},
    arms=["none", "dense", "feature-gate"],
    seeds=4,
)


def run_rows(arm, accuracies, status="finished", seconds=2.0):
    return pd.DataFrame(
        [("s", arm, seed, status, 20, seconds, "", value) for seed, value in accuracies.items()],
        columns=RUN_COLUMNS,
    )


def table(*frames, parameters=None, traces=NO_TRACES, study=STUDY):
    runs = pd.concat(frames) if frames else pd.DataFrame(columns=RUN_COLUMNS)
    return accuracy_frame(by_accuracy(study, runs, parameters, traces)).set_index("label")


def test_the_interval_of_a_mean_is_scipys_t_interval():
    values = [0.30, 0.35, 0.42, 0.33]
    interval = mean_interval(values)
    low, high = stats.t.interval(0.95, 3, loc=np.mean(values), scale=stats.sem(values))
    assert (interval.low, interval.high) == pytest.approx((low, high))
    assert interval.n == 4


def test_one_value_has_no_interval_and_none_has_no_mean():
    assert mean_interval([0.5])[::2] == (0.5, 1)
    assert np.isnan(mean_interval([0.5]).half)
    assert np.isnan(mean_interval([]).mean)
    assert mean_interval([np.nan, 0.5]).n == 1


def test_equal_values_have_an_interval_of_no_width():
    assert np.std([0.1] * 3) > 0  # by rounding
    assert mean_interval([0.1] * 3) == (0.1, 0.0, 3)


def test_the_t_factor_of_two_seeds_is_large_and_of_one_missing():
    assert np.isnan(t_factor(1))
    np.testing.assert_allclose(t_factor([2, 10]), [12.7062, 2.2622], atol=1e-4)


def test_differences_are_taken_over_the_seeds_that_finished_in_both_arms():
    rows = table(
        run_rows("none", {0: 0.50, 1: 0.60, 2: 0.70}),
        run_rows("dense", {1: 0.64, 2: 0.78, 3: 0.99}),
    )
    dense = rows.loc["dense"]
    assert dense["pairs"] == 2
    assert dense["difference"] == pytest.approx(0.06)  # of +0.04 and +0.08
    assert np.isnan(
        [dense["difference_low"], dense["difference_high"]]
    ).all()  # of two, there is none
    assert dense["words"] == "not enough seeds for a verdict (2 of 7)"
    assert dense["n"] == 3
    assert dense["accuracy"] == pytest.approx((0.64 + 0.78 + 0.99) / 3)


def test_pairing_is_by_seed_and_not_by_row_order():
    seeds = range(6)
    none = {seed: 0.5 + 0.01 * seed for seed in reversed(seeds)}
    rows = table(
        run_rows("none", none),
        run_rows("dense", {seed: none[seed] + 0.1 for seed in seeds}),
        study=Study(task=STUDY.task, arms=["none", "dense"], seeds=6),
    )
    dense = rows.loc["dense"]
    assert dense["difference"] == pytest.approx(0.1)
    assert dense["difference_low"] == dense["difference_high"] == pytest.approx(0.1)


def test_differences_have_the_interval_of_the_verdicts():
    scores = {"none": dict(enumerate([0.5, 0.52, 0.49, 0.55, 0.51, 0.53, 0.5, 0.54]))}
    gains = [0.01, 0.03, 0.02, 0.09, 0.02, 0.01, 0.04, 0.02]
    scores["dense"] = {seed: own + gains[seed] for seed, own in scores["none"].items()}
    study = Study(task=STUDY.task, arms=["none", "dense"], seeds=8)
    dense = table(*(run_rows(arm, own) for arm, own in scores.items()), study=study).loc["dense"]
    found = compare(*(list(scores[arm].values()) for arm in ("dense", "none")))
    assert found.is_bounded
    assert (dense["difference_low"], dense["difference_high"]) == (found.low, found.high)


def test_only_finished_runs_count():
    rows = table(
        run_rows("none", {0: 0.5}),
        run_rows("none", {1: 0.9}, status="running"),
        run_rows("dense", {0: 0.4}, status="failed"),
    )
    assert rows.loc["none", "n"] == 1
    assert rows.loc["none", "accuracy"] == 0.5
    assert np.isnan(rows.loc["none", "accuracy_half"])
    assert rows.loc["dense", "n"] == 0
    assert rows.loc["dense", "words"] == "no pairs yet"


def test_without_finished_runs_every_arm_still_has_its_row():
    rows = table()
    assert list(rows.index) == ["none", "dense", "feature-gate"]
    assert rows["n"].tolist() == [0, 0, 0]
    assert rows[["accuracy", "difference", "seconds", "found"]].isna().all().all()
    assert rows["words"].tolist() == ["reference", "no pairs yet", "no pairs yet"]


def test_the_reference_is_marked_and_not_compared_with_itself():
    rows = table(run_rows("none", {0: 0.5, 1: 0.6}))
    assert rows["is_reference"].tolist() == [True, False, False]
    assert np.isnan(rows.loc["none", "difference"])
    assert rows.loc["none", "pairs"] == 0


@pytest.mark.parametrize(
    ("differences", "words"),
    [
        ([], "no pairs yet"),
        ([0.1], "not enough seeds for a verdict (1 of 6)"),
        ([0.10, 0.11, 0.12, 0.13, 0.14], "not enough seeds for a verdict (5 of 6)"),
        ([0.1, -0.1, 0.1, -0.1, 0.0, 0.0], "no difference shown"),
        ([0.0] * 6, "no difference shown"),
        ([0.1] * 6, "higher"),
        ([0.10, 0.11, 0.12, 0.13, 0.14, 0.15], "higher"),
        ([-0.10, -0.11, -0.12, -0.13, -0.14, -0.15], "lower"),
    ],
)
def test_words_are_those_of_the_exact_test(differences, words):
    study = Study(task=STUDY.task, arms=["none", "dense"], seeds=6)
    seeds = range(len(differences))
    rows = table(
        run_rows("none", dict.fromkeys(range(6), 0.5)),
        run_rows("dense", {seed: 0.5 + differences[seed] for seed in seeds}),
        study=study,
    )
    assert rows.loc["dense", "words"] == words


def test_words_are_corrected_for_the_number_of_arms():
    """With one arm 7 seeds are enough for a p below 0.05; with four it takes 8."""
    arms = ["none", "dense", "feature-gate", "bottleneck-dense", "multi-head-dense"]
    rows = table(
        *(run_rows(arm, dict.fromkeys(range(7), 0.5 + 0.1 * (arm == "dense"))) for arm in arms),
        study=Study(task=STUDY.task, arms=arms, seeds=7),
    )
    assert rows.loc["dense", "words"] == "not enough seeds for a verdict (7 of 8)"


def test_an_arm_is_compared_with_the_reference_under_the_same_conditions():
    arms = ["none", "dense", "none@classes=50", "dense@classes=50"]
    accuracy = dict(zip(arms, (0.9, 0.8, 0.2, 0.3), strict=True))
    rows = table(
        *(run_rows(arm, dict.fromkeys(range(10), accuracy[arm])) for arm in arms),
        study=Study(task=STUDY.task, arms=arms, seeds=10),
    )
    assert rows["is_reference"].tolist() == [True, False, True, False]
    assert rows.loc["dense", "difference"] == pytest.approx(-0.1)
    assert rows.loc["dense@classes=50", "difference"] == pytest.approx(0.1)
    assert rows["words"].tolist() == ["reference", "lower", "reference", "higher"]


def test_parameters_stand_in_the_table_or_are_missing():
    rows = table(parameters={"dense": ArmParameters(1056, 3500)})
    assert rows.loc["dense", "attention_parameters"] == 1056
    assert rows.loc["dense", "total_parameters"] == 3500
    assert rows.loc["none", "attention_parameters"] is pd.NA


def test_chance_is_that_of_the_arms_own_task():
    arms = ["none", "dense@classes=50", "dense@learning_rate=0.01"]
    study = Study(task="planted-features", arms=arms, seeds=2)
    rows = table(
        run_rows("none", {0: 0.5, 1: 0.6}),
        run_rows("dense@classes=50", {0: 0.3, 1: 0.4}),
        study=study,
    )
    assert rows["chance"].tolist() == [0.2, 0.02, 0.2]
    assert rows.loc["dense@classes=50", "difference"] == pytest.approx(-0.2)


def test_kept_epochs_are_those_of_finished_runs():
    rows = table(
        run_rows("none", {0: 0.5, 1: 0.6}).assign(kept_epoch=[3, 8]),
        run_rows("dense", {0: 0.5}, status="failed").assign(kept_epoch=[9]),
    )
    kept = rows[["kept", "kept_first", "kept_last"]]
    assert kept.loc["none"].tolist() == [5.5, 3, 8]
    assert kept.loc["dense"].isna().all()


def test_seconds_are_the_mean_of_finished_runs():
    rows = table(
        run_rows("none", {0: 0.5}, seconds=2.0),
        run_rows("none", {1: 0.5}, seconds=4.0),
        run_rows("none", {2: 0.5}, status="stopped", seconds=99.0),
    )
    assert rows.loc["none", "seconds"] == 3.0


def test_the_found_share_counts_finished_runs_only():
    def trace(seed, weights):
        rows = [("s", "dense", seed, 20, "feature", "distribution", *w) for w in enumerate(weights)]
        return pd.DataFrame(rows, columns=TRACE_COLUMNS)

    rows = table(
        run_rows("dense", {0: 0.9, 1: 0.9}),
        run_rows("dense", {2: 0.9}, status="running"),
        traces=pd.concat(
            [
                trace(0, [0.1, 0.7, 0.1, 0.1]),
                trace(1, [0.7, 0.1, 0.1, 0.1]),
                trace(2, [0.1, 0.7, 0.1, 0.1]),
            ]
        ),
    )
    dense = rows.loc["dense"]
    assert (dense["found"], dense["found_n"], dense["found_chance"]) == (0.5, 2, 0.25)
    assert dense["mass"] == pytest.approx(0.4)
    assert rows.loc["none", "found_n"] == 0


def test_what_a_task_measures_besides_is_averaged_over_seeds(monkeypatch):
    own = (Measure("exact_match", "Exact match", "All of it right."),)
    entry = replace(REGISTRY.task("planted-features"), extra_metrics=own)
    monkeypatch.setitem(REGISTRY.tasks, entry.name, entry)
    rows = run_rows("dense", {0: 0.9, 1: 0.9}).assign(val_exact_match=[0.2, 0.4])
    dense = table(rows).loc["dense"]
    assert dense["exact_match"] == pytest.approx(0.3)
    assert dense["exact_match_half"] == pytest.approx(mean_interval([0.2, 0.4]).half)
    older = table(run_rows("dense", {0: 0.9})).loc["dense"]  # from before it was measured
    assert np.isnan(older["exact_match"])
