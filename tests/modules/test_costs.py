"""What the catalogue says a module costs is what its Keras layer has, and what it computes."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from spec.test_about import CASES, sizes

from attnlab.spec import ModuleSpec, each_shape, load

REAL = [case for case in CASES if case.values[0].fills]


@pytest.fixture(autouse=True, scope="module")
def _clear():
    yield
    LAYERS.clear()
    keras.backend.clear_session()


LAYERS = {}
"""The layers of all cases, each built once for both tests."""


def built(entry, params, shape):
    """The module's layer on inputs of this shape, or of these shapes."""
    key = entry.name, repr(params), repr(shape)
    if key not in LAYERS:
        LAYERS[key] = _built(entry, params, shape)
    return LAYERS[key]


def _built(entry, params, shape):
    own = params.of if entry.control else ModuleSpec(name=entry.name, params=params)
    layer = load(own.entry.layer)(**own.params.model_dump())
    if entry.control:
        layer = load(entry.control)(layer, batched(shape))
    if not layer.built:
        layer.build(batched(shape))
    return layer


def batched(shape, batch=None):
    """The shape with its batch; a list of them for several inputs."""
    shapes = [(batch, *each) for each in each_shape(shape)]
    return shapes if len(shapes) > 1 else shapes[0]


def multiply_adds(layer, shape):
    """Count them in the graph that TensorFlow makes of the layer, for one sample."""
    specs = [tf.TensorSpec((1, *each), "float32") for each in each_shape(shape)]
    call = tf.function(
        lambda *given: layer(list(given) if len(given) > 1 else given[0]), autograph=False
    )
    graph = call.get_concrete_function(*specs).graph
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
    if operation.type == "DepthwiseConv2dNative":
        return size * np.prod(inputs[1][:2])
    if operation.type == "Einsum":
        equation = operation.get_attr("equation").decode().replace("...", "B")
        left, right = equation.split("->")[0].split(",")
        sizes = dict(zip(left + right, (*inputs[0], *inputs[1]), strict=True))
        return np.prod(list(sizes.values()))
    if operation.type == "Sum" and operation.inputs[0].op.type == "Mul":
        return np.prod(inputs[0])
    assert not operation.type.startswith(("Conv", "Depthwise", "BatchMatMul")), operation.type
    return 0


@pytest.mark.parametrize(("entry", "slot", "params"), REAL)
def test_costs_are_those_of_the_layer(entry, slot, params):
    usual = params == entry.first(slot)
    for number, shape in enumerate(sizes(entry, slot, params)):
        layer = built(entry, params, shape)
        assert entry.about.parameters(params, shape) == layer.count_params(), shape
        if usual or number == 0:  # how sizes enter is the same for every setting
            assert entry.about.macs(params, shape) == multiply_adds(layer, shape), shape


@pytest.mark.parametrize(("entry", "slot", "params"), REAL)
def test_flow_ends_with_the_shape_that_the_layer_gives(entry, slot, params):
    for shape in sizes(entry, slot, params):
        layer = built(entry, params, shape)
        last = entry.about.flow(params, shape)[-1]
        assert last.shape == tuple(layer.compute_output_shape(batched(shape)))[1:]
