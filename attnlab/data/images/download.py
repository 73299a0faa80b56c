"""Fetches an archive from the network once; it is there completely or not at all."""

from __future__ import annotations

import http.client
import logging
import os
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from attnlab.data.images.errors import ImageSetError
from attnlab.data.images.listing import listing
from attnlab.data.paths import home_folder

log = logging.getLogger(__name__)

TIMEOUT = 30.0
"""Seconds without a single byte after which a transfer fails."""

_CHUNK = 2**18
_one_at_a_time = threading.Lock()

Progress = Callable[[int, int | None], None]
"""Called with the bytes received, and with the total where that is known."""


@dataclass(frozen=True)
class Preset:
    """An image set on the network, and the counts that it must have.

    `counts` are the images of each class in each split; an archive with other counts is refused.
    `variable` names the environment variable that gives another address.
    """

    file: str
    url: str
    variable: str
    most_bytes: int
    classes: tuple[str, ...]
    counts: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def address(self) -> str:
        """The address to fetch it from."""
        return os.environ.get(self.variable) or self.url

    @property
    def path(self) -> Path:
        """The file on this machine: below ATTNLAB_HOME, or `~/.attnlab`."""
        return home_folder() / "datasets" / self.file


CATS_AND_DOGS = Preset(
    file="cats_and_dogs_filtered.zip",
    url="https://storage.googleapis.com/mledu-datasets/cats_and_dogs_filtered.zip",
    variable="ATTNLAB_CATS_AND_DOGS_URL",
    most_bytes=200 * 2**20,
    classes=("cats", "dogs"),
    counts=(("train", (1000, 1000)), ("validation", (500, 500))),
)
"""Photographs of cats and dogs, some of those of the Asirra challenge (Elson et al. 2007)."""


def fetched(preset: Preset, progress: Progress | None = None) -> Path:
    """Return the preset's archive, fetched if it is not there yet.

    The transfer is written to a temporary file in the same folder, checked, and only then moved.
    Raises ImageSetError, which says how to provide the file by hand, where the transfer fails or
    gives something else.
    """
    with _one_at_a_time:
        if not preset.path.exists():
            _fetch(preset, progress or _log)
        else:
            _check(preset, preset.path, preset.path)
    return preset.path


def _fetch(preset: Preset, progress: Progress) -> None:
    part = None
    try:
        preset.path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            dir=preset.path.parent, prefix=f"{preset.file}.", suffix=".part", delete=False
        ) as file:
            part = Path(file.name)
            transfer(preset.address, preset.most_bytes, file, progress)
            file.flush()
            os.fsync(file.fileno())
        _check(preset, part, preset.address)
        os.replace(part, preset.path)
    except urllib.error.HTTPError as error:
        raise _by_hand(preset, f"the server answered {error.code} {error.reason}") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        if isinstance(error, ImageSetError):
            raise
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
        raise _by_hand(preset, str(reason) or type(error).__name__) from None
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def transfer(
    address: str, most_bytes: int, file: IO[bytes], progress: Progress | None = None
) -> None:
    """Write what is at an address to a file.

    Raises OSError, HTTPException or ValueError where that fails, breaks off, or is too much.
    """
    if not address.startswith(("https://", "http://")):
        raise ValueError("only addresses that begin with https:// or http:// are fetched")
    request = urllib.request.Request(address, headers={"User-Agent": "attnlab"})
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
        length = answer.headers.get("Content-Length", "")
        total = int(length) if length.isdigit() else None
        received = 0
        while chunk := answer.read(_CHUNK):
            received += len(chunk)
            if max(received, total or 0) > most_bytes:
                raise ValueError(f"it is larger than {most_bytes / 2**20:.0f} MiB")
            file.write(chunk)
            (progress or _log)(received, total)
    if total is not None and received < total:
        raise ValueError(f"the transfer broke off after {received} of {total} bytes")


def _check(preset: Preset, archive: Path, source: Path | str) -> None:
    """Raise ImageSetError unless this is the preset's archive, by its classes and counts."""
    try:
        names = listing(archive)
    except ImageSetError as error:
        reason = str(error).replace(str(archive), "it")
        raise _by_hand(preset, f"what {source} holds cannot be used: {reason}") from None
    if (names.classes, names.counts()) != (preset.classes, dict(preset.counts)):
        raise _by_hand(preset, f"what {source} holds is another set of images")


def _by_hand(preset: Preset, why: str) -> ImageSetError:
    return ImageSetError(
        f"{preset.file} could not be fetched from {preset.address}: {why}. Provide it by hand as "
        f"{preset.path}, or set {preset.variable} to another address"
    )


def _log(received: int, total: int | None) -> None:
    """Log every ten MiB."""
    if received % (10 * 2**20) < _CHUNK:
        log.info("fetched %d of %s bytes", received, total or "an unknown number of")
