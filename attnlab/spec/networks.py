"""What a task says of its network, whoever's that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attnlab.spec.entries import TaskEntry
from attnlab.spec.own_backbones import OwnBackbone, own_backbone
from attnlab.spec.slots import ALL, SLOTS


class OfNetwork:
    """The network of a task with an `entry` of the catalogue and `params`."""

    if TYPE_CHECKING:  # whoever has fields would take these for some

        @property
        def entry(self) -> TaskEntry: ...

        name: str
        params: Any

    @property
    def own_backbone(self) -> OwnBackbone | None:
        """Somebody's network in place of the task's; None for attnlab's."""
        return own_backbone(self.params)

    @property
    def slot_sizes(self) -> tuple[int, ...]:
        """The features or channels at each slot of its network; empty where only the data, or the
        built network, tell."""
        own = self.own_backbone
        if own is not None:
            return own.slot_sizes(self.name, self.params)
        return tuple(self.entry.slot_sizes(self.params))

    @property
    def stacks(self) -> bool:
        """Whether several seeds can train in one program, as far as its network goes."""
        own = self.own_backbone
        return own is None or own.stacks

    @property
    def slots(self) -> str:
        """Which slots of its network take the module: see `attnlab.spec.slots`."""
        return str(getattr(self.params, SLOTS, ALL))
