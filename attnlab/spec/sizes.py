"""How large the input of a module is, for people who compare modules outside of a task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from attnlab.spec.about import Shape
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
    """What a module can receive: what people call it, and the sizes that its shape is made of."""

    words: str
    sizes: tuple[str, ...]

    def shape(self, size: Size) -> Shape:
        """The shape of one such input."""
        return tuple(getattr(size, name) for name in self.sizes)


INPUTS: Mapping[str, Input] = MappingProxyType(
    {
        "features": Input("Features", ("features",)),
        "image": Input("Image", ("side", "side", "channels")),
        "steps": Input("Sequence", ("steps", "features")),
    }
)
"""Every slot's input, in the order in which people are offered them."""
