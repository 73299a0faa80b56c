"""A picture is made once for the same numbers, and anew when they have changed."""

import functools
import itertools
import threading
import time
from dataclasses import replace

from attnlab.charts import NOTE, NOTE_ON_DARK, REFERENCE
from attnlab.store import EpochRecord, Status, Store
from attnlab.ui import pictures
from attnlab.ui.render_cache import RenderCache


def counted():
    """A picture that says how often it was made."""
    return itertools.count(1).__next__


def test_a_finished_study_is_drawn_once_until_something_of_it_changes(record):
    pictures._kept.clear()
    store, study_id = Store(), record()
    make = counted()
    row = store.study(study_id)
    assert row.status == Status.FINISHED
    assert [pictures.made_once(store, row, "curves", make) for _ in range(3)] == [1, 1, 1]
    assert pictures.made_once(store, row, "table", make) == 2
    store.rename(study_id, "another name")
    assert pictures.made_once(store, store.study(study_id), "curves", make) == 3


def test_a_study_that_trains_shows_the_latest_picture_and_never_waits_for_one(record, monkeypatch):
    store, study_id = Store(), record()
    monkeypatch.setattr(pictures, "ACTIVE", (Status.FINISHED,))
    monkeypatch.setattr(pictures, "_render_cache", functools.cache(RenderCache))
    monkeypatch.setattr(pictures, "REST_SHARE", 0.0)
    row = store.study(study_id)
    here, made_in = threading.get_ident(), []

    def make():
        made_in.append(threading.get_ident())
        return store.study(study_id).name

    def shown():
        return pictures.made_once(store, row, "name", make)

    first = shown()
    assert shown() == first
    store.rename(study_id, "another name")
    deadline = time.monotonic() + 10
    while shown() == first:
        assert time.monotonic() < deadline
    assert shown() == "another name"
    assert made_in[0] == here
    assert here not in made_in[1:]
    time.sleep(0.5)
    assert len(made_in) == 2  # nothing changed since


def test_epochs_recorded_later_are_drawn(record):
    pictures._kept.clear()
    store, study_id = Store(), record()
    row = store.study(study_id)
    study = row.study
    before = pictures.made_once(store, row, "n", lambda: len(store.curves(study_id)))
    arm, seed = study.arms[0].label, study.seeds[0]
    epoch = study.training.epochs + 1
    store.record_epochs(study_id, [EpochRecord(arm, seed, epoch, 1.0, 0.5, 1.0, 0.5, 0.1)])
    assert pictures.made_once(store, row, "n", lambda: len(store.curves(study_id))) == before + 1


def test_a_long_training_is_drawn_less_often(record):
    row = Store().study(record())
    times = [
        pictures.redraw_seconds(replace(row, status=Status.RUNNING, started_at=started))
        for started in (None, time.time() - 1, time.time() - 60)
    ]
    assert times == [pictures.LIVE_SECONDS, pictures.LIVE_SECONDS, pictures.CALM_SECONDS]


def test_a_study_of_many_arms_is_drawn_less_often(record):
    many = [f"dense@classes={classes}" for classes in (5, 10, 20, 30, 50)]
    row = replace(Store().study(record(arms=many)), status=Status.RUNNING, started_at=None)
    assert pictures.redraw_seconds(row) == 2 * pictures.LIVE_SECONDS
    many = [f"dense@classes={classes}" for classes in range(2, 15)]
    row = replace(Store().study(record(arms=many)), status=Status.RUNNING, started_at=None)
    assert pictures.redraw_seconds(row) == 4 * pictures.LIVE_SECONDS


def test_what_does_not_train_is_not_drawn_again_by_itself(record):
    assert pictures.redraw_seconds(Store().study(record())) is None


def test_the_first_epoch_is_looked_for_often_and_drawn_at_once(record, monkeypatch):
    monkeypatch.setattr(pictures, "_render_cache", functools.cache(RenderCache))
    store, study_id = Store(), record()
    row = replace(store.study(study_id), status=Status.RUNNING, started_at=time.time())
    waiting = replace(row, epochs=dict.fromkeys(row.epochs, 0))
    assert pictures.redraw_seconds(waiting) < pictures.redraw_seconds(row)
    made = itertools.count()
    assert pictures.made_once(store, waiting, "curves", lambda: next(made)) == 0
    assert pictures.made_once(store, row, "curves", lambda: next(made)) == 1


def test_small_print_is_brighter_on_a_dark_page_and_rows_are_left_alone():
    rows = [{"colour": NOTE}]
    spec = {
        "title": {"text": "Accuracy", "subtitleColor": NOTE},
        "layer": [{"mark": {"type": "text", "color": NOTE}}, {"mark": {"color": REFERENCE}}],
        "datasets": {"rows": rows},
        "data": {"values": rows},
    }
    dark = pictures.on_dark(spec)
    assert dark["title"] == {"text": "Accuracy", "subtitleColor": NOTE_ON_DARK}
    assert [layer["mark"]["color"] for layer in dark["layer"]] == [NOTE_ON_DARK, REFERENCE]
    assert dark["datasets"]["rows"] is rows
    assert dark["data"]["values"] is rows
    assert spec["title"]["subtitleColor"] == NOTE
