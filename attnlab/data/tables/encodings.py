"""How the text of a file is encoded, found out from its bytes."""

from __future__ import annotations

import codecs
import re
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

_WESTERN = ("cp1252", "cp1250", "cp1254", "cp1251", "cp1253")
_OTHERS = (*("gb18030", "big5", "cp932", "euc_jp", "cp949"), *("cp1251", "cp1253"), *_WESTERN[:3])
_ICELANDIC = frozenset("ðþýÐÞÝ".encode("cp1252"))
_SIGNS = frozenset("£€¥§°µ²³¹¼½¾±×·©®™–—‘’“”…\xa0")
_ALIKE = 0.03
"""Codecs whose text is about as orderly, as charset-normalizer measures it, are as likely."""

_SAMPLE = 2**16


class DecodedText(NamedTuple):
    """The text of a file as UTF-8, and the name of the encoding that it had."""

    content: bytes
    encoding: str


def as_utf8(path: Path, content: bytes) -> DecodedText:
    """The text of a file; raises TableError for what is no text, or in no known encoding.

    A byte order mark decides. Else it is UTF-8 if it can be, and otherwise what charset-normalizer
    finds likeliest, judged by the lines that tell encodings apart.
    """
    for mark, codec, name in MARKS:
        if content.startswith(mark):
            return DecodedText(
                _as_text(path, _by_mark(path, content[len(mark) :], codec, name)), name
            )
    _check_is_text(path, content)
    try:
        content.decode("utf-8")
        return DecodedText(content, "ASCII" if content.isascii() else "UTF-8")
    except UnicodeDecodeError:
        pass
    for codec in likely_codecs(content):
        try:
            return DecodedText(_as_text(path, content.decode(codec)), NAMES[codec])
        except UnicodeDecodeError:
            continue
    raise TableError(
        f"cannot tell how the text of {path} is encoded: expected UTF-8, got other bytes; save it "
        "as UTF-8"
    )


def likely_codecs(content: bytes) -> list[str]:
    """The codecs that the text may have, the likeliest first.

    Of those that charset-normalizer finds about equally likely, the commonest in the world comes
    first. Where most letters beyond ASCII stand alone, as in French, these are Western; where they
    stand together, as in Russian and Chinese, these are not.
    """
    telling = [line for line in content[: 2**22].splitlines() if not line.isascii()]
    sample = b"\n".join(telling)[:_SAMPLE]
    runs = re.findall(rb"[\x80-\xff]+", sample)
    if _has_units_alone(sample):
        return ["cp1252"]
    alone = sum(len(run) == 1 for run in runs) > 0.7 * len(runs)
    order = _WESTERN if alone else _OTHERS
    found = list(from_bytes(sample, cp_isolation=list(order), threshold=0.5))
    least = min((match.chaos for match in found), default=0.0)
    names = {
        name
        for match in found
        if match.chaos <= least + _ALIKE
        for name in (match.encoding, *match.could_be_from_charset)
    }
    ranked = [name for name in order if name in names]
    if ranked[:1] == ["cp1252"] and "cp1254" in names and set(sample) & _ICELANDIC:
        ranked.insert(0, "cp1254")  # where Icelandic has its letters, Turkish has its own
    return [*ranked, *(match.encoding for match in found if match.encoding in NAMES), "cp1252"]


def _has_units_alone(sample: bytes) -> bool:
    """Whether nothing beyond ASCII but signs such as £ and ° stands there, not within words."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    beyond = {letter for letter in text if not letter.isascii()}
    return beyond <= _SIGNS and not re.search(r"[A-Za-z][^\x00-\x7f][A-Za-z]", text)


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
