"""The loss and the measures of a network whose answer counts where its gate is open."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from attnlab.training.objective import gate_losses, gated_answers, mask_overlaps, place_losses


class GuidedModel(keras.Model):
    """A model with two answers, taught both at once: what is where, and where to look.

    Its outputs are logits of every place (B, h, w, K) and of the gate (B, h, w), its targets the
    labels (B,) and the mask of the object (B, h, w). `guidance` is the weight of the gate's loss.
    """

    def __init__(self, *args: Any, guidance: float, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.guidance = guidance
        self.share_right = keras.metrics.Mean(name="accuracy")
        self.overlap = keras.metrics.Mean(name="mask_overlap")

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> tf.Tensor:
        (labels, mask), (logits, gate_logits) = y, y_pred
        fine = place_losses(labels, logits, gate_logits)
        losses = fine + self.guidance * gate_losses(mask, gate_logits)
        return tf.add_n([tf.reduce_mean(losses), *self.losses])

    def compute_metrics(
        self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None
    ) -> dict[str, Any]:
        (labels, mask), (logits, gate_logits) = y, y_pred
        answers = tf.argmax(gated_answers(logits, gate_logits), axis=-1, output_type=labels.dtype)
        self.share_right.update_state(answers == labels)
        self.overlap.update_state(mask_overlaps(mask, gate_logits))
        return self.get_metrics_result()
