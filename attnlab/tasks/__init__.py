"""The data of each task, one family a file."""

from attnlab.tasks.data import Split, TaskData, make

__all__ = ["Split", "TaskData", "make"]
