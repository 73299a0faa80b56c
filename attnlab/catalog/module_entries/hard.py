"""Attention that chooses instead of weighing."""

from __future__ import annotations

from typing import Literal

from attnlab.catalog.module_entries.shared import STEPS
from attnlab.spec import ModuleEntry, Parameters, choice


class HardParameters(Parameters):
    """Attention that looks at one step alone."""

    mode: Literal["straight-through", "sampled"] = choice(
        "sampled",
        title="Learns by",
        help="Straight-through takes the likeliest step and learns as if it had weighed them all; "
        "sampled draws a step in half of the training samples.",
    )


HARD = (
    ModuleEntry(
        name="hard",
        title="Hard attention",
        family="hard",
        fits=STEPS,
        params=HardParameters,
        layer="attnlab.modules.hard:HardAttention",
        summary="Chooses one step and looks at nothing else.",
        source="Xu et al. 2015 (arXiv 1502.03044); Bengio et al. 2013 (arXiv 1308.3432)",
    ),
)
