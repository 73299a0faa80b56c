"""A picture is made once for the same numbers, and anew when they have changed."""

import itertools

import streamlit as st

from attnlab.store import EpochRecord, Status, Store
from attnlab.ui import pictures


def counted():
    """A picture that says how often it was made."""
    return itertools.count(1).__next__


def test_a_finished_study_is_drawn_once_until_something_of_it_changes(record):
    st.cache_data.clear()
    store, study_id = Store(), record()
    make = counted()
    row = store.study(study_id)
    assert row.status == Status.FINISHED
    assert [pictures.made_once(store, row, "curves", make) for _ in range(3)] == [1, 1, 1]
    assert pictures.made_once(store, row, "table", make) == 2
    store.rename(study_id, "another name")
    assert pictures.made_once(store, store.study(study_id), "curves", make) == 3


def test_a_study_that_trains_is_drawn_once_a_second(record, monkeypatch):
    st.cache_data.clear()
    store, study_id = Store(), record()
    monkeypatch.setattr(pictures, "ACTIVE", (Status.FINISHED,))
    now = [100.0]
    monkeypatch.setattr(pictures.time, "monotonic", lambda: now[0])
    make = counted()
    row = store.study(study_id)
    made = []
    for now[0] in (100.1, 100.9, 101.0, 101.5, 102.0):
        made.append(pictures.made_once(store, row, "curves", make))
    assert made == [1, 1, 2, 2, 3]


def test_epochs_recorded_later_are_drawn(record):
    st.cache_data.clear()
    store, study_id = Store(), record()
    row = store.study(study_id)
    study = row.study
    before = pictures.made_once(store, row, "n", lambda: len(store.curves(study_id)))
    arm, seed = study.arms[0].label, study.seeds[0]
    epoch = study.training.epochs + 1
    store.record_epochs(study_id, [EpochRecord(arm, seed, epoch, 1.0, 0.5, 1.0, 0.5, 0.1)])
    assert pictures.made_once(store, row, "n", lambda: len(store.curves(study_id))) == before + 1
