"""The size of a module's input, for people who compare modules outside of a task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from attnlab.spec.about import Given
from attnlab.spec.entries import Slot
from attnlab.spec.parameters import Parameters, number


class Size(Parameters):
    """The sizes that inputs of all kinds are made of; each kind uses some of them."""

    features: int = number(
        32,
        low=4,
        high=512,
        choices=(4, 8, 16, 32, 64, 128, 256, 512),
        title="Features",
        help="How many numbers a vector holds, or each step of a sequence.",
    )
    steps: int = number(
        20,
        low=2,
        high=500,
        choices=(5, 10, 20, 50, 100, 200, 500),
        title="Steps",
        help="How long a sequence is.",
    )
    queries: int = number(
        10,
        low=1,
        high=500,
        choices=(1, 5, 10, 20, 50, 100, 200, 500),
        title="Queries",
        help="How many steps of another sequence look into it, such as the words of a "
        "translation that are written one after the other.",
    )
    side: int = number(
        16,
        low=2,
        high=256,
        choices=(4, 8, 16, 32, 64, 128, 256),
        title="Image size",
        help="Width and height of an image where the module stands in the network.",
    )
    channels: int = number(
        64,
        low=1,
        high=2048,
        choices=(4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048),
        title="Channels",
        help="How many channels an image has where the module stands in the network.",
    )


@dataclass(frozen=True)
class Input:
    """What a module can receive.

    title: The name that people read.
    parts: The name of each tensor, by its letter in formulas.
    sizes: The sizes that make up the shape of each tensor.
    """

    title: str
    parts: Mapping[str, str]
    sizes: tuple[tuple[str, ...], ...]

    def shape(self, size: Size) -> Given:
        """The shape of one such input; the shapes of its parts where it has several."""
        shapes = tuple(tuple(getattr(size, name) for name in names) for names in self.sizes)
        return shapes if len(shapes) > 1 else shapes[0]


INPUTS: Mapping[Slot, Input] = MappingProxyType(
    {
        "features": Input("Features", {"x": "Features"}, (("features",),)),
        "image": Input("Image", {"x": "Image"}, (("side", "side", "channels"),)),
        "steps": Input("Sequence", {"x": "Sequence"}, (("steps", "features"),)),
        "alignment": Input(
            "Two sequences",
            {"s": "Queries", "h": "Values"},
            (("queries", "features"), ("steps", "features")),
        ),
    }
)
"""Every slot's input, in the order that forms offer them."""
