"""Decoded images on disk, made once for all seeds, arms, studies and processes.

A file is named by the image set, the state of its files, and how they are read, so that images that
have changed are decoded anew. The files lie in the home of attnlab and can be deleted at any time.
"""

from __future__ import annotations

import hashlib
import logging
import math
import os
import shutil
import sys
import time
import uuid
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

import numpy as np
import psutil

from attnlab.data.images.contents import file_stamps
from attnlab.data.images.errors import ImageSetError
from attnlab.data.images.listing import Listing
from attnlab.data.images.pixel_file import BrokenPixelFileError, PixelFile, Shape, write_header
from attnlab.data.images.pixels import decoding
from attnlab.data.images.rendering import Rendering
from attnlab.data.images.windows import counted
from attnlab.data.memory import VARIABLE
from attnlab.data.paths import home_folder
from attnlab.imports import importing
from attnlab.wording import bytes_text

log = logging.getLogger(__name__)

FOLDER = "decoded-images"
"""In the home of attnlab."""

MOST_BYTES = 20 * 2**30
"""Of all files together; those that were not used for longest are removed for a new one."""

SPARED_BYTES = 256 * 2**20
"""So much of the disk is left free."""

_VERSION = 1
"""Of what a file holds for the same images: another one, and older files are not used."""

_WAIT_SECONDS = 0.1
_UNFINISHED, _LOCK = ".part", ".lock"
_LEFT_SECONDS = 3600.0
"""A file of another machine that nobody has written to for so long is left of a process there."""


def pixel_file(
    images: Listing, names: tuple[str, ...], how: Rendering
) -> Generator[int, None, PixelFile]:
    """The file with these images decoded, (N, size, size, 3 or 1).

    Where there is none it is made, and how many images are decoded is yielded again and again; so
    it is while another process makes it. Closing the generator ends it, and leaves nothing. Raises
    ImageSetError for images that cannot be decoded, and where the file cannot be kept.
    """
    shape = (len(names), *how.shape)
    path = home_folder() / FOLDER / f"{_key(images, names, how)}.npy"
    while (found := _usable(path, shape)) is None:
        with _alone(path) as is_alone:
            if not is_alone:
                yield _done_elsewhere(path, shape)
                time.sleep(_WAIT_SECONDS)
            elif not path.exists():
                yield from _made(path, shape, images, names, how)
    return found


def _key(images: Listing, names: tuple[str, ...], how: Rendering) -> str:
    trained = {name for name, _ in images.splits["train"]}  # their range is that of all images
    is_trained = tuple(name in trained for name in names)
    state = (_VERSION, str(images.path), images.encoding, how, names, is_trained)
    text = repr((*state, file_stamps(images.path, names)))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _usable(path: Path, shape: Shape) -> PixelFile | None:
    """The file, if it is there and whole; one that is damaged is removed."""
    try:
        found = PixelFile(path)
        if found.pixels.shape != shape:
            raise BrokenPixelFileError(f"{path} holds {found.pixels.shape}, expected {shape}")
        os.utime(path)
    except FileNotFoundError:
        return None
    except BrokenPixelFileError as error:
        log.warning("decoded images are made anew: %s", error)
        path.unlink(missing_ok=True)
        return None
    except OSError as error:
        raise ImageSetError(f"cannot read decoded images: {error}") from None
    return found


def _made(
    path: Path, shape: Shape, images: Listing, names: tuple[str, ...], how: Rendering
) -> Iterator[int]:
    """Decode the images into the file, which is there as a whole or not at all."""
    size = math.prod(shape)
    unfinished = path.with_name(f"{path.stem}.{uuid.getnode()}.{os.getpid()}{_UNFINISHED}")
    try:
        _make_room(path.parent, size)
        with unfinished.open("wb") as file:
            yield from counted(decoding(images, names, how), _writer(file, shape))
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except OSError as error:
        raise _not_kept(path.parent, size, error.strerror or str(error)) from None
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _writer(file: IO[bytes], shape: Shape) -> Callable[[int, np.ndarray], object]:
    """Begins the file, and puts an image at its place."""
    write_header(file, shape)
    start, size = file.tell(), math.prod(shape[1:])

    def put(number: int, image: np.ndarray) -> None:
        file.seek(start + number * size)
        file.write(image.tobytes())

    return put


def _make_room(folder: Path, size: int) -> None:
    """Remove what processes have left unfinished, and the files that were not used for longest.

    Raises ImageSetError where the disk has no room for a new file even so.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"*{_UNFINISHED}"):
        if _is_left(left):
            left.unlink(missing_ok=True)
    kept = sorted((each.stat().st_mtime, each.stat().st_size, each) for each in _files(folder))
    total = size + sum(of_one for _, of_one, _ in kept)
    for _, of_one, each in kept:
        if total <= MOST_BYTES and _free(folder) >= size + SPARED_BYTES:
            break
        with suppress(OSError):  # on Windows, one that is in use
            each.unlink()
            each.with_suffix(_LOCK).unlink(missing_ok=True)
            total -= of_one
    if _free(folder) < size + SPARED_BYTES:
        raise _not_kept(folder, size, f"{bytes_text(_free(folder))} are free there")


def _is_left(unfinished: Path) -> bool:
    """Whether nobody writes to this file any more."""
    with suppress(OSError, ValueError):
        _, node, pid, _ = unfinished.name.split(".")
        if int(node) == uuid.getnode() and not psutil.pid_exists(int(pid)):
            return True
        return time.time() - unfinished.stat().st_mtime > _LEFT_SECONDS
    return False


def _files(folder: Path) -> Iterator[Path]:
    return folder.glob("*.npy")


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def _not_kept(folder: Path, size: int, why: str) -> ImageSetError:
    return ImageSetError(
        f"the decoded images take {bytes_text(size)}, which cannot be kept in {folder}: {why}. "
        "Free some, use fewer or smaller images, or choose another disk with ATTNLAB_HOME; "
        f"or have them held in memory, up to as many MiB as {VARIABLE} says"
    )


def _done_elsewhere(path: Path, shape: Shape) -> int:
    """How many images another process has decoded into this file so far, about."""
    with suppress(OSError, ValueError):
        written = max(
            each.stat().st_size for each in path.parent.glob(f"{path.stem}.*{_UNFINISHED}")
        )
        return min(shape[0], written // math.prod(shape[1:]))
    return 0


@contextmanager
def _alone(path: Path) -> Iterator[bool]:
    """Whether this is the only process that makes the file, within the block."""
    with ExitStack() as files:
        yield _locked(path.with_suffix(_LOCK), files)


def _locked(lock: Path, files: ExitStack) -> bool:
    """Whether the lock could be had; it is given back when the files are closed. Where there are no
    locks, several may make the same file, each by itself."""
    if sys.platform == "win32":
        return True
    with importing("fcntl"):
        import fcntl
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        file = files.enter_context(lock.open("ab"))
    except OSError as error:
        raise ImageSetError(f"cannot keep decoded images in {lock.parent}: {error}") from None
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        log.warning("no locks in %s: %s", lock.parent, error)
    return True
