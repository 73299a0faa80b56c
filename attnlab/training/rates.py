"""Which variables of a network are trained more slowly than others."""

from __future__ import annotations

from attnlab.backbones import Network


def rates_of(network: Network) -> dict[int, float]:
    """The factor of the learning rate, by the `id` of a variable of the network's model; those
    that are not there have 1."""
    return {
        id(variable): network.rates[layer.name]
        for layer in network.model.layers
        if layer.name in network.rates
        for variable in layer.trainable_variables
    }
