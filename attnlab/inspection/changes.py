"""What a network gives with something of it changed: positions taken away, or other weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from attnlab.inspection.places import Call, Positions, replaced
from attnlab.inspection.reweighing_images import reweighed
from attnlab.inspection.subject import Subject, Weights


class Changed(NamedTuple):
    """The predictions (N, M, K), how right each answer is (N,), and its loss (N,)."""

    predictions: np.ndarray
    right: np.ndarray
    losses: np.ndarray


def predictions_with(subject: Subject, positions: Positions, kept: np.ndarray) -> np.ndarray:
    """The predictions (N, M, K) with positions as far there as `kept` (N, n) says, 0 to 1."""
    baseline = subject.baseline(positions)

    def run(inputs: list[Any], targets: Any, kept: Any) -> Any:
        with positions.taken(inputs, kept, baseline) as changed:
            answers, _ = subject.outputs(changed)
        return subject.answering.predictions(answers)

    return subject.run(("predictions", positions), run, _floats(kept))


def margins_with(subject: Subject, positions: Positions, kept: np.ndarray) -> np.ndarray:
    """How far the whole network's answers are ahead (N,), with positions as far there."""
    baseline = subject.baseline(positions)

    def run(inputs: list[Any], targets: Any, chosen: Any, shares: Any, kept: Any) -> Any:
        with positions.taken(inputs, kept, baseline) as changed:
            answers, _ = subject.outputs(changed)
        return subject.answering.margin(answers, chosen, shares)

    return subject.run(("margins", positions), run, subject.chosen, subject.shares, _floats(kept))


def slopes_with(subject: Subject, positions: Positions, kept: np.ndarray) -> np.ndarray:
    """The slope (N, n) of `margins_with` by how far each position is there."""
    baseline = subject.baseline(positions)

    def run(inputs: list[Any], targets: Any, chosen: Any, shares: Any, kept: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(kept)
            with positions.taken(inputs, kept, baseline) as changed:
                answers, _ = subject.outputs(changed)
            ahead = subject.answering.margin(answers, chosen, shares)
        return tape.gradient(ahead, kept, unconnected_gradients="zero")

    return subject.run(("slopes", positions), run, subject.chosen, subject.shares, _floats(kept))


def with_weights(subject: Subject, weights: Weights) -> Changed:
    """What the network gives with these weights in its layers."""
    layers, sizes = tuple(weights), [len(each) for each in weights.values()]

    def run(inputs: list[Any], targets: Any, *given: Any) -> Any:
        with _given(layers, sizes, given):
            answers, _ = subject.outputs(inputs)
        return subject.measured(targets, answers)

    return _changed(subject.run(("weights", layers), run, *_flat(weights)))


def weight_slopes(
    subject: Subject, weights: Weights, factors: np.ndarray
) -> tuple[np.ndarray, ...]:
    """The slopes of the sum of predictions times `factors` (N, M, K) by each of these weights."""
    layers, sizes = tuple(weights), [len(each) for each in weights.values()]

    def run(inputs: list[Any], targets: Any, factors: Any, *given: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(given)
            with _given(layers, sizes, given):
                answers, _ = subject.outputs(inputs)
            total = tf.reduce_sum(subject.answering.predictions(answers) * factors)
        return tape.gradient(total, given, unconnected_gradients="zero")

    slopes = subject.run(("weight slopes", layers), run, _floats(factors), *_flat(weights))
    return tuple(slopes)


def with_network(subject: Subject, other: keras.Model) -> Changed:
    """What another network of the same inputs gives, such as one without the module."""

    def run(inputs: list[Any], targets: Any) -> Any:
        outputs = other(inputs if len(inputs) > 1 else inputs[0], training=False)
        answers = list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
        return subject.measured(targets, answers)

    return _changed(subject.run(("network", id(other)), run))


def without_context(subject: Subject) -> Changed:
    """What the network gives when its modules give nothing but zeros."""

    def nothing(call: Call) -> Call:
        def zeros(*args: Any, **kwargs: Any) -> Any:
            return tf.nest.map_structure(tf.zeros_like, call(*args, **kwargs))

        return zeros

    def run(inputs: list[Any], targets: Any) -> Any:
        with ExitStack() as stack:
            for layer in subject.layers:
                stack.enter_context(replaced(layer, nothing))
            answers, _ = subject.outputs(inputs)
        return subject.measured(targets, answers)

    return _changed(subject.run("without context", run))


def class_activation(subject: Subject, layer: keras.layers.Layer) -> np.ndarray:
    """Grad-CAM (N, H, W) of the network's answers on the map that enters a layer.

    The sum of its channels, each times the mean over places of the answer's slope by it, without
    what is below 0. Source: Selvaraju et al. 2017.
    """
    return class_activations(subject, [layer])[0]


def class_activations(subject: Subject, layers: Sequence[keras.layers.Layer]) -> list[np.ndarray]:
    """The same for each of several layers, of one pass through the network."""

    def run(inputs: list[Any], targets: Any, chosen: Any, shares: Any) -> Any:
        met: dict[int, Any] = {}
        with tf.GradientTape() as tape:

            def watching(place: int) -> Callable[[Call], Call]:
                def make(call: Call) -> Call:
                    def watched(x: Any, *args: Any, **kwargs: Any) -> Any:
                        tape.watch(x)
                        met.setdefault(place, x)
                        return call(x, *args, **kwargs)

                    return watched

                return make

            with ExitStack() as stack:
                for place, layer in enumerate(layers):
                    stack.enter_context(replaced(layer, watching(place)))
                answers, _ = subject.outputs(inputs)
            ahead = subject.answering.margin(answers, chosen, shares)
        maps = [met[place] for place in range(len(layers))]
        return [
            tf.nn.relu(
                tf.reduce_sum(tf.reduce_mean(each, axis=(1, 2), keepdims=True) * own, axis=-1)
            )
            for own, each in zip(maps, tape.gradient(ahead, maps), strict=True)
        ]

    key = ("class activation", *map(id, layers))
    found: list[np.ndarray] = subject.run(key, run, subject.chosen, subject.shares)
    return found


@contextmanager
def _given(layers: tuple[Any, ...], sizes: list[int], given: tuple[Any, ...]) -> Iterator[None]:
    """Within this, layers weigh with what is given: as many tensors for each as `sizes` says."""
    left = list(given)

    def giving(layer: Any, own: tuple[Any, ...]) -> Callable[[Call], Call]:
        def make(call: Call) -> Call:
            def reweighing(x: Any, *args: Any, **kwargs: Any) -> Any:
                outputs = reweighed(layer, x, own, kwargs.get("mask"))
                return outputs, own if len(layer.traces) > 1 else own[0]

            return reweighing

        return make

    with ExitStack() as stack:
        for layer, size in zip(layers, sizes, strict=True):
            own, left = tuple(left[:size]), left[size:]
            stack.enter_context(replaced(layer, giving(layer, own)))
        yield


def _flat(weights: Weights) -> list[np.ndarray]:
    return [_floats(each) for own in weights.values() for each in own]


def _floats(values: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(values, dtype=np.float32)


def _changed(found: dict[str, np.ndarray]) -> Changed:
    return Changed(found["predictions"], found["right"], found["losses"])
