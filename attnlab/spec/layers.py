"""A layer of a trained network as it is stored and drawn."""

from __future__ import annotations

from typing import TypedDict


class LayerRow(TypedDict):
    """One layer of an arm's network; JSON values, because the store keeps them as they are.

    `type` is the name of its class, `shape` that of its output for one sample, `parameters` the
    number of its weights; `module` is True for a layer in a slot.
    """

    name: str
    type: str
    shape: list[int]
    parameters: int
    module: bool
