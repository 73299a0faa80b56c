"""The layers under test, each with its defaults and with every option away from its default.

Most have one input; those of an alignment have two, and are called with a list.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from attnlab import modules

from . import cases_of_images, cases_of_steps, definitions, definitions_of_alignments
from .case import FEATURES, IMAGE, QUERIES, STEPS, VALUES, Case, scores_of, variant

__all__ = ["CASES", "DEFAULTS", "FEATURES", "IMAGE", "STEPS", "Case", "each", "scores_of"]

DEFAULTS = (
    *cases_of_images.DEFAULTS,
    *cases_of_steps.DEFAULTS,
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
        definitions_of_alignments.bahdanau,
        QUERIES,
        outputs=definitions_of_alignments.context,
        values=VALUES,
    ),
    Case(
        "luong",
        modules.LuongAttention,
        definitions_of_alignments.luong,
        QUERIES,
        outputs=definitions_of_alignments.context,
        values=VALUES,
    ),
    Case(
        "scaled-dot",
        modules.ScaledDotAttention,
        definitions_of_alignments.scaled_dot,
        QUERIES,
        outputs=definitions_of_alignments.context,
        values=(9, 12),
    ),
)


def _variant(name, **options):
    return variant(DEFAULTS, name, **options)


VARIANTS = (
    *cases_of_images.VARIANTS,
    *cases_of_steps.VARIANTS,
    *(
        _variant("dense", depth=2, activation=activation)
        for activation in ("relu", "tanh", "sigmoid", "softmax", "linear")
    ),
    _variant("dense", normaliser="sparsemax", temperature=0.2),
    _variant("multi-head", normaliser="entmax", temperature=0.5),
    _variant("bottleneck", normaliser="entmax", temperature=0.3),
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
    _variant("attention-pool", normaliser="sparsemax", temperature=0.3),
    _variant("han", units=5),
    _variant("han", normaliser="entmax"),
    _variant("last-query", normaliser="entmax", temperature=3.0),
    _variant("step-dense", normaliser="sparsemax"),
    _variant("hard", normaliser="entmax", temperature=0.5),
    _variant("self-attention", normaliser="entmax", temperature=0.7),
    _variant("transformer", dropout=0.0, normaliser="sparsemax"),
    _variant("bahdanau", normaliser="sparsemax", temperature=0.4),
    _variant("luong", normaliser="entmax", temperature=2.0),
    _variant("scaled-dot", normaliser="sparsemax", temperature=2.0),
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
        definition=definitions_of_alignments.uniform_alignment,
        outputs=definitions_of_alignments.mean_value,
    )
    for kind in ("gate", "distribution")
)

CASES = DEFAULTS + VARIANTS + UNIFORM


def may_be_zero(case):
    """Whether a weight of what counts can be exactly 0: sparsemax and entmax leave things out."""
    return case.make().get_config().get("normaliser", "softmax") != "softmax"


def each(cases=CASES):
    """Run a test once for each case."""
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.name)
