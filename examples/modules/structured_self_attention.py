"""Structured self-attention: sums a sequence up several times, each time by weights of its own."""

import keras
from keras import ops

from attnlab.own_modules import module, number, step


@module(
    name="structured-self-attention",
    title="Structured self-attention",
    family="temporal",
    fits="steps",
    weighs="step",
    kind="distribution",
    leading=("head",),
    output="hops*D",
    count="D*units + units*hops",
    parameters={
        "units": number(
            16,
            low=1,
            high=256,
            choices=(1, 4, 8, 16, 32, 64, 128, 256),
            title="Hidden units",
            help="The width of the small network that scores the steps.",
        ),
        "hops": number(
            4,
            low=1,
            high=16,
            title="Hops",
            help="How many times the sequence is summed up, each by other weights.",
        ),
    },
    summary="Sums the steps up several times, by weights that a small network gives them.",
    explanation="A small network looks at each step by itself and gives it several scores, one for "
    "each hop. Softmax over the steps turns the scores of a hop into weights, by which the steps "
    "are summed up. Each hop may look for something else; their sums stand side by side.",
    formula=(
        r"a = \mathrm{softmax}_t\big(W_2 \tanh(W_1 x_t)\big)",
        r"y_r = \textstyle\sum_t a_{rt}\, x_t",
    ),
    steps=(
        step("dense, tanh", "T, units", weights="D*units", macs="T*D*units"),
        step("dense: a score a hop", "T, hops", weights="units*hops", macs="T*units*hops"),
        step("softmax over steps", "hops, T", weighs=True),
        step("weighted sums, side by side", "hops*D", macs="hops*T*D"),
    ),
    papers=[
        (
            "Lin et al.: A structured self-attentive sentence embedding",
            2017,
            "https://arxiv.org/abs/1703.03130",
        )
    ],
    deviations="Without the penalty that keeps the hops apart.",
    task="planted-steps",
)
class StructuredSelfAttention(keras.layers.Layer):
    """Sums a sequence (B, T, D) up to (B, hops * D); scores (B, hops, T) sum to one over steps.

    Parameters: `D * units + units * hops`.
    """

    def __init__(self, *, units=16, hops=4, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.hops = hops
        self.supports_masking = True

    def build(self, input_shape):
        self.hidden = keras.layers.Dense(
            self.units, activation="tanh", use_bias=False, dtype=self.variable_dtype, name="hidden"
        )
        self.score = keras.layers.Dense(
            self.hops, use_bias=False, dtype=self.variable_dtype, name="score"
        )
        self.hidden.build((None, input_shape[-1]))
        self.score.build((None, self.units))

    def call(self, inputs, mask=None, return_attention_scores=False):
        logits = self.score(self.hidden(inputs))  # (B, T, hops)
        if mask is not None:
            logits = ops.where(mask[:, :, None], logits, -1e9)
        scores = ops.transpose(ops.softmax(logits, axis=1), (0, 2, 1))  # (B, hops, T)
        sums = ops.matmul(ops.cast(scores, self.compute_dtype), inputs)  # (B, hops, D)
        outputs = ops.reshape(sums, (-1, self.hops * inputs.shape[-1]))
        return (outputs, scores) if return_attention_scores else outputs

    def compute_mask(self, inputs, previous_mask=None):
        return None  # no steps are left

    def get_config(self):
        return {**super().get_config(), "units": self.units, "hops": self.hops}
