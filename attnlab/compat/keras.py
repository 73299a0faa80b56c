"""Keras beyond its public names; tested with 3.15 on TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import keras
import tensorflow as tf

# --- what a layer holds ---


def parts(layer: keras.layers.Layer) -> list[keras.layers.Layer]:
    """A layer and all layers inside of it, at any depth.

    Publicly a model lists its layers, but no layer those it is made of.
    """
    return list(layer._flatten_layers(include_self=True, recursive=True))


def children(layer: keras.layers.Layer) -> list[keras.layers.Layer]:
    """The layers directly inside of a layer; see `parts`."""
    return list(layer._flatten_layers(include_self=False, recursive=False))


def own_variables(layer: keras.layers.Layer) -> list[keras.Variable]:
    """The variables that a layer made itself: trainable ones first, states of seeds left out.

    The public lists hold those of the layers inside of it too.
    """
    return [*layer._trainable_variables, *layer._non_trainable_variables]


def own_seed_generators(layer: keras.layers.Layer) -> list[keras.random.SeedGenerator]:
    """What a layer itself draws random numbers from.

    Publicly there are the states alone, among all other variables, known by their names only.
    """
    return list(layer._seed_generators)


# --- how a network is connected ---


class Origin(NamedTuple):
    """What made a tensor: the operation, and the node, which is one call of it.

    `node.arguments` are what it was called with and `node.outputs` what it gave.
    """

    operation: keras.Operation
    node: Any


def origin(tensor: keras.KerasTensor) -> Origin:
    """What made a tensor of a functional model.

    Publicly a layer gives its inputs and outputs; nothing leads from a tensor to what made it, and
    nothing tells what else that was called with.
    """
    operation, index, _ = tensor._keras_history
    return Origin(operation, operation._inbound_nodes[index])


def calls(operation: keras.Operation) -> int:
    """How often an operation was called while models were made; see `origin`."""
    return len(operation._inbound_nodes)


def own_arguments(operation: keras.Operation) -> Mapping[str, Any]:
    """What an operation that is no layer was made with: the axis of a concatenation, say.

    Its public `get_config` gives the name alone, for most of them.
    """
    return operation._auto_config.config if operation._auto_config else {}


# --- what a layer, an optimiser and the process do instead ---


@contextmanager
def calling(layer: keras.layers.Layer, call: Callable[..., Any]) -> Iterator[None]:
    """Within this, a layer computes `call` in place of its own method.

    Publicly one writes another class. But the class of a layer is written into every file of a
    model, and a model that attnlab saved must open with Keras alone, where it can.
    """
    layer.call = call
    try:
        yield
    finally:
        del layer.call


def update_directly(optimizer: keras.optimizers.Optimizer) -> None:
    """Let an optimiser update its variables without summing gradients over devices first.

    There is one device to sum over, and TensorFlow registers each such sum, and with it the whole
    graph it stands in, for as long as the process lives: a megabyte or more for every network.

    The sum also adds up what the gradient of Keras's Embedding says of the same row several times;
    moments of the parts would not be those of the sum. The public `apply` takes no other way.
    """

    def update(gradients, variables, learning_rate):
        for gradient, variable in zip(gradients, variables, strict=True):
            optimizer.update_step(tf.convert_to_tensor(gradient), variable, learning_rate)

    optimizer._backend_update_step = update


def keep_session() -> None:
    """Keep others from clearing Keras's session through `keras.backend`, in the whole process.

    After each script run Streamlit calls `keras.backend.clear_session()`, and has no setting for
    it. The call drops the state of every thread: names and scopes of a network that another thread
    is tracing at that moment, and the compiled kernels of one that is training.
    """
    keras.backend.clear_session = lambda *_, **__: None
