"""What a Transformer adds to a sequence: where each step stands, and a token for the whole."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="attnlab")
class AddPositions(keras.layers.Layer):
    """Adds to every step (B, T, D) what says where it stands, (B, T, D).

    `kind` is "learned", a vector of each place from a narrow normal distribution, T × D parameters;
    or "sinusoidal", sines of places in the even features and cosines in the odd ones, as in Vaswani
    et al. 2017, https://arxiv.org/abs/1706.03762, without parameters.
    """

    def __init__(self, *, kind: str = "learned", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if kind not in ("learned", "sinusoidal"):
            raise ValueError(f"kind must be learned or sinusoidal, got {kind!r}")
        self.kind = kind
        self.positions_initializer = keras.initializers.RandomNormal(stddev=0.02)
        self.supports_masking = True

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if self.kind == "learned":
            self.positions = self.add_weight(
                name="positions",
                shape=tuple(input_shape[1:]),
                initializer=self.positions_initializer,
            )

    def call(self, inputs: Any) -> Any:
        if self.kind == "learned":
            return inputs + ops.cast(self.positions, inputs.dtype)
        return inputs + ops.cast(sinusoids(*inputs.shape[1:]), inputs.dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "kind": self.kind}


def sinusoids(steps: int, features: int) -> np.ndarray:
    """Sines and cosines of places (T, D): those of features 2i and 2i + 1 at the place p are of
    p / 10000**(2i / D)."""
    places, pairs = np.arange(steps)[:, None], np.arange(features) // 2
    angles = places / 10000 ** (2 * pairs / features)
    return np.where(np.arange(features) % 2, np.cos(angles), np.sin(angles)).astype("float32")


@keras.saving.register_keras_serializable(package="attnlab")
class ClassToken(keras.layers.Layer):
    """Puts one learned vector before the steps (B, T, D), (B, T + 1, D); D parameters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.token_initializer = keras.initializers.RandomNormal(stddev=0.02)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.token = self.add_weight(
            name="token", shape=(input_shape[-1],), initializer=self.token_initializer
        )

    def call(self, inputs: Any) -> Any:
        token = ops.cast(self.token, inputs.dtype)
        first = ops.zeros_like(inputs[:, :1]) + token
        return ops.concatenate([first, inputs], axis=1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        steps = input_shape[1]
        return (input_shape[0], None if steps is None else steps + 1, input_shape[2])
