"""Writes files completely or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class ExportError(Exception):
    """For what cannot be written as a file, or not there; the message names it and says why."""


def check_target(path: Path | str) -> None:
    """Raise ExportError if a file could not be written here, without leaving anything behind."""
    path = Path(path)
    with _plainly(path):
        if not _is_device(path):
            temporary = _temporary_beside(path)
            temporary.touch()
            temporary.unlink()


def write_text(path: Path | str, text: str) -> None:
    """Write a UTF-8 file as `write_bytes` does."""
    write_bytes(path, text.encode())


def write_bytes(path: Path | str, content: bytes) -> None:
    """Write a file completely or not at all; replaces one that exists.

    Raises ExportError, with any earlier file unchanged.
    """
    path = Path(path)
    with _plainly(path):
        if _is_device(path):
            path.write_bytes(content)
            return
        temporary = _temporary_beside(path)
        try:
            with temporary.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            target = Path(os.path.realpath(path))
            if target.exists():
                shutil.copymode(target, temporary)
            os.replace(temporary, target)
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _is_device(path: Path) -> bool:
    """Whether this is a pipe or a device, which is written to and never replaced."""
    in_dev = path.absolute().parts[1:2] == ("dev",)
    return in_dev or (path.exists() and not path.is_file() and not path.is_dir())


def _temporary_beside(path: Path) -> Path:
    """A name for the temporary file; raises OSError where `path` itself may not be written."""
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, f"there is no folder {target.parent}")
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.part")


@contextmanager
def _plainly(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:  # ValueError: a name with a null character
        reason = getattr(error, "strerror", None) or error
        raise ExportError(f"cannot write {path}: {reason}") from error
