"""How the text of a file is encoded, found out from its bytes."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import NamedTuple

from charset_normalizer import from_bytes

from attnlab.data.tables.errors import TableError

MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32 with a byte order mark"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32 with a byte order mark"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16 with a byte order mark"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16 with a byte order mark"),
)
"""Byte order marks; that of UTF-32 begins like that of UTF-16."""

NAMES = {
    "cp1252": "Windows-1252 (Western European)",
    "cp1250": "Windows-1250 (Central European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "gb18030": "GB18030 (Chinese)",
    "big5": "Big5 (Chinese)",
    "cp932": "Shift-JIS (Japanese)",
    "euc_jp": "EUC-JP (Japanese)",
    "cp949": "EUC-KR (Korean)",
}
"""The encodings that text without a mark may have besides UTF-8, and what they are called."""

_SAMPLE = 2**16


class Decoded(NamedTuple):
    """The text of a file as UTF-8, and the name of the encoding that it had."""

    content: bytes
    encoding: str


def as_utf8(path: Path, content: bytes) -> Decoded:
    """The text of a file; raises TableError for what is no text, or in no known encoding.

    A byte order mark decides. Else it is UTF-8 if it can be, and otherwise what charset-normalizer
    finds likeliest, judged by the lines that tell encodings apart.
    """
    for mark, codec, name in MARKS:
        if content.startswith(mark):
            return Decoded(_as_text(path, _by_mark(path, content[len(mark) :], codec, name)), name)
    _check_is_text(path, content)
    try:
        content.decode("utf-8")
        return Decoded(content, "ASCII" if content.isascii() else "UTF-8")
    except UnicodeDecodeError:
        pass
    for codec in _likely(content):
        try:
            return Decoded(_as_text(path, content.decode(codec)), NAMES[codec])
        except UnicodeDecodeError:
            continue
    raise TableError(
        f"cannot tell how the text of {path} is encoded: expected UTF-8, got other bytes; save it "
        "as UTF-8"
    )


def _likely(content: bytes) -> list[str]:
    """The codecs that the text may have, the likeliest first."""
    telling = [line for line in content[: 2**22].splitlines() if not line.isascii()]
    found = from_bytes(b"\n".join(telling)[:_SAMPLE], cp_isolation=list(NAMES), threshold=0.5)
    ranked = [match.encoding for match in found if match.encoding in NAMES]
    return list(dict.fromkeys([*ranked, "cp1252"]))


def _by_mark(path: Path, content: bytes, codec: str, name: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        raise TableError(
            f"{path} begins as {name}, and cannot be read as that: {error.reason}"
        ) from None


def _as_text(path: Path, text: str) -> bytes:
    content = text.encode("utf-8", "replace")
    _check_is_text(path, content)
    return content


def _check_is_text(path: Path, content: bytes) -> None:
    """Raise TableError for bytes that no text has."""
    if (zeros := content.count(0)) > 0:
        raise TableError(
            f"expected a table as text, Parquet or Excel (.xlsx), got a file with {zeros:,} NUL "
            f"bytes: {path}"
        )
    control = sum(content[:_SAMPLE].count(code) for code in range(1, 32) if code not in b"\t\n\r\f")
    if control > 0.01 * min(len(content), _SAMPLE):
        raise TableError(f"expected a table as text, Parquet or Excel (.xlsx), got bytes: {path}")
