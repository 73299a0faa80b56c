"""Which networks can be trained by one traced program: those that compute the same, but for the
numbers that a program reads when it runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import keras

from attnlab.backbones import Network
from attnlab.spec import Training
from attnlab.spec.own_source import is_own
from attnlab.training.dropout_rates import dropouts
from attnlab.training.feeding import ARRAYS, ArrayFeed
from attnlab.training.memory import evaluation_batch
from attnlab.training.objective import Objective

NUMBERS = ("epochs", "learning_rate", "step_epochs", "patience", "module_stream")
"""The settings of a training that may differ."""


def sharing_key(
    network: Network,
    training: Training,
    objective: Objective,
    seats: int,
    feed: ArrayFeed = ARRAYS,
) -> str:
    """Programs with the same key compute the same, except for learning and dropout rates."""
    trained = {id(variable) for variable in network.full.trainable_variables}
    kept = {
        "network": _without_names_and_rates(network.full),
        "trained": [id(variable) in trained for variable in network.full.variables],
        "evaluation_batch": evaluation_batch(network),
        "training": training.model_dump(exclude=set(NUMBERS)),
        "objective": f"{type(objective).__module__} {objective.key}",
        "seats": seats,
        "feed": feed.key,
        "rates": sorted(network.rates.items()),
        # A config names functions of somebody's file, and not what is in them.
        "sources": network.sources,
    }
    return json.dumps(kept, sort_keys=True, default=str)


def _without_names_and_rates(model: keras.Model) -> dict[str, Any]:
    """A network's config in which every layer is called by its place.

    Keras numbers operations without a name through the life of the process (`not_equal_2`), so that
    no two networks with a mask would be the same. Only names and what refers to them are replaced:
    an activation may be called like a layer.
    """
    config: dict[str, Any] = model.get_config()
    places = {each["name"]: f"layer {place}" for place, each in enumerate(config["layers"])}
    rates = {layer.name: _any_rates(layer) for layer in model.layers}
    layers = [
        {
            **_connected(each, places),
            "name": places[each["name"]],
            "config": {
                **_connected(each["config"], places),
                "name": places[each["name"]],
                **rates.get(each["name"], {}),  # an operation without a layer has none
            },
        }
        for each in config["layers"]
    ]
    ends = {end: _renamed(config[end], places) for end in ("input_layers", "output_layers")}
    return {**config, "layers": layers, **ends}


def _any_rates(layer: keras.layers.Layer) -> dict[str, str]:
    """Of a layer's config the dropout rate that the program reads from a variable, taken out.

    Those are of Keras's plain dropout, and of attnlab's own layers that use nothing else.
    """
    if not dropouts([layer]):
        return {}
    if type(layer) is keras.layers.Dropout:
        return {"rate": "any"}
    module = type(layer).__module__
    return {"dropout": "any"} if module.startswith("attnlab.") and not is_own(module) else {}


def _connected(part: Any, places: Mapping[str, str]) -> Any:
    """A part of a config in which tensors come from layers called by their places."""
    match part:
        case {"keras_history": history, **others}:
            return {**others, "keras_history": _renamed(history, places)}
        case dict():
            return {name: _connected(each, places) for name, each in part.items()}
        case list() | tuple():
            return [_connected(each, places) for each in part]
        case _:
            return part


def _renamed(ends: Any, places: Mapping[str, str]) -> Any:
    """The ends of a model, or where a tensor comes from: a layer's name, and two numbers; also as
    lists and mappings of these."""
    match ends:
        case [str(name), int(), int()]:
            return [places[name], *ends[1:]]
        case dict():
            return {name: _renamed(each, places) for name, each in ends.items()}
        case list() | tuple():
            return [_renamed(each, places) for each in ends]
        case _:
            return ends
