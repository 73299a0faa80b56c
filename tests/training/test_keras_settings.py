"""Keras as attnlab needs it while it trains, and as it was before afterwards.

That numbers stay the same is held in fresh processes: see `tests/fresh/test_keras_settings.py`.
"""

import sys
import threading
from types import SimpleNamespace

import keras
import pytest

import attnlab
from attnlab.training.keras_settings import BackendError, needed


@pytest.fixture
def own():
    """A program's own settings."""
    keras.config.set_floatx("float64")
    keras.config.set_image_data_format("channels_first")
    keras.config.set_dtype_policy("mixed_bfloat16")
    yield settings
    keras.config.set_floatx("float32")
    keras.config.set_image_data_format("channels_last")
    keras.config.set_dtype_policy("float32")


def settings():
    policy = keras.config.dtype_policy().name
    return keras.config.floatx(), keras.config.image_data_format(), policy


NEEDED = ("float32", "channels_last", "float32")


def test_settings_are_those_needed_and_then_those_of_before(own):
    before = own()
    with needed():
        assert own() == NEEDED
        with needed():
            assert own() == NEEDED
        assert own() == NEEDED
    assert own() == before == ("float64", "channels_first", "mixed_bfloat16")


def test_settings_of_before_come_back_when_the_last_thread_is_done(own):
    entered, leave, found = threading.Event(), threading.Event(), []

    def work():
        with needed():
            entered.set()
            leave.wait(10)
            found.append(own())

    thread = threading.Thread(target=work)
    with needed():
        thread.start()
        entered.wait(10)
    assert own() == ("float32", "channels_last", "mixed_bfloat16")  # a policy is a thread's own
    leave.set()
    thread.join()
    assert found == [NEEDED]
    assert own() == ("float64", "channels_first", "mixed_bfloat16")


def test_keras_that_was_imported_on_another_backend_is_named(monkeypatch, tmp_path):
    """As none is installed here, this is no Keras but what is asked of it."""
    there = SimpleNamespace(config=SimpleNamespace(backend=lambda: "jax"))
    monkeypatch.setitem(sys.modules, "keras", there)
    with pytest.raises(BackendError, match="has imported Keras on jax: train in another process"):
        attnlab.run({"task": "digits", "arms": ["none"]}, home=tmp_path / "home")
    assert not (tmp_path / "home").exists()  # nothing was begun
