"""Images as networks of Keras Applications take them."""

from __future__ import annotations

from typing import Any, Literal

import keras
from keras import ops

MEANS = (103.939, 116.779, 123.68)
"""Of ImageNet's blue, green and red, which ResNet-50's weights were trained without."""


@keras.saving.register_keras_serializable(package="attnlab")
class ImageNetPixels(keras.layers.Layer):
    """Pixels in 0..1 (B, H, W, 1 or 3) as such a network takes them: (B, H, W, 3).

    "caffe" gives blue, green and red in 0..255 less ImageNet's means, "bytes" red, green and blue
    in 0..255, and "same" leaves them in 0..1. Grey becomes three equal channels.
    """

    def __init__(self, mode: Literal["caffe", "bytes", "same"] = "bytes", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mode = mode

    def call(self, inputs: Any) -> Any:
        x = inputs
        if x.shape[-1] == 1:
            x = ops.repeat(x, 3, axis=-1)
        if self.mode == "same":
            return x
        x = x * 255.0
        if self.mode == "caffe":
            x = ops.flip(x, axis=-1) - ops.convert_to_tensor(MEANS, x.dtype)
        return x

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (*input_shape[:-1], 3)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "mode": self.mode}
