"""How attention of stacked layers adds up, from the last layer's steps to the first one's inputs.

Source: Abnar & Zuidema 2020, "Quantifying attention flow in transformers".
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from attnlab.analysis.weights import DISTRIBUTION, require_distribution


def rollout(
    layers: Sequence[np.ndarray], valid: np.ndarray | None = None, kind: str = DISTRIBUTION
) -> np.ndarray:
    """The attention (N, T, T) of the last layer's steps to the inputs, through all layers.

    Each layer is (N, T, T), or (N, h, T, T) with heads, which are averaged; `valid` is (N, T). With
    Â = rownorm(A + I), the rollout is Â_L … Â_1; the identity stands for the
    residual connection. Rows of valid steps sum to one; those of padding are 0. Raises
    NoDistributionError for gates, and ValueError for other shapes.
    """
    require_distribution(kind, "rollout")
    if not layers:
        raise ValueError("expected the attention of at least one layer, got none")
    result: np.ndarray | None = None
    for number, layer in enumerate(layers, 1):
        own = _square(np.asarray(layer, dtype=float), number)
        steps = own.shape[-1]
        known = np.ones((len(own), steps), bool) if valid is None else np.asarray(valid, bool)
        mixed = (own + np.eye(steps)) * known[:, None, :] * known[:, :, None]
        total = mixed.sum(axis=-1, keepdims=True)
        mixed = np.divide(mixed, total, out=np.zeros_like(mixed), where=total > 0)
        result = mixed if result is None else mixed @ result
    assert result is not None  # there is a layer
    return result


def _square(layer: np.ndarray, number: int) -> np.ndarray:
    """One layer as (N, T, T), the mean over heads."""
    if layer.ndim == 4:
        layer = layer.mean(axis=1)
    if layer.ndim != 3 or layer.shape[1] != layer.shape[2]:
        raise ValueError(
            f"layer {number}: expected attention (N, T, T) or (N, h, T, T) of steps to themselves, "
            f"got shape {layer.shape}"
        )
    return layer
