"""The attentive transformer of TabNet: picks a few features, and weighs the others exactly zero."""

import keras
from keras import ops

from attnlab.own_modules import module, step


@module(
    name="attentive-transformer",
    title="Attentive transformer",
    family="feature",
    fits="features",
    weighs="feature",
    kind="distribution",
    count="D**2 + 4*D",
    summary="A dense layer with sparsemax picks a few features.",
    explanation="One dense layer scores all features, and the scores are normalised over the "
    "batch. Sparsemax turns them into weights that sum to one, as softmax does, but most of them "
    "are exactly zero: it picks features rather than shading them.",
    formula=(
        r"s = \mathrm{sparsemax}\big(\mathrm{batchnorm}(W x)\big)",
        r"y = x \odot s",
    ),
    steps=(
        step("dense, batch norm", weights="D**2 + 4*D", macs="D**2"),
        step("sparsemax", weighs=True),
        step("the input times its weights"),
    ),
    papers=[
        (
            "Arik and Pfister: TabNet, attentive interpretable tabular learning",
            2019,
            "https://arxiv.org/abs/1908.07442",
        )
    ],
    deviations="One decision step alone, so that there is no prior of what was used before, and no "
    "penalty for using many features.",
    task="planted-features",
)
class AttentiveTransformer(keras.layers.Layer):
    """Weighs features (B, D) by sparsemax; the scores (B, D) sum to one.

    Parameters: `D**2 + 4 * D`, of which batch norm's moving statistics, `2 * D`, are not trained.
    """

    def build(self, input_shape):
        features = input_shape[-1]
        self.score = keras.layers.Dense(
            features, use_bias=False, dtype=self.variable_dtype, name="score"
        )
        self.norm = keras.layers.BatchNormalization(dtype=self.variable_dtype, name="norm")
        self.score.build((None, features))
        self.norm.build((None, features))

    def call(self, inputs, return_attention_scores=False, training=None):
        scores = sparsemax(self.norm(self.score(inputs), training=training))
        outputs = inputs * ops.cast(scores, self.compute_dtype)
        return (outputs, scores) if return_attention_scores else outputs


def sparsemax(logits):
    """The nearest weights (B, D) to these logits that are not negative and sum to one.

    Source: Martins and Astudillo 2016, https://arxiv.org/abs/1602.02068.
    """
    logits = logits - ops.max(logits, axis=-1, keepdims=True)
    ordered = -ops.sort(-logits, axis=-1)  # the largest first
    sums = ops.cumsum(ordered, axis=-1)
    ranks = ops.arange(1, logits.shape[-1] + 1, dtype=logits.dtype)
    kept = ops.cast(1 + ranks * ordered > sums, logits.dtype)
    support = ops.sum(kept, axis=-1, keepdims=True)  # how many weights are not zero
    threshold = (ops.sum(ordered * kept, axis=-1, keepdims=True) - 1) / support
    return ops.relu(logits - threshold)
