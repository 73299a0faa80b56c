"""The data of each task, one family a file."""

from attnlab.tasks.data import PROBE_SAMPLES, Split, TaskData, make

__all__ = ["PROBE_SAMPLES", "Split", "TaskData", "make"]
