"""Disks that are full before a study is over: what is said, and what is left."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from benchmarks.campaign import kills
from benchmarks.campaign.line import Asked, BrokenPromiseError, Outcome, tell
from benchmarks.campaign.processes import end_tree, started

SHARES = (0.02, 0.15, 0.35, 0.55, 0.75, 0.95)
"""How much of what the study takes there is room for."""

PLENTY = 256 * 2**20
SECONDS = 180
PAGE = 4096


def full_disks(asked: Asked) -> Outcome:
    """Train on disks of six sizes that are too small, then make room and resume."""
    outcome, said = Outcome(), set()
    prepared = kills.prepare(asked.folder)
    place = asked.folder / "disk"
    place.mkdir()
    if _mount(place, PLENTY):
        outcome.figures = "not measured: mounting a small disk takes root"
        return outcome
    try:
        before, after = _sizes(place, prepared)
    finally:
        _unmount(place)
    for share in SHARES[2:3] if asked.quick else SHARES:
        outcome.tried += 1
        size = before + int(share * (after - before)) // PAGE * PAGE
        _mount(place, size)
        try:
            said.add(_filled(place, prepared, asked.folder / "reference"))
            tell(f"disk of {size / 2**20:.2f} MiB")
        except Exception as error:
            outcome.broken.append(f"a disk of {size} bytes: {error!r}")
        finally:
            _unmount(place)
    outcome.figures = (
        f"disks of {before / 2**20:.1f} to {after / 2**20:.1f} MiB; told: {'; '.join(sorted(said))}"
    )
    return outcome


def _filled(place: Path, prepared: Path, reference: Path) -> str:
    """Train until the disk is full, look, make room, and resume; what was said."""
    home = place / "home"
    shutil.copytree(prepared, home)
    code, told = _trained(home)
    if code == 0:
        raise BrokenPromiseError("it trained to its end")
    sentences = [line for line in told.splitlines() if "space" in line]
    if "Traceback" in told or not sentences:
        raise BrokenPromiseError(f"it ended with {code} and said: {told[-600:]!r}")
    subprocess.run(["mount", "-o", f"remount,size={PLENTY}", str(place)], check=True)
    kills.look(home, set(), reference)
    return sentences[-1].replace(str(home), "HOME")[:120]


def _sizes(place: Path, prepared: Path) -> tuple[int, int]:
    """Bytes that the home takes before and after the study."""
    home = place / "home"
    shutil.copytree(prepared, home)
    before = shutil.disk_usage(place).used
    code, told = _trained(home)
    if code:
        raise BrokenPromiseError(f"an undisturbed study ended with {code}: {told[-300:]}")
    return before, shutil.disk_usage(place).used


def _trained(home: Path) -> tuple[int, str]:
    """The exit code of training by the command, and what it said."""
    process = started(home, "run", str(kills.plan_file(home.parent.parent)), output=subprocess.PIPE)
    try:
        said, _ = process.communicate(timeout=SECONDS)
    finally:
        end_tree(process)
    return process.returncode, said.decode(errors="replace")


def _mount(place: Path, size: int) -> int:
    """Mount a disk in memory of so many bytes; the exit code."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "attnlab-campaign", str(place)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode
    except FileNotFoundError:
        return 127


def _unmount(place: Path) -> None:
    subprocess.run(["umount", "--lazy", str(place)], check=True)
