"""Keras as attnlab's networks need it, whatever is set for it in a home folder or a process.

`keras.json` (in `~/.keras`, or where KERAS_HOME says) and a program that uses Keras for itself can
set another float type, another order of an image's axes and another epsilon. Networks would then
fail, or give other numbers.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from attnlab.imports import importing

BACKEND = "tensorflow"

_lock = threading.Lock()
_inside = 0
_before: dict[str, Any] = {}


class BackendError(RuntimeError):
    """Keras was imported on another backend than TensorFlow before attnlab needed it."""


def check_backend() -> None:
    """Raise BackendError if this process has imported Keras on another backend; imports nothing."""
    keras = sys.modules.get("keras")
    if keras is None or not hasattr(keras, "config"):
        return
    backend = keras.config.backend()
    if backend != BACKEND:
        raise BackendError(
            f"attnlab trains with TensorFlow, but this process has imported Keras on {backend}: "
            f"train in another process, or set KERAS_BACKEND={BACKEND} before Keras is imported"
        )


@contextmanager
def on_tensorflow() -> Iterator[None]:
    """Within this, Keras is imported on TensorFlow, whatever KERAS_BACKEND says.

    What it says stays for the processes that this one starts. Raises BackendError where Keras is
    there already, on another backend.
    """
    check_backend()
    said = os.environ.get("KERAS_BACKEND")
    os.environ["KERAS_BACKEND"] = BACKEND
    try:
        yield
    finally:
        if said is not None:
            os.environ["KERAS_BACKEND"] = said


@contextmanager
def needed() -> Iterator[None]:
    """Within this, layers are made and traced with float32, channels last and the usual epsilon.

    What was set before is there again once the last of the threads that need this has left it.
    """
    global _inside
    with importing("attnlab.compat.keras"), on_tensorflow():
        import keras

        from attnlab.compat.keras import policy_of_thread, set_policy_of_thread

    with _lock:
        if not _inside:
            _before.update(
                floatx=keras.config.floatx(),
                epsilon=keras.config.epsilon(),
                image_data_format=keras.config.image_data_format(),
            )
            _set(floatx="float32", epsilon=1e-7, image_data_format="channels_last")
        _inside += 1
    thread, policy = threading.get_ident(), policy_of_thread()
    set_policy_of_thread(None)
    try:
        yield
    finally:
        if threading.get_ident() == thread:  # another one may come to the end of a training
            set_policy_of_thread(policy)
        with _lock:
            _inside -= 1
            if not _inside:
                _set(**_before)


def _set(floatx: str, epsilon: float, image_data_format: str) -> None:
    with importing("keras"):
        import keras

    keras.config.set_floatx(floatx)
    keras.config.set_epsilon(epsilon)
    keras.config.set_image_data_format(image_data_format)
