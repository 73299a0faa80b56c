"""The CSV contracts, and files that are written whole or not at all."""

import io
import json
import os

import numpy as np
import pandas as pd
import pytest

from attnlab.export import (
    ExportError,
    attention_csv,
    check_target,
    curves_csv,
    measures_csv,
    write_text,
)
from attnlab.spec import Study
from attnlab.store import EpochRecord, Owner, Store, StoreError, TraceRecord

LOSS = 0.1234567890123456
WEIGHT = 0.123456789


def recorded(store, study, axis="feature", width=8, seeds=(0, 1), epochs=2):
    """A study whose arm `dense` or `se` has traces of `width` weights on `axis`."""
    study_id = store.create_study(study, owner=Owner.current())
    store.acquire(study_id, Owner.current())
    weights = np.full(width, WEIGHT)
    for arm in study.arms:
        traces = () if arm.label == "none" else (TraceRecord(axis, "gate", weights),)
        records = [
            EpochRecord(arm.label, seed, epoch, LOSS, 0.5, LOSS, 0.5, 0.25, traces)
            for seed in seeds
            for epoch in range(1, epochs + 1)
        ]
        store.record_epochs(study_id, records)
    return study_id


@pytest.fixture
def store(home):
    return Store(home)


@pytest.fixture
def features():
    task = {"name": "planted-features", "features": 8, "classes": 3, "planted": 2}
    return Study(task=task, arms=["none", "dense:depth=1"], seeds=2, epochs=2)


def read(text):
    return pd.read_csv(io.StringIO(text))


def test_curves_have_the_agreed_columns_and_a_row_per_run_and_epoch(store, features):
    table = read(curves_csv(store, recorded(store, features)))
    assert ",".join(table) == (
        "study,arm,task,module,params,seed,epoch,loss,accuracy,val_loss,val_accuracy,seconds"
    )
    assert len(table) == 2 * 2 * 2
    assert not table.duplicated(["arm", "seed", "epoch"]).any()
    assert set(table["task"]) == {"planted-features"}
    dense = table[table["arm"] == "dense:depth=1"]
    assert set(dense["module"]) == {"dense"}
    assert json.loads(dense["params"].iloc[0]) == {
        "depth": 1,
        "activation": "relu",
        "normaliser": "softmax",
        "temperature": 1.0,
    }


def test_losses_come_back_at_full_resolution(store, features):
    table = read(curves_csv(store, recorded(store, features)))
    assert set(table["loss"]) == {LOSS}


def test_curves_of_several_studies_stand_in_one_table(store, features):
    ids = [recorded(store, features), recorded(store, features)]
    table = read(curves_csv(store, ids))
    assert list(table["study"].unique()) == ids


def test_attention_has_the_agreed_columns_and_a_row_per_position(store, features):
    table = read(attention_csv(store, recorded(store, features)))
    assert ",".join(table) == "study,arm,seed,epoch,axis,index,weight,truth"
    assert len(table) == 1 * 2 * 2 * 8
    assert set(table["index"]) == set(range(8))


def test_truth_is_one_at_the_planted_position_alone(store, features):
    table = read(attention_csv(store, recorded(store, features)))
    assert set(table.loc[table["index"] == 2, "truth"]) == {1}
    assert set(table.loc[table["index"] != 2, "truth"]) == {0}


def test_truth_is_that_of_the_arms_own_task(store):
    task = {"name": "planted-features", "features": 8, "planted": 2}
    study = Study(task=task, arms=["dense", "dense@planted=5"], seeds=2, epochs=2)
    planted = read(attention_csv(store, recorded(store, study))).query("truth == 1")
    assert planted.groupby("arm")["index"].unique().map(list).to_dict() == {
        "dense": [2],
        "dense@planted=5": [5],
    }


def test_what_an_arm_changes_stands_beside_the_parameters_of_its_module(store, features):
    study = Study(
        task=features.task, arms=["none", "dense@classes=7,learning_rate=0.01"], seeds=2, epochs=2
    )
    table = read(curves_csv(store, recorded(store, study))).set_index("arm")
    params = table.loc[study.arms[1].label, "params"].map(json.loads)
    assert params.iloc[0] == {
        "depth": 0,
        "activation": "relu",
        "normaliser": "softmax",
        "temperature": 1.0,
        "set": {"classes": 7, "learning_rate": 0.01},
    }
    assert set(table.loc["none", "params"]) == {"{}"}


def test_truth_is_written_as_a_whole_number(store, features):
    lines = attention_csv(store, recorded(store, features)).splitlines()
    assert {line.rpartition(",")[2] for line in lines[1:]} == {"0", "1"}


def test_truth_is_empty_where_nothing_is_planted(store):
    study = Study(task={"name": "digits"}, arms=["none", "se"], seeds=2, epochs=2)
    text = attention_csv(store, recorded(store, study, "block1/channel", 16))
    assert all(line.endswith(",") for line in text.splitlines()[1:])


def test_truth_is_empty_on_an_axis_it_does_not_speak_about(store):
    study = Study(task={"name": "planted-channels"}, arms=["none", "se"], seeds=2, epochs=2)
    assert read(attention_csv(store, recorded(store, study, "place", 64)))["truth"].isna().all()
    truth = read(attention_csv(store, recorded(store, study, "channel", 16))).query("truth == 1")
    assert set(truth["index"]) == set(study.task.entry.truth(study.task.params))


def test_weights_have_six_significant_digits(store, features):
    assert set(read(attention_csv(store, recorded(store, features)))["weight"]) == {0.123457}


def test_a_study_without_results_gives_the_header_alone(store, features):
    study_id = store.create_study(features)
    assert len(curves_csv(store, study_id).splitlines()) == 1
    assert len(attention_csv(store, study_id).splitlines()) == 1


def test_an_unknown_study_is_an_error(store):
    for export in (curves_csv, attention_csv):
        with pytest.raises(StoreError, match="nothere"):
            export(store, "nothere")


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("old and longer")
    write_text(path, "new\n")
    assert path.read_text() == "new\n"
    assert os.listdir(tmp_path) == ["c.csv"]


@pytest.mark.parametrize("broken", ["fsync", "replace"])
def test_a_write_that_breaks_off_leaves_the_earlier_file(tmp_path, monkeypatch, broken):
    def no_space(*_):
        raise OSError(28, "No space left on device")

    path = tmp_path / "c.csv"
    path.write_text("old")
    monkeypatch.setattr(os, broken, no_space)
    with pytest.raises(ExportError, match=r"cannot write .*c\.csv: No space left on device"):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["c.csv"]


@pytest.mark.parametrize("act", [check_target, lambda path: write_text(path, "x")])
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing/c.csv", "there is no folder"),
        ("folder", "it is a folder"),
        ("file/c.csv", "there is no folder"),
        ("a\0b", "null"),
    ],
)
def test_a_place_that_cannot_be_written_is_named(tmp_path, act, name, reason):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(ExportError, match=reason):
        act(tmp_path / name)
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]


def test_checking_a_target_leaves_nothing_behind(tmp_path):
    check_target(tmp_path / "c.csv")
    assert os.listdir(tmp_path) == []


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    write_text(tmp_path / "link.csv", "new")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == "new"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")
def test_a_device_is_written_to_and_never_replaced():
    with pytest.raises(ExportError, match="No space left"):
        write_text("/dev/full", "x")
    write_text("/dev/null", "x")
    assert not os.path.isfile("/dev/null")


def test_measures_stand_beside_the_chance_level_of_each(store, features):
    study_id = store.create_study(features, owner=Owner.current())
    found = {"hit": 0.75, "auc": 0.9, "entropy": 0.5, "chance": 1 / 8}
    trace = TraceRecord("feature", "distribution", np.full(8, 1 / 8), found)
    gate = TraceRecord("channel", "gate", np.ones(3), {"sd": 0.25})
    record = EpochRecord("dense:depth=1", 0, 1, LOSS, 0.5, LOSS, 0.5, 0.25, (trace, gate))
    store.record_epochs(study_id, [record])
    table = read(measures_csv(store, study_id))
    assert ",".join(table) == "study,arm,seed,epoch,axis,kind,measure,value,chance"
    table = table.set_index("measure")
    assert table["value"].to_dict() == {"sd": 0.25, "hit": 0.75, "auc": 0.9, "entropy": 0.5}
    chances = {"hit": 0.125, "auc": 0.5, "entropy": 1.0}
    assert table["chance"].dropna().to_dict() == chances


def test_several_heads_are_marked_with_the_truth_of_all(store, features):
    study_id = store.create_study(features, owner=Owner.current())
    heads = TraceRecord("head,feature", "distribution", np.full((2, 8), 1 / 8))
    record = EpochRecord("dense:depth=1", 0, 1, LOSS, 0.5, LOSS, 0.5, 0.25, (heads,))
    store.record_epochs(study_id, [record])
    table = read(attention_csv(store, study_id))
    assert table.loc[table["truth"] == 1, "index"].tolist() == [2, 10]
