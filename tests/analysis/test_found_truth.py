"""Whether attention found what was planted: counted by seed, and by sample."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from attnlab import Study
from attnlab.analysis import attention
from attnlab.analysis.attention import (
    TruthFound,
    is_truth_per_sample,
    last_traces,
    truth_on,
    weighed_axis,
    weighed_place,
)


def found_truth(traces, study, measured=None):
    """The truth found as a table: a row per arm."""
    found = attention.found_truth(traces, study, measured)
    rows = [{"arm": label, **truth._asdict()} for label, truth in found.items()]
    table = pd.DataFrame(rows, columns=["arm", *TruthFound._fields])
    return table.rename(columns={"hit": "found", "hit_half": "found_half"})


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


def test_a_task_without_truth_and_an_empty_table_give_no_rows():
    digits = study(task={"name": "digits"}, arms=["none", "eca"])
    traces = trace("eca", 0, [0.5, 0.9], axis="channel", kind="gate")
    assert found_truth(traces, digits).empty
    assert found_truth(traces.iloc[:0], study()).empty


def test_heads_are_averaged_before_their_peak_is_looked_for():
    heads = trace("dense", 0, [0.6, 0.3, 0.1, 0, 0, 0.8, 0.1, 0.1], axis="head,feature")
    found = found_truth(heads.assign(shape="[2, 4]"), study())
    assert found["found"].tolist() == [1.0]
    assert found["mass"].tolist() == [pytest.approx(0.55)]


TEXTS = Study(task="keyword-text", arms=["none", "attention-pool"], seeds=2)


def measured(values, arm="attention-pool", axis="step"):
    """Measures of one arm: a mapping from seed to those of its epochs, in order."""
    return pd.DataFrame(
        [
            ("s", arm, seed, epoch, axis, "distribution", name, value)
            for seed, epochs in values.items()
            for epoch, own in enumerate(epochs, start=1)
            for name, value in own.items()
        ],
        columns=["study", "arm", "seed", "epoch", "axis", "kind", "name", "value"],
    )


def of_text(hit, mass):
    return {"hit": hit, "mass": mass, "chance": 0.04, "entropy": 0.5}


def test_where_each_sample_has_its_own_truth_samples_are_counted():
    rows = measured({0: [of_text(0.1, 0.1), of_text(0.9, 0.6)], 1: [of_text(0.7, 0.4)]})
    found = found_truth(trace("attention-pool", 0, [0.5] * 4, axis="step"), TEXTS, rows)
    (row,) = found.to_dict("records")
    half = stats.t.ppf(0.975, 1) * stats.sem([0.9, 0.7])
    assert (row["found"], row["found_half"]) == pytest.approx((0.8, half))
    assert (row["n"], row["mass"], row["chance"]) == (2, pytest.approx(0.5), pytest.approx(0.04))
    assert is_truth_per_sample(TEXTS)
    assert not is_truth_per_sample(study())
    assert not is_truth_per_sample(study(task="digits", arms=["none"]))


def test_attention_on_the_truth_is_the_stored_measure_and_not_that_of_mean_weights():
    traces = pd.concat([trace("dense", seed, [0.1, 0.7, 0.1, 0.1]) for seed in (0, 1)])
    rows = measured(
        {0: [of_text(0.1, 0.1), of_text(1.0, 0.68)], 1: [of_text(1.0, 0.74)]}, "dense", "feature"
    )
    (row,) = found_truth(traces, study(), rows).to_dict("records")
    assert (row["mass"], row["found"]) == (pytest.approx(0.71), 1.0)
    assert (row["chance"], row["mass_chance"]) == (0.25, 0.25)


def test_attention_on_the_truth_is_the_mean_over_places_and_so_is_its_chance():
    sentences = measured({0: [of_text(0.9, 0.6)]}, axis="sentences/step")
    words = measured({0: [{"hit": 0.5, "mass": 0.8, "chance": 0.1}]}, axis="words/query,step")
    documents = Study(task="documents", arms=["none", "attention-pool"])
    (row,) = found_truth(
        trace("attention-pool", 0, [0.5] * 4), documents, pd.concat([words, sentences])
    ).to_dict("records")
    assert (row["found"], row["chance"]) == (0.9, 0.04)
    assert (row["mass"], row["mass_chance"]) == (pytest.approx(0.7), pytest.approx(0.07))


def test_positions_mean_something_at_the_slot_of_the_task_only():
    assert truth_on(study(), "dense", "head,feature") == (1,)
    assert truth_on(study(), "dense", "block1/feature") == ()
    assert weighed_axis("block2/head,query,step") == "step"
    assert weighed_place("block2/head,query,step") == "block2/step"
    assert weighed_place("head,feature") == "feature"
