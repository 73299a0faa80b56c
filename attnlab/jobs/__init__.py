"""Jobs: studies carried out, in the background of a server or in the foreground of a command."""

from attnlab.jobs.execution import execute
from attnlab.jobs.manager import EXAMPLE, EXAMPLE_ID, JobManager

__all__ = ["EXAMPLE", "EXAMPLE_ID", "JobManager", "execute"]
