"""Attention metrics: hand-worked numbers, agreement with scikit-learn and SciPy, edge cases."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score

from attnlab import Study
from attnlab.analysis.attention import (
    auc,
    chance,
    found_truth,
    gini,
    hit,
    last_traces,
    mass,
    normalised_entropy,
    rank_accuracy,
    run_measures,
    spread,
)

WEIGHTS = np.array([0.1, 0.4, 0.2, 0.3])


def trace(arm, seed, weights, epoch=1, axis="feature", kind="distribution"):
    return pd.DataFrame(
        {
            "study": "s",
            "arm": arm,
            "seed": seed,
            "epoch": epoch,
            "axis": axis,
            "kind": kind,
            "index": range(len(weights)),
            "weight": np.asarray(weights, dtype=np.float32),
        }
    )


def study(**changes):
    task = {"name": "planted-features", "features": 4, "planted": 1}
    return Study(**{"task": task, "arms": ["none", "dense", "feature-gate"], **changes})


def test_hit_is_one_only_where_the_peak_is_planted():
    assert hit(WEIGHTS, [1]) == 1.0
    assert hit(WEIGHTS, [0, 1]) == 1.0
    assert hit(WEIGHTS, [3]) == 0.0


def test_tied_peaks_share_the_hit_so_that_uniform_attention_scores_chance():
    assert hit([0.25] * 4, [0]) == chance([0], 4) == 0.25
    assert hit([0.4, 0.4, 0.2], [1]) == 0.5


def test_a_difference_below_float32_resolution_is_a_tie():
    almost = np.full(4, 0.25, dtype=np.float32)
    almost[0] = np.nextafter(almost[0], np.float32(1))
    assert hit(almost, [0]) == 0.25


def test_mass_is_the_share_on_the_truth_also_for_a_gate():
    assert mass(WEIGHTS, [1, 2]) == pytest.approx(0.6)
    assert mass([0.9, 0.3, 0.6, 0.2], [0]) == pytest.approx(0.9 / 2.0)


def test_rank_accuracy_is_the_planted_share_of_the_top():
    assert rank_accuracy(WEIGHTS, [1, 3]) == 1.0
    assert rank_accuracy(WEIGHTS, [1, 2]) == 0.5
    assert rank_accuracy(WEIGHTS, [0]) == 0.0
    assert rank_accuracy([0.5, 0.2, 0.2, 0.1], [0, 1]) == pytest.approx(0.75)  # a tie for second
    assert rank_accuracy([0.25] * 4, [0, 1]) == chance([0, 1], 4)


def test_auc_agrees_with_scikit_learn_and_with_counted_pairs():
    # planted 1 and 2: of the four pairs with 0 and 3, (1,0) (1,3) (2,0) are in order
    assert auc(WEIGHTS, [1, 2]) == pytest.approx(3 / 4)
    weights = np.random.default_rng(0).random(20)
    assert auc(weights, [3, 7]) == roc_auc_score(np.isin(np.arange(20), [3, 7]), weights)
    assert auc([0.25] * 4, [0]) == 0.5


def test_normalised_entropy_runs_from_one_position_to_uniform():
    assert normalised_entropy([0, 1, 0, 0]) == 0.0
    assert normalised_entropy([0.25] * 4) == pytest.approx(1.0)
    assert normalised_entropy([0.5, 0.5, 0, 0]) == pytest.approx(0.5)  # log 2 / log 4
    assert normalised_entropy(WEIGHTS) == pytest.approx(stats.entropy(WEIGHTS) / np.log(4))


def test_entropy_counts_unmasked_positions_only():
    assert normalised_entropy([0.5, 0.5, 0, 0], [True, True, False, False]) == pytest.approx(1.0)


def test_gini_of_uniform_is_zero_and_of_one_position_is_largest():
    assert gini([0.25] * 4) == pytest.approx(0.0)
    assert gini([0, 0, 1, 0]) == pytest.approx(0.75)
    # (−3·0.1 − 1·0.2 + 1·0.3 + 3·0.4) / 4
    assert gini(WEIGHTS) == pytest.approx(0.25)
    assert gini(5 * WEIGHTS) == pytest.approx(0.25)


def test_spread_counts_nearly_shut_and_nearly_open_gates():
    sd, shut, wide = spread([0.05, 0.1, 0.5, 0.95])
    assert (shut, wide) == (0.25, 0.25)
    assert sd == pytest.approx(np.std([0.05, 0.1, 0.5, 0.95]))


@pytest.mark.parametrize("metric", [hit, mass, rank_accuracy, auc])
def test_without_truth_or_with_missing_weights_there_is_no_number(metric):
    assert np.isnan(metric(WEIGHTS, []))
    assert np.isnan(metric([np.nan, 1.0], [0]))


def test_nothing_to_weigh_gives_no_number():
    assert np.isnan(mass([0, 0], [0]))
    assert np.isnan(gini([0, 0]))
    assert np.isnan(normalised_entropy([1.0]))
    assert np.isnan(spread([])).all()
    assert np.isnan(auc(WEIGHTS, [0, 1, 2, 3]))


def test_weights_that_are_not_flat_are_refused():
    with pytest.raises(ValueError, match=r"flat \(n,\), got shape \(2, 2\)"):
        hit([[1, 2], [3, 4]], [0])


def test_found_truth_counts_the_seeds_that_peak_there():
    traces = pd.concat(
        [
            trace("dense", 0, [0.1, 0.7, 0.1, 0.1]),
            trace("dense", 1, [0.1, 0.5, 0.2, 0.2]),
            trace("dense", 2, [0.6, 0.2, 0.1, 0.1]),
            trace("feature-gate", 0, [0.2, 0.9, 0.5, 0.4], kind="gate"),
        ]
    )
    found = found_truth(traces, study()).set_index("arm")
    assert list(found.index) == ["dense", "feature-gate"]
    assert found.loc["dense", "n"] == 3
    assert found.loc["dense", "found"] == pytest.approx(2 / 3)
    assert found.loc["dense", "chance"] == 0.25
    assert found.loc["dense", "mass"] == pytest.approx(1.4 / 3)
    half = stats.t.ppf(0.975, 2) * stats.sem([0.7, 0.5, 0.2])
    assert found.loc["dense", "mass_half"] == pytest.approx(half, rel=1e-5)
    assert found.loc["feature-gate", "found"] == 1.0
    assert found.loc["feature-gate", "mass"] == pytest.approx(0.45)
    assert np.isnan(found.loc["feature-gate", "mass_half"])


def test_found_truth_reads_the_last_epoch_of_each_run():
    early, late = [0.9, 0.1, 0, 0], [0.1, 0.9, 0, 0]
    traces = pd.concat(
        [
            trace("dense", 0, late, epoch=2),
            trace("dense", 0, early, epoch=1),
            trace("dense", 1, late, epoch=1),
        ]
    )
    assert found_truth(traces, study())["found"].tolist() == [1.0]
    assert len(last_traces(traces)) == 8


def test_found_truth_does_not_depend_on_the_order_of_rows():
    shuffled = trace("dense", 0, [0.1, 0.7, 0.1, 0.1]).iloc[::-1]
    assert found_truth(shuffled, study())["found"].tolist() == [1.0]


def test_found_truth_looks_at_the_axis_the_truth_is_about():
    planted = study(
        task={"name": "planted-channels", "channels": 4, "signal": 1}, arms=["none", "cbam:ratio=4"]
    )
    label = planted.arms[1].label
    place = trace(label, 0, [0, 0, 1, 0], axis="place", kind="gate")
    assert found_truth(place, planted).empty
    channel = trace(label, 0, [0.1, 0.2, 0.9, 0.3], axis="channel", kind="gate")
    found = found_truth(pd.concat([place, channel]), planted)
    assert found[["n", "found"]].values.tolist() == [[1, 1.0]]


def test_an_arm_is_measured_against_the_truth_of_its_own_task():
    moved = study(arms=["none", "dense", "dense@features=8,planted=3"])
    label = moved.arms[2].label
    traces = pd.concat(
        [
            trace("dense", 0, [0.1, 0.7, 0.1, 0.1]),
            trace(label, 0, [0.1, 0.2, 0.0, 0.7, 0, 0, 0, 0]),
        ]
    )
    found = found_truth(traces, moved).set_index("arm")
    assert found.loc["dense", ["found", "chance"]].tolist() == [1.0, 0.25]
    assert found.loc[label, ["found", "chance"]].tolist() == [1.0, 0.125]
    assert found.loc[label, "mass"] == pytest.approx(0.7)
    measures = run_measures(traces, moved).set_index("arm")
    assert measures.loc[label, ["hit", "chance"]].tolist() == [1.0, 0.125]


def test_a_task_without_truth_and_an_empty_table_give_no_rows():
    digits = study(task={"name": "digits"}, arms=["none", "eca"])
    traces = trace("eca", 0, [0.5, 0.9], axis="channel", kind="gate")
    assert found_truth(traces, digits).empty
    assert found_truth(traces.iloc[:0], study()).empty


def test_run_measures_has_a_row_per_run_and_axis_with_what_applies():
    traces = pd.concat(
        [
            trace("dense", 0, WEIGHTS),
            trace("dense", 0, WEIGHTS, axis="place"),
            trace("feature-gate", 0, [0.05, 0.95, 0.5, 0.5], kind="gate"),
        ]
    )
    rows = run_measures(traces, study()).set_index(["arm", "axis"])
    dense, gate = rows.loc["dense", "feature"], rows.loc["feature-gate", "feature"]
    assert rows.loc[("dense", "place"), ["hit", "mass", "rank", "auc", "chance"]].isna().all()
    assert (dense["hit"], dense["rank"], dense["auc"], dense["n"]) == (1.0, 1.0, 1.0, 4)
    assert dense["gini"] == pytest.approx(0.25, abs=1e-6)
    assert np.isnan(dense["sd"])
    assert (gate["shut"], gate["open"]) == (0.25, 0.25)
    assert np.isnan(gate["entropy"])
    assert run_measures(traces.iloc[:0], study()).empty
