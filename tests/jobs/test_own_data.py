"""A study on people's own images goes on only with those that it was begun with, or with a word."""

import os

import pytest
from data.images.conftest import archived, noise, usual

from attnlab import SpecError, Study
from attnlab.data.fingerprint import DataChangedError
from attnlab.jobs import JobManager
from attnlab.jobs.own_data import check_data
from attnlab.store import Owner, Status


@pytest.fixture
def pets(tmp_path):
    return archived(tmp_path / "pets.zip", usual())


@pytest.fixture
def study(store, pets):
    task = {"name": "image-folder", "source": "folder", "path": str(pets), "size": 8}
    return store.create_study(Study(task=task, arms=["none"], seeds=1, epochs=1))


def change(pets, files):
    """Other images at the same path, noticed however soon it happens."""
    archived(pets, files)
    os.utime(pets, ns=(0, pets.stat().st_mtime_ns + 1_000_000_000))


def test_a_change_is_refused_until_it_is_accepted_and_is_remembered(store, study, pets):
    check_data(store, study)
    change(pets, usual())  # written anew, and the same
    check_data(store, study)
    [state] = store.data_states(study)
    assert len(state.fingerprint.files) == 8
    change(pets, {**usual(), "cats/0.png": noise(1), "dogs/9.png": noise(2)})
    for _ in range(2):
        with pytest.raises(DataChangedError, match=r"1 file is changed \(cats/0.png\); 1 file is"):
            check_data(store, study)
    assert store.data_changed_at(study) == []
    check_data(store, study, accept=True)
    check_data(store, study)
    assert len(store.data_changed_at(study)) == 1


def test_a_resumed_study_says_that_its_data_changed_and_trains_nothing(
    store, study, pets, eventually
):
    store.acquire(study, Owner.current())
    store.release(study, Status.STOPPED)
    check_data(store, study)
    change(pets, {**usual(), "cats/0.png": noise(1)})
    jobs = JobManager(store)
    jobs.resume(study)
    eventually(lambda: study in jobs.faults)
    assert "cats/0.png" in jobs.faults[study]
    assert jobs.changed_data == {study}
    assert store.study(study).status == Status.INTERRUPTED
    pets.unlink()
    with pytest.raises(SpecError, match="there is no folder or zip archive"):
        jobs.resume(study, changed_data=True)
