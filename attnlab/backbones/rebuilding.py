"""A model of Keras built again from other inputs, with something put between its layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import keras

from attnlab.compat.keras import names_anew

Call = Callable[..., Any]
"""What stands for the call of a layer: it takes the layer and what it is called with."""


def rebuilt(
    model: keras.Model,
    inputs: Any,
    prepared: Any,
    *,
    call: Call,
    momentum: float | None = None,
    weights: bool = False,
    renamed: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Any, list[keras.layers.Layer]]:
    """What comes out of a copy of a functional model, and the layers of the copy.

    The copy takes `prepared`, made from `inputs`, in place of its own inputs. `call` is called for
    each of its layers, and gives what the layer gives or something else. `momentum` is that of all
    batch norms, their own by default. With `weights` the copy has those of the model, and else
    weights of its own. Layers with names in `renamed` have those it gives in the copy.
    """
    copies: dict[str, keras.layers.Layer] = {}

    def copied(layer: keras.layers.Layer) -> keras.layers.Layer:
        name = renamed.get(layer.name, layer.name)
        if name not in copies:
            config = layer.get_config()
            if name != layer.name:
                config["name"] = name
            if momentum is not None and isinstance(layer, keras.layers.BatchNormalization):
                config["momentum"] = momentum
            copies[name] = type(layer).from_config(config)
        return copies[name]

    def from_prepared(given: Any) -> Any:
        return keras.tree.map_structure(lambda each: prepared if each is inputs else each, given)

    def called(layer: Any, *args: Any, **kwargs: Any) -> Any:
        return call(layer, *from_prepared(args), **from_prepared(kwargs))

    with names_anew():
        copy = keras.models.clone_model(
            model, input_tensors=inputs, clone_function=copied, call_function=called
        )
    for layer in model.layers:
        name = renamed.get(layer.name, layer.name)
        if weights and name in copies and layer.weights:
            copies[name].set_weights(layer.get_weights())
    return copy.output, [copies[each.name] for each in copy.layers if each.name in copies]
