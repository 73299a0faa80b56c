"""The attention layers: ordinary Keras layers that return their scores on request.

Importing this registers all of them, so that saved models that contain one can be loaded.

For a functional model with scores and one without, call a layer once, with
`return_attention_scores=True`, and build both models from what it returns: Keras (3.15) checks how
a model is connected by the first call of each layer, and refuses scores that came with a later one.
"""

from attnlab.modules.channel import (
    CBAMChannel,
    EfficientChannelAttention,
    SELayer,
    SqueezeExcite,
)
from attnlab.modules.control import Uniform
from attnlab.modules.feature import BottleneckDenseAttention, DenseAttention, FeatureGate
from attnlab.modules.mixed import CBAM
from attnlab.modules.spatial import CBAMSpatial
from attnlab.modules.temporal import (
    AttentionPool,
    HierarchicalPool,
    LastQueryAttention,
    StepDenseAttention,
)
from attnlab.modules.trace import Trace

__all__ = [
    "CBAM",
    "AttentionPool",
    "BottleneckDenseAttention",
    "CBAMChannel",
    "CBAMSpatial",
    "DenseAttention",
    "EfficientChannelAttention",
    "FeatureGate",
    "HierarchicalPool",
    "LastQueryAttention",
    "SELayer",
    "SqueezeExcite",
    "StepDenseAttention",
    "Trace",
    "Uniform",
]
