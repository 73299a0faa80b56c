"""What stands in the text files of a set, however they are encoded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from attnlab.data.images.containers import opened
from attnlab.data.images.errors import ImageSetError
from attnlab.data.images.listing import Listing
from attnlab.data.tables.encodings import MARKS, NAMES, likely_codecs
from attnlab.data.texts.limits import MOST_CHARACTERS
from attnlab.wording import printable

_READ = 4 * MOST_CHARACTERS + 4
"""Bytes of a file that are read: a character has at most four."""

_TOGETHER = 2**22
"""Bytes by which an encoding is found out."""


class Contents(NamedTuple):
    """The texts in files, in their order, and the name of the encoding of those that have another
    than UTF-8 or a mark."""

    texts: list[str]
    encoding: str


def contents_of(names: Listing, files: Sequence[str]) -> Contents:
    """The texts in these files of a set.

    A byte order mark decides; else a file is UTF-8 if it can be. Files that are neither share one
    encoding, found out from all of them together. Raises ImageSetError for a file that cannot be
    read, and one that is no text.
    """
    texts: dict[str, str] = {}
    others: dict[str, bytes] = {}
    with opened(names.path, names.encoding, names.kind) as container:
        for name in files:
            content = container.read(name)[:_READ]
            text = _plain(content)
            if text is None:
                others[name] = content
            else:
                texts[name] = text
            _check_is_text(names, name, content, text)
    encoding = "UTF-8"
    if others:
        encoding = _decode(names, others, texts)
    return Contents([texts[name] for name in files], encoding)


def _plain(content: bytes) -> str | None:
    """The text of a file with a byte order mark, or in UTF-8; None of another. The last character
    may be cut."""
    for mark, codec, _ in MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(codec, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= _READ - 4:
            return content[: error.start].decode("utf-8")
        return None


def _decode(names: Listing, others: dict[str, bytes], texts: dict[str, str]) -> str:
    """Put the texts of these files among the others; the name of the encoding that they share."""
    together = b"\n".join(others.values())[:_TOGETHER]
    for codec in likely_codecs(together):
        try:
            found = {name: _cut(content, codec) for name, content in others.items()}
        except UnicodeDecodeError:
            continue
        texts |= found
        return f"{NAMES[codec]}, of {len(others):,} files"
    raise ImageSetError(
        f"cannot tell how {printable(next(iter(others)))} of {names.path} is encoded: expected "
        "UTF-8, got other bytes; save it as UTF-8"
    )


def _cut(content: bytes, codec: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        if error.start < _READ - 4:
            raise
        return content[: error.start].decode(codec)


def _check_is_text(names: Listing, name: str, content: bytes, text: str | None) -> None:
    """Raise ImageSetError for bytes that no text has."""
    zeros = content.count(0) if text is None else text.count("\0")
    if zeros:
        raise ImageSetError(
            f"expected a text, got a file with {zeros:,} NUL bytes: {printable(name)} of "
            f"{names.path}"
        )
