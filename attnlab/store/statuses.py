"""Where a study or a run stands, and what each status allows."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where a study or a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"


ACTIVE = (Status.QUEUED, Status.RUNNING)
"""It trains or waits for its turn."""

COMPLETE = (Status.FINISHED, Status.FAILED)
"""It ended by itself, with nothing left to train, though some of it may have failed."""

RESUMABLE = (Status.STOPPED, Status.INTERRUPTED, Status.FAILED)
"""It ended with runs that can be trained yet, or again."""
