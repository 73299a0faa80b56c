"""What a network consists of, layer by layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class NetworkLayer:
    """One layer of an arm's network.

    `type` is the name of its class, `shape` that of its (first) output for one sample, `module`
    whether it stands in a slot for attention.
    """

    name: str
    type: str
    shape: tuple[int, ...]
    parameters: int
    module: bool

    @classmethod
    def of(cls, described: Mapping[str, Any]) -> NetworkLayer:
        """The layer from its description as JSON values."""
        return cls(
            name=described["name"],
            type=described["type"],
            shape=tuple(described["shape"]),
            parameters=described["parameters"],
            module=described["module"],
        )
