"""The engine: arms and seeds in, a stream of events out.

Importing this package imports no TensorFlow; `attnlab.training.engine` does.
"""

from attnlab.training.events import (
    AttentionTrace,
    EpochEnd,
    Event,
    Progress,
    RunEnd,
    RunFailed,
    RunStart,
)

__all__ = ["AttentionTrace", "EpochEnd", "Event", "Progress", "RunEnd", "RunFailed", "RunStart"]
