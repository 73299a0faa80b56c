"""Backbones on text: tokens (B, T), or documents of sentences (B, S, W); token 0 is padding."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers, ops

from attnlab.backbones.embedding import Embedding
from attnlab.backbones.network import Slots
from attnlab.backbones.shared import DENSE_UNITS, output_units
from attnlab.backbones.steps import one_vector
from attnlab.catalog import (
    DocumentsParameters,
    EmbeddingParameters,
    KeywordTextParameters,
    OwnTextParameters,
)
from attnlab.tasks.vocabulary import WORDS

WORD_START = keras.initializers.RandomNormal(stddev=0.3)
"""Wider than Keras's default (0.05), with which an average of words shows the keywords at once and
attention has nothing to gain."""


def text_network(params: KeywordTextParameters, slots: Slots) -> tuple[Any, Any]:
    """The network on one text (B, T) of the built-in words: see `network_on_text`."""
    return network_on_text(params, slots, params.length, len(WORDS), params.classes)


def own_text_network(params: OwnTextParameters, slots: Slots) -> tuple[Any, Any]:
    """The same on one's own texts, as long and with as many tokens as these tell."""
    return network_on_text(params, slots, params.read_length, params.known_tokens, params.classes)


def network_on_text(
    params: EmbeddingParameters, slots: Slots, length: int, tokens: int, classes: int
) -> tuple[Any, Any]:
    """(B, T) → embedding → perhaps LSTM or GRU → slot → Dense 64 → logits.

    A module may reduce the words to one vector itself. Where it does not, they are averaged; with a
    recurrent encoder and an empty slot its last state stands for them.
    """
    inputs = keras.Input((length,), dtype="int32", name="words")
    mask = ops.not_equal(inputs, 0)
    x = Embedding(tokens, params.units, embeddings_initializer=WORD_START, name="embedding")(
        inputs
    )  # (B, T, units)
    x = one_vector(params, slots, x, mask)
    x = layers.Dense(DENSE_UNITS, activation="relu", name="hidden")(x)  # (B, 64)
    return inputs, layers.Dense(output_units(classes), name="logits")(x)


def document_network(params: DocumentsParameters, slots: Slots) -> tuple[Any, Any]:
    """(B, S, W) → words to sentences → sentences to a document → Dense 64 → logits.

    Both levels are built alike: perhaps an LSTM or GRU, then a slot.
    Source: Yang et al. 2016, "Hierarchical Attention Networks for Document Classification".
    """
    inputs = keras.Input((params.sentences, params.words), dtype="int32", name="words")
    words = ops.reshape(inputs, (-1, params.words))  # (B * S, W)
    x = Embedding(len(WORDS), params.units, embeddings_initializer=WORD_START, name="embedding")(
        words
    )
    mask = ops.not_equal(words, 0)
    x = one_vector(params, slots, x, mask, number=1, place="words", folded=params.sentences)
    x = ops.reshape(x, (-1, params.sentences, x.shape[-1]))  # (B * S, units) to (B, S, units)
    mask = ops.any(ops.not_equal(inputs, 0), axis=-1)
    x = one_vector(params, slots, x, mask, number=2, place="sentences")
    x = layers.Dense(DENSE_UNITS, activation="relu", name="hidden")(x)
    return inputs, layers.Dense(output_units(params.classes), name="logits")(x)
