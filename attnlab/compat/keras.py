"""Keras beyond its public names; tested with 3.15 on TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import keras
import tensorflow as tf
from keras.src.backend.common import global_state

# --- what is inside a layer ---


def layer_and_sublayers(layer: keras.layers.Layer) -> list[keras.layers.Layer]:
    """A layer and all layers inside it, at any depth.

    Publicly a model lists its layers; a layer does not list those inside it.
    """
    return list(layer._flatten_layers(include_self=True, recursive=True))


def sublayers(layer: keras.layers.Layer) -> list[keras.layers.Layer]:
    """The layers directly inside a layer; see `layer_and_sublayers`."""
    return list(layer._flatten_layers(include_self=False, recursive=False))


def own_variables(layer: keras.layers.Layer) -> list[keras.Variable]:
    """The variables of a layer itself: trainable ones first, states of seeds left out.

    The public lists also hold those of the layers inside it.
    """
    return [*layer._trainable_variables, *layer._non_trainable_variables]


def own_seed_generators(layer: keras.layers.Layer) -> list[keras.random.SeedGenerator]:
    """The generators that a layer itself draws random numbers from.

    Publicly there are only their states, among all other variables, recognisable by name alone.
    """
    return list(layer._seed_generators)


# --- what layers without a name are called ---


@contextmanager
def names_anew() -> Iterator[None]:
    """Within this, layers without a name are numbered as if they were the first of the process.

    Publicly only `keras.backend.clear_session` does so, which drops the state of every network.
    A layer's starting weights come from a stream of its name, which must not depend on what was
    built before.
    """
    before = global_state.get_global_attribute(_NAMES)
    global_state.set_global_attribute(_NAMES, None)
    try:
        yield
    finally:
        global_state.set_global_attribute(_NAMES, before)


_NAMES = "object_name_uids"
"""What Keras keeps the numbers of names under, in each thread."""


# --- how a network is connected ---


class Origin(NamedTuple):
    """The operation that produced a tensor, and the node, which is one call of the operation.

    `node.arguments` are the arguments of the call and `node.outputs` its outputs.
    """

    operation: keras.Operation
    node: Any


def origin(tensor: keras.KerasTensor) -> Origin:
    """The call that produced a tensor of a functional model.

    Publicly a layer has its inputs and outputs; nothing leads from a tensor to the operation that
    produced it, nor to the other arguments of that call.
    """
    operation, index, _ = tensor._keras_history
    return Origin(operation, operation._inbound_nodes[index])


def call_count(operation: keras.Operation) -> int:
    """How often an operation was called while models were built; see `origin`."""
    return len(operation._inbound_nodes)


def own_arguments(operation: keras.Operation) -> Mapping[str, Any]:
    """The arguments that an operation that is no layer was created with, such as an axis.

    For most of them the public `get_config` gives only the name.
    """
    return operation._auto_config.config if operation._auto_config else {}


# --- what a thread has been told ---


def policy_of_thread() -> keras.DTypePolicy | None:
    """The dtype policy that was set in this thread; None where it follows the float type.

    The public `keras.config.dtype_policy` sets one where there is none, which then stays when the
    float type changes.
    """
    return global_state.get_global_attribute("dtype_policy")


def set_policy_of_thread(policy: keras.DTypePolicy | None) -> None:
    """Give this thread a dtype policy, or let it follow the float type; see `policy_of_thread`."""
    global_state.set_global_attribute("dtype_policy", policy)


# --- what a layer, an optimiser or the process does instead ---


@contextmanager
def replaced_call(layer: keras.layers.Layer, call: Callable[..., Any]) -> Iterator[None]:
    """Within this, a layer computes `call` in place of its own method.

    Publicly one writes another class. But a saved model names the class of every layer, and a model
    that attnlab saved should open with Keras alone where it can.
    """
    layer.call = call
    try:
        yield
    finally:
        del layer.call


def update_directly(optimizer: keras.optimizers.Optimizer) -> None:
    """Let an optimiser update its variables without summing gradients over devices first.

    There is only one device, and TensorFlow registers each such sum, with the whole graph around
    it, for as long as the process lives: a megabyte or more for every network.

    That sum also adds up the entries that the gradient of Keras's Embedding has for the same row,
    so they are added here: an optimiser's moments of the parts would not be those of the sum. The
    public `apply` always sums over devices.
    """

    def update(
        gradients: Sequence[Any], variables: Sequence[keras.Variable], learning_rate: Any
    ) -> None:
        for gradient, variable in zip(gradients, variables, strict=True):
            optimizer.update_step(tf.convert_to_tensor(gradient), variable, learning_rate)

    optimizer._backend_update_step = update


def keep_session() -> None:
    """Keep others from clearing Keras's session through `keras.backend`, in the whole process.

    Streamlit calls `keras.backend.clear_session()` after each script run and has no setting for it.
    The call drops the state of every thread: names and scopes of a network that another thread is
    tracing at that moment, and the compiled kernels of one that is training.
    """
    keras.backend.clear_session = lambda *_, **__: None
