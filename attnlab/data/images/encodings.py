"""Finds out how names were written that are not in UTF-8, as old Windows programs pack them.

A name is a few letters, too little for charset-normalizer alone. Its findings over all names at
once are weighed together with how likely each letter is in the language of an encoding. The
frequencies are rough: shares of the parts of Hangul syllables, of levels of the Chinese and
Japanese standards, of letters with accents. They need to be right only within a factor of a few.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from charset_normalizer import from_bytes

from attnlab.data.images.errors import ImageSetError, first_few

AUTO = "auto"
CODECS = {
    "utf-8": "utf-8",
    "gbk": "gb18030",
    "big5": "cp950",
    "shift-jis": "cp932",
    "euc-kr": "cp949",
    "cp437": "cp437",
    "cp850": "cp850",
    "cp852": "cp852",
    "cp1250": "cp1250",
    "cp1252": "cp1252",
    "cp866": "cp866",
    "cp1251": "cp1251",
}
"""Python's codec for each encoding that can be chosen: the one that Windows has under that name.

Those of Central Europe, 852 and 1250, are not found out: a few letters do not tell them from those
of Western Europe, which are met more often.
"""

_PRIOR = {
    "utf-8": 0.3,
    "gbk": 0.3,
    "shift-jis": 0.2,
    "euc-kr": 0.2,
    "big5": 0.1,
    "cp850": 0.1,
    "cp437": 0.04,
    "cp1252": 0.03,
    "cp866": 0.02,
    "cp1251": 0.01,
}
"""How often each is met. Code page 850 has all accents of Western Europe, 437 only some."""

_DETECTED = {
    "utf_8": "utf-8",
    "gb18030": "gbk",
    "big5": "big5",
    "cp932": "shift-jis",
    "cp949": "euc-kr",
}
_DETECTED |= {name: name for name in ("cp437", "cp850", "cp1252", "cp866", "cp1251")}
_WEIGHT = 2.0
_SURE = 3.0
"""Natural logarithms: what a finding of charset-normalizer adds, and the lead that is sure."""

_USUAL = " .-_()"
"""Signs that names have often."""

_MOST_BYTES = 4096
_FEWEST_BYTES = 512

_INITIALS = (12, 1.2, 7, 8, 0.8, 8, 6, 6, 0.3, 10, 0.7, 19, 8, 0.3, 3.5, 1.5, 2, 2.5, 7)
_VOWELS = (
    *(20, 6, 1.5, 0.1, 9, 5, 6, 0.7, 12, 1.5, 0.3),
    *(1.2, 2, 9, 0.8, 0.2, 0.8, 1.5, 8, 1.3, 16),
)
_FINALS = (
    *(52, 6, 0.1, 0.1, 13, 0.1, 0.1, 0.3, 8, 0.2, 0.2, 0.1, 0.05, 0.05),
    *(0.05, 0.2, 4.5, 2, 0.4, 2.5, 0.8, 8, 0.4, 0.3, 0.1, 0.5, 0.3, 0.3),
)
"""Per cent of Hangul syllables with each first consonant, vowel and last consonant (or none)."""


@dataclass(frozen=True)
class Encoding:
    """How names were read, and what a person should know about it."""

    encoding: str
    warnings: tuple[str, ...] = ()


def decoder(
    names: Iterable[bytes], encoding: str, where: str
) -> tuple[Encoding, Callable[[bytes], str]]:
    """How to read these names: in the encoding that was chosen, or else in the likeliest.

    Raises ImageSetError for names that are not in the encoding that was chosen.
    """
    raw = sorted(set(names))
    found = Encoding(encoding)
    if encoding == AUTO and raw:
        found = Encoding("utf-8") if _is_utf_8(raw) else _likeliest(raw, where)
    codec = CODECS.get(found.encoding, "utf-8")
    if odd := [name for name in raw if not _fits([name], found.encoding)]:
        shown = first_few([name.decode("ascii", "backslashreplace") for name in odd])
        raise ImageSetError(
            f"{where} has names that are not in {encoding}: {shown}. Choose another encoding, "
            f"or {AUTO}"
        )
    return found, lambda name: name.decode(codec)


def _fits(names: Sequence[bytes], encoding: str) -> bool:
    try:
        b"/".join(names).decode(CODECS.get(encoding, "utf-8"))
    except UnicodeDecodeError:
        return False
    return True


def _is_utf_8(names: Sequence[bytes]) -> bool:
    """Whether it is UTF-8 beyond doubt: two bytes of Chinese can happen to be a letter of it,
    more cannot."""
    return _fits(names, "utf-8") and any(
        ord(letter) >= 0x800 for letter in b"".join(names).decode()
    )


def _likeliest(names: Sequence[bytes], where: str) -> Encoding:
    parts = _telling_parts(names)
    detected = _detected(parts)
    scores = {
        encoding: _log_likelihood(parts, encoding) + _WEIGHT * (encoding in detected)
        for encoding in _PRIOR
        if _fits(names, encoding)
    }
    best, *others = sorted(scores, key=lambda each: -scores[each])
    text = _read(parts, best)
    for other in others:
        if _read(parts, other) != text:  # code pages share letters: the same text is no doubt
            if scores[best] - scores[other] >= _SURE:
                break
            warning = (
                f"{where} does not say how its names are encoded: they are read as {best} "
                f"({first_few(text)}), and may be {other} ({first_few(_read(parts, other))}). "
                "If they look wrong, choose the encoding"
            )
            return Encoding(best, (warning,))
    return Encoding(best)


def _telling_parts(names: Sequence[bytes]) -> list[bytes]:
    """Folders and files with other bytes than ASCII, once each, up to a few thousand bytes; the
    second byte of a letter is never a slash in these encodings."""
    parts: list[bytes] = []
    total = 0
    for part in sorted({part for name in names for part in name.split(b"/")}):
        if not part.isascii() and total < _MOST_BYTES:
            parts.append(part)
            total += len(part)
    return parts


def _read(parts: Sequence[bytes], encoding: str) -> list[str]:
    return [part.decode(CODECS[encoding], "replace") for part in parts]


def _detected(parts: Sequence[bytes]) -> set[str]:
    """What charset-normalizer takes for possible; the names are repeated, as it asks for more than
    a few bytes."""
    text = b" ".join(parts) + b" "
    text *= 1 + _FEWEST_BYTES // len(text)
    return {_DETECTED[match.encoding] for match in from_bytes(text, cp_isolation=[*_DETECTED])}


def _log_likelihood(parts: Sequence[bytes], encoding: str) -> float:
    total = math.log(_PRIOR[encoding])
    for part in parts:
        before = ""
        for letter in part.decode(CODECS[encoding], "replace"):
            total += math.log(_probability(letter, before, encoding))
            before = letter
    return total


def _probability(letter: str, before: str, encoding: str) -> float:
    """Of a letter after another one, in the languages that are written in this encoding."""
    narrow = before.isalpha() and not before.isascii() and ord(before) < 0x460
    if letter.isascii():
        if not (letter.isalnum() or letter in _USUAL):
            return 1 / 2000
        return (0.05 if narrow and before.islower() and letter.isupper() else 1.0) / 30
    raw = letter.encode(CODECS[encoding], "replace")
    if encoding != "utf-8" and (len(raw) > 1 or encoding == "shift-jis"):
        mixed = before.isascii() and before.isalpha()  # few write "Sã" of one letter of each
        return (0.05 if mixed else 1.0) * _of_wide(letter, raw, encoding)
    return _of_narrow(letter, before)


def _of_wide(letter: str, raw: bytes, encoding: str) -> float:
    """Of a Chinese, Japanese or Korean letter."""
    number, lead, trail = ord(letter), raw[0], raw[-1]
    if 0xAC00 <= number <= 0xD7A3:  # Hangul syllables
        return 0.97 * _of_syllable(number - 0xAC00)
    if 0x3041 <= number <= 0x30FC:  # Hiragana and Katakana
        return (0.5 if encoding == "shift-jis" else 0.001) / 170
    if 0xFF61 <= number <= 0xFF9F:  # Katakana of half the width
        return 0.005 / 63
    if not 0x4E00 <= number <= 0x9FFF:
        return 0.01 / 500
    if encoding == "gbk":
        if trail < 0xA1 or not 0xB0 <= lead <= 0xF7:
            return 0.01 / 15_000
        return 0.93 / 3755 if lead <= 0xD7 else 0.05 / 3008
    if encoding == "shift-jis":
        return 0.45 / 2965 if lead <= 0x97 else 0.03 / 3390
    if encoding == "big5":
        return 0.96 / 5401 if lead <= 0xC6 else 0.03 / 7652
    return 0.01 / 4888


def _of_syllable(number: int) -> float:
    first, vowel, last = number // 588, number // 28 % 21, number % 28
    share = _INITIALS[first] / sum(_INITIALS) * _VOWELS[vowel] / sum(_VOWELS)
    return share * _FINALS[last] / sum(_FINALS)


def _of_narrow(letter: str, before: str) -> float:
    """Of a letter that is not Chinese, Japanese or Korean: with an accent, or Cyrillic."""
    if 0x400 <= ord(letter) < 0x460:
        share = 1 / 32 if letter.islower() else 1 / 100
        share *= 1.0 if 0x410 <= ord(letter) < 0x450 else 0.05  # only some languages have it
        share *= 0.02 if before.isascii() and before.isalpha() else 1.0
    elif 0xC0 <= ord(letter) < 0x100 and letter.isalpha():
        share = 1 / 40 if letter.islower() else 1 / 300
        share *= 0.1 if before and not before.isascii() else 1.0  # two accents rarely meet
    elif 0x300 <= ord(letter) < 0x700 and (letter.isalpha() or unicodedata.combining(letter)):
        share = 1 / 60
    elif 0x100 <= ord(letter) < 0x180 and (letter.islower() or before.isalpha()):
        share = 1 / 150
    else:
        return 3e-5
    return share * (0.02 if letter.isupper() and before.islower() else 1.0)
