"""The attention modules of the catalogue, each with its parameters."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from attnlab.spec import ModuleEntry, Parameters, SpecError, choice, number

FEATURES = frozenset({"features"})
IMAGE = frozenset({"image"})
STEPS = frozenset({"steps"})


def _ratio(default: int) -> int:
    return number(
        default,
        low=1,
        high=64,
        choices=(1, 2, 4, 8, 16, 32, 64),
        title="Reduction ratio",
        help="The hidden layer of the attention has this many times fewer units than its input.",
    )


class NoParameters(Parameters):
    """A module without anything to set."""


class UniformParameters(Parameters):
    """The control that weighs everything alike."""

    kind: Literal["gate", "distribution"] = choice(
        "gate",
        title="Weights",
        help="One learned scalar for all positions (gate), or 1/n for each of n (distribution): "
        "what the attention that it controls for gives.",
    )


class DenseParameters(Parameters):
    """Softmax attention by a dense layer, with hidden layers before it."""

    depth: int = number(
        0,
        low=0,
        high=4,
        title="Extra layers",
        help="Hidden dense layers, as wide as the input, before the softmax.",
    )
    activation: Literal["relu", "tanh", "sigmoid", "softmax", "linear"] = choice(
        "relu", title="Activation", help="What the extra layers apply; without them it is unused."
    )


class BottleneckParameters(Parameters):
    """Feature attention through a narrow hidden layer."""

    ratio: int = _ratio(4)


class SqueezeExciteParameters(Parameters):
    """Squeeze-and-excitation, with the choices its paper ablates."""

    ratio: int = _ratio(16)
    activation: Literal["relu", "swish"] = choice(
        "relu",
        title="Hidden activation",
        advanced=True,
        help="What the narrow hidden layer applies.",
    )
    gate: Literal["sigmoid", "hard_sigmoid"] = choice(
        "sigmoid",
        title="Gate",
        advanced=True,
        help="What turns the scores into weights between 0 and 1.",
    )
    squeeze: Literal["avg", "max"] = choice(
        "avg", title="Squeeze", advanced=True, help="How each channel is summed up over all places."
    )
    bias: bool = choice(
        True, title="Bias", advanced=True, help="Whether both dense layers have a bias."
    )


class SELayerParameters(Parameters):
    """Squeeze-and-excitation with dropout and batch normalisation in its branch."""

    ratio: int = _ratio(16)
    dropout: float = number(
        0.5,
        low=0.0,
        high=0.9,
        step=0.05,
        title="Dropout",
        advanced=True,
        help="The share of the attention's units dropped in each training step.",
    )


class ECAParameters(Parameters):
    """Efficient channel attention: one short filter over neighbouring channels."""

    kernel_size: int = number(
        0,
        low=0,
        high=15,
        title="Kernel size",
        help="How many neighbouring channels one weight looks at (odd); 0 follows their number.",
    )

    @model_validator(mode="after")
    def _odd(self) -> ECAParameters:
        if self.kernel_size and self.kernel_size % 2 == 0:
            raise SpecError(
                f"kernel_size must be odd, or 0 to pick it by the number of channels; "
                f"got {self.kernel_size}"
            )
        return self


class CBAMChannelParameters(Parameters):
    """The channel half of CBAM."""

    ratio: int = _ratio(16)


class CBAMSpatialParameters(Parameters):
    """The spatial half of CBAM."""

    kernel_size: Literal[3, 7] = choice(
        7, title="Spatial kernel", help="How wide a neighbourhood decides the weight of a place."
    )
    batch_norm: bool = choice(
        False,
        title="Batch norm",
        advanced=True,
        help="Whether the spatial scores are normalised before the gate, as in the released code.",
    )


class CBAMParameters(CBAMSpatialParameters):
    """Both halves of CBAM and their order."""

    ratio: int = _ratio(16)
    order: Literal["channel-first", "spatial-first", "parallel"] = choice(
        "channel-first", title="Order", help="Which half weighs first, or both at once."
    )


class HierarchicalParameters(Parameters):
    """Attention over steps through a small network and a learned context."""

    units: int = number(
        32,
        low=4,
        high=128,
        step=4,
        title="Attention units",
        help="How wide the layer is that compares each step with the learned context.",
    )


class LastQueryParameters(Parameters):
    """Attention of the last step to all others."""

    score: Literal["luong", "bahdanau"] = choice(
        "luong",
        title="Score",
        help="How the last step is compared with the others: by a product (Luong) or by a small "
        "network (Bahdanau).",
    )
    units: int = number(
        0,
        low=0,
        high=128,
        step=8,
        title="Output units",
        advanced=True,
        help="How wide the answer is that joins the summary with the last step; 0 makes it as wide "
        "as a step.",
    )


class StepDenseParameters(Parameters):
    """Attention by a dense layer over time."""

    shared: bool = choice(
        False,
        title="Shared by features",
        help="Whether all features weigh the steps alike, or each has weights of its own.",
    )


MODULES = (
    ModuleEntry(
        name="none",
        title="No attention",
        family="control",
        fits=FEATURES | IMAGE | STEPS,
        params=NoParameters,
        layer="",
        summary="The slot left empty: the network without attention.",
    ),
    ModuleEntry(
        name="dense",
        title="Dense attention",
        family="feature",
        fits=FEATURES,
        params=DenseParameters,
        layer="attnlab.modules.feature:DenseAttention",
        summary="A dense layer with softmax weighs every feature; the weights sum to one.",
        source="philipperemy/keras-attention, attention_dense.py (2017)",
    ),
    ModuleEntry(
        name="bottleneck-dense",
        title="Bottleneck attention",
        family="feature",
        fits=FEATURES,
        params=BottleneckParameters,
        layer="attnlab.modules.feature:BottleneckDenseAttention",
        summary="Softmax attention over features computed through a narrow hidden layer.",
        source="philipperemy/keras-attention, with the bottleneck of Hu et al. 2018",
    ),
    ModuleEntry(
        name="feature-gate",
        title="Feature gate",
        family="feature",
        fits=FEATURES,
        params=BottleneckParameters,
        layer="attnlab.modules.feature:FeatureGate",
        summary="The same bottleneck with a sigmoid: each feature is gated on its own.",
        source="Hu et al. 2018 (arXiv 1709.01507), on features instead of channels",
    ),
    ModuleEntry(
        name="se",
        title="Squeeze-and-excitation",
        family="channel",
        fits=IMAGE,
        params=SqueezeExciteParameters,
        layer="attnlab.modules.channel:SqueezeExcite",
        summary="Averages each channel, and gates channels through a narrow hidden layer.",
        source="Hu et al. 2018 (arXiv 1709.01507)",
    ),
    ModuleEntry(
        name="selayer",
        title="SE with batch norm",
        family="channel",
        fits=IMAGE,
        params=SELayerParameters,
        layer="attnlab.modules.channel:SELayer",
        summary="Squeeze-and-excitation with dropout and batch norm around its dense layers.",
        source="A widely copied Keras variant of Hu et al. 2018",
    ),
    ModuleEntry(
        name="eca",
        title="Efficient channel attention",
        family="channel",
        fits=IMAGE,
        params=ECAParameters,
        layer="attnlab.modules.channel:EfficientChannelAttention",
        summary="One short filter over neighbouring channels: a handful of parameters.",
        source="Wang et al. 2020 (arXiv 1910.03151)",
    ),
    ModuleEntry(
        name="cbam-channel",
        title="CBAM, channel half",
        family="channel",
        fits=IMAGE,
        params=CBAMChannelParameters,
        layer="attnlab.modules.channel:CBAMChannel",
        summary="Gates channels by their average and their maximum through one shared network.",
        source="Woo et al. 2018 (arXiv 1807.06521)",
    ),
    ModuleEntry(
        name="cbam-spatial",
        title="CBAM, spatial half",
        family="spatial",
        fits=IMAGE,
        params=CBAMSpatialParameters,
        layer="attnlab.modules.spatial:CBAMSpatial",
        summary="Gates places by a convolution over the mean and maximum of all channels.",
        source="Woo et al. 2018 (arXiv 1807.06521)",
    ),
    ModuleEntry(
        name="cbam",
        title="CBAM",
        family="mixed",
        fits=IMAGE,
        params=CBAMParameters,
        layer="attnlab.modules.mixed:CBAM",
        summary="Gates channels, then places of the refined image.",
        source="Woo et al. 2018 (arXiv 1807.06521)",
    ),
    ModuleEntry(
        name="attention-pool",
        title="Attention pooling",
        family="temporal",
        fits=STEPS,
        params=NoParameters,
        layer="attnlab.modules.temporal:AttentionPool",
        summary="One learned query weighs every step; the weighted sum is the answer.",
        source="The scaled dot product of Vaswani et al. 2017 (arXiv 1706.03762)",
    ),
    ModuleEntry(
        name="step-dense",
        title="Dense attention over time",
        family="temporal",
        fits=STEPS,
        params=StepDenseParameters,
        layer="attnlab.modules.temporal:StepDenseAttention",
        summary="A dense layer over time with softmax weighs the steps of every feature.",
        source="philipperemy/keras-attention, attention_lstm.py (2017)",
    ),
    ModuleEntry(
        name="last-query",
        title="Last step asks",
        family="temporal",
        fits=STEPS,
        params=LastQueryParameters,
        layer="attnlab.modules.temporal:LastQueryAttention",
        summary="Compares every step with the last one, and answers with both.",
        source="Luong et al. 2015 (arXiv 1508.04025); Bahdanau et al. 2015 (arXiv 1409.0473)",
    ),
    ModuleEntry(
        name="han",
        title="Hierarchical attention",
        family="temporal",
        fits=STEPS,
        params=HierarchicalParameters,
        layer="attnlab.modules.temporal:HierarchicalPool",
        summary="A small network compares every step with a learned context; sums them up.",
        source="Yang et al. 2016 (aclanthology.org/N16-1174)",
    ),
    ModuleEntry(
        name="uniform",
        title="Uniform weights",
        family="control",
        fits=FEATURES | IMAGE | STEPS,
        params=UniformParameters,
        layer="attnlab.modules.control:Uniform",
        summary="Weighs everything alike: tells attention from a mere change of scale.",
        source="Wiegreffe & Pinter 2019 (arXiv 1908.04626)",
    ),
)
