"""Attention over channels and places of an image: `(B, H, W, C)` in, `(B, H, W, C)` out."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from attnlab.compat.tensors import BatchShape, Tensor
from attnlab.modules.channel import CBAMChannel
from attnlab.modules.checks import check_choice
from attnlab.modules.layer import IMAGE, Attended, AttentionLayer
from attnlab.modules.spatial import CBAMSpatial

ORDERS = ("channel-first", "spatial-first", "parallel")


@keras.saving.register_keras_serializable(package="attnlab")
class CBAM(AttentionLayer):
    """CBAM: gates channels and places, one after the other or both at once.

    For inputs `x`, with `c` the scores of `CBAMChannel` and `s` those of `CBAMSpatial`, which say
    how each is computed and where it deviates:

    - "channel-first": `y = x * c(x)`, returns `y * s(y)`.
    - "spatial-first": `y = x * s(x)`, returns `y * c(y)`.
    - "parallel": returns `x * c(x) * s(x)`.

    Source: Woo et al. 2018, https://arxiv.org/abs/1807.06521, which finds channel-first best. The
    paper compares all three orders without saying how the parallel one combines its halves; the
    product is a choice made here. Not the paper's residual block: the skip connection around CBAM
    belongs to the network.

    Parameters: the sum of both halves, `2 * C * h + 2 * kernel_size**2` with
    `h = max(1, C // ratio)`, or `2 * C * h + kernel_size**2` where `pooling` is not "both"; with
    `batch_norm` another 4, two of them not trained.

    Arguments:
        ratio: How many times fewer units the hidden layer has than there are channels.
        kernel_size: How wide a neighbourhood decides the weight of a place (odd).
        batch_norm: Whether the spatial scores are batch-normalised before the sigmoid.
        pooling: What both halves sum up by: "avg", "max" or "both".
        order: Which half weighs first: "channel-first", "spatial-first" or "parallel".
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, H, W, C)`.
        training: Whether to normalise by the batch at hand; matters with `batch_norm` only.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, H, W, C)`. With `return_attention_scores=True` also a tuple of the
        channel scores of shape `(B, C)` and the spatial scores of shape `(B, H, W)`, in this order
        whatever `order` is; both are gates, in float32 under mixed precision.
    """

    axes = IMAGE
    traces = CBAMChannel.traces + CBAMSpatial.traces

    def __init__(
        self,
        *,
        ratio: int = 16,
        kernel_size: int = 7,
        batch_norm: bool = False,
        pooling: str = "both",
        order: str = "channel-first",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_choice("order", order, ORDERS)
        self.ratio = ratio
        self.kernel_size = kernel_size
        self.batch_norm = batch_norm
        self.pooling = pooling
        self.order = order
        self.channel = CBAMChannel(
            ratio=ratio, pooling=pooling, dtype=self.dtype_policy, name="channel"
        )
        self.spatial = CBAMSpatial(
            kernel_size=kernel_size,
            batch_norm=batch_norm,
            pooling=pooling,
            dtype=self.dtype_policy,
            name="spatial",
        )

    def build(self, input_shape: BatchShape) -> None:
        self.check_shape(input_shape)
        self.channel.build(input_shape)
        self.spatial.build(input_shape)

    def call(
        self, inputs: Tensor, training: bool | None = None, return_attention_scores: bool = False
    ) -> Attended:
        def channel(x: Tensor) -> tuple[Tensor, Tensor]:
            return self.channel(x, return_attention_scores=True)

        def spatial(x: Tensor) -> tuple[Tensor, Tensor]:
            return self.spatial(x, training=training, return_attention_scores=True)

        if self.order == "channel-first":
            refined, channel_scores = channel(inputs)
            outputs, spatial_scores = spatial(refined)
        elif self.order == "spatial-first":
            refined, spatial_scores = spatial(inputs)
            outputs, channel_scores = channel(refined)
        else:
            refined, channel_scores = channel(inputs)
            _, spatial_scores = spatial(inputs)
            outputs = refined * ops.cast(spatial_scores, self.compute_dtype)[..., None]
        scores = (channel_scores, spatial_scores)  # (B, C), (B, H, W)
        return (outputs, scores) if return_attention_scores else outputs

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "ratio": self.ratio,
            "kernel_size": self.kernel_size,
            "batch_norm": self.batch_norm,
            "pooling": self.pooling,
            "order": self.order,
        }
