"""The networks of the tasks, with slots that an arm's module fills.

Every backbone answers with logits: (B, K) for K classes, (B, 1) for two. A layer keeps its name
whatever stands in the slots, because its start is drawn from a stream of that name.
"""

from attnlab.backbones.network import MODULE_PREFIX, Network, Slots, TraceSpec, build, is_module

__all__ = ["MODULE_PREFIX", "Network", "Slots", "TraceSpec", "build", "is_module"]
