"""The networks of the tasks, with slots that an arm's module fills.

A backbone takes its task's parameters and the slots, and returns its inputs and its answers, mostly
logits: (B, K) for K classes, (B, 1) for two. One that writes also returns a function that decodes
(see `Network`). A layer has the same name for every module in the slots, because its starting
weights come from a stream of that name.
"""

from attnlab.backbones.network import MODULE_PREFIX, Network, Slots, TraceSpec, build, is_module

__all__ = ["MODULE_PREFIX", "Network", "Slots", "TraceSpec", "build", "is_module"]
