"""Which process owns a study, to tell a study whose process died from a live one."""

from __future__ import annotations

import os
import socket
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import psutil

FRESH_SECONDS = 60.0
"""How old a heartbeat may be before a process that cannot be looked up counts as gone."""

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_START_TICKS = 19
"""Where /proc/PID/stat has the start of a process, counted from behind its name (field 22)."""


@dataclass(frozen=True)
class Owner:
    """A process: its host, its pid and when it was created (UTC, unix seconds).

    `boot` tells it from a later process of the same pid, whatever is done to the clock: the id of
    the machine's boot and, behind a dot, the ticks from then to the start of the process. It is
    None where the system does not say, as on macOS and Windows, and of owners that were stored by
    an attnlab of before.
    """

    host: str
    pid: int
    started: float
    boot: str | None = None

    @classmethod
    def current(cls) -> Owner:
        """This process. It stays the same when the clock is set, which moves `create_time`."""
        return _of_process(os.getpid())


@lru_cache(maxsize=1)
def _of_process(pid: int) -> Owner:
    return Owner(socket.gethostname(), pid, psutil.Process(pid).create_time(), _boot_of(pid))


def owner_is_alive(owner: Owner, heartbeat_at: float) -> bool:
    """Whether the owner still exists.

    On this host the process itself is looked up (a zombie is dead), by its ticks since the boot
    where they are known. By its creation time it can only be recognised: that moves with the
    clock, so that where it differs a heartbeat (unix seconds) younger than a minute counts. On
    another host, or after another boot, only the heartbeat can tell.
    """
    is_fresh = time.time() - heartbeat_at < FRESH_SECONDS
    if owner.host != socket.gethostname():
        return is_fresh
    try:
        process = psutil.Process(owner.pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        now = None if owner.boot is None else _boot_of(owner.pid)
        if owner.boot is None or now is None:
            return abs(process.create_time() - owner.started) <= 1.0 or is_fresh
        return now == owner.boot or (is_fresh and not _same_boot(now, owner.boot))
    except psutil.NoSuchProcess:  # ZombieProcess is one
        return is_fresh and owner.boot is not None and not _is_this_boot(owner.boot)
    except psutil.AccessDenied:  # it exists, and belongs to someone else
        return True


def _boot_of(pid: int) -> str | None:
    """The id of this boot and the ticks from then to the start of a process; None if unknown."""
    try:
        boot = _BOOT_ID.read_text(encoding="ascii").strip().replace("-", "")
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    after_name = stat.rpartition(")")[2].split()  # a name may have blanks and brackets
    return f"{boot}.{after_name[_START_TICKS]}"


def _same_boot(one: str, other: str) -> bool:
    return one.partition(".")[0] == other.partition(".")[0]


def _is_this_boot(boot: str) -> bool:
    now = _boot_of(os.getpid())
    return now is None or _same_boot(now, boot)
