"""The shapes and masks of several inputs: queries, values and keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attnlab.compat.tensors import BatchShape, Tensor
from attnlab.modules.layer import QUERIES, STEPS, AttentionLayer
from attnlab.modules.masks import mask_of_all_pairs


def several(inputs: Any) -> bool:
    """Whether these are several inputs, or the shapes of several, rather than one."""
    if not isinstance(inputs, (list, tuple)):
        return False
    return bool(inputs) and not isinstance(inputs[0], (int, type(None)))


def check_alignment_shapes(
    layer: AttentionLayer, shapes: Sequence[BatchShape]
) -> tuple[int, int, int]:
    """Set a layer's `input_spec` to these shapes and return the sizes of their last axes.

    The sizes are those of queries, values and keys; without keys the values stand for them. Raises
    ValueError unless they are the shapes of [queries, values] or [queries, values, keys].
    """
    if not several(shapes) or len(shapes) not in (2, 3):
        axes = f"({', '.join(QUERIES)}) and ({', '.join(STEPS)})"
        raise ValueError(
            f"{type(layer).__name__} expects inputs of shape {axes}: a list [queries, values] or "
            f"[queries, values, keys], received shape {shapes}"
        )
    checked = [
        layer.spec_and_size(shape, axes)
        for shape, axes in zip(shapes, (QUERIES, STEPS, STEPS), strict=False)
    ]
    layer.input_spec = [spec for spec, _ in checked]
    queries, values, *keys = (size for _, size in checked)
    return queries, values, keys[0] if keys else values


def mask_of_pairs(masks: Sequence[Tensor | None] | None) -> Tensor | None:
    """Which query may weigh which value, from the list of the inputs' masks."""
    return None if masks is None else mask_of_all_pairs(masks[0], masks[1])


def mask_of_queries(masks: Sequence[Tensor | None] | None) -> Tensor | None:
    """The mask of the context: that of the queries."""
    return None if masks is None else masks[0]


def shape_of_context(shapes: Sequence[BatchShape]) -> BatchShape:
    """The shape (B, Q, E) of the context."""
    return (*shapes[0][:-1], shapes[1][-1])
