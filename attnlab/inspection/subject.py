"""A trained network with the examples that it is inspected on.

What is done to it is traced once and runs over the examples in batches. A layer gives other outputs
while its call is replaced, which a trace keeps: the network itself stays as it is.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

import numpy as np
import tensorflow as tf

from attnlab.backbones import Network
from attnlab.inspection.answering import Answering
from attnlab.inspection.errors import InspectionError
from attnlab.inspection.places import Attention, Call, Positions, attention_of, replaced
from attnlab.inspection.reweighing_images import own_weights, reweighed
from attnlab.modules.alignment_shapes import several
from attnlab.training.memory import evaluation_batch
from attnlab.training.objective import Objective

SAME = 1e-3
"""A layer gives its own outputs for its own weights if they differ by less, relative to the largest
of them."""

MOST_AT_ONCE = 512

_OF_EXAMPLES = ("inputs", "targets", "whole", "scores", "chosen", "shares", "right", "losses")

Weights = dict[Any, tuple[np.ndarray, ...]]
"""By layer, what `reweighed` takes for it: one array (N, ...) for each of its traces."""


class Subject:
    """A network, its examples and their answers.

    Arguments:
        network: With the weights that were trained.
        objective: What it was trained for.
        inputs: The network's, arrays (N, ...).
        targets: As the objective takes them.

    Attributes:
        attention: The network's traces with their layers; `scores` are theirs (N, ...).
        layers: The modules, and `weights` what each weighs with.
        whole: The predictions (N, M, K), `chosen` the answers (N, M) that they are, and `shares`
            what each counts.
        right, losses: How right each answer is (N,), and its loss (N,): the mean of its batch.
    """

    def __init__(
        self,
        network: Network,
        objective: Objective,
        inputs: Sequence[np.ndarray],
        targets: Any,
    ) -> None:
        self.network, self.objective = network, objective
        self.answering = Answering(objective)
        self.inputs, self.targets = [np.asarray(each) for each in inputs], targets
        self.attention = attention_of(network)
        self.layers = tuple(
            dict.fromkeys(each.layer for each in self.attention if each.layer is not None)
        )
        self._batch = min(evaluation_batch(network), MOST_AT_ONCE)
        self._functions: dict[Any, Any] = {}
        found = self.run("record", self._recorded)
        self.whole: np.ndarray = found["predictions"]
        self.scores: tuple[np.ndarray, ...] = tuple(found["scores"])
        self.chosen = self.answering.chosen(self.whole)
        self.shares = self.answering.shares(targets, self.chosen.shape[1])
        self.right, self.losses = found["right"], found["losses"]
        self.weights: Weights = {
            layer: tuple(own) for layer, own in zip(self.layers, found["weights"], strict=True)
        }
        self._masks = dict(zip(self.layers, found["masks"], strict=True))
        self._entering = dict(zip(self.layers, found["entering"], strict=True))
        self._differences = dict(zip(self.layers, found["differences"], strict=True))

    def score(self, predictions: np.ndarray) -> np.ndarray:
        """How much is left (N,) of the network's answers; see `Answering.score`."""
        return self.answering.score(predictions, self.whole, self.shares)

    def distance(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """How far two predictions are apart (N,); see `Answering.distance`."""
        return self.answering.distance(first, second, self.shares)

    def __len__(self) -> int:
        return len(self.inputs[0])

    def first(self, n: int) -> Subject:
        """The same of the first `n` examples; baselines stay those of all."""
        if n >= len(self):
            return self
        whole, few = len(self), copy.copy(self)

        def head(array: np.ndarray) -> np.ndarray:
            return array[: len(array) // whole * n]  # several sequences of an example stay together

        for name in _OF_EXAMPLES:
            setattr(few, name, tf.nest.map_structure(head, getattr(self, name)))
        few.weights = {layer: tuple(map(head, weights)) for layer, weights in self.weights.items()}
        few._masks = {layer: head(mask) for layer, mask in self._masks.items()}
        return few

    def mask(self, attention: Attention) -> np.ndarray | None:
        """Which positions of a trace are no padding, (N, n), or (N, S, n) where an example has
        several sequences; None where all are."""
        mask = self._masks.get(attention.layer)
        if mask is None or not mask.size or attention.spec.weighed != "step":
            return None
        several_each = len(mask) > len(self)
        return mask.reshape(len(self), -1, mask.shape[-1]) if several_each else mask

    def valid(self, attention: Attention, positions: Positions | None = None) -> np.ndarray | None:
        """Which positions (N, n) of a trace are no padding; None where all are."""
        mask = self.mask(attention)
        if mask is None or mask.ndim == 2:
            return mask
        folded = positions is not None and len(positions.shape) == 2
        return mask.reshape(len(self), -1) if folded else np.any(mask, axis=1)

    def mask_of(self, layer: Any) -> np.ndarray | None:
        """Which of the steps that a layer weighs are no padding (B, T); None where all are."""
        mask = self._masks[layer]
        return mask if mask.size else None

    def baseline(self, positions: Positions) -> np.ndarray:
        """What positions are moved to: the mean over the examples, of a map over its places too;
        0 for steps."""
        if positions.where != "module" or positions.weighed == "step":
            return np.zeros(1, np.float32)
        mean = self._entering[positions.layer].mean(axis=0, dtype=np.float64)
        return mean.astype(np.float32)

    def check_weights(self, layer: Any) -> None:
        """Raise InspectionError unless the layer gives its own outputs for its own weights."""
        if not self._differences[layer].max(initial=0.0) <= SAME:
            raise InspectionError(
                f"what {type(layer).__name__} gives for other weights than its own is not known: "
                "for its own, the rule of attnlab/inspection/reweighing.py gives other outputs"
            )

    # --- for what is done to it ---

    def run(self, key: Any, function: Callable[..., Any], *further: np.ndarray) -> Any:
        """What a function gives for all examples, in arrays (N, ...), traced once for each key.

        It takes the inputs of a batch, its targets, and those rows of the arrays that are given
        besides.
        """
        arrays = [np.asarray(each) for each in further]
        if key not in self._functions:
            self._functions[key] = self._traced_of(function, arrays)
        traced, parts = self._functions[key], []
        for first in range(0, len(self), self._batch):

            def cut(array: np.ndarray, first: int = first) -> Any:
                each = len(array) // len(self)  # several sequences of an example stay together
                return tf.constant(array[each * first : each * (first + self._batch)])

            batch = traced(
                list(map(cut, self.inputs)),
                tf.nest.map_structure(cut, self.targets),
                *map(cut, arrays),
            )
            parts.append(tf.nest.map_structure(lambda each: each.numpy(), batch))
        return tf.nest.map_structure(lambda *each: np.concatenate(each), *parts)

    def _traced_of(self, function: Callable[..., Any], arrays: list[np.ndarray]) -> Any:
        signature = [
            [tf.TensorSpec(each.shape, each.dtype) for each in self.network.model.inputs],
            self.objective.signature(()),
            *(tf.TensorSpec([None, *each.shape[1:]], each.dtype) for each in arrays),
        ]
        traced = tf.function(function, input_signature=signature, autograph=False)
        return traced.get_concrete_function()

    def outputs(self, inputs: list[Any]) -> tuple[list[Any], list[Any]]:
        """The answers and the scores of a batch, as the network gives them while it is traced."""
        outputs = self.network.full(inputs if len(inputs) > 1 else inputs[0], training=False)
        every = list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
        return every[: self.network.answers], every[self.network.answers :]

    def measured(self, targets: Any, answers: list[Any]) -> dict[str, Any]:
        """The predictions, how right answers are, and the loss, of a batch."""
        right = tf.cast(self.objective.right(targets, answers), tf.float32)
        loss = tf.cast(self.objective.loss(targets, answers), tf.float32)
        return {
            "predictions": self.answering.predictions(answers),
            "right": right,
            "losses": tf.fill(tf.shape(right), loss),
        }

    def _recorded(self, inputs: list[Any], targets: Any) -> dict[str, Any]:
        met: dict[Any, tuple[Any, Any, Any, Any]] = {}

        def recording(layer: Any) -> Callable[[Call], Call]:
            def make(call: Call) -> Call:
                def recorded(x: Any, *args: Any, **kwargs: Any) -> Any:
                    outputs, scores = call(x, *args, **kwargs)
                    mask = kwargs.get("mask")
                    own = scores if isinstance(scores, tuple) else (scores,)
                    own = own_weights(layer, x, own, mask)
                    difference = _difference(outputs, reweighed(layer, x, own, mask), mask)
                    met[layer] = (_means(x), own, _of_values(mask), difference[None])
                    return outputs, scores

                return recorded

            return make

        with ExitStack() as stack:
            for layer in self.layers:
                stack.enter_context(replaced(layer, recording(layer)))
            answers, scores = self.outputs(inputs)
        entering, weights, masks, differences = (
            [met[layer][place] for layer in self.layers] for place in range(4)
        )
        return {
            **self.measured(targets, answers),
            "scores": scores,
            "weights": weights,
            "masks": masks,
            "entering": entering,
            "differences": differences,
        }


def _difference(outputs: Any, again: Any, mask: Any) -> Any:
    """The largest difference of two outputs over the largest of them; infinite for other shapes.
    What a layer gives for padding does not count."""
    if outputs.shape.rank != again.shape.rank:
        return tf.constant(np.inf, tf.float32)
    if outputs.shape.rank == 3 and mask is not None and not isinstance(mask, (list, tuple)):
        there = tf.cast(mask, outputs.dtype)[..., None]
        outputs, again = outputs * there, again * there
    largest = tf.reduce_max(tf.abs(outputs)) + 1e-12
    return tf.cast(tf.reduce_max(tf.abs(outputs - again)) / largest, tf.float32)


def _means(x: Any) -> Any:
    """What enters a layer, of a map the mean over its places; nothing of steps."""
    if several(x) or x.shape.rank == 3:
        return tf.zeros([1, 1])
    return tf.reduce_mean(x, axis=(1, 2)) if x.shape.rank == 4 else x


def _of_values(mask: Any) -> Any:
    """The mask of what is weighed; nothing where there is none."""
    values = mask[1] if isinstance(mask, (list, tuple)) else mask
    return tf.zeros([0], tf.bool) if values is None else values
