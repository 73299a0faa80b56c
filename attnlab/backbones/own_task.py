"""The backbones of tasks that somebody brings: attnlab's, by what the inputs are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from attnlab.backbones.features import feature_network
from attnlab.backbones.images import IMAGE_NETWORKS, PLACE_NETWORKS, network_on_channels
from attnlab.backbones.network import Slots
from attnlab.backbones.steps import network_on_steps
from attnlab.backbones.text import network_on_text
from attnlab.catalog.task_entries.own_task import OwnTaskParameters


@dataclass(frozen=True)
class _Sizes:
    """What backbones for one task ask of its parameters."""

    features: int = 0
    classes: int = 0


def own_task_network(params: OwnTaskParameters, slots: Slots) -> tuple[Any, Any]:
    """The network for inputs of this kind: as planted-features, digits or a planted location,
    planted-channels, own-series or keyword-text have it."""
    return _NETWORKS[params.inputs](params, slots)


def _classes(params: OwnTaskParameters) -> int:
    """How many; a number is one answer, as of one class."""
    return params.answers or 1


def _on_features(params: OwnTaskParameters, slots: Slots) -> tuple[Any, Any]:
    sizes: Any = _Sizes(features=params.input_shape[0], classes=_classes(params))
    return feature_network(sizes, slots)


def _on_image(params: Any, slots: Slots) -> tuple[Any, Any]:
    networks = PLACE_NETWORKS if params.own.declared["truth"] else IMAGE_NETWORKS
    return networks[params.backbone](params.input_shape, params, _classes(params), slots)


def _on_channels(params: OwnTaskParameters, slots: Slots) -> tuple[Any, Any]:
    return network_on_channels(params.input_shape, _classes(params), slots)


def _on_steps(params: Any, slots: Slots) -> tuple[Any, Any]:
    return network_on_steps(params, slots, params.input_shape, _classes(params))


def _on_text(params: Any, slots: Slots) -> tuple[Any, Any]:
    return network_on_text(params, slots, params.input_shape[0], params.tokens, _classes(params))


_NETWORKS: Mapping[str, Callable[[Any, Slots], tuple[Any, Any]]] = {
    "features": _on_features,
    "image": _on_image,
    "channels": _on_channels,
    "steps": _on_steps,
    "text": _on_text,
}
