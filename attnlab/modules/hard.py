"""Hard attention: chooses one step of a sequence and ignores the others."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from attnlab.compat.tensors import Tensor
from attnlab.modules.checks import check_choice
from attnlab.modules.layer import Attended
from attnlab.modules.masks import masked_logits, weighted_sum
from attnlab.modules.temporal import AttentionPool

ENTROPY_BONUS = 0.002
"""How much of the entropy is taken off the loss, as in Xu et al. 2015."""

SAMPLED = 0.5
"""The share of the training samples that go through a drawn step, as in Xu et al. 2015."""

_TINY = 1e-20


@keras.saving.register_keras_serializable(package="attnlab")
class HardAttention(AttentionPool):
    """Chooses one step and returns it alone.

    For steps `h_t` of `D` features, `p = softmax(h_t · w / sqrt(D))` over the steps that are not
    masked, with the learned query `w` of `AttentionPool`. When predicting, both modes return the
    `h_i` of the largest `p_i`. While training:

    - "straight-through" returns the same `h_i`, but passes gradients on to `p` as if it had
      returned the sum of `p_t h_t`. It never tries another step than the likeliest.
    - "sampled" draws `i` from `p` and returns `h_i`, for each sample with probability 0.5; else it
      returns the expectation `m`, the sum of `p_t h_t`, with its ordinary gradient. Where a step
      was drawn, `p` gets the gradient `(g · (h_i - m)) grad(log p_i)`, with `g` the gradient of the
      loss by the output. The mean entropy of `p`, times 0.002, is taken off the loss (`add_loss`).

    Source: Xu et al. 2015, "Show, attend and tell", https://arxiv.org/abs/1502.03044, sections 4.1
    and 4.2.1; straight-through: Bengio et al. 2013, https://arxiv.org/abs/1308.3432, with the
    gradient of the softmax.

    Deviations of "sampled": the paper's REINFORCE rule weighs `grad(log p_i)` by the log-likelihood
    of the answer, less a moving average of it. A layer does not see the loss. In place of the
    difference in loss between the drawn step and a baseline stands its first-order estimate
    `g · (h_i - m)`. In expectation this is the exact gradient where the loss is linear in the
    output, and biased by the loss's curvature elsewhere. The baseline is the estimate at `m`, the
    sample's own expectation, so no moving average (0.9/0.1 in the paper) is needed to estimate it.
    The entropy is averaged over the samples, as the loss is.

    Parameters: `D`.

    Arguments:
        mode: How it learns what to choose: "straight-through" or "sampled".
        normaliser: What makes weights of the scores: "softmax", "sparsemax" or "entmax".
        temperature: What the scores are divided by before.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, T, D)`.
        mask: Which steps are not padding, of shape `(B, T)`; all of them if left out. A masked
            step is never chosen, and a sample without any other gives zeros.
        return_attention_scores: Whether to return the scores beside the outputs.
        training: Whether to draw, in the mode "sampled".

    Output:
        Outputs of shape `(B, D)`. With `return_attention_scores=True` also the scores of shape
        `(B, T)`: the distribution `p` that the choice is made from, not the choice; in float32
        under mixed precision.
    """

    MODES = ("straight-through", "sampled")

    def __init__(
        self,
        *,
        mode: str = "sampled",
        normaliser: str = "softmax",
        temperature: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(normaliser=normaliser, temperature=temperature, **kwargs)
        check_choice("mode", mode, self.MODES)
        self.mode = mode
        if mode == "sampled":
            self.seed_generator = keras.random.SeedGenerator()

    def call(
        self,
        inputs: Tensor,
        mask: Tensor | None = None,
        return_attention_scores: bool = False,
        training: bool | None = None,
    ) -> Attended:
        logits = masked_logits(self._score(inputs, mask), mask)  # (B, T)
        scores = self.weights_of(logits, mask)
        if training and self.mode == "sampled":
            outputs = self._drawn(inputs, self._drawn_from(logits, scores), scores, mask)
        else:
            chosen = _largest(logits, mask)
            # Adds nothing to the choice, but carries the gradient of the scores.
            weights = chosen + (scores - ops.stop_gradient(scores))
            outputs = weighted_sum(weights, inputs)
        return (outputs, scores) if return_attention_scores else outputs

    def _drawn_from(self, logits: Tensor, scores: Tensor) -> Tensor:
        """Logits whose softmax the scores are; of a weight of 0, so low that it is never drawn."""
        if self.normaliser != "softmax":
            return ops.log(ops.maximum(scores, _TINY))
        return logits if self.temperature == 1.0 else logits / self.temperature

    def _drawn(self, inputs: Tensor, logits: Tensor, scores: Tensor, mask: Tensor | None) -> Tensor:
        """A drawn step for about half of the samples, the expectation for the others."""
        log_scores = ops.log_softmax(logits, axis=-1)
        self.add_loss(ENTROPY_BONUS * ops.mean(ops.sum(scores * log_scores, axis=-1)))
        # The largest of scores with Gumbel noise is a draw from their softmax.
        noise = keras.random.uniform(ops.shape(logits), minval=_TINY, seed=self.seed_generator)
        chosen = _largest(logits - ops.log(-ops.log(noise)), mask)
        expected = weighted_sum(scores, inputs)  # (B, D)
        step = weighted_sum(chosen, inputs)
        surprise = ops.sum(chosen * log_scores, axis=-1, keepdims=True)  # log p_i, (B, 1)
        surprise = ops.cast(surprise - ops.stop_gradient(surprise), step.dtype)  # 0, with gradient
        step = step + ops.stop_gradient(step - expected) * surprise
        coin = keras.random.uniform(ops.shape(logits[:, :1]), seed=self.seed_generator)
        return ops.where(coin < SAMPLED, step, expected)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "mode": self.mode}


def _largest(logits: Tensor, mask: Tensor | None) -> Tensor:
    """1 at the largest of each row, 0 elsewhere; 0 everywhere in a row that is masked, (B, T)."""
    places = ops.arange(ops.shape(logits)[1])
    largest = ops.cast(ops.argmax(logits, axis=-1), places.dtype)
    chosen = ops.cast(ops.equal(places, largest[:, None]), "float32")
    return chosen if mask is None else chosen * ops.cast(mask, "float32")
