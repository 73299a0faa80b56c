"""Style-based recalibration (SRM): gates the channels of an image by their mean and spread."""

import keras
from keras import ops

from attnlab.own_modules import module, step


@module(
    name="style-recalibration",
    title="Style-based recalibration",
    family="channel",
    fits="image",
    weighs="channel",
    kind="gate",
    count="6*C",
    summary="Gates each channel by its own mean and spread over the image.",
    explanation="The style of a channel is its mean and its spread over all places. Two weights "
    "of its own turn these two numbers into a score, which is normalised over the batch and "
    "becomes a gate. No channel looks at another one, so that it has very few weights.",
    formula=(
        r"z_c = w_c\,\mathrm{mean}_{ij}(x_{ijc}) + v_c\,\mathrm{std}_{ij}(x_{ijc})",
        r"s = \sigma(\mathrm{batchnorm}(z))",
        r"y = x \odot s",
    ),
    steps=(
        step("mean and spread over places", "C, 2"),
        step("two weights a channel", "C", weights="2*C", macs="2*C"),
        step("batch norm, sigmoid", "C", weights="4*C", weighs=True),
        step("the input times its gates"),
    ),
    papers=[
        (
            "Lee et al.: SRM, a style-based recalibration module for convolutional neural networks",
            2019,
            "https://arxiv.org/abs/1903.10829",
        )
    ],
    deviations="The weights of the mean begin at one and those of the spread at zero, where the "
    "paper does not say how they begin.",
    task="planted-channels",
)
class StyleRecalibration(keras.layers.Layer):
    """Gates the channels of an image by their mean and spread.

    Parameters: `6 * C`, of which batch norm's two moving statistics, `2 * C`, are not trained.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.of_mean_initializer = keras.initializers.Ones()
        self.of_spread_initializer = keras.initializers.Zeros()

    def build(self, input_shape):
        channels = input_shape[-1]
        dtype = self.variable_dtype
        self.of_mean = self.add_weight(
            shape=(channels,), initializer=self.of_mean_initializer, dtype=dtype, name="of_mean"
        )
        self.of_spread = self.add_weight(
            shape=(channels,), initializer=self.of_spread_initializer, dtype=dtype, name="of_spread"
        )
        self.norm = keras.layers.BatchNormalization(dtype=dtype, name="norm")
        self.norm.build((None, channels))

    def call(self, inputs, return_attention_scores=False, training=None):
        x = ops.cast(inputs, self.variable_dtype)  # large images overflow float16
        mean = ops.mean(x, axis=(1, 2))  # (B, C)
        centred = x - mean[:, None, None, :]
        spread = ops.sqrt(ops.mean(ops.square(centred), axis=(1, 2)) + 1e-5)
        style = ops.cast(self.of_mean, x.dtype) * mean + ops.cast(self.of_spread, x.dtype) * spread
        scores = ops.sigmoid(self.norm(style, training=training))
        outputs = inputs * ops.cast(scores, self.compute_dtype)[:, None, None, :]
        return (outputs, scores) if return_attention_scores else outputs
