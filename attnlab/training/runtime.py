"""Loads TensorFlow once per process, and knows when it is loaded."""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

from attnlab.imports import importing
from attnlab.spec import REGISTRY
from attnlab.training.keras_settings import on_tensorflow
from attnlab.training.threads import end_first

log = logging.getLogger(__name__)

_ready = threading.Event()


def load_tensorflow() -> None:
    """Import everything that training needs (seconds the first time); safe from any thread.

    That is TensorFlow and Keras, and the layers, data, backbones and objectives of the whole
    catalogue: threads that train import nothing themselves.

    Each operation gets one thread, unless TF_NUM_INTRAOP_THREADS says otherwise: networks as small
    as these lose more by handing work between threads than they gain, most of all while other work
    wants the same cores.

    The import leaves several hundred thousand objects behind. They are frozen out of the garbage
    collector, because Streamlit runs a full collection after each script run and would walk them
    every time a widget changes.

    Raises BackendError where Keras has been imported on another backend.
    """
    with importing("tensorflow", "attnlab.training.engine"):
        if _ready.is_set():
            return
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
        with on_tensorflow(), _no_garbage_collected():
            import tensorflow as tf  # which looks for Keras, too

        try:
            if "TF_NUM_INTRAOP_THREADS" not in os.environ:
                tf.config.threading.set_intra_op_parallelism_threads(1)
            for gpu in tf.config.list_physical_devices("GPU"):
                tf.config.experimental.set_memory_growth(gpu, True)
        except RuntimeError:  # a notebook used it before; its settings stay
            log.info("TensorFlow was in use already and keeps its settings")
        with on_tensorflow(), _no_garbage_collected():
            import attnlab.training.engine  # noqa: F401

            REGISTRY.load_all()
        gc.collect()
        gc.freeze()
        end_first()
        _ready.set()


def gpus_seen() -> int:
    """How many GPUs TensorFlow sees, which is loaded."""
    with importing("tensorflow"):
        import tensorflow as tf

    return len(tf.config.list_physical_devices("GPU"))


@contextmanager
def _no_garbage_collected() -> Iterator[None]:
    """Within this, nobody looks for garbage among what is imported: a sixth of an import's time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def tensorflow_ready() -> bool:
    """Whether TensorFlow is loaded; never waits."""
    return _ready.is_set()


def in_this_thread() -> AbstractContextManager[None]:
    """Within this, traced functions run their operations in the thread that calls them.

    TensorFlow otherwise hands each operation to a pool of threads, which for the smallest ones
    takes as much processor time as the operation itself.
    """
    with importing("attnlab.compat.tensorflow"):
        from attnlab.compat.tensorflow import single_threaded

    return single_threaded()


def release_memory() -> None:
    """Free what finished trainings still hold: their graphs, compiled kernels, free pages.

    TensorFlow keeps the kernels of every function ever called, and the C library keeps freed memory
    for each thread that used some.
    """
    if not _ready.is_set():
        return
    gc.collect()
    with importing("attnlab.compat.tensorflow"):
        from attnlab.compat.tensorflow import clear_kernels

    clear_kernels()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library than glibc has no such call
            ctypes.CDLL("libc.so.6").malloc_trim(0)
