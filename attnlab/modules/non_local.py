"""Attention of every place of an image to all others: `(B, H, W, C)` in, `(B, H, W, C)` out."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from attnlab.compat.tensors import BatchShape, Tensor
from attnlab.modules.checks import check_whole
from attnlab.modules.layer import IMAGE, Attended, AttentionLayer
from attnlab.modules.masks import weighted_sum
from attnlab.modules.trace import Trace


class PlaceAttention(AttentionLayer):
    """What these modules have in common: several distributions over the places, `(B, n, H * W)`.

    Their scores are the mean of all of them, `(B, H, W)`. A subclass has its `distributions` and
    what it makes of them, `answered`.
    """

    axes = IMAGE
    traces = (Trace("place", "distribution"),)

    def call(
        self, inputs: Tensor, training: bool | None = None, return_attention_scores: bool = False
    ) -> Attended:
        each = self.distributions(inputs)  # (B, n, N)
        outputs = self.answered(inputs, each, training)
        if not return_attention_scores:
            return outputs
        return outputs, ops.reshape(ops.mean(each, axis=1), ops.shape(inputs)[:-1])

    def distributions(self, inputs: Tensor) -> Tensor:
        """Several sets of weights of all places, (B, n, N), in float32; each sums to one."""
        raise NotImplementedError

    def answered(self, inputs: Tensor, each: Tensor, training: bool | None = None) -> Tensor:
        """The outputs (B, H, W, C) for these weights (B, n, N)."""
        raise NotImplementedError

    def make_dense(self, units: int, width: int, name: str, **kwargs: Any) -> keras.layers.Layer:
        """A dense layer on each place's `width` channels: a convolution of 1 x 1."""
        dense = keras.layers.Dense(units, name=name, **kwargs)
        dense.build((None, None, None, width))
        return dense


def in_a_row(image: Tensor) -> Tensor:
    """The places of an image (B, H, W, C) in a row, (B, H * W, C)."""
    shape = ops.shape(image)
    return ops.reshape(image, (-1, shape[1] * shape[2], image.shape[-1]))


def as_image(places: Tensor, like: Tensor) -> Tensor:
    """Places in a row (B, H * W, D) as the image (B, H, W, D) that they are of."""
    shape = ops.shape(like)
    return ops.reshape(places, (-1, shape[1], shape[2], places.shape[-1]))


@keras.saving.register_keras_serializable(package="attnlab")
class NonLocal(PlaceAttention):
    """Adds to every place what it sees of all places: self-attention of an image.

    For inputs `x` of `C` channels and `h = max(8, C // ratio)` features:

    1. `T = x W_T + b_T`, `P = x W_P + b_P` and `G = x W_G + b_G`, with `h` features for each place.
    2. `a = softmax(T P^T / sqrt(C))`, for every place over all places.
    3. Returns `x + norm(a G W_Z + b_Z)`. The normalisation begins with a scale of 0, so that at
       first `x` is returned.

    Source: Wang et al. 2018, https://arxiv.org/abs/1711.07971, its embedded Gaussian, as PyTorch
    Image Models has it, with the division by the root of `C` and a narrower `h` than the paper's
    half of the channels. Deviation from there: `h` is no multiple of 8. Epsilon is 1e-5; Keras's
    moving variance is the biased one.

    Parameters: `4 * C * h + 3 * h + 5 * C`, of which `2 * C` are moving statistics, which are not
    trained.

    Arguments:
        ratio: How many times fewer features are compared than there are channels, as long as eight
            are left.
        normaliser: What makes weights of the scores: "softmax", "sparsemax" or "entmax".
        temperature: What the scores are divided by before.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, H, W, C)`.
        training: Whether to normalise by the batch at hand.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, H, W, C)`. With `return_attention_scores=True` also the weight of each
        place, `(B, H, W)`, a distribution: the mean over all places that look; in float32 under
        mixed precision.
    """

    def __init__(
        self,
        *,
        ratio: int = 8,
        normaliser: str = "softmax",
        temperature: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_whole("ratio", ratio, low=1)
        self.normalise_by(normaliser, temperature)
        self.ratio = ratio

    def build(self, input_shape: BatchShape) -> None:
        channels = self.check_shape(input_shape)
        units = max(8, channels // self.ratio)
        exact, mixed = {"dtype": self.variable_dtype}, {"dtype": self.dtype_policy}
        self.query = self.make_dense(units, channels, "query", **exact)
        self.key = self.make_dense(units, channels, "key", **exact)
        self.value = self.make_dense(units, channels, "value", **mixed)
        self.combine = self.make_dense(channels, units, "combine", **mixed)
        self.norm = keras.layers.BatchNormalization(
            epsilon=1e-5, gamma_initializer="zeros", name="norm", **mixed
        )
        self.norm.build(input_shape)
        self.scale_of_scores = channels**-0.5

    def distributions(self, inputs: Tensor) -> Tensor:
        queries, keys = in_a_row(self.query(inputs)), in_a_row(self.key(inputs))
        products = ops.matmul(queries, ops.transpose(keys, (0, 2, 1)))  # (B, N, N)
        return self.weights_of(products * self.scale_of_scores)

    def answered(self, inputs: Tensor, each: Tensor, training: bool | None = None) -> Tensor:
        context = weighted_sum(each, in_a_row(self.value(inputs)))  # (B, N, h)
        seen = self.combine(as_image(context, inputs))
        return inputs + self.norm(seen, training=training)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "ratio": self.ratio, **self.normalising()}


@keras.saving.register_keras_serializable(package="attnlab")
class DoubleAttention(PlaceAttention):
    """Gathers a few summaries of the image by attention, and deals them out by attention again.

    For inputs `x` of `C` channels and `h = max(1, C // ratio)`:

    1. `A = x W_A + b_A`, `B = x W_B + b_B` and `V = x W_V + b_V`, with `h` features for each place.
    2. Gather `h` summaries: the sums of `A` over the places, each weighed by a softmax of one
       feature of `B` over all places.
    3. Deal out: each place gets the sum of the summaries, weighed by the softmax of its features of
       `V`. Returns `x` plus a dense layer of that.

    Source: Chen et al. 2018, "A2-Nets", https://arxiv.org/abs/1810.11579, with its quarter of the
    channels. Deviations: all dense layers have biases, and there is no batch normalisation.

    Parameters: `4 * C * h + 3 * h + C`.

    Arguments:
        ratio: How many times fewer features and summaries there are than channels.
        normaliser: What makes weights of both scores: "softmax", "sparsemax" or "entmax".
        temperature: What both scores are divided by before.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, H, W, C)`.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, H, W, C)`. With `return_attention_scores=True` also the weight of each
        place, `(B, H, W)`, a distribution: the mean over the summaries that gather; in float32
        under mixed precision.
    """

    def __init__(
        self,
        *,
        ratio: int = 4,
        normaliser: str = "softmax",
        temperature: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_whole("ratio", ratio, low=1)
        self.normalise_by(normaliser, temperature)
        self.ratio = ratio

    def build(self, input_shape: BatchShape) -> None:
        channels = self.check_shape(input_shape)
        units = max(1, channels // self.ratio)
        exact, mixed = {"dtype": self.variable_dtype}, {"dtype": self.dtype_policy}
        self.value = self.make_dense(units, channels, "value", **mixed)
        self.gather = self.make_dense(units, channels, "gather", **exact)
        self.deal = self.make_dense(units, channels, "deal", **exact)
        self.combine = self.make_dense(channels, units, "combine", **mixed)

    def distributions(self, inputs: Tensor) -> Tensor:
        return self.weights_of(ops.transpose(in_a_row(self.gather(inputs)), (0, 2, 1)))  # (B, h, N)

    def answered(self, inputs: Tensor, each: Tensor, training: bool | None = None) -> Tensor:
        summaries = weighted_sum(each, in_a_row(self.value(inputs)))  # (B, h, h)
        dealt = weighted_sum(self.weights_of(in_a_row(self.deal(inputs))), summaries)  # (B, N, h)
        return inputs + self.combine(as_image(dealt, inputs))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "ratio": self.ratio, **self.normalising()}


@keras.saving.register_keras_serializable(package="attnlab")
class ExternalAttention(PlaceAttention):
    """Compares every place with a small learned memory that all images share.

    For inputs `x` of `C` channels and a memory of `k` keys and `k` values:

    1. `q = x W_1 + b_1`, and the product of every place's `q` with every key.
    2. For every key a softmax over all places; then, at each place, divided by the sum over the
       keys plus 1e-9.
    3. The sum of the values with these weights at each place; returns
       `relu(x + norm(sum W_2))`.

    Source: Guo et al. 2021, https://arxiv.org/abs/2105.02358, as its released code has it.
    Deviations: keys and values have initial weights of their own, and dense layers those of Keras.
    Epsilon is 1e-5; Keras's moving variance is the biased one.

    Parameters: `2 * C**2 + 2 * C * k + 5 * C`, of which `2 * C` are moving statistics, which are
    not trained.

    Arguments:
        memory: How many keys and values the memory has.
        normaliser: What makes weights of the products: "softmax", "sparsemax" or "entmax".
        temperature: What the products are divided by before.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, H, W, C)`.
        training: Whether to normalise by the batch at hand.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, H, W, C)`. With `return_attention_scores=True` also the weight of each
        place, `(B, H, W)`, a distribution: the mean over the keys of the first softmax; in float32
        under mixed precision.
    """

    def __init__(
        self,
        *,
        memory: int = 64,
        normaliser: str = "softmax",
        temperature: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_whole("memory", memory, low=1)
        self.normalise_by(normaliser, temperature)
        self.memory = memory

    def build(self, input_shape: BatchShape) -> None:
        channels = self.check_shape(input_shape)
        exact, mixed = {"dtype": self.variable_dtype}, {"dtype": self.dtype_policy}
        self.query = self.make_dense(channels, channels, "query", **exact)
        self.keys = self.make_dense(self.memory, channels, "keys", use_bias=False, **exact)
        self.values = self.make_dense(channels, self.memory, "values", use_bias=False, **mixed)
        self.combine = self.make_dense(channels, channels, "combine", use_bias=False, **mixed)
        self.norm = keras.layers.BatchNormalization(epsilon=1e-5, name="norm", **mixed)
        self.norm.build(input_shape)

    def distributions(self, inputs: Tensor) -> Tensor:
        products = in_a_row(self.keys(self.query(inputs)))  # (B, N, k)
        return self.weights_of(ops.transpose(products, (0, 2, 1)))  # (B, k, N)

    def answered(self, inputs: Tensor, each: Tensor, training: bool | None = None) -> Tensor:
        shares = each / (1e-9 + ops.sum(each, axis=1, keepdims=True))  # over the keys
        places = as_image(ops.transpose(shares, (0, 2, 1)), inputs)  # (B, H, W, k)
        seen = self.combine(self.values(places))
        return ops.relu(inputs + self.norm(seen, training=training))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "memory": self.memory, **self.normalising()}
