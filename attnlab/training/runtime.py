"""Bringing TensorFlow into the process, once, and saying when it is there."""

from __future__ import annotations

import gc
import os
import threading

_lock = threading.Lock()
_ready = threading.Event()


def load_tensorflow() -> None:
    """Import TensorFlow and Keras (seconds the first time); safe from any thread.

    The import leaves several hundred thousand objects behind. They are frozen out of the garbage
    collector, because Streamlit runs a full collection after each script run and would walk them
    every time a widget changes.
    """
    with _lock:
        if _ready.is_set():
            return
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
        os.environ.setdefault("KERAS_BACKEND", "tensorflow")
        import tensorflow as tf

        import attnlab.training.engine  # noqa: F401  (the rest of what a first training needs)

        for gpu in tf.config.list_physical_devices("GPU"):
            tf.config.experimental.set_memory_growth(gpu, True)
        gc.collect()
        gc.freeze()
        _ready.set()


def tensorflow_ready() -> bool:
    """Whether TensorFlow is loaded; never waits."""
    return _ready.is_set()
