"""Attention that sums up the steps of a sequence, or weighs them."""

from __future__ import annotations

from typing import Literal

from attnlab.catalog.module_entries.shared import STEPS, NoParameters
from attnlab.spec import ModuleEntry, Parameters, choice, number


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


TEMPORAL = (
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
)
