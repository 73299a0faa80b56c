"""What Keras keeps of layers and networks, and how it is kept from doing some things."""

import gc

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops
from streamlit.testing.v1 import AppTest

from attnlab.compat.keras import (
    call_count,
    keep_session,
    layer_and_sublayers,
    names_anew,
    origin,
    own_arguments,
    own_seed_generators,
    own_variables,
    replaced_call,
    sublayers,
    update_directly,
)


@keras.saving.register_keras_serializable("tests")
class Outer(layers.Layer):
    """A layer with weights of its own, a source of random numbers, and layers inside."""

    def __init__(self, **how):
        super().__init__(**how)
        self.inner = layers.Bidirectional(layers.GRU(2, dropout=0.5, name="gru"), name="inner")
        self.generator = keras.random.SeedGenerator(3)

    def build(self, shape):
        self.still = self.add_weight(name="still", trainable=False)
        self.scale = self.add_weight(name="scale")
        self.inner.build(shape)

    def call(self, x):
        return self.inner(x) * self.scale


@pytest.fixture
def outer():
    layer = Outer(name="outer")
    layer(np.zeros((1, 3, 2), "float32"))
    return layer


def test_children_are_the_layers_directly_inside(outer):
    assert sublayers(outer) == [outer.inner]


def test_parts_are_the_layer_and_all_inside_each_once(outer):
    names = [part.name for part in layer_and_sublayers(outer)]
    assert names[0] == "outer"
    assert {"inner", "forward_gru", "backward_gru"} < set(names)
    assert len(set(map(id, layer_and_sublayers(outer)))) == len(names)
    model = keras.Sequential([keras.Input((3, 2)), outer])
    assert [part.name for part in layer_and_sublayers(model) if part.name == "forward_gru"] == [
        "forward_gru"
    ]


def test_own_variables_are_neither_those_inside_nor_seeds(outer):
    assert own_variables(outer) == [outer.scale, outer.still]


def test_every_variable_is_some_parts_own_or_the_state_of_a_seed_generator(outer):
    found = [variable for part in layer_and_sublayers(outer) for variable in own_variables(part)]
    found += [
        each.state for part in layer_and_sublayers(outer) for each in own_seed_generators(part)
    ]
    assert {id(each) for each in found} == {id(each) for each in outer.variables}
    assert own_seed_generators(outer) == [outer.generator]


def test_origin_leads_from_a_tensor_to_the_call_that_made_it():
    given = keras.Input((4,), name="given")
    dense = layers.Dense(3, name="dense")
    first, second = dense(given), dense(given * 2)
    joined = ops.concatenate([first, second], axis=1)
    made = origin(joined)
    assert made.node.arguments.args[0] == [first, second]
    assert [id(each) for each in made.node.arguments.keras_tensors] == [id(first), id(second)]
    assert origin(second).operation is dense
    assert origin(second).node.outputs[0] is second
    assert origin(origin(second).node.arguments.keras_tensors[0]).node.arguments.args[1] == 2
    assert (call_count(dense), call_count(made.operation)) == (2, 1)
    assert own_arguments(made.operation) == {"axis": 1}


def test_a_layer_computes_something_else_within_calling():
    given = keras.Input((2,))
    layer = layers.Dropout(0.5)
    model = keras.Model(given, layer(given))
    x = np.ones((1, 2), "float32")
    with replaced_call(layer, lambda inputs, training=False: inputs * (3 if training else 2)):
        np.testing.assert_array_equal(model(x, training=True), 3 * x)
        np.testing.assert_array_equal(model(x), 2 * x)
    np.testing.assert_array_equal(model(x), x)
    with pytest.raises(ZeroDivisionError), replaced_call(layer, lambda inputs: inputs):
        raise ZeroDivisionError
    np.testing.assert_array_equal(model(x, training=False), x)


def updated(kind, change, gradients):
    """A table of weights after two updates by an optimiser that `change` was done to."""
    table = keras.Variable(np.ones((3, 2), "float32"))
    optimizer = kind(0.1)
    optimizer.build([table])
    change(optimizer)
    step = tf.function(lambda each: optimizer.apply([each], [table]), autograph=False)
    for each in gradients:
        step(each)
    return table.numpy()


KINDS = [keras.optimizers.Adam, keras.optimizers.AdamW, keras.optimizers.SGD]


@pytest.mark.parametrize("kind", [*KINDS, keras.optimizers.RMSprop])
def test_updating_directly_gives_the_numbers_of_keras(kind):
    gradients = np.random.default_rng(0).standard_normal((2, 3, 2)).astype("float32")
    expected = updated(kind, lambda optimizer: None, map(tf.constant, gradients))
    assert np.array_equal(updated(kind, update_directly, map(tf.constant, gradients)), expected)


def test_a_row_that_is_looked_up_twice_gets_one_update_by_the_sum():
    rows = tf.IndexedSlices(tf.ones((2, 2)), tf.constant([1, 1]), tf.constant([3, 2]))
    whole = tf.constant([[0.0, 0.0], [2.0, 2.0], [0.0, 0.0]])
    found = updated(keras.optimizers.Adam, update_directly, [rows, rows])
    assert np.array_equal(found, updated(keras.optimizers.Adam, update_directly, [whole, whole]))


@pytest.mark.parametrize(
    ("change", "left"), [(lambda optimizer: None, 3), (update_directly, 0)], ids=["Keras", "ours"]
)
def test_updating_directly_leaves_no_graph_behind(change, left):
    def graphs():
        gc.collect()
        return sum(type(each).__name__ == "FuncGraph" for each in gc.get_objects())

    def update():
        updated(keras.optimizers.SGD, change, [tf.ones((3, 2))])

    update()
    before = graphs()
    for _ in range(3):
        update()
    assert graphs() - before >= left if left else graphs() <= before


def names_after_a_script():
    """The names of two layers, and a page of Streamlit that is run between them."""
    first = layers.Dense(1).name
    app = AppTest.from_string(
        "import streamlit as st\nst.write('a page')", default_timeout=60
    ).run()
    assert not app.exception
    return first, layers.Dense(1).name


def test_a_page_clears_the_session_of_keras_unless_it_is_kept(monkeypatch):
    monkeypatch.setattr(keras.backend, "clear_session", keras.backend.clear_session)
    layers.Dense(1)
    first, second = names_after_a_script()
    assert second == "dense" != first
    keep_session()
    first, second = names_after_a_script()
    assert int(second.partition("_")[2]) == int(first.partition("_")[2] or 0) + 1


def test_layers_without_a_name_are_numbered_anew_and_go_on_behind_that():
    before = keras.layers.Dense(1).name
    with names_anew():
        assert [keras.layers.Dense(1).name for _ in range(2)] == ["dense", "dense_1"]
    after = keras.layers.Dense(1).name
    number = int(before.partition("_")[2] or 0)
    assert after == f"dense_{number + 1}"
