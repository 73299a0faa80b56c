"""The positions that a trace weighs, and how they are taken away.

A position is where its weight is put: a feature or a channel of what enters the module, a place of
that map, a step of the network's input or its embedding. It is taken away by a factor m from 1 to
0 that moves it to a baseline: x' = b + m (x − b), where b is the mean over the examples for
features, channels and places, and 0 for steps. So the slope of an answer by m, at m = 1, is
gradient × (input − baseline); with m = 0 the position is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from attnlab.backbones import Network, TraceSpec
from attnlab.modules.alignment_shapes import several
from attnlab.modules.layer import AttentionLayer

Call = Callable[..., Any]


@dataclass(frozen=True)
class Attention:
    """One trace of a network: its layer, None where the backbone weighs by itself, and which of
    the layer's scores it is."""

    spec: TraceSpec
    layer: AttentionLayer | None
    number: int

    @property
    def axis(self) -> str:
        """The trace's name."""
        return self.spec.axis


def attention_of(network: Network) -> tuple[Attention, ...]:
    """The traces of a network in its order, with their layers."""
    layers = sorted(network.modules, key=lambda layer: (len(layer.name), layer.name))
    owned = [(layer, number) for layer in layers for number in range(len(layer.traces))]
    free = [(None, 0)] * (len(network.traces) - len(owned))
    return tuple(
        Attention(spec, layer, number)
        for spec, (layer, number) in zip(network.traces, [*owned, *free], strict=True)
    )


@contextmanager
def replaced(layer: keras.layers.Layer, call: Callable[[Call], Call]) -> Iterator[None]:
    """Within this the layer's call is what `call` makes of it."""
    layer.call = call(layer.call)
    try:
        yield
    finally:
        del layer.call


@dataclass(frozen=True)
class Positions:
    """Where the positions of a trace are, `shape` of them for an example.

    `where` is "module" (what enters its layer), "input" (the network's input of this number), or
    "embedding" (what its layer gives). `weighed` is what a position is: "feature", "channel",
    "place" or "step"; `tokens` is the shape of an example's tokens before an embedding.
    """

    attention: Attention
    shape: tuple[int, ...]
    where: str
    weighed: str
    number: int = 0
    layer: keras.layers.Layer | None = None
    tokens: tuple[int, ...] = ()

    @property
    def count(self) -> int:
        """How many positions an example has."""
        return math.prod(self.shape)

    def rows(self, scores: np.ndarray) -> np.ndarray:
        """Scores (N, ...) of the trace as one row of weights (N, n) for each example: the mean
        over heads and queries; of a distribution with sum one where there is any weight."""
        spec = self.attention.spec
        held = len(self.shape) + 1
        while scores.ndim > held:
            scores = scores.mean(axis=len(self.shape))
        rows = scores.reshape(len(scores), -1).astype(float)
        if spec.kind == "distribution":
            total = rows.sum(axis=-1, keepdims=True)
            rows = np.divide(rows, total, out=np.zeros_like(rows), where=total > 0)
        return rows

    @contextmanager
    def taken(self, inputs: Sequence[Any], kept: Any, baseline: Any) -> Iterator[list[Any]]:
        """Within this, a network called with the inputs that it gives has its positions moved to
        the `baseline` as far as `kept` (B, n) says."""
        factor = tf.reshape(kept, [-1, *self.shape])
        if self.where == "input":
            array = inputs[self.number]
            behind = len(array.shape) - 1 - len(self.shape)
            factor = tf.reshape(factor, [-1, *self.shape, *[1] * behind])
            changed = list(inputs)
            changed[self.number] = array * tf.cast(factor, array.dtype)
            yield changed
            return
        assert self.layer is not None

        def make(call: Call) -> Call:
            def moved(x: Any, *args: Any, **kwargs: Any) -> Any:
                if self.where == "embedding":
                    vectors = call(x, *args, **kwargs)
                    return vectors * tf.reshape(self._each(factor), [-1, *vectors.shape[1:-1], 1])
                if several(x):
                    x = [x[0], self._towards(x[1], factor, baseline), *x[2:]]
                else:
                    x = self._towards(x, factor, baseline)
                return call(x, *args, **kwargs)

            return moved

        with replaced(self.layer, make):
            yield list(inputs)

    def _each(self, factor: Any) -> Any:
        """The factor of every token: those of a sentence share its own."""
        further = self.tokens[len(self.shape) :]
        return tf.reshape(factor, [-1, *self.shape, *[1] * len(further)]) * tf.ones(further)

    def _towards(self, x: Any, factor: Any, baseline: Any) -> Any:
        if self.weighed == "channel":
            factor = factor[:, None, None, :]
        elif self.weighed != "feature":
            factor = factor[..., None]
        return baseline + factor * (x - baseline)


def baseline_of(positions: Positions, entering: np.ndarray | None) -> np.ndarray:
    """What positions are moved to, from what enters the layer (N, ...): the mean over examples, of
    a map over places too; 0 for steps."""
    if positions.where != "module" or positions.weighed == "step" or entering is None:
        return np.zeros(1, np.float32)
    axes = tuple(range(entering.ndim - 1))
    return entering.mean(axis=axes, dtype=np.float64).astype(np.float32)


def positions_of(network: Network, attention: Attention) -> Positions | None:
    """Where the positions of a trace are; None where they cannot be taken away: those of a
    backbone that weighs by itself."""
    spec, layer = attention.spec, attention.layer
    if layer is None:
        return None
    if spec.weighed != "step":
        shape = spec.shape[len(spec.leading) :]
        return Positions(attention, shape, "module", spec.weighed, layer=layer)
    shape = spec.shape[-1:]
    for number, tensor in enumerate(network.model.inputs):
        own = tuple(tensor.shape[1:])
        if not str(tensor.dtype).startswith("int"):
            if own[:1] == shape:
                return Positions(attention, shape, "input", "step", number)
            continue
        folded = spec.leading[:1] == ("query",) and own == (spec.shape[0], spec.shape[-1])
        embedding = _embedding_of(network, tensor)
        if embedding is not None and (folded or own[:1] == shape):
            whole = own if folded else shape
            return Positions(attention, whole, "embedding", "step", 0, embedding, own)
    return Positions(attention, shape, "module", "step", layer=layer)


def _embedding_of(network: Network, tokens: Any) -> keras.layers.Layer | None:
    """The layer that turns these tokens into vectors."""
    made = [layer for layer in network.model.layers if isinstance(layer, keras.layers.Embedding)]
    direct = [layer for layer in made if layer.input is tokens]
    return direct[0] if direct else made[0] if len(made) == 1 else None
