"""Files of a run (weights, traces): a folder that exists completely or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from attnlab.store.errors import StoreError, explain_os
from attnlab.store.owner import Owner, owner_is_alive

_STAGING = ".staging"
PREFIX = ".tmp-"

Writers = Mapping[str, Callable[[Path], None]]
"""By file name, a function that writes the file at the path that it gets."""


def save(folder: Path, writers: Writers) -> None:
    """Write the files near `folder`, then put them in its place in one step.

    Raises StoreError if a name or a write fails; `folder` is then as it was before.
    """
    for name in writers:
        if not is_plain(name):
            raise StoreError(f"an artifact's name is a plain file name, got {name!r}")
    staged = _temporary(folder.parent)
    try:
        staged.mkdir()
        for name, write in writers.items():
            write(staged / name)
            _flush(staged / name)
        _put_in_place(staged, folder)
    except StoreError:
        raise
    except OSError as error:
        raise StoreError(explain_os(error, folder)) from error
    except Exception as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise StoreError(f"could not write {name!r} to {folder}: {reason}") from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def add(folder: Path, name: str, write: Callable[[Path], None]) -> None:
    """Write one more file into a folder that exists, in one step; one of its name is replaced.

    Raises StoreError if the name or the write fails, and where there is no such folder.
    """
    if not is_plain(name):
        raise StoreError(f"an artifact's name is a plain file name, got {name!r}")
    staged = _temporary(folder.parent)
    try:
        staged.mkdir()
        write(staged / name)
        _flush(staged / name)
        (staged / name).replace(folder / name)
    except OSError as error:
        raise StoreError(explain_os(error, folder)) from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def is_plain(name: str) -> bool:
    """Whether this names a file in a folder, and not one elsewhere."""
    return name not in ("", "..") and name == Path(name).name


def discard(folder: Path) -> None:
    """Remove a folder in one step for readers; `sweep` deletes later what cannot be deleted now."""
    aside = _set_aside(folder)
    if aside is not None:
        shutil.rmtree(aside, ignore_errors=True)


def sweep(artifacts: Path) -> None:
    """Remove the temporary folders of processes that are gone; the folders of runs, of which there
    may be a hundred thousand, are not looked through."""
    staging = artifacts / _STAGING
    if not staging.exists():  # what an attnlab of before had staged is beside the runs
        remove_abandoned(artifacts.glob(f"{PREFIX}*"))
        staging.mkdir(exist_ok=True)
    remove_abandoned(staging.glob(f"{PREFIX}*"))


def remove_abandoned(folders: Iterable[Path]) -> None:
    """Remove those of these temporary folders whose processes are gone."""
    for folder in folders:
        parts = folder.name.removeprefix(PREFIX).rsplit("-", 3)
        try:
            started, _, boot = parts[2].partition("+")
            owner = Owner(parts[0], int(parts[1]), float(started), boot or None)
            alive = owner_is_alive(owner, heartbeat_at=folder.stat().st_mtime)
        except (ValueError, IndexError, OSError):
            continue  # not one of ours, or gone by now
        if not alive:
            shutil.rmtree(folder, ignore_errors=True)


def _put_in_place(staged: Path, folder: Path) -> None:
    """Rename `staged` to `folder`; an earlier folder goes only once the new one is there."""
    earlier = _set_aside(folder)
    try:
        staged.rename(folder)
    except OSError:
        if earlier is not None:
            earlier.rename(folder)
        raise
    if earlier is not None:
        shutil.rmtree(earlier, ignore_errors=True)


def _set_aside(folder: Path) -> Path | None:
    aside = _temporary(folder.parent)
    try:
        return folder.rename(aside)
    except FileNotFoundError:
        return None


def _temporary(artifacts: Path) -> Path:
    staging = artifacts / _STAGING
    staging.mkdir(exist_ok=True)
    return staging / temporary_name()


def temporary_name() -> str:
    """The name of a temporary folder of this process, which `remove_abandoned` knows."""
    owner = Owner.current()
    boot = f"+{owner.boot}" if owner.boot else ""
    started = f"{owner.started:.2f}{boot}"
    return f"{PREFIX}{owner.host}-{owner.pid}-{started}-{secrets.token_hex(4)}"


def _flush(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())
