"""What a module has to keep: each check raises Refused with what it saw. Needs TensorFlow."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from attnlab.own_modules.network_checks import saved, starts
from attnlab.own_modules.subject import BATCH, SIZES, Refused, TriedLayer, array, moved
from attnlab.spec.arithmetic import worked_out
from attnlab.wording import listed

NEAR = 1e-3
"""How far from 1 the sum of a distribution may be."""


def shape(subject: TriedLayer) -> None:
    """The outputs have the shape of the inputs, or the one declared."""
    outputs, _ = subject.answered(subject.made(), subject.inputs())
    got, expected = tuple(outputs.shape[1:]), subject.output
    if got != expected:
        hint = "" if subject.declared["output"] else "; if that is meant, say so by output=..."
        raise Refused(
            f"gives outputs of shape (B, {_sizes(got)}) for inputs that ask for "
            f"(B, {_sizes(expected)}){hint}"
        )


def scores(subject: TriedLayer) -> None:
    """As many scores come back as declared, each of its shape."""
    layer = subject.made()
    outputs, found = subject.answered(layer, subject.inputs())
    traces = subject.declared["traces"]
    if len(found) != len(traces):
        raise Refused(f"returns {len(found)} scores and declares {len(traces)}")
    for trace, score in zip(traces, found, strict=True):
        got, expected = tuple(score.shape), _score_shape(subject, trace)
        fits = len(got) == len(expected) and all(
            want in (None, size) for size, want in zip(got, expected, strict=True)
        )
        if not fits:
            wanted = ", ".join("any" if each is None else str(each) for each in expected)
            axes = ", ".join(["batch", *trace["leading"], trace["axis"]])
            raise Refused(
                f"returns scores of shape {got}, and declares a weight for each {trace['axis']}: "
                f"({axes}) is ({wanted}) for a batch of {BATCH}"
            )
    plain = layer(subject.inputs())
    if isinstance(plain, (tuple, list)):
        raise Refused("returns scores although return_attention_scores is False")
    if tuple(plain.shape) != tuple(outputs.shape):
        raise Refused("gives outputs of another shape when it is asked for scores")


def weights(subject: TriedLayer) -> None:
    """A distribution sums to one over what it weighs; a gate lies between 0 and 1."""
    for scale in (0.0, 0.3, 1.5):
        layer = moved(subject.made(), scale=scale)
        _, found = subject.answered(layer, subject.inputs(scale=1 + scale))
        for trace, score in zip(subject.declared["traces"], found, strict=True):
            values = array(score)
            if not np.isfinite(values).all():
                raise Refused("gives scores that are not finite")
            if trace["kind"] == "distribution":
                _check_sums(trace, values)
            elif values.min() < -1e-6 or values.max() > 1 + 1e-6:
                raise Refused(
                    f"declares a gate, which lies between 0 and 1, and gives weights from "
                    f"{values.min():.3g} to {values.max():.3g}"
                )


def _check_sums(trace: Any, values: np.ndarray) -> None:
    axes = (-2, -1) if trace["axis"] == "place" else (-1,)
    sums = values.sum(axis=axes)
    if values.min() < -1e-6 or np.abs(sums - 1).max() > NEAR:
        others = [
            name
            for place, name in enumerate(_axis_names(trace, values.ndim))
            if np.abs(values.sum(axis=place) - 1).max() <= NEAR
        ]
        where = f", but to one over the {listed(others)}: softmax over the wrong axis" * bool(
            others
        )
        raise Refused(
            f"declares a distribution over each {trace['axis']}, and its weights sum to "
            f"{sums.min():.3g} to {sums.max():.3g} there{where}"
        )


def gradients(subject: TriedLayer) -> None:
    """Every trained weight gets a gradient."""
    silent: dict[str, str] = {}
    for seed in range(4):  # a unit may be dead by chance
        layer = moved(subject.made(), seed=seed)
        inputs = subject.inputs(batch=16, seed=seed)
        with tf.GradientTape() as tape:
            outputs = layer(inputs, training=True)
            random = np.random.default_rng(seed).normal(size=tuple(outputs.shape))
            loss = keras.ops.sum(outputs * keras.ops.cast(random, outputs.dtype))
        variables = [each.value for each in layer.trainable_weights]
        found = tape.gradient(loss, variables) if variables else []
        now = {
            weight.path.partition("/")[2] or weight.path: (
                "none at all" if each is None else "zero throughout"
            )
            for weight, each in zip(layer.trainable_weights, found, strict=True)
            if each is None or not np.any(array(tf.convert_to_tensor(each)))
        }
        silent = now if seed == 0 else {each: why for each, why in silent.items() if each in now}
        if not silent:
            return
    told = listed(f"{path} ({why})" for path, why in silent.items())
    raise Refused(f"has weights that no gradient reaches: {told}")


def count(subject: TriedLayer) -> None:
    """The number of weights is what `count` says, at two sizes and at the bounds of parameters."""
    for sizes in SIZES[subject.slot]:
        at = TriedLayer(subject.kind, subject.declared, subject.slot, sizes)
        for params in (at.defaults, *at.others):
            values = {**sizes, **params}
            told, real = worked_out(at.declared["count"], values), at.made(params).count_params()
            if told != real:
                where = ", ".join(f"{name}={value}" for name, value in values.items())
                raise Refused(
                    f"has {real:,} weights at {where}, and count={at.declared['count']!r} says "
                    f"{told:,}"
                )


def settings(subject: TriedLayer) -> None:
    """Every parameter may be at its bounds, and comes back from `get_config`."""
    for params in (subject.defaults, *subject.others):
        layer = subject.made(params)
        outputs, _ = subject.answered(layer, subject.inputs())
        got = tuple(outputs.shape[1:])
        if got != subject.output_with(params):
            raise Refused(f"gives outputs of shape (B, {_sizes(got)}) with {_told(params)}")
        config = layer.get_config()
        lost = [name for name, value in params.items() if config.get(name) != value]
        if lost:
            raise Refused(
                f"loses {listed(lost)} when it is saved: get_config must return "
                f"{listed(f'{name!r}' for name in lost)} as the constructor takes it"
            )


def masks(subject: TriedLayer) -> None:
    """Steps that are padding change nothing, and weigh nothing in a distribution."""
    if "mask" not in inspect.signature(subject.kind.call).parameters:  # type: ignore[attr-defined]
        raise Refused(
            "takes no mask: write call(self, inputs, mask=None, return_attention_scores=False)"
        )
    steps = subject.sizes["T"]
    mask = np.arange(steps) < np.array([[steps], [steps - 2], [steps - 3]])  # (B, T)
    pair = subject.slot == "alignment"
    given = subject.inputs()
    other = [given[0], _changed(given[1], mask)] if pair else _changed(given, mask)
    masked = (
        [None, keras.ops.convert_to_tensor(mask)] if pair else keras.ops.convert_to_tensor(mask)
    )
    layer = moved(subject.made())
    results = [subject.answered(layer, each, mask=masked) for each in (given, other)]
    outputs = [array(each) for each, _ in results]
    kept = outputs[0].ndim == 3 and not pair
    first, second = (each[mask] if kept else each for each in outputs)
    if not np.allclose(first, second, atol=1e-4):
        raise Refused("gives other outputs when what stands in padded steps changes")
    for trace, score in zip(subject.declared["traces"], results[0][1], strict=True):
        values = array(score)
        if trace["axis"] != "step" or trace["kind"] != "distribution":
            continue
        hidden = ~mask.reshape(BATCH, *[1] * (values.ndim - 2), steps)
        weighed = np.abs(np.where(hidden, values, 0)).max()
        if weighed > 1e-6:
            raise Refused(f"gives padded steps a weight of up to {weighed:.3g}, which must be 0")


def float16(subject: TriedLayer) -> None:
    """It works where a network computes in float16, with inputs that are not small."""
    layer = subject.made(dtype=keras.DTypePolicy("mixed_float16"))
    outputs, found = subject.answered(layer, subject.inputs(scale=50.0))
    if keras.backend.standardize_dtype(outputs.dtype) != "float16":
        raise Refused(
            f"gives outputs in {keras.backend.standardize_dtype(outputs.dtype)} where the network "
            "computes in float16: cast them to self.compute_dtype"
        )
    if not all(np.isfinite(array(each)).all() for each in (outputs, *found)):
        raise Refused(
            "gives numbers that are not finite in float16 for inputs around 50: sum and square in "
            "float32"
        )


CHECKS: Sequence[tuple[str, Callable[[TriedLayer], None]]] = (
    ("keeps the shape", shape),
    ("returns scores of the shape it declares", scores),
    ("weighs as it declares: sums to one, or lies between 0 and 1", weights),
    ("every weight gets a gradient", gradients),
    ("has as many weights as it says", count),
    ("starts anew with every seed", starts),
    ("takes every setting within its bounds, and keeps it when saved", settings),
    ("comes back from a file as it was", saved),
    ("respects masks", masks),
    ("works in float16", float16),
)
"""In the order in which they are made: a later one takes the earlier for granted."""

TOGETHER = "several seeds train at once"


def _score_shape(subject: TriedLayer, trace: Any) -> tuple[int | None, ...]:
    sizes = subject.sizes
    unit = sizes.get("C", sizes.get("D"))
    weighed: dict[str, tuple[Any, ...]] = {
        "feature": (unit,),
        "channel": (unit,),
        "place": (sizes.get("H"), sizes.get("W")),
        "step": (sizes.get("T"),),
    }
    queries = sizes.get("Q", sizes.get("T"))
    leading = [queries if each == "query" else None for each in trace["leading"]]
    return (BATCH, *leading, *weighed[trace["axis"]])


def _axis_names(trace: Any, ndim: int) -> list[str]:
    weighed = ["height", "width"] if trace["axis"] == "place" else [trace["axis"]]
    return ["batch", *trace["leading"], *weighed][:ndim]


def _changed(steps: Any, mask: np.ndarray) -> Any:
    values = array(steps)
    return keras.ops.convert_to_tensor(np.where(mask[..., None], values, values * -3 + 5))


def _sizes(shape: Sequence[int]) -> str:
    return ", ".join(map(str, shape))


def _told(params: Any) -> str:
    return ", ".join(f"{name}={value}" for name, value in params.items())
