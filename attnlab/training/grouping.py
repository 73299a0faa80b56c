"""Which seeds of an arm train together in one program, and which one after another.

The rule reads the network and the amount of work alone, never a clock: the same plan always
groups the same way, so that it gives the same numbers bit for bit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import tensorflow as tf

from attnlab.backbones import Network
from attnlab.spec import Training
from attnlab.training.machine_limits import MOST_AT_ONCE, MOST_BYTES

FEWEST_SEEDS = 4
"""Two seeds are faster one after another, five are not."""

FEWEST_STEPS = 5_000
"""Updates, over all seeds, from which the longer trace of a stacked program pays.

Measured for dense, recurrent and self-attention networks by `python -m benchmarks.training --rule`:
between 700 and 4,100 at five seeds and more.
"""

LARGEST_NETWORK = 300_000
"""Parameters up to which a step is mostly overhead, which is what stacking saves."""

SLOW_STACKED = ("Conv", "DepthwiseConv", "MaxPool", "AvgPool", "StatelessRandom", "Random")
"""Prefixes of operations that a stacked program runs seat by seat, slower than one seed alone."""


def seeds_together(
    network: Network, training: Training, *, seeds: int, samples: int, nbytes: int
) -> int:
    """How many of an arm's `seeds` train in one program; 1 means one after another.

    `samples` is the size of a seed's training split, `nbytes` that of its data, of which only as
    many test samples count as are kept for validation: how many more there are shall not change
    what is trained.
    """
    steps = seeds * training.epochs * math.ceil(samples / training.batch_size)
    if seeds < FEWEST_SEEDS or steps < FEWEST_STEPS or network.parameters > LARGEST_NETWORK:
        return 1
    if any(name.startswith(SLOW_STACKED) for name in operations_of(network)):
        return 1
    return balanced(seeds, min(MOST_AT_ONCE, MOST_BYTES // max(nbytes, 1)))


def balanced(seeds: int, most: int) -> int:
    """The size of as few groups of at most `most` seeds as possible, all about equal."""
    if most < 2:
        return 1
    return math.ceil(seeds / math.ceil(seeds / most))


def groups(seeds: Sequence[int], together: int) -> list[tuple[int, ...]]:
    """Cut `seeds` into groups of `together`; the last one may be smaller."""
    return [tuple(seeds[first : first + together]) for first in range(0, len(seeds), together)]


def operations_of(network: Network) -> set[str]:
    """The types of operation that the network's training pass consists of."""
    signature = tf.nest.map_structure(
        lambda tensor: tf.TensorSpec(tensor.shape, tensor.dtype), network.model.input
    )

    def forward(inputs: tf.Tensor | tuple[tf.Tensor, ...]) -> tf.Tensor | list[tf.Tensor]:
        return network.model(inputs, training=True)

    traced = tf.function(forward, autograph=False).get_concrete_function(signature)
    definition = traced.graph.as_graph_def()
    loops = (node for function in definition.library.function for node in function.node_def)
    return {node.op for node in (*definition.node, *loops)}
