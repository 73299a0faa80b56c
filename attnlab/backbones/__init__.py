"""The networks of the tasks, with slots that an arm's module fills.

A backbone takes its task's parameters and the slots, and gives its inputs and its answers, mostly
logits: (B, K) for K classes, (B, 1) for two. One that writes gives a third thing: how it decodes
(see `Network`). A layer keeps its name whatever stands in the slots, because its start is drawn
from a stream of that name.
"""

from attnlab.backbones.network import MODULE_PREFIX, Network, Slots, TraceSpec, build, is_module

__all__ = ["MODULE_PREFIX", "Network", "Slots", "TraceSpec", "build", "is_module"]
