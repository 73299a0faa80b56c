"""Jobs: studies carried out, in the background of a server or in the foreground of a command."""

from attnlab.jobs.manager import EXAMPLE, EXAMPLE_ID, JobManager
from attnlab.jobs.stages import execute

__all__ = ["EXAMPLE", "EXAMPLE_ID", "JobManager", "execute"]
