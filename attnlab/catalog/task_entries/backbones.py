"""The network of a task, where it may be somebody's, and which of its slots take the module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import field_validator

from attnlab.spec import REGISTRY, Parameters, text
from attnlab.spec.named_choices import known_names, named_choice
from attnlab.spec.own_backbones import BUILT_IN, OwnBackbone
from attnlab.spec.slots import ALL, read_slots


def slots_field() -> Any:
    """Which slots of the network take the module; its values are read by `read_slots`."""
    return text(
        ALL,
        longest=100,
        title="Slots with the module",
        advanced=True,
        quiet=True,
        examples=(ALL, "1", "2"),
        help="Where the module stands: in all slots of the network, in none, or in those of some "
        "numbers, counted from its inputs, such as 2 or 1+3.",
    )


class BackboneParameters(Parameters):
    """The network of a task that has one of its own, and may have somebody's in its place."""

    backbone: str = named_choice(
        BUILT_IN,
        (BUILT_IN,),
        title="Network",
        quiet=True,
        help="The task's own (built-in), or the name of one that you bring.",
    )
    slots: str = slots_field()

    @field_validator("slots", mode="before")
    @classmethod
    def _read_slots(cls, given: Any) -> Any:
        return read_slots(given)

    @field_validator("backbone")
    @classmethod
    def _read_backbone(cls, given: str) -> str:
        return REGISTRY.backbone(given, known_names(cls.model_fields["backbone"]))

    @classmethod
    def is_used(cls, name: str, values: Mapping[str, Any]) -> bool:
        """Whether a parameter has an effect next to these values of the others: one of the size of
        attnlab's networks, in somebody's network that takes it."""
        own = brought_network(values.get("backbone"))
        if own is not None and name in SIZES:
            return name in own.takes
        if own is None and name == "slots" and values.get("backbone") == BUILT_IN:
            return False
        return super().is_used(name, values)


SAVED = "saved"
"""The network of a file that Keras wrote."""

SIZES = ("where", "width", "blocks", "dropout", "head")
"""The parameters of attnlab's networks on images."""


def brought_network(name: Any) -> OwnBackbone | None:
    """Somebody's network by its name in a plan or a form; None for attnlab's."""
    own: OwnBackbone | None = getattr(name, "own", None)
    return own or REGISTRY.backbones.get(str(name).partition("#")[0])
