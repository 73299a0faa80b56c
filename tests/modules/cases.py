"""The layers under test, each with its defaults and with every option away from its default."""

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


@dataclass(frozen=True)
class Case:
    name: str
    layer: type[keras.layers.Layer]
    definition: Callable
    shape: tuple[int, ...] = IMAGE
    options: dict[str, Any] = field(default_factory=dict)
    outputs: Callable = definitions.weighed_inputs

    @property
    def output_shape(self):
        return self.layer(**self.options).compute_output_shape((None, *self.shape))[1:]

    def make(self, **kwargs):
        return self.layer(**self.options, **kwargs)

    def built(self, seed=0, **kwargs):
        """The layer with random weights everywhere, so that no bias hides by being zero."""
        rng = np.random.default_rng(seed)
        layer = self.make(**kwargs)
        layer.build((None, *self.shape))
        for weight in layer.weights:
            low, high = (0.5, 1.5) if weight.name == "moving_variance" else (-0.7, 0.7)
            weight.assign(rng.uniform(low, high, weight.shape))
        return layer

    def inputs(self, batch=6, seed=1):
        rng = np.random.default_rng(seed)
        return rng.normal(size=(batch, *self.shape)).astype("float32")

    @property
    def traces(self):
        return self.built().traces

    def score_shapes(self, batch=6):
        shapes = {
            "feature": (batch, self.shape[-1]),
            "channel": (batch, self.shape[-1]),
            "place": (batch, *self.shape[:-1]),
            "step": (batch, self.shape[0]),
        }
        return [shapes[trace.axis] for trace in self.traces]


def scores_of(layer, inputs, **kwargs):
    """The outputs and the list of score tensors of a call, as NumPy arrays."""
    outputs, scores = layer(inputs, return_attention_scores=True, **kwargs)
    return np.asarray(outputs), [np.asarray(score) for score in keras.tree.flatten(scores)]


DEFAULTS = (
    Case("dense", modules.DenseAttention, definitions.dense_attention, FEATURES),
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
    _variant("cbam-spatial", kernel_size=3),
    _variant("cbam-spatial", kernel_size=7, batch_norm=True),
    _variant("cbam", ratio=4, kernel_size=3, batch_norm=True),
    _variant("cbam", ratio=4, order="spatial-first", batch_norm=True),
    _variant("cbam", ratio=4, order="parallel"),
    _variant("han", units=5),
    _variant("last-query", score="bahdanau", units=7),
    _variant("step-dense", shared=True),
)

_UNIFORM = next(case for case in DEFAULTS if case.name == "uniform")
UNIFORM = tuple(
    replace(_UNIFORM, name=f"uniform:{kind},{len(shape)}d", shape=shape, options={"kind": kind})
    for kind in ("gate", "distribution")
    for shape in (FEATURES, STEPS, IMAGE)
)

CASES = DEFAULTS + VARIANTS + UNIFORM


def each(cases=CASES):
    """Run a test once for each case."""
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.name)
