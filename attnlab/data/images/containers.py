"""The files of an image set: a folder, or a zip archive that is never unpacked to disk.

Both give names with forward slashes, relative to the set, and the bytes behind a name. What is
hidden, or left about by a system, is left out before anything else is looked at.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from attnlab.data.images.archives import Archive
from attnlab.data.images.encodings import AUTO
from attnlab.data.images.errors import ImageSetError
from attnlab.data.images.file_names import IMAGES, FileKind
from attnlab.data.images.folders import Folder
from attnlab.wording import printable


class Container(Protocol):
    """The files of an image set.

    `kind` is what the set is made of. `left_out` holds the names of what is no part
    of it, each with its reason; `encoding` is how names were read that are not in UTF-8.
    """

    path: Path
    encoding: str
    kind: FileKind
    files: dict[str, int]
    folders: set[str]
    left_out: list[tuple[str, str]]
    warnings: list[str]

    def label(self, part: str) -> str:
        """A part of a name as text."""

    def read(self, name: str) -> bytes:
        """The bytes of a file."""


@contextmanager
def opened(path: Path, encoding: str = AUTO, kind: FileKind = IMAGES) -> Iterator[Container]:
    """Open a folder or an archive; raises ImageSetError for what is neither, or not safe."""
    try:
        if path.is_dir():
            yield Folder(path, encoding, kind)
            return
        if not path.exists():
            raise ImageSetError(f"there is no folder or zip archive {path}")
        if not path.is_file() or not zipfile.is_zipfile(path):
            raise ImageSetError(f"{path} is neither a folder nor a zip archive")
        with zipfile.ZipFile(path) as archive:
            yield Archive(path, archive, encoding, kind)
    except zipfile.BadZipFile as error:
        raise ImageSetError(f"{path} is not a readable zip archive: {error}") from None
    except UnicodeDecodeError:
        raise ImageSetError(f"{path} has a name that is said to be UTF-8, and is not") from None
    except (OSError, ValueError, NotImplementedError) as error:
        if isinstance(error, ImageSetError):
            raise
        raise unreadable(path, error) from None


def unreadable(path: Path, error: Exception) -> ImageSetError:
    """Says which file or folder the system does not give, and why."""
    name = getattr(error, "filename", None)
    where = printable(str(name)) if name else path
    return ImageSetError(f"cannot read {where}: {getattr(error, 'strerror', None) or error}")
