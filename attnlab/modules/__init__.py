"""The attention layers: ordinary Keras layers that return their scores on request.

Importing this registers all of them, so that saved models that contain one can be loaded.

For a functional model with scores and one without, call a layer once, with
`return_attention_scores=True`, and build both models from what it returns: Keras (3.15) checks how
a model is connected by the first call of each layer, and refuses the scores of a later call.
"""

from attnlab.modules.alignment import BahdanauAttention, LuongAttention, ScaledDotAttention
from attnlab.modules.channel import CBAMChannel, EfficientChannelAttention
from attnlab.modules.channel_variants import (
    CircularEfficientChannelAttention,
    EffectiveSqueezeExcite,
    GatedChannelTransform,
)
from attnlab.modules.context import GlobalContext
from attnlab.modules.control import Uniform
from attnlab.modules.feature import (
    BottleneckDenseAttention,
    DenseAttention,
    FeatureGate,
    MultiHeadDenseAttention,
)
from attnlab.modules.gather_excite import GatherExcite
from attnlab.modules.hard import HardAttention
from attnlab.modules.joint import BAM, SimAM, TripletAttention
from attnlab.modules.matched import Matched
from attnlab.modules.mixed import CBAM
from attnlab.modules.non_local import DoubleAttention, ExternalAttention, NonLocal
from attnlab.modules.selective_kernel import SelectiveKernel
from attnlab.modules.self_attention import (
    AdditiveSelfAttention,
    LinearAttention,
    RelativeSelfAttention,
)
from attnlab.modules.sequence import SelfAttention, TransformerEncoder
from attnlab.modules.spatial import CBAMSpatial
from attnlab.modules.squeeze_excite import SELayer, SqueezeExcite
from attnlab.modules.step_dense import StepDenseAttention
from attnlab.modules.strips import CoordinateAttention, EfficientLocalAttention, StripAttention
from attnlab.modules.temporal import AttentionPool, HierarchicalPool, LastQueryAttention
from attnlab.modules.trace import Trace

__all__ = [
    "BAM",
    "CBAM",
    "AdditiveSelfAttention",
    "AttentionPool",
    "BahdanauAttention",
    "BottleneckDenseAttention",
    "CBAMChannel",
    "CBAMSpatial",
    "CircularEfficientChannelAttention",
    "CoordinateAttention",
    "DenseAttention",
    "DoubleAttention",
    "EffectiveSqueezeExcite",
    "EfficientChannelAttention",
    "EfficientLocalAttention",
    "ExternalAttention",
    "FeatureGate",
    "GatedChannelTransform",
    "GatherExcite",
    "GlobalContext",
    "HardAttention",
    "HierarchicalPool",
    "LastQueryAttention",
    "LinearAttention",
    "LuongAttention",
    "Matched",
    "MultiHeadDenseAttention",
    "NonLocal",
    "RelativeSelfAttention",
    "SELayer",
    "ScaledDotAttention",
    "SelectiveKernel",
    "SelfAttention",
    "SimAM",
    "SqueezeExcite",
    "StepDenseAttention",
    "StripAttention",
    "Trace",
    "TransformerEncoder",
    "TripletAttention",
    "Uniform",
]
