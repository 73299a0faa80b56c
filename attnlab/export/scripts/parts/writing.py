"""Losses and measures of a network that writes, and how it writes by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from attnlab.export.scripts.parts.training import Row, evaluate
from attnlab.tasks.data import Split
from attnlab.tasks.writing import END_TOKEN
from attnlab.training.machine_limits import EVALUATION_BATCH
from attnlab.training.objective import exact_matches, right_tokens, token_losses

Write = Callable[[tf.Tensor], tf.Tensor]
"""Takes what is read (B, S) and gives the tokens (B, T) that the network writes."""


def token_loss(targets: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    """The loss (B,) of answers (B, T), which Keras hands over as floats."""
    return token_losses(tf.cast(targets, tf.int32), logits)


def token_accuracy(targets: tf.Tensor, logits: tf.Tensor, never: int | None = None) -> tf.Tensor:
    """The share (B,) of right tokens, each after the right ones before it; `never` is not right."""
    return right_tokens(tf.cast(targets, tf.int32), logits, never)


def evaluate_writing(
    model: keras.Model, split: Split, write: Write, never: int | None = None
) -> Row:
    """Loss, accuracy, and the share of samples that the network writes without any mistake."""
    exact = [
        exact_matches(split.y[first : first + EVALUATION_BATCH], write(read), never)
        for first in range(0, len(split), EVALUATION_BATCH)
        for read in [tf.constant(split.x[0][first : first + EVALUATION_BATCH])]
    ]
    return evaluate(model, split) | {"exact_match": float(np.concatenate(exact).mean())}


def encode(model: keras.Model, read: tf.Tensor, mask: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """What the encoder keeps of every token (B, S, D), and the state to go on from (B, D)."""
    embedded = model.get_layer("embedding_read")(read)
    return model.get_layer("encoder")(embedded, mask=mask)


def encode_both_ways(
    model: keras.Model, read: tf.Tensor, mask: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """The same where a second GRU reads from the end: the states of both are added up."""
    embedded = model.get_layer("embedding_read")(read)
    memory, state = model.get_layer("encoder")(embedded, mask=mask)
    back, back_state = model.get_layer("encoder_back")(embedded, mask=mask)
    return memory + ops.flip(back, axis=1), state + back_state


def unaided(model: keras.Model, state: Any, memory: Any, mask: Any) -> tf.Tensor:
    """What the answer is made from without attention: the decoder's state (B, D)."""
    return state


def attending(model: keras.Model, state: Any, memory: Any, mask: Any) -> tf.Tensor:
    """What attention finds for the decoder's state, beside the state itself (B, 2 D)."""
    context = model.get_layer("attention")([state[:, None], memory], mask=[None, mask])
    return ops.concatenate([context[:, 0], state], axis=-1)


def writer(model: keras.Model, steps: int, encode: Callable, seen: Callable) -> Write:
    """What the network writes by itself, token by token until the end token.

    Greedy: the likeliest token, from which the next step goes on; what would stand behind the end
    is padding.
    """

    @tf.function
    def write(read: tf.Tensor) -> tf.Tensor:
        mask = ops.not_equal(read, 0)
        memory, state = encode(model, read, mask)
        token = ops.full_like(read[:, 0], END_TOKEN)
        going = ops.ones_like(token)
        tokens = []
        for _ in range(steps):
            embedded = model.get_layer("embedding_written")(token)
            state = model.get_layer("decoder").cell(embedded, state)[0]
            logits = model.get_layer("logits")(seen(model, state, memory, mask))
            token = ops.cast(ops.argmax(logits, axis=-1), "int32")
            tokens.append(token * going)
            going = going * ops.cast(ops.not_equal(token, END_TOKEN), "int32")
        return ops.stack(tokens, axis=1)

    return write
