"""A stop is seen soon while seeds train, or images are read, in the thread that asks."""

import threading

from data.images.conftest import usual

from attnlab.data.images import pixel_cache, windows
from attnlab.data.memory import VARIABLE
from attnlab.jobs import execution
from attnlab.training import EpochEnd
from attnlab.training.events import Preparing


def test_a_stop_while_seeds_train_at_once(store, endless, train):
    study_id, stop, heard = store.create_study(endless), threading.Event(), []

    def listen(arm, event):
        if isinstance(event, EpochEnd):
            heard.append(event.epoch)
            stop.set()

    train(study_id, listen, stop)
    assert store.study(study_id).status == "stopped"
    assert set(heard) == {1}


def test_reading_images_is_told_and_ends_at_a_stop(store, plan, train, tmp_path, home, monkeypatch):
    monkeypatch.setenv(VARIABLE, "0")
    monkeypatch.setattr(windows, "EACH", 1)
    monkeypatch.setattr(execution, "HEARTBEAT_SECONDS", 0.0)
    monkeypatch.setattr("attnlab.tasks.preparing.EACH_SECONDS", 0.0)
    for name, data in usual(30).items():
        (tmp_path / "set" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "set" / name).write_bytes(data)
    study_id = store.create_study(plan(["none"], task={"data": str(tmp_path / "set"), "size": 8}))
    stop, heard, told = threading.Event(), [], []

    def listen(arm, event):
        heard.append(event)
        told.append(store.study(study_id).activity)
        if len(heard) == 3:
            stop.set()

    train(study_id, listen, stop)
    assert [type(event) for event in heard] == [Preparing] * 3
    assert heard[2].text.endswith(" of 60")
    assert told[1:] == [event.text for event in heard[:2]]
    assert store.study(study_id).status == "stopped"
    kept = (home / pixel_cache.FOLDER).iterdir()
    assert [each.suffix for each in kept] == [".lock"]
