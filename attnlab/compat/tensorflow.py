"""TensorFlow beyond its public names; tested with 2.21."""

from __future__ import annotations

from contextlib import AbstractContextManager

from tensorflow.python.eager import context


def single_threaded() -> AbstractContextManager[None]:
    """Within this, traced functions run one operation after the other.

    Publicly one can only size the pool of threads that runs operations, for the whole process and
    before TensorFlow is first used (`tf.config.threading`); one cannot do without it.
    """
    return context.function_executor_type("SINGLE_THREADED_EXECUTOR")


def clear_kernels() -> None:
    """Free the compiled kernels of every traced function; one that is called again gets new ones.

    TensorFlow keeps them for as long as the process lives, and no public call frees them.
    """
    context.context().clear_kernel_cache()
