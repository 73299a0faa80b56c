"""Inspecting a run: it is measured once, kept, and refused with a sentence where it cannot be."""

import numpy as np
import pytest

from attnlab.inspection.errors import InspectionError
from attnlab.inspection.found import RunInspection, Settings, Share
from attnlab.inspection.keeping import file_name
from attnlab.inspection.running import inspect_run, inspectable, inspecting, kept_inspection
from attnlab.spec import SpecError
from attnlab.store import StoreError

FEW = Settings(samples=20)


@pytest.fixture
def run(planted):
    return planted.store, planted.id, "dense", planted.study.seeds[1]


@pytest.fixture(autouse=True)
def nothing_is_kept(planted):
    yield
    for arm, seed in inspectable(planted.store, planted.id):
        path = planted.store.artifact(planted.id, arm, seed, file_name(FEW))
        if path is not None:
            path.unlink()


def test_it_tells_how_far_it_is_and_ends_with_what_it_found(run):
    *shares, found = inspecting(*run, FEW)
    assert all(isinstance(each, Share) for each in shares)
    told = [each.share for each in shares]
    assert told == sorted(told)
    assert 0 <= told[0] < told[-1] < 1
    assert isinstance(found, RunInspection)
    assert found.about["examples"] == 20


def test_what_was_found_is_kept_and_the_same_when_opened_again(run):
    assert kept_inspection(*run, FEW) is None
    found = inspect_run(*run, FEW)
    (again,) = inspecting(*run, FEW)
    assert again.about == found.about
    assert again.table.equals(found.table)
    assert again.curves.equals(found.curves)
    assert list(again.arrays) == list(found.arrays)
    for name, array in found.arrays.items():
        np.testing.assert_array_equal(again.arrays[name], array)
    assert kept_inspection(*run, Settings(samples=21)) is None


def test_a_fault_of_the_worker_is_a_sentence(run, monkeypatch, caplog):
    def failing(*_):
        yield Share(0.0, "reading the network")
        raise MemoryError("failed to allocate memory\nwith more lines")

    monkeypatch.setattr("attnlab.workers.stream", failing)  # no machine here is that small
    with pytest.raises(
        InspectionError, match=r"could not be inspected: failed to allocate memory$"
    ):
        inspect_run(*run, FEW)
    assert "an inspection failed" in caplog.text


def test_a_result_in_python_has_it_too(run, planted):
    found = planted.inspect(*run[2:], samples=20)
    assert found.table.equals(inspect_run(*run, FEW).table)


def test_the_files_that_the_run_had_stay(run):
    store, study_id, arm, seed = run
    inspect_run(*run, FEW)
    assert store.artifact(study_id, arm, seed, "weights.keras") is not None
    assert store.artifact(study_id, arm, seed, "predictions.npz") is not None


def test_one_that_is_damaged_is_made_again(run):
    found = inspect_run(*run, FEW)
    path = run[0].artifact(*run[1:], file_name(FEW))
    path.write_bytes(path.read_bytes()[:500])
    assert kept_inspection(*run, FEW) is None
    assert inspect_run(*run, FEW).value("mass") == found.value("mass")


def test_whoever_leaves_it_keeps_nothing(run):
    values = inspecting(*run, FEW)
    next(values)
    next(values)
    values.close()
    assert kept_inspection(*run, FEW) is None


def test_the_runs_with_attention_are_known(planted):
    seeds = planted.study.seeds
    assert inspectable(planted.store, planted.id, seeds[0]) == [
        ("dense", seeds[0]),
        ("feature-gate", seeds[0]),
    ]
    assert len(inspectable(planted.store, planted.id)) == 4


@pytest.mark.parametrize(
    ("arm", "seed", "error", "words"),
    [
        ("none", 0, InspectionError, "arm none has no attention to inspect; of this study, dense,"),
        ("dens", 0, SpecError, "dense"),
        ("dense", 77, SpecError, "the study has no seed 77"),
    ],
)
def test_what_cannot_be_inspected_is_refused(planted, arm, seed, error, words):
    with pytest.raises(error, match=words):
        inspect_run(planted.store, planted.id, arm, seed, FEW)


def test_an_unknown_study_is_refused(planted):
    with pytest.raises(StoreError):
        inspect_run(planted.store, "nosuchid", "dense", 0, FEW)


@pytest.mark.parametrize("samples", [1, 10_001, 2.5, True])
def test_settings_are_checked(samples):
    with pytest.raises(InspectionError, match="expected 2 to 10000 samples"):
        Settings(samples=samples)


def test_an_epsilon_is_a_share():
    with pytest.raises(InspectionError, match="between 0 and 1"):
        Settings(epsilon=1.5)
