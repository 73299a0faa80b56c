"""The networks of Keras Applications that tasks on images can choose, and how they are tuned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SMALLEST = 32
"""Pixels each way that these networks need."""


@dataclass(frozen=True)
class Application:
    """A network of `keras.applications`: its name there, and the channels at its slots."""

    name: str
    title: str
    widths: tuple[int, ...]


def too_small(name: str, size: int) -> str:
    """What is wrong with a network for images of so few pixels."""
    return f"the network {name} needs images of at least {SMALLEST} pixels, got {size}"


_EFFICIENT = (
    *(32, 96, 144, 144, 240, 240, 480, 480),
    *(480, 672, 672, 672, 1152, 1152, 1152, 1152),
)

APPLICATIONS: Mapping[str, Application] = {
    "resnet50": Application(
        "ResNet50", "ResNet-50", (256,) * 3 + (512,) * 4 + (1024,) * 6 + (2048,) * 3
    ),
    "mobilenetv3": Application(
        "MobileNetV3Small",
        "MobileNetV3 (small)",
        (16, 72, 88, 96, 240, 240, 120, 144, 288, 576, 576),
    ),
    "efficientnet": Application("EfficientNetB0", "EfficientNet-B0", _EFFICIENT),
    "convnext": Application(
        "ConvNeXtTiny", "ConvNeXt (tiny)", (96,) * 3 + (192,) * 3 + (384,) * 9 + (768,) * 3
    ),
}
"""By what a plan calls them."""
