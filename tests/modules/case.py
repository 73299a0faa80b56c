"""A layer under test: its options, the shapes of its inputs, and its definition in NumPy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import keras
import numpy as np

from . import definitions

FEATURES = (12,)
IMAGE = (5, 7, 24)  # three different sizes: no axis can be taken for another
STEPS = (9, 12)
QUERIES, VALUES = (5, 12), (9, 10)  # a scaled product needs VALUES to be as wide as QUERIES


@dataclass(frozen=True)
class Case:
    name: str
    layer: type[keras.layers.Layer]
    definition: Callable
    shape: tuple[int, ...] = IMAGE
    options: dict[str, Any] = field(default_factory=dict)
    outputs: Callable = definitions.weighed_inputs
    values: tuple[int, ...] = ()  # the shape of the second input, if there is one
    idle: tuple[str, ...] = ()  # trainable weights that can make no difference

    @property
    def shapes(self):
        """The shapes of all inputs."""
        return (self.shape, self.values) if self.values else (self.shape,)

    def each_input(self, make):
        """What `make` gives for the shape of the one input, or a list of it for several."""
        made = [make(shape) for shape in self.shapes]
        return made if self.values else made[0]

    def batch_shape(self, batch=None):
        return self.each_input(lambda shape: (batch, *shape))

    def symbolic(self):
        return self.each_input(keras.Input)

    @property
    def output_shape(self):
        return self.layer(**self.options).compute_output_shape(self.batch_shape())[1:]

    def make(self, **kwargs):
        return self.layer(**self.options, **kwargs)

    def built(self, seed=0, **kwargs):
        """The layer with random weights everywhere, so that no bias hides by being zero."""
        rng = np.random.default_rng(seed)
        layer = self.make(**kwargs)
        layer.build(self.batch_shape())
        for weight in layer.weights:
            low, high = (0.5, 1.5) if weight.name == "moving_variance" else (-0.7, 0.7)
            weight.assign(rng.uniform(low, high, weight.shape))
        return layer

    def inputs(self, batch=6, seed=1):
        rng = np.random.default_rng(seed)
        return self.each_input(
            lambda shape: rng.normal(size=(batch, *shape)).astype("float32"),
        )

    @property
    def traces(self):
        return self.built().traces

    def score_shapes(self, batch=6):
        shapes = {
            "feature": (batch, self.shape[-1]),
            "channel": (batch, self.shape[-1]),
            "place": (batch, *self.shape[:-1]),
            "step": (batch, self.shapes[-1][0]),
        }
        leading = {"head": self.make().get_config().get("heads"), "query": self.shape[0]}
        return [
            (batch, *(leading[axis] for axis in trace.leading), *shapes[trace.axis][1:])
            for trace in self.traces
        ]


def scores_of(layer, inputs, **kwargs):
    """The outputs and the list of score tensors of a call, as NumPy arrays."""
    outputs, scores = layer(inputs, return_attention_scores=True, **kwargs)
    return np.asarray(outputs), [np.asarray(score) for score in keras.tree.flatten(scores)]


def variant(defaults, name, **options):
    """The case of this name with other options than the defaults."""
    default = next(case for case in defaults if case.name == name)
    label = ",".join(f"{key}={value}" for key, value in options.items())
    return replace(default, name=f"{name}:{label}", options=options)
