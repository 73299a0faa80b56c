"""How much arithmetic an update of a network is, and whether several threads an operation pay."""

from __future__ import annotations

import math

from attnlab.backbones import Network

LARGE = 200_000_000
"""Multiply-adds of an update from which several threads an operation pay, measured by
`python -m benchmarks.threads`."""

WITHOUT_PRODUCTS = ("Embedding", "LSTM", "GRU", "SimpleRNN", "Bidirectional")
"""Layers that look rows up, or whose products are each as small as one step is."""


def is_large(network: Network, batch_size: int) -> bool:
    """Whether an update of this network on so many samples is long enough to be divided among
    threads."""
    return batch_size * multiply_adds(network) >= LARGE


def multiply_adds(network: Network) -> int:
    """About how many multiplications a sample takes on its way through the network.

    Each parameter of a layer counts once for each place of its output: right for convolutions and
    dense layers, too many for the gates of attention, which have few parameters.
    """
    return sum(
        layer.parameters * math.prod(layer.shape[:-1])
        for layer in network.describe()
        if layer.type not in WITHOUT_PRODUCTS
    )
