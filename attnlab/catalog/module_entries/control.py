"""What separates attention from its side effects, the empty slot first."""

from __future__ import annotations

from typing import Literal

from attnlab.catalog.module_entries.shared import (
    ALIGNMENT,
    FEATURES,
    IMAGE,
    STEPS,
    NoParameters,
)
from attnlab.spec import ControlParameters, ModuleEntry, Parameters, choice

EVERYWHERE = FEATURES | IMAGE | STEPS | ALIGNMENT


class UniformParameters(Parameters):
    """The control that weighs everything alike."""

    kind: Literal["gate", "distribution"] = choice(
        "gate",
        title="Weights",
        help="One learned scalar for all positions (gate), or 1/n for each of n (distribution): "
        "what the attention that it controls for gives.",
    )


class FrozenRandomParameters(ControlParameters):
    """The control that does not learn what to weigh."""

    @classmethod
    def takes(cls, entry: ModuleEntry) -> bool:
        """Whether there is anything to freeze."""
        return super().takes(entry) and entry.learns


class MatchedParameters(ControlParameters):
    """The control with as many parameters and no weighing."""


NONE = ModuleEntry(
    name="none",
    title="No attention",
    family="control",
    fits=EVERYWHERE,
    params=NoParameters,
    layer="",
    summary="The slot left empty: the network without attention.",
)

CONTROL = (
    ModuleEntry(
        name="uniform",
        title="Uniform weights",
        family="control",
        fits=EVERYWHERE,
        params=UniformParameters,
        layer="attnlab.modules.control:Uniform",
        summary="Weighs everything alike: tells attention from a mere change of scale.",
        source="Wiegreffe & Pinter 2019 (arXiv 1908.04626)",
    ),
    ModuleEntry(
        name="frozen-random",
        title="Frozen at random",
        family="control",
        fits=EVERYWHERE,
        params=FrozenRandomParameters,
        layer="",
        control="attnlab.modules.control:frozen",
        summary="A module that keeps its random start: tells learned weights from any weights.",
        source="Wiegreffe & Pinter 2019 (arXiv 1908.04626)",
    ),
    ModuleEntry(
        name="matched",
        title="Matched layers",
        family="control",
        fits=EVERYWHERE,
        params=MatchedParameters,
        layer="",
        control="attnlab.modules.matched:matched",
        summary="Plain layers, about as many parameters as a module: tells attention from size.",
    ),
)
