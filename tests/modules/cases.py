"""The layers under test, each with its defaults and with every option away from its default.

Most have one input; those of an alignment have two, and are called with a list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import keras
import numpy as np
import pytest

from attnlab import modules

from . import definitions

FEATURES = (12,)
IMAGE = (5, 7, 24)  # three different sizes: no axis can be taken for another
STEPS = (9, 12)
QUERIES, VALUES = (5, 12), (9, 10)  # a scaled product needs VALUES to be as wide as QUERIES


@dataclass(frozen=True)
class Case:
    name: str
    layer: type[keras.layers.Layer]
    definition: Callable
    shape: tuple[int, ...] = IMAGE
    options: dict[str, Any] = field(default_factory=dict)
    outputs: Callable = definitions.weighed_inputs
    values: tuple[int, ...] = ()  # the shape of the second input, if there is one
    idle: tuple[str, ...] = ()  # trainable weights that can make no difference

    @property
    def shapes(self):
        """The shapes of all inputs."""
        return (self.shape, self.values) if self.values else (self.shape,)

    def each_input(self, make):
        """What `make` gives for the shape of the one input, or a list of it for several."""
        made = [make(shape) for shape in self.shapes]
        return made if self.values else made[0]

    def batch_shape(self, batch=None):
        return self.each_input(lambda shape: (batch, *shape))

    def symbolic(self):
        return self.each_input(keras.Input)

    @property
    def output_shape(self):
        return self.layer(**self.options).compute_output_shape(self.batch_shape())[1:]

    def make(self, **kwargs):
        return self.layer(**self.options, **kwargs)

    def built(self, seed=0, **kwargs):
        """The layer with random weights everywhere, so that no bias hides by being zero."""
        rng = np.random.default_rng(seed)
        layer = self.make(**kwargs)
        layer.build(self.batch_shape())
        for weight in layer.weights:
            low, high = (0.5, 1.5) if weight.name == "moving_variance" else (-0.7, 0.7)
            weight.assign(rng.uniform(low, high, weight.shape))
        return layer

    def inputs(self, batch=6, seed=1):
        rng = np.random.default_rng(seed)
        return self.each_input(
            lambda shape: rng.normal(size=(batch, *shape)).astype("float32"),
        )

    @property
    def traces(self):
        return self.built().traces

    def score_shapes(self, batch=6):
        shapes = {
            "feature": (batch, self.shape[-1]),
            "channel": (batch, self.shape[-1]),
            "place": (batch, *self.shape[:-1]),
            "step": (batch, self.shapes[-1][0]),
        }
        leading = {"head": self.make().get_config().get("heads"), "query": self.shape[0]}
        return [
            (batch, *(leading[axis] for axis in trace.leading), *shapes[trace.axis][1:])
            for trace in self.traces
        ]


def scores_of(layer, inputs, **kwargs):
    """The outputs and the list of score tensors of a call, as NumPy arrays."""
    outputs, scores = layer(inputs, return_attention_scores=True, **kwargs)
    return np.asarray(outputs), [np.asarray(score) for score in keras.tree.flatten(scores)]


DEFAULTS = (
    Case("dense", modules.DenseAttention, definitions.dense_attention, FEATURES),
    Case(
        "multi-head",
        modules.MultiHeadDenseAttention,
        definitions.multi_head_dense,
        FEATURES,
        outputs=definitions.weighed_by_the_mean_of_heads,
    ),
    Case("bottleneck", modules.BottleneckDenseAttention, definitions.bottleneck_dense, FEATURES),
    Case("feature-gate", modules.FeatureGate, definitions.feature_gate, FEATURES),
    Case("uniform", modules.Uniform, definitions.uniform, outputs=definitions.uniformly),
    Case("se", modules.SqueezeExcite, definitions.squeeze_excite),
    Case("selayer", modules.SELayer, definitions.se_layer),
    Case("eca", modules.EfficientChannelAttention, definitions.efficient_channel_attention),
    Case("cbam-channel", modules.CBAMChannel, definitions.cbam_channel),
    Case("cbam-spatial", modules.CBAMSpatial, definitions.cbam_spatial),
    Case("cbam", modules.CBAM, definitions.cbam),
    Case(
        "attention-pool",
        modules.AttentionPool,
        definitions.attention_pool,
        STEPS,
        outputs=definitions.pooled,
    ),
    Case(
        "han",
        modules.HierarchicalPool,
        definitions.hierarchical_pool,
        STEPS,
        outputs=definitions.pooled,
    ),
    Case(
        "last-query",
        modules.LastQueryAttention,
        definitions.last_query,
        STEPS,
        outputs=definitions.combined_with_the_last,
    ),
    Case(
        "step-dense",
        modules.StepDenseAttention,
        definitions.step_dense,
        STEPS,
        outputs=definitions.weighed_steps,
    ),
    Case(
        "hard", modules.HardAttention, definitions.attention_pool, STEPS, outputs=definitions.chosen
    ),
    Case(
        "self-attention",
        modules.SelfAttention,
        definitions.self_attention,
        STEPS,
        outputs=definitions.attended,
        idle=("key/bias",),
    ),
    Case(
        "transformer",
        modules.TransformerEncoder,
        definitions.self_attention,
        STEPS,
        outputs=definitions.encoded,
        idle=("key/bias",),
    ),
    Case(
        "bahdanau",
        modules.BahdanauAttention,
        definitions.bahdanau,
        QUERIES,
        outputs=definitions.context,
        values=VALUES,
    ),
    Case(
        "luong",
        modules.LuongAttention,
        definitions.luong,
        QUERIES,
        outputs=definitions.context,
        values=VALUES,
    ),
    Case(
        "scaled-dot",
        modules.ScaledDotAttention,
        definitions.scaled_dot,
        QUERIES,
        outputs=definitions.context,
        values=(9, 12),
    ),
)


def _variant(name, **options):
    default = next(case for case in DEFAULTS if case.name == name)
    label = ",".join(f"{key}={value}" for key, value in options.items())
    return replace(default, name=f"{name}:{label}", options=options)


VARIANTS = (
    *(
        _variant("dense", depth=2, activation=activation)
        for activation in ("relu", "tanh", "sigmoid", "softmax", "linear")
    ),
    _variant("bottleneck", ratio=1),
    _variant("bottleneck", ratio=64),
    _variant("feature-gate", ratio=3),
    _variant("se", ratio=4, activation="swish"),
    _variant("se", ratio=4, gate="hard_sigmoid"),
    _variant("se", ratio=4, squeeze="max", bias=False),
    _variant("selayer", ratio=4, dropout=0.0),
    _variant("eca", kernel_size=7),
    _variant("cbam-channel", ratio=4),
    _variant("cbam-channel", ratio=4, pooling="avg"),
    _variant("cbam-channel", ratio=4, pooling="max"),
    _variant("cbam-spatial", kernel_size=3),
    _variant("cbam-spatial", kernel_size=3, pooling="avg"),
    _variant("cbam-spatial", batch_norm=True, pooling="max"),
    _variant("cbam-spatial", kernel_size=7, batch_norm=True),
    _variant("cbam", ratio=4, kernel_size=3, batch_norm=True),
    _variant("cbam", ratio=4, order="spatial-first", batch_norm=True),
    _variant("cbam", ratio=4, order="parallel"),
    _variant("cbam", ratio=4, pooling="avg", order="parallel"),
    _variant("cbam", ratio=4, batch_norm=True, pooling="max"),
    _variant("han", units=5),
    _variant("last-query", score="bahdanau", units=7),
    _variant("step-dense", shared=True),
    _variant("multi-head", heads=1),
    _variant("hard", mode="straight-through"),
    _variant("self-attention", heads=6, norm="batch"),
    _variant("transformer", heads=2, units=7, dropout=0.0),
    _variant("transformer", dropout=0.0, norm="batch"),
    _variant("bahdanau", units=7),
    _variant("luong", score="concat"),
    replace(_variant("luong", score="dot"), values=(9, 12)),
)

_UNIFORM = next(case for case in DEFAULTS if case.name == "uniform")
UNIFORM = tuple(
    replace(_UNIFORM, name=f"uniform:{kind},{len(shape)}d", shape=shape, options={"kind": kind})
    for kind in ("gate", "distribution")
    for shape in (FEATURES, STEPS, IMAGE)
)

UNIFORM += tuple(
    replace(
        _UNIFORM,
        name=f"uniform:{kind},alignment",
        shape=QUERIES,
        values=VALUES,
        options={"kind": kind},
        definition=definitions.uniform_alignment,
        outputs=definitions.mean_value,
    )
    for kind in ("gate", "distribution")
)

CASES = DEFAULTS + VARIANTS + UNIFORM


def each(cases=CASES):
    """Run a test once for each case."""
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.name)
