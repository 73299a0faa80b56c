"""What makes weights that sum to one of scores: softmax, and two that give weights of exactly 0."""

from __future__ import annotations

from keras import ops

from attnlab.compat.tensors import Tensor

NORMALISERS = ("softmax", "sparsemax", "entmax")

_OUT_OF_REACH = -8.0
"""Below the largest score by so much, no position has a weight in sparsemax or entmax."""


def sum_to_one(logits: Tensor, normaliser: str = "softmax", temperature: float = 1.0) -> Tensor:
    """Weights over the last axis that sum to one, from scores divided by the temperature.

    "softmax" leaves every position some weight. "sparsemax" (Martins & Astudillo 2016,
    https://arxiv.org/abs/1602.02068) is the point of the simplex nearest to the scores, and
    "entmax" lies halfway between them (Peters, Niculae & Martins 2019,
    https://arxiv.org/abs/1905.05702, with their alpha of 1.5): both give exactly 0 to what scores
    low. Computed exactly, by sorting, in the type of the scores.
    """
    if temperature != 1.0:
        logits = logits / temperature
    if normaliser == "softmax":
        return ops.softmax(logits, axis=-1)
    shifted = logits - ops.stop_gradient(ops.max(logits, axis=-1, keepdims=True))
    shifted = ops.maximum(shifted, _OUT_OF_REACH)
    return _sparsemax(shifted) if normaliser == "sparsemax" else _entmax(shifted / 2)


def _sparsemax(z: Tensor) -> Tensor:
    """`max(z - t, 0)` with the threshold `t` for which that sums to one."""
    support, size = _support(z, lambda mean, _, size: mean - 1 / size)
    threshold = (ops.sum(ops.where(support, z, 0), axis=-1, keepdims=True) - 1) / size
    return ops.maximum(z - threshold, 0)


def _entmax(z: Tensor) -> Tensor:
    """`max(z - t, 0) ** 2` with the threshold `t` for which that sums to one."""
    support, size = _support(z, _entmax_threshold)
    mean = ops.sum(ops.where(support, z, 0), axis=-1, keepdims=True) / size
    spread = ops.sum(ops.where(support, ops.square(z - mean), 0), axis=-1, keepdims=True) / size
    return ops.square(ops.maximum(z - _entmax_threshold(mean, spread, size), 0))


def _entmax_threshold(mean: Tensor, spread: Tensor, size: Tensor) -> Tensor:
    """The threshold where `size` positions of this mean and variance have weight."""
    return mean - ops.sqrt(ops.maximum(1 / size - spread, 1e-12))


def _support(z: Tensor, threshold: object) -> tuple[Tensor, Tensor]:
    """Which positions have weight, and how many: those above the threshold of the largest `k`, for
    the largest `k` whose own smallest one is above it. No gradient passes through the choice."""
    z = ops.stop_gradient(z)
    ordered = -ops.sort(-z, axis=-1)
    counted = ops.cumsum(ops.ones_like(z), axis=-1)  # 1, 2, 3, ...
    mean = ops.cumsum(ordered, axis=-1) / counted
    spread = ops.maximum(ops.cumsum(ops.square(ordered), axis=-1) / counted - mean**2, 0)
    above = ops.cast(ordered > threshold(mean, spread, counted), z.dtype)  # type: ignore[operator]
    size = ops.maximum(ops.sum(above, axis=-1, keepdims=True), 1)
    last = ops.min(ops.where(counted <= size, ordered, ops.zeros_like(z)), axis=-1, keepdims=True)
    return z >= last, size
