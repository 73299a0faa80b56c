"""What several backbones share."""

from __future__ import annotations

from keras import layers

DENSE_UNITS = 64
LARGE_IMAGE = 64
"""Pixels from which a network halves an image before its first block."""


def output_units(classes: int) -> int:
    """Two classes need one logit, more need one each."""
    return 1 if classes == 2 else classes


def batch_norm(name: str) -> layers.BatchNormalization:
    """Batch normalisation that forgets fast enough for trainings of some dozen steps.

    Epsilon and momentum are those of the PyTorch originals (momentum 0.1 there). With Keras's 0.99
    half of the moving statistics would still be those of the start after 70 steps.
    """
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=name)


def stem_stride(shape: tuple[int, int, int]) -> int:
    """By how much the first convolution shrinks an image of this shape."""
    return 2 if shape[0] >= LARGE_IMAGE else 1
