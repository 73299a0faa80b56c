"""Which process owns a study, to tell a study whose process died from a live one."""

from __future__ import annotations

import os
import socket
import time
from dataclasses import dataclass

import psutil

FRESH_SECONDS = 60.0
"""How old a heartbeat may be before a process that cannot be looked up counts as gone."""


@dataclass(frozen=True)
class Owner:
    """A process: its host, its pid and when it was created (UTC, unix seconds).

    The creation time tells a process from a later one that was given the same pid.
    """

    host: str
    pid: int
    started: float

    @classmethod
    def current(cls) -> Owner:
        """This process."""
        return cls(socket.gethostname(), os.getpid(), psutil.Process().create_time())


def owner_is_alive(owner: Owner, heartbeat_at: float) -> bool:
    """Whether the owner still exists.

    On this host the process itself is looked up (a zombie is dead); on another host only the
    heartbeat (unix seconds) can tell, so it must be younger than a minute.
    """
    if owner.host != socket.gethostname():
        return time.time() - heartbeat_at < FRESH_SECONDS
    try:
        process = psutil.Process(owner.pid)
        same = abs(process.create_time() - owner.started) <= 1.0
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # ZombieProcess is one
        return False
    except psutil.AccessDenied:  # it exists, and belongs to someone else
        return True
