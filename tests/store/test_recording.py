"""What training gives, written down and read back."""

import json
from dataclasses import replace

import numpy as np
import pytest

from attnlab import Study
from attnlab.spec import NetworkLayer
from attnlab.store import EpochRecord, StoreError, TraceRecord

PLAN = {"task": "planted-features", "arms": ["none"], "seeds": 1}
METRICS = ["loss", "accuracy", "val_loss", "val_accuracy"]


@pytest.fixture
def study_id(store, plan):
    return store.create_study(plan())


def test_curves_are_the_tidy_table_sorted_by_arm_seed_and_epoch(store, study_id, epoch):
    records = [
        epoch(arm, seed, number)
        for number in (2, 1)
        for seed in (1, 0)
        for arm in ("dense:depth=1", "none")
    ]
    store.record_epochs(study_id, records)
    curves = store.curves(study_id)
    assert list(curves.columns) == [
        *("study", "arm", "task", "module", "params", "seed", "epoch"),
        *METRICS,
        "seconds",
    ]
    assert list(zip(curves["arm"], curves["seed"], curves["epoch"], strict=True)) == [
        (arm, seed, number)
        for arm in ("none", "dense:depth=1")
        for seed in (0, 1)
        for number in (1, 2)
    ]
    row = curves.iloc[-1]
    assert (row["study"], row["task"], row["module"]) == (study_id, "planted-features", "dense")
    assert json.loads(row["params"]).items() >= {"depth": 1, "activation": "relu"}.items()
    assert (row["loss"], row["accuracy"], row["val_loss"]) == (0.5, 0.2, 2.0)
    assert (row["val_accuracy"], row["seconds"]) == (1.0, 0.5)
    assert curves["params"].iloc[0] == "{}"


def test_what_a_task_measures_besides_has_columns_of_its_own(store, plan, study_id, epoch):
    store.record_epochs(
        study_id, [replace(epoch(), extra_metrics={"exact_match": 0.25}), epoch(seed=1)]
    )
    exact_match = store.curves(study_id)["val_exact_match"]
    assert exact_match[0] == 0.25
    assert np.isnan(exact_match[1])  # a study from before there was such a measure
    runs = store.runs(study_id).set_index(["arm", "seed"])["val_exact_match"]
    assert runs[epoch().arm, epoch().seed] == 0.25
    assert runs.isna().sum() == len(runs) - 1
    other = store.create_study(plan())
    store.record_epochs(other, [epoch()])
    assert "val_exact_match" not in store.curves(other)


def test_measures_of_attention_are_read_back_and_none_that_is_not_known(store, study_id, epoch):
    found = {"hit": 0.5, "chance": 0.125, "auc": float("nan")}
    traces = [TraceRecord("feature", "distribution", np.ones(8) / 8, found)]
    store.record_epochs(study_id, [replace(epoch(), traces=traces), epoch(epoch=2)])
    rows = store.measures(study_id)
    assert list(rows) == ["study", "arm", "seed", "epoch", "axis", "kind", "name", "value"]
    assert rows[["epoch", "axis", "name", "value"]].values.tolist() == [
        [1, "feature", "hit", 0.5],
        [1, "feature", "chance", 0.125],
    ]
    assert store.measures(study_id, "last").equals(rows)  # the latest there is
    assert list(store.measures(store.create_study(Study(**PLAN)))) == list(rows)


def test_curves_of_several_studies_keep_the_asked_order(store, plan, study_id, epoch):
    other = store.create_study(plan())
    for each in (study_id, other):
        store.record_epochs(each, [epoch()])
    assert list(store.curves([other, study_id])["study"]) == [other, study_id]
    assert list(store.curves([study_id, other])["study"]) == [study_id, other]
    assert list(store.runs([other, study_id])["study"]) == [other] * 4 + [study_id] * 4


def test_tables_of_nothing_have_their_columns_and_types(store, study_id, epoch):
    empty = store.curves(study_id), store.traces(study_id), store.curves([]), store.runs([])
    store.record_epochs(study_id, [epoch(weights=[1.0])])
    full = (
        store.curves(study_id),
        store.traces(study_id),
        store.curves(study_id),
        store.runs(study_id),
    )
    for nothing, something in zip(empty, full, strict=True):
        assert len(nothing) == 0
        assert nothing.dtypes.to_dict() == something.dtypes.to_dict()


def test_runs_carry_the_metrics_of_their_latest_epoch(store, study_id, epoch):
    store.start_run(study_id, "none", 0)
    store.record_epochs(study_id, [epoch(epoch=1), epoch(epoch=2)])
    store.finish_run(study_id, "none", 0, 7.5)
    store.fail_run(study_id, "none", 1, "loss became NaN at epoch 1")
    runs = store.runs(study_id)
    assert list(runs.columns) == [
        *("study", "arm", "seed", "status", "epoch", "kept_epoch", "seconds", "error"),
        *METRICS,
    ]
    assert list(runs["status"]) == ["finished", "failed", "queued", "queued"]
    assert list(runs["epoch"]) == [2, 0, 0, 0]
    assert runs["accuracy"].iloc[0] == 0.2
    assert runs["seconds"].iloc[0] == 7.5
    assert runs.loc[1:, ["loss", "val_accuracy", "seconds"]].isna().all(axis=None)
    assert list(runs["error"]) == ["", "loss became NaN at epoch 1", "", ""]


def test_run_that_ended_with_earlier_weights_has_the_metrics_of_that_epoch(store, study_id, epoch):
    for seed in (0, 1):
        store.record_epochs(study_id, [epoch(seed=seed, epoch=number) for number in (1, 2, 3)])
    store.finish_run(study_id, "none", 0, 7.5, kept_epoch=np.int64(1))
    store.finish_run(study_id, "none", 1, 7.5)
    runs = store.runs(study_id)
    assert list(runs["accuracy"].iloc[:2]) == [0.1, 0.3]
    assert list(runs["epoch"].iloc[:2]) == [3, 3]
    assert list(runs["kept_epoch"]) == [1, 3, 0, 0]


def test_metric_that_is_not_a_number_is_missing(store, study_id, epoch):
    store.record_epochs(study_id, [epoch(loss=float("nan"), val_loss=float("inf"))])
    curves = store.curves(study_id)
    assert np.isnan(curves["loss"].iloc[0])
    assert np.isinf(curves["val_loss"].iloc[0])


def test_numbers_may_come_from_numpy(store, study_id):
    half, one = np.float32(0.5), np.int64(1)
    store.record_epochs(study_id, [EpochRecord("none", one, one, half, half, half, half, half)])
    store.finish_run(study_id, "none", one, half)
    row = store.runs(study_id).iloc[1]
    assert (row["seed"], row["epoch"], row["loss"], row["seconds"]) == (1, 1, 0.5, 0.5)


def test_epoch_recorded_twice_is_kept_once(store, study_id, epoch):
    store.record_epochs(study_id, [epoch(weights=[1.0]), epoch(epoch=2)])
    store.record_epochs(study_id, [epoch(loss=9.0, weights=[2.0])])
    assert list(store.curves(study_id)["loss"]) == [9.0, 0.5]
    assert list(store.traces(study_id)["weight"]) == [2.0]
    assert store.study(study_id).epochs_done == 2


def test_batch_with_an_unknown_run_is_refused_whole(store, study_id, epoch):
    with pytest.raises(StoreError, match="no run of arm 'none' with seed 99"):
        store.record_epochs(study_id, [epoch(weights=[1.0]), epoch(seed=99)])
    assert len(store.curves(study_id)) == 0
    for call in (store.start_run, lambda *run: store.finish_run(*run, 1.0)):
        with pytest.raises(StoreError, match="no run of arm 'other' with seed 0"):
            call(study_id, "other", 0)


def test_epochs_and_traces_are_written_together_or_not_at_all(store, study_id, epoch):
    bad = TraceRecord(axis=None, kind="gate", weights=np.ones(2))
    record = epoch()
    with pytest.raises(StoreError):
        store.record_epochs(study_id, [EpochRecord(**{**vars(record), "traces": [bad]})])
    assert len(store.curves(study_id)) == 0
    assert store.study(study_id).epochs_done == 0


def test_traces_come_back_long_with_index_and_shape(store, study_id):
    image = np.arange(6).reshape(2, 3) / 8
    record = EpochRecord(
        *("dense:depth=1", 0, 1, 1, 1, 1, 1, 1),
        traces=[TraceRecord("place", "gate", image), TraceRecord("channel", "distribution", [1])],
    )
    store.record_epochs(study_id, [record])
    traces = store.traces(study_id)
    assert list(traces.columns) == [
        *("study", "arm", "seed", "epoch", "axis", "kind", "index", "weight", "shape")
    ]
    assert traces["weight"].dtype == np.float32
    place = traces[traces["axis"] == "place"]
    assert list(place["index"]) == [0, 1, 2, 3, 4, 5]
    assert set(place["kind"]) == {"gate"}
    shape = json.loads(place["shape"].iloc[0])
    assert np.array_equal(place["weight"].to_numpy().reshape(shape), image)
    channel = traces[traces["axis"] == "channel"].iloc[0]
    assert (channel["study"], channel["arm"], channel["seed"]) == (study_id, "dense:depth=1", 0)
    assert (channel["kind"], channel["index"], channel["weight"]) == ("distribution", 0, 1.0)


def test_weights_of_any_layout_are_kept_as_little_endian_float32(store, study_id, epoch):
    weights = np.arange(6, dtype=">f8").reshape(2, 3).T  # big-endian, not contiguous
    store.record_epochs(study_id, [epoch(weights=weights)])
    assert list(store.traces(study_id)["weight"]) == [0, 3, 1, 4, 2, 5]
    with store._read() as connection:
        kept = connection.exec_driver_sql("SELECT weights FROM traces").scalar()
    assert kept == np.array([0, 3, 1, 4, 2, 5], dtype="<f4").tobytes()


def test_traces_of_an_epoch_are_each_runs_latest_up_to_it(store, study_id, epoch):
    for seed, numbers in ((0, (1, 3, 5)), (1, (1, 2))):
        for number in numbers:
            store.record_epochs(study_id, [epoch(seed=seed, epoch=number, weights=[number, 0])])
    store.record_epochs(study_id, [epoch(seed=0, epoch=6)])  # without a trace

    def chosen(which):
        traces = store.traces(study_id, which)
        assert list(traces["index"]) == [0, 1] * (len(traces) // 2)
        return list(zip(traces["seed"][::2], traces["epoch"][::2], strict=True))

    assert chosen("last") == [(0, 5), (1, 2)]
    assert chosen(4) == [(0, 3), (1, 2)]
    assert chosen(1) == [(0, 1), (1, 1)]
    assert chosen(0) == []
    assert chosen(None) == [(0, 1), (0, 3), (0, 5), (1, 1), (1, 2)]


def test_last_traces_are_those_of_the_weights_that_a_run_ended_with(store, study_id, epoch):
    for seed in (0, 1):
        for number in (1, 2, 3):
            store.record_epochs(study_id, [epoch(seed=seed, epoch=number, weights=[number])])
    store.finish_run(study_id, "none", 0, 1.0, kept_epoch=2)
    store.finish_run(study_id, "none", 1, 1.0)
    assert list(store.traces(study_id, "last")["weight"]) == [2, 3]
    assert list(store.traces(study_id, 3)["weight"]) == [3, 3]  # an epoch by number is that epoch


def test_traces_of_a_large_study_are_all_there(store, plan, epoch):
    study_id = store.create_study(plan(arms=["none"], seeds=80, epochs=20))
    weights = np.random.default_rng(0).random((80, 20, 128)).astype(np.float32)
    store.record_epochs(
        study_id,
        [epoch("none", s, e + 1, weights=weights[s, e]) for s in range(80) for e in range(20)],
    )
    traces = store.traces(study_id)
    assert np.array_equal(traces["weight"].to_numpy(), weights.reshape(-1))
    assert np.array_equal(traces["index"].to_numpy().reshape(-1, 128)[-1], np.arange(128))
    assert len(store.traces(study_id, "last")) == 80 * 128


def test_arm_is_described_with_its_network_and_parameters(store, study_id):
    network = (
        NetworkLayer("hidden", "Dense", (32,), parameters=1056, module=False),
        NetworkLayer("attention", "DenseAttention", (32,), parameters=120, module=True),
    )
    store.describe_arm(study_id, "dense:depth=1", network, 5000, np.int64(120))
    none, dense = store.arms(study_id)
    assert (none.network, none.parameters, none.attention_parameters) == (None, None, None)
    assert (dense.network, dense.parameters, dense.attention_parameters) == (network, 5000, 120)
    with pytest.raises(StoreError, match="no arm 'other'"):
        store.describe_arm(study_id, "other", [], 1, 0)
