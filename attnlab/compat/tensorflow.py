"""TensorFlow beyond its public names; tested with 2.21."""

from __future__ import annotations

from contextlib import AbstractContextManager

import numpy as np
import tensorflow as tf
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


def read_only_tensor(array: np.ndarray) -> tf.Tensor:
    """The array as a tensor where it is, in memory that cannot be written to.

    DLPack's first version, which TensorFlow speaks, cannot say that an array is not writeable, so
    NumPy refuses to export one. TensorFlow never writes to a tensor.
    """
    return tf.experimental.dlpack.from_dlpack(np.asarray(_SaidToBeWriteable(array)).__dlpack__())


class _SaidToBeWriteable:
    """An array's memory, and the array itself, which holds it."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array
        place = array.ctypes.data
        self.__array_interface__ = {**array.__array_interface__, "data": (place, False)}
