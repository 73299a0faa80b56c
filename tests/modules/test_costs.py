"""What the catalogue says a module costs is what its Keras layer has, and what it computes."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from spec.test_about import CASES, SIZES

from attnlab.spec import INPUTS, load

REAL = [case for case in CASES if case.values[0].layer]


@pytest.fixture(autouse=True, scope="module")
def _clear():
    yield
    keras.backend.clear_session()


def multiply_adds(layer, shape):
    """Count them in the graph that TensorFlow makes of the layer, for one sample."""
    call = tf.function(lambda x: layer(x), jit_compile=False)
    graph = call.get_concrete_function(tf.TensorSpec((1, *shape), "float32")).graph
    return sum(_of(operation) for operation in graph.get_operations())


def _of(operation):
    """The multiply-adds of one operation; only products that are summed count."""
    size = np.prod(operation.outputs[0].shape, dtype=int) if operation.outputs else 0
    inputs = [tuple(given.shape) for given in operation.inputs]
    if operation.type == "MatMul":
        return size * inputs[0][0 if operation.get_attr("transpose_a") else 1]
    if operation.type == "BatchMatMulV2":
        return size * inputs[0][-2 if operation.get_attr("adj_x") else -1]
    if operation.type == "Conv2D":
        return size * np.prod(inputs[1][:3])
    if operation.type == "Einsum":
        left, right = operation.get_attr("equation").decode().split("->")[0].split(",")
        sizes = dict(zip(left + right, (*inputs[0], *inputs[1]), strict=True))
        return np.prod(list(sizes.values()))
    if operation.type == "Sum" and operation.inputs[0].op.type == "Mul":
        return np.prod(inputs[0])
    assert not operation.type.startswith(("Conv", "Depthwise", "BatchMatMul")), operation.type
    return 0


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size.features}")
@pytest.mark.parametrize(("entry", "slot", "params"), REAL)
def test_costs_are_those_of_the_layer(entry, slot, params, size):
    shape = INPUTS[slot].shape(size)
    layer = load(entry.layer)(**params.model_dump())
    layer.build((None, *shape))
    assert entry.about.parameters(params, shape) == layer.count_params()
    assert entry.about.macs(params, shape) == multiply_adds(layer, shape)


@pytest.mark.parametrize(("entry", "slot", "params"), REAL)
def test_flow_ends_with_the_shape_that_the_layer_gives(entry, slot, params):
    for size in SIZES:
        shape = INPUTS[slot].shape(size)
        layer = load(entry.layer)(**params.model_dump())
        layer.build((None, *shape))
        last = entry.about.flow(params, shape)[-1]
        assert last.shape == tuple(layer.compute_output_shape((None, *shape)))[1:]
