"""A study that is trained again from its capsule gives the same numbers, or says how far off."""

from dataclasses import replace

import pytest

import attnlab
from attnlab.capsules import CapsuleError, compare, differing, read
from attnlab.capsules.writing import capsule
from attnlab.store import Owner, Store

PLAN = {
    "task": {"name": "planted-features", "features": 8, "classes": 3, "samples": 500},
    "arms": ["none", "dense"],
    "seeds": 2,
    "epochs": 2,
    "most_seeds": 3,
}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A study that was extended by a seed: its result, and its capsule's path."""
    folder = tmp_path_factory.mktemp("replay")
    result = attnlab.run(PLAN, home=folder / "home").extend(1)
    path = folder / "study.zip"
    path.write_bytes(capsule(result.store, result.id))
    return result, path


def test_an_extended_study_comes_back_bit_for_bit(trained, home):
    result, path = trained
    table = attnlab.replay(path, home=home)
    assert list(zip(table["arm"], table["seed"], strict=True)) == [
        (arm, seed) for arm in ("none", "dense") for seed in (0, 1, 2)
    ]
    assert set(table["outcome"]) == {"match"}
    assert table["weights"].all()
    metrics = ["loss", "accuracy", "val_loss", "val_accuracy", "largest"]
    assert (table[metrics] == 0).all(axis=None)
    assert table.attrs["versions"] == {}
    again = attnlab.open(table.attrs["study"], home=home)
    assert again.study == result.study
    assert again.store.study(again.id).name == "Replay of study.zip"


def test_a_bad_capsule_trains_nothing(home, tmp_path):
    with pytest.raises(CapsuleError):
        attnlab.replay(tmp_path / "nowhere.zip", home=home)
    assert not home.exists()


# What is compared, without training again


def altered(trained, **changes):
    """The comparison of the study with its own capsule, in which some numbers are others."""
    result, path = trained
    found = read(path)
    curves = found.curves.copy()
    for metric, change in changes.items():
        curves[metric] = change(curves[metric])
    return compare(replace(found, curves=curves), result.store, result.id)


@pytest.mark.parametrize(
    ("off", "outcome"),
    [
        (0.0, "match"),
        (1e-15, "match within 0.0001"),
        (9e-5, "match within 0.0001"),
        (2e-4, "drift"),
        (float("nan"), "drift"),
    ],
)
def test_an_outcome_says_how_near_the_curves_are(trained, off, outcome):
    def shifted(values):
        shifted = values.copy()
        shifted.iloc[-1] += off
        return shifted

    table = altered(trained, val_loss=shifted)
    assert list(table["outcome"]) == ["match"] * 5 + [outcome]
    last = table.iloc[-1]
    assert last["largest"] == last["val_loss"]
    if outcome != "drift":
        assert last["largest"] == pytest.approx(off, rel=0.2)
    assert last["loss"] == 0


def test_values_missing_on_both_sides_are_the_same(trained, monkeypatch):
    result, path = trained
    found = read(path)
    gone = found.curves.assign(accuracy=float("nan"))
    real = Store.curves
    monkeypatch.setattr(Store, "curves", lambda *given: real(*given).assign(accuracy=float("nan")))
    table = compare(replace(found, curves=gone), result.store, result.id)
    assert set(table["outcome"]) == {"match"}


def test_a_run_that_is_an_epoch_shorter_drifts(trained):
    result, path = trained
    found = read(path)
    table = compare(replace(found, curves=found.curves.iloc[:-1]), result.store, result.id)
    assert list(table["outcome"]) == ["match"] * 5 + ["drift"]
    assert table["largest"].iloc[-1] == float("inf")


def test_weights_that_differ_or_are_gone_are_told_beside(trained):
    result, path = trained
    found = read(path)
    hashes = found.runs["weights_sha256"].copy()
    hashes.iloc[0], hashes.iloc[1] = "0" * 64, None
    runs = found.runs.assign(weights_sha256=hashes)
    table = compare(replace(found, runs=runs), result.store, result.id)
    assert table["weights"].isna().tolist() == [False, True, False, False, False, False]
    assert not table["weights"].iloc[0]
    assert set(table["outcome"]) == {"match"}


def test_runs_that_fail_now_or_had_not_finished_then_are_not_compared(trained, home):
    _, path = trained
    found = read(path)
    store = Store(home)
    study_id = store.create_study(found.study, owner=Owner.current())
    statuses = found.runs["status"].copy()
    statuses.iloc[0] = "stopped"
    before = replace(found, runs=found.runs.assign(status=statuses))
    untrained = compare(before, store, study_id)
    assert set(untrained["outcome"]) == {"failed"}
    assert untrained[["largest", "weights"]].isna().all(axis=None)
    result, _ = trained
    table = compare(before, result.store, result.id)
    assert list(table["outcome"]) == ["nothing to compare"] + ["match"] * 5


def test_versions_that_differ_are_listed_with_both(trained):
    _, path = trained
    found = read(path)
    other = {**found.versions, "keras": "3.0.0", "jax": "0.4"}
    del other["platform"]
    listed = differing(replace(found, versions=other))
    assert listed["keras"] == ("3.0.0", found.versions["keras"])
    assert listed["jax"] == ("0.4", None)
    assert listed["platform"] == (None, found.versions["platform"])
    assert set(listed) == {"keras", "jax", "platform"}
