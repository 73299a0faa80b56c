"""TensorFlow beyond its public names; tested with 2.21."""

from __future__ import annotations

from contextlib import AbstractContextManager

from tensorflow.python.eager import context


def single_threaded() -> AbstractContextManager[None]:
    """Within this, traced functions run one operation after the other.

    Publicly the pool that operations are handed to can only be chosen for the whole process, before
    TensorFlow is first used (`tf.config.threading`), and not left out.
    """
    return context.function_executor_type("SINGLE_THREADED_EXECUTOR")


def clear_kernels() -> None:
    """Give back the compiled kernels of every traced function; one called again gets new ones.

    TensorFlow keeps them for as long as the process lives, and no public call ends that.
    """
    context.context().clear_kernel_cache()
