"""Backbones that write: an encoder reads (B, S) tokens, a decoder writes (B, T); 0 is padding."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers, ops

from attnlab.backbones.decoder import transformer_writer
from attnlab.backbones.embedding import Embedding
from attnlab.backbones.network import Slots
from attnlab.catalog import (
    ISO_LENGTH,
    DatesParameters,
    OwnPairsParameters,
    ReverseParameters,
    WritingParameters,
)
from attnlab.catalog.task_entries.transformers import TRANSFORMER
from attnlab.tasks import dates as dates_task
from attnlab.tasks.writing import END_TOKEN, FIRST_TOKEN


def reverse_network(params: ReverseParameters, slots: Slots) -> tuple[Any, Any, Any]:
    """The encoder-decoder on letters."""
    symbols = FIRST_TOKEN + params.letters
    return encoder_decoder(params, slots, (params.length, symbols), (params.length + 1, symbols))


def dates_network(params: DatesParameters, slots: Slots) -> tuple[Any, Any, Any]:
    """The encoder-decoder from dates as people write them to ISO form."""
    symbols = len(dates_task.alphabet(params.languages, params.weekdays))
    read = (dates_task.longest_of(params), FIRST_TOKEN + symbols)
    return encoder_decoder(params, slots, read, (ISO_LENGTH, FIRST_TOKEN + len(dates_task.WRITTEN)))


def pairs_network(params: OwnPairsParameters, slots: Slots) -> tuple[Any, Any, Any]:
    """The encoder-decoder on pairs of texts of somebody's own."""
    return encoder_decoder(params, slots, params.read_shape, params.written_shape)


def encoder_decoder(
    params: WritingParameters, slots: Slots, read: tuple[int, int], wrote: tuple[int, int]
) -> tuple[Any, Any, Any]:
    """Tokens read (B, S) and written before (B, T) → logits of what comes next (B, T, K).

    An encoder reads; the decoder, a GRU that sees the right token before each (teacher forcing),
    starts with its last state. The slot looks from the decoder's states into the encoder's; its
    context is joined to the state, and a dense layer answers. `read` and `wrote` are lengths and
    numbers of tokens. The third value is the function that decodes: see `Network.decode`.
    Source: Bahdanau et al. 2015, with attention after the decoder rather than in its recurrence, as
    in Luong et al. 2015. With a Transformer in place of the GRUs: see `transformer_writer`.
    """
    if params.encoder == TRANSFORMER:
        return transformer_writer(params, slots, read, wrote)
    source = keras.Input((read[0],), dtype="int32", name="read")
    before = keras.Input((wrote[0],), dtype="int32", name="written")
    embed_read = Embedding(read[1], params.embedding, name="embedding_read")
    embed_written = Embedding(wrote[1], params.embedding, name="embedding_written")
    encode = _Encoder(params)
    gru = layers.GRU(params.units, return_sequences=True, name="decoder")
    answer = layers.Dense(wrote[1], name="logits")

    mask = ops.not_equal(source, 0)
    memory, state = encode(embed_read(source), mask)  # (B, S, units), (B, units)
    states = gru(embed_written(before), initial_state=state)  # (B, T, units)
    context = slots(states, memory, mask=mask)
    logits = answer(states if context is None else ops.concatenate([context, states], axis=-1))

    def decode(inputs: tuple[Any, Any]) -> tuple[Any, ...]:
        """The tokens that the network writes by itself (B, T), and where it looked (B, T, S).

        Greedy: each step takes the likeliest token and the next step continues from it, until the
        end token; padding follows.
        """
        mask = ops.not_equal(inputs[0], 0)
        memory, state = encode(embed_read(inputs[0]), mask)
        token = ops.full_like(inputs[0][:, 0], END_TOKEN)
        going = ops.ones_like(token)
        tokens, looked = [], []
        for _ in range(wrote[0]):
            state = gru.cell(embed_written(token), state)[0]  # (B, units)
            seen = state
            for layer in slots.layers:
                context, scores = slots.attend(layer, state[:, None], memory, mask)
                seen = ops.concatenate([context[:, 0], state], axis=-1)
                looked.append(scores)
            token = ops.cast(ops.argmax(answer(seen), axis=-1), "int32")
            tokens.append(token * going)
            going = going * ops.cast(ops.not_equal(token, END_TOKEN), "int32")
        steps = (ops.concatenate(each, axis=1) for each in zip(*looked, strict=True))
        return ops.stack(tokens, axis=1), *steps

    return [source, before], logits, decode


class _Encoder:
    """The encoder: a GRU, or two from both ends, whose states are added up."""

    def __init__(self, params: WritingParameters) -> None:
        kind = {"return_sequences": True, "return_state": True}
        self.forward = layers.GRU(params.units, name="encoder", **kind)
        self.backward = None
        if params.encoder == "bidirectional":
            self.backward = layers.GRU(params.units, name="encoder_back", go_backwards=True, **kind)

    def __call__(self, embedded: Any, mask: Any) -> tuple[Any, Any]:
        """The state at every step (B, S, units) and the last one (B, units)."""
        memory, state = self.forward(embedded, mask=mask)
        if self.backward is None:
            return memory, state
        back, back_state = self.backward(embedded, mask=mask)
        return memory + ops.flip(back, axis=1), state + back_state
