"""What the executor and the kernels of TensorFlow really do."""

import threading
import time
from contextlib import nullcontext

import pytest
import tensorflow as tf

from attnlab.compat.tensorflow import clear_kernels, single_threaded


@pytest.mark.parametrize(("within", "met"), [(nullcontext, True), (single_threaded, False)])
def test_operations_run_one_after_the_other(within, met):
    barrier, seen = threading.Barrier(2), []

    def wait_for_the_other(x):
        try:
            barrier.wait(0.5)
            seen.append(True)
        except threading.BrokenBarrierError:
            seen.append(False)
        return x

    @tf.function(autograph=False)
    def two_at_once(x):
        each = [tf.numpy_function(wait_for_the_other, [x], tf.float32, stateful=False)]
        each += [tf.numpy_function(wait_for_the_other, [x + 1], tf.float32, stateful=False)]
        return tf.add_n(each)

    with within():
        two_at_once(tf.constant(1.0))
    assert seen == [met, met]


def test_kernels_are_made_anew_after_they_were_cleared():
    @tf.function(autograph=False)
    def long(x):
        for _ in range(100):
            x = tf.tanh(x) + 1.0
        return x

    def seconds(before):
        taken = []
        for _ in range(5):
            before()
            began = time.perf_counter()
            long(tf.constant(1.0))
            taken.append(time.perf_counter() - began)
        return min(taken)

    long(tf.constant(1.0))
    assert seconds(clear_kernels) > 10 * seconds(lambda: None)  # measured: 200 times as long
