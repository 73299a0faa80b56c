"""A Transformer that writes: each layer looks back at what is written, and across at what is
read."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from attnlab.backbones.average import AverageSteps
from attnlab.backbones.embedding import Embedding
from attnlab.backbones.network import Slots
from attnlab.backbones.places import AddPositions
from attnlab.catalog import WritingParameters
from attnlab.catalog.task_entries.transformers import WIDER
from attnlab.modules.sequence import TransformerEncoder
from attnlab.tasks.writing import END_TOKEN

NEVER = -1e9
"""What stands for a score that must not count; no row has only such ones that matters."""


@keras.saving.register_keras_serializable(package="attnlab")
class TransformerDecoder(keras.layers.Layer):
    """One layer of a Transformer's decoder, for what is written (B, T, D) and read (B, S, D).

    1. `y = norm(x + attention(x, x))`, where each step looks at itself and those before it.
    2. `z = norm(y + attention(y, read))`, where each looks at all that is read and no padding; left
       out without `cross`.
    3. `norm(z + W_2 relu(W_1 z + b_1) + b_2)`, with `units` in between.

    Source: Vaswani et al. 2017, https://arxiv.org/abs/1706.03762; no dropout.

    Parameters: `8 D² + 2 D f + 15 D + f` with f units, without cross attention `4 D² + 6 D` fewer.
    Multiply-adds: `T (4 D² + 2 T D)` of the first attention, `(2 T + 2 S) D² + 2 T S D` of the
    second, `2 T D f` of the network.
    """

    def __init__(self, *, heads: int, units: int, cross: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.heads, self.units, self.cross = heads, units, cross
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        features = input_shape[0][-1]
        wide = (None, None, features)
        halves = ("back", "across") if self.cross else ("back",)
        for half in halves:
            for part in ("query", "key", "value", "combine"):
                self._made(layers.Dense(features, name=f"{half}_{part}"), wide)
        for half in (*halves, "feed_forward"):
            norm = layers.LayerNormalization(epsilon=1e-6, name=f"{half}_norm")
            self._made(norm, wide)
        self._made(layers.Dense(self.units, activation="relu", name="expand"), wide)
        self._made(layers.Dense(features, name="reduce"), (None, None, self.units))

    def _made(self, layer: keras.layers.Layer, shape: Any) -> None:
        layer.build(shape)
        setattr(self, layer.name, layer)

    def call(self, inputs: Any, read_mask: Any = None) -> Any:
        written, read = inputs
        steps = written.shape[1]
        before = np.tril(np.ones((steps, steps), bool))[None, None]  # (1, 1, T, T)
        x = self._looked("back", written, written, before)
        if self.cross:
            there = True if read_mask is None else read_mask[:, None, None, :]
            x = self._looked("across", x, read, there)
        return self.feed_forward_norm(x + self.reduce(self.expand(x)))

    def _looked(self, half: str, queries: Any, values: Any, allowed: Any) -> Any:
        """norm(queries + what they see in the values where that is allowed)."""
        q = self._by_head(getattr(self, f"{half}_query")(queries))
        k = self._by_head(getattr(self, f"{half}_key")(values))
        v = self._by_head(getattr(self, f"{half}_value")(values))
        logits = ops.matmul(q, ops.transpose(k, (0, 1, 3, 2))) / math.sqrt(k.shape[-1])
        scores = ops.softmax(ops.where(allowed, ops.cast(logits, "float32"), NEVER), axis=-1)
        seen = ops.transpose(ops.matmul(ops.cast(scores, v.dtype), v), (0, 2, 1, 3))
        seen = ops.reshape(seen, (-1, *queries.shape[1:]))
        combined = getattr(self, f"{half}_combine")(seen)
        return getattr(self, f"{half}_norm")(queries + combined)

    def _by_head(self, x: Any) -> Any:
        """Share the features out to the heads: (B, T, D) to (B, h, T, D / h)."""
        steps, features = x.shape[1:]
        shared = ops.reshape(x, (-1, steps, self.heads, features // self.heads))
        return ops.transpose(shared, (0, 2, 1, 3))

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> None:
        return None  # of what is written, no step is masked

    def compute_output_shape(self, input_shape: Any) -> Any:
        return tuple(input_shape[0])

    def get_config(self) -> dict[str, Any]:
        own = {"heads": self.heads, "units": self.units, "cross": self.cross}
        return {**super().get_config(), **own}


def transformer_writer(
    params: WritingParameters, slots: Slots, read: tuple[int, int], wrote: tuple[int, int]
) -> tuple[Any, Any, Any]:
    """Tokens read (B, S) and written before (B, T) → logits of what comes next (B, T, K).

    `depth` layers of an encoder read, as many of a decoder write; positions are added to both.
    The slot looks from the last layer's states into what the encoder gives, as in the recurrent
    network: its context is joined to the state, and a dense layer answers. Without cross attention
    the decoder only gets the mean of what is read, at every step, as a recurrent one its last
    state; a module in the slot is then the one way to look back at single tokens. The third value
    is the function that decodes: see `Network.decode`.
    """
    source = keras.Input((read[0],), dtype="int32", name="read")
    before = keras.Input((wrote[0],), dtype="int32", name="written")
    encode = _Side(params, read[1], "read")
    embed = _Side(params, wrote[1], "written")
    reading = [
        TransformerEncoder(
            heads=params.heads,
            units=WIDER * params.units,
            dropout=0.0,
            name=f"encoder_layer{layer}",
        )
        for layer in range(1, params.depth + 1)
    ]
    writing = [
        TransformerDecoder(
            heads=params.heads,
            units=WIDER * params.units,
            cross=params.cross,
            name=f"decoder_layer{layer}",
        )
        for layer in range(1, params.depth + 1)
    ]
    average = AverageSteps(name="average")
    answer = layers.Dense(wrote[1], name="logits")

    def memory_of(tokens: Any) -> tuple[Any, Any]:
        mask = ops.not_equal(tokens, 0)
        memory = encode(tokens)
        for layer in reading:
            memory = layer(memory, mask=mask)
        return memory, mask

    def states_of(tokens: Any, memory: Any, mask: Any) -> Any:
        states = embed(tokens)
        if not params.cross:
            states = states + ops.expand_dims(average(memory, mask=mask), 1)
        for layer in writing:
            states = layer([states, memory], read_mask=mask)
        return states

    memory, mask = memory_of(source)
    states = states_of(before, memory, mask)  # (B, T, units)
    context = slots(states, memory, mask=mask)
    logits = answer(states if context is None else ops.concatenate([context, states], axis=-1))

    def decode(inputs: tuple[Any, Any]) -> tuple[Any, ...]:
        """The tokens that the network writes by itself (B, T), and where it looked (B, T, S).

        Greedy, as of the recurrent network. Each step goes through all layers anew: the steps
        behind it, which are not written yet, are hidden from it.
        """
        memory, mask = memory_of(inputs[0])
        end = ops.full_like(inputs[0][:, 0], END_TOKEN)
        going, nothing = ops.ones_like(end), ops.zeros_like(end)
        fed, tokens, looked = [end], [], []
        for step in range(wrote[0]):
            given = ops.stack([*fed, *[nothing] * (wrote[0] - len(fed))], axis=1)
            state = states_of(given, memory, mask)[:, step]
            seen = state
            for layer in slots.layers:
                context, scores = slots.attend(layer, state[:, None], memory, mask)
                seen = ops.concatenate([context[:, 0], state], axis=-1)
                looked.append(scores)
            token = ops.cast(ops.argmax(answer(seen), axis=-1), "int32")
            tokens.append(token * going)
            going = going * ops.cast(ops.not_equal(token, END_TOKEN), "int32")
            fed.append(token)
        steps = (ops.concatenate(each, axis=1) for each in zip(*looked, strict=True))
        return ops.stack(tokens, axis=1), *steps

    return [source, before], logits, decode


class _Side:
    """What is read, or written: tokens as vectors (B, T, units), with their positions."""

    def __init__(self, params: WritingParameters, tokens: int, name: str) -> None:
        self.embed = Embedding(tokens, params.embedding, name=f"embedding_{name}")
        self.widen = layers.Dense(params.units, name=f"units_{name}")
        self.place = None
        if params.positions != "none":
            self.place = AddPositions(kind=params.positions, name=f"positions_{name}")

    def __call__(self, tokens: Any) -> Any:
        x = self.widen(self.embed(tokens))
        return x if self.place is None else self.place(x)
