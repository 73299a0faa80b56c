"""Small Transformers: an encoder of steps, and a network on the patches of an image."""

from __future__ import annotations

from typing import Any, Protocol

from keras import Input, layers, ops

from attnlab.backbones.augmentation import augmented
from attnlab.backbones.network import Slots
from attnlab.backbones.places import AddPositions, ClassToken
from attnlab.backbones.shared import output_units
from attnlab.catalog.task_entries.networks import NetworkParameters, patch_sizes, vit_units
from attnlab.catalog.task_entries.transformers import WIDER
from attnlab.modules.sequence import SelfAttention, TransformerEncoder


class StepsTransformer(Protocol):
    """The parameters of a Transformer on steps."""

    @property
    def units(self) -> int: ...

    @property
    def depth(self) -> int: ...

    @property
    def heads(self) -> int: ...

    @property
    def positions(self) -> str: ...

    @property
    def pooling(self) -> str: ...


def transformed(params: StepsTransformer, x: Any, mask: Any, number: Any = "") -> tuple[Any, Any]:
    """Steps (B, T, D) as the encoder has read them, and its class token (B, D), None without one.

    The `mask` (B, T), if there is one, says which steps are no padding.

    Positions, perhaps the class token before all steps, then `depth` layers of self-attention and
    feed-forward network, 2 D wide inside. A layer has `8 D² + 11 D` parameters, and takes
    `8 T D² + 2 T² D` multiply-adds.

    Source: Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, with the class token of Devlin et
    al. 2019, https://arxiv.org/abs/1810.04805. Deviations: 2 D inside instead of 4 D, and no
    dropout; see `attnlab.modules.sequence.TransformerEncoder`.
    """
    name = f"encoder{number}"
    if params.positions != "none":
        x = AddPositions(kind=params.positions, name=f"{name}_positions")(x)
    has_token = params.pooling == "class"
    if has_token:
        x = ClassToken(name=f"{name}_token")(x)
        if mask is not None:
            mask = ops.concatenate([ops.ones_like(mask[:, :1]), mask], axis=1)
    for layer in range(1, params.depth + 1):
        x = TransformerEncoder(
            heads=params.heads, units=WIDER * params.units, dropout=0.0, name=f"{name}_layer{layer}"
        )(x, mask=mask)
    return (x[:, 1:], x[:, 0]) if has_token else (x, None)


def vision_transformer(
    shape: tuple[int, ...], size: NetworkParameters, classes: int, slots: Slots
) -> tuple[Any, Any]:
    """(B, H, W, C) → patches as tokens of D = 4 × width features → layers → pooling → logits.

    Each of the `blocks` is a layer of an encoder: `y = norm(x + attention(x))`, then
    `norm(y + f(y))`, where f is the feed-forward network, 2 D wide inside, and behind it the slot:
    a module sees the tokens as an image (B, h, w, D), without the class token. Its source is
    Dosovitskiy et al. 2021, https://arxiv.org/abs/2010.11929, with the normalisation of Vaswani et
    al. 2017 after each half, and no dropout inside.
    """
    inputs = Input(shape, name="image")
    units, patch = vit_units(size), patch_sizes(shape, size.patches)
    x = layers.Conv2D(units, patch, strides=patch, padding="same", name="patches")(
        augmented(inputs, size)
    )  # (B, h, w, D)
    rows, columns = x.shape[1:3]
    x = layers.Reshape((rows * columns, units), name="tokens")(x)
    if size.positions != "none":
        x = AddPositions(kind=size.positions, name="positions")(x)
    has_token = size.pooling == "class"
    if has_token:
        x = ClassToken(name="token")(x)
    for block in range(1, size.blocks + 1):
        x = SelfAttention(heads=size.heads, name=f"block{block}_self")(x)
        fed = layers.Dense(WIDER * units, activation="relu", name=f"block{block}_expand")(x)
        fed = layers.Dense(units, name=f"block{block}_reduce")(fed)
        patches = fed[:, 1:] if has_token else fed
        placed = layers.Reshape((rows, columns, units), name=f"block{block}_placed")(patches)
        weighed = slots(placed, number=block)
        patches = layers.Reshape((rows * columns, units), name=f"block{block}_steps")(weighed)
        fed = ops.concatenate([fed[:, :1], patches], axis=1) if has_token else patches
        x = layers.Add(name=f"block{block}_add")([x, fed])
        x = layers.LayerNormalization(epsilon=1e-6, name=f"block{block}_norm")(x)
    x = x[:, 0] if has_token else layers.GlobalAveragePooling1D(name="average")(x)
    x = layers.Dropout(size.dropout, name="dropout")(x)
    return inputs, layers.Dense(output_units(classes), name="logits")(x)
