"""The weights that a run starts with, each drawn from its own stream of random numbers.

Backbone layers draw from streams named by seed, layer and weight alone, so every arm starts from
the same backbone. Modules draw from a separate stream.
"""

from __future__ import annotations

from collections.abc import Collection

import keras
import numpy as np

from attnlab.backbones import Network, is_module
from attnlab.compat.keras import layer_and_sublayers, own_seed_generators, own_variables
from attnlab.tasks.streams import derive


def initial_weights(network: Network, seed: int, module_stream: int = 0) -> list[np.ndarray]:
    """Draw the start of every variable of `network.model`, in the order of `model.variables`.

    Modules draw from the stream of this number, the backbone from one that is the same for all.

    Each layer keeps the initialiser of a weight `name` as `name_initializer`, as Keras's own do
    (its `recurrent_kernel` has a `recurrent_initializer`, the `kernel` of a depthwise convolution a
    `depthwise_initializer`); constant starts stay as they were built.
    Raises ValueError for a trainable weight whose initialiser cannot be found: it would be the same
    for every seed.
    """
    drawn = drawn_weights(network.model, seed, module_stream, given=network.given)
    return [
        drawn.get(id(variable), built)
        for variable, built in zip(network.model.variables, network.built, strict=True)
    ]


def drawn_weights(
    model: keras.Model, seed: int, module_stream: int = 0, given: Collection[str] = ()
) -> dict[int, np.ndarray]:
    """The start of every variable that depends on the seed, by the variable's `id`; the layers
    `given` start with the weights that they have."""
    of_modules = f"module {module_stream}" if module_stream else "module"
    drawn: dict[int, np.ndarray] = {}
    for layer in model.layers:
        stream = of_modules if is_module(layer) else "backbone"
        for part in layer_and_sublayers(layer):
            for variable in own_variables(part) if layer.name not in given else ():
                names = (stream, layer.name, part.name, variable.name)
                start = _drawn_weight(part, variable, derive(seed, *names))
                if start is not None:
                    drawn[id(variable)] = start
        for part in layer_and_sublayers(layer):
            for generator in own_seed_generators(part):
                state = generator.state
                first = derive(seed, stream, layer.name, part.name, "dropout")
                drawn[id(state)] = np.array([first, 0], dtype=state.dtype)
    return drawn


def _drawn_weight(
    layer: keras.layers.Layer, variable: keras.Variable, seed: int
) -> np.ndarray | None:
    """The start of this weight, or None where it is the same for every seed."""
    name = variable.name
    kept_as = [name, name.removesuffix("_kernel")]
    if isinstance(layer, keras.layers.DepthwiseConv2D):
        kept_as.append(name.replace("kernel", "depthwise"))
    candidates = (getattr(layer, f"{each}_initializer", None) for each in kept_as)
    initializer = next((each for each in candidates if each is not None), None)
    if initializer is None and variable.trainable:
        raise ValueError(
            f"layer {layer.name!r} must keep the initialiser of its weight {name!r} as "
            f"{name}_initializer, or every seed would start alike"
        )
    if initializer is None or "seed" not in initializer.get_config():
        return None
    redrawn = type(initializer).from_config({**initializer.get_config(), "seed": seed})
    return np.asarray(redrawn(variable.shape, dtype=variable.dtype))
