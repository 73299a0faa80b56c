"""What a network is trained for whose answer is a text of somebody's own."""

from __future__ import annotations

import tensorflow as tf

from attnlab.data.pairs.vocabulary import UNKNOWN
from attnlab.training.objective import Writing, exact_matches, right_tokens


class Translation(Writing):
    """As `Writing`, with a token that stands for whatever is not known: it is never right, although
    a network may write it. BLEU and chrF are measured at the end of a run, of its texts."""

    def right(self, targets: tf.Tensor, outputs: list[tf.Tensor]) -> tf.Tensor:
        return right_tokens(targets, outputs[0], UNKNOWN)

    def extra_values(
        self, targets: tf.Tensor, outputs: list[tf.Tensor], answer: tf.Tensor
    ) -> tf.Tensor:
        return tf.cast(exact_matches(targets, answer, UNKNOWN), tf.float64)[..., None]
