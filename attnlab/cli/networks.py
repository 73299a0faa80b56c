"""The network of a plan as options: which one, and where in it the module stands."""

from __future__ import annotations

import argparse
from typing import Any

from attnlab.spec import TaskEntry
from attnlab.spec.own_backbones import BACKBONE
from attnlab.spec.slots import SLOTS


class UsageError(Exception):
    """For arguments that do not fit together; the message says which."""


def add_network(plan: Any) -> None:
    """Add the arguments for the network."""
    plan.add_argument(
        "--backbone",
        metavar="NETWORK",
        help="the network that modules stand in: one that the task can choose, or your own, as in "
        "./mine.py:tiny_net or model.keras",
    )
    plan.add_argument(
        "--slots",
        metavar="WHICH",
        help="which of its slots take the module: all, none, or numbers such as 2 or 1+3; of a "
        "model.keras the layers that have a slot behind them, such as conv1,conv2",
    )


def network_in(given: argparse.Namespace, entry: TaskEntry) -> dict[str, Any]:
    """The parameters of the task that these arguments set."""
    chosen: dict[str, Any] = {}
    if given.backbone is not None:
        if BACKBONE not in entry.params.model_fields:
            raise UsageError(f"--backbone: the task {entry.name} has a network of its own alone")
        chosen[BACKBONE] = given.backbone
    if given.slots is not None:
        option = "after" if str(given.backbone).endswith(".keras") else SLOTS
        if option not in entry.params.model_fields:
            raise UsageError(f"--slots: the task {entry.name} has no slots to choose from")
        chosen[option] = given.slots
    return chosen
