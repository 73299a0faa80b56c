"""The attention layers: ordinary Keras layers that return their scores on request.

Importing this registers all of them, so that saved models that contain one can be loaded.

For a functional model with scores and one without, call a layer once, with
`return_attention_scores=True`, and build both models from what it returns: Keras (3.15) checks how
a model is connected by the first call of each layer, and refuses the scores of a later call.
"""

from attnlab.modules.alignment import BahdanauAttention, LuongAttention, ScaledDotAttention
from attnlab.modules.channel import CBAMChannel, EfficientChannelAttention
from attnlab.modules.control import Uniform
from attnlab.modules.feature import (
    BottleneckDenseAttention,
    DenseAttention,
    FeatureGate,
    MultiHeadDenseAttention,
)
from attnlab.modules.hard import HardAttention
from attnlab.modules.matched import Matched
from attnlab.modules.mixed import CBAM
from attnlab.modules.sequence import SelfAttention, TransformerEncoder
from attnlab.modules.spatial import CBAMSpatial
from attnlab.modules.squeeze_excite import SELayer, SqueezeExcite
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
    "BahdanauAttention",
    "BottleneckDenseAttention",
    "CBAMChannel",
    "CBAMSpatial",
    "DenseAttention",
    "EfficientChannelAttention",
    "FeatureGate",
    "HardAttention",
    "HierarchicalPool",
    "LastQueryAttention",
    "LuongAttention",
    "Matched",
    "MultiHeadDenseAttention",
    "SELayer",
    "ScaledDotAttention",
    "SelfAttention",
    "SqueezeExcite",
    "StepDenseAttention",
    "Trace",
    "TransformerEncoder",
    "Uniform",
]
