"""The engine: arms and seeds in, a stream of events out.

Importing this package imports no TensorFlow; `attnlab.training.engine` does.
"""

from attnlab.training.events import EpochEnd, Event, Progress, RunEnd, RunFailed, RunStart, Trace

__all__ = ["EpochEnd", "Event", "Progress", "RunEnd", "RunFailed", "RunStart", "Trace"]
