"""The messages of a gettext catalogue (`.po`) with their translations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import babel.numbers  # noqa: F401  (else Babel imports it in the first thread that reads one)
from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileParser

from attnlab.data.pairs.errors import PairsError
from attnlab.data.tables.encodings import as_utf8

_MOST_PLURALS = 6
"""Arabic has six forms, and no language has more."""

_LOCALE = re.compile(r"[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8}){0,2}(@[A-Za-z]{2,10})?")
_CHARSET = re.compile(rb"charset=([A-Za-z0-9][A-Za-z0-9_-]{1,20})")
_ENCODINGS = re.compile(
    r"utf.?8|(us-)?ascii|(iso-?)?8859-\d{1,2}|latin-?\d|(cp|windows-)\d{3,4}|gb(k|2312|18030)"
    r"|big5.*|euc-.{2,3}|shift[_-]?jis|koi8-.|tis-?620",
    re.IGNORECASE,
)


class Messages(NamedTuple):
    """What a catalogue holds: its language, triples (text, translation, context), and how many
    messages are left out, by the reason."""

    language: str
    triples: list[tuple[str, str, str]]
    left_out: Counter[str]


class _AnyPlurals(Catalog):
    """A catalogue whose messages may have other plural forms than its header says: that happens,
    and a header may ask for a billion of them."""

    @property
    def num_plurals(self) -> int:
        """How many forms a message may have; those that it lacks are empty."""
        return _MOST_PLURALS


def messages_of(where: str, content: bytes) -> Messages:
    """The translated messages of a catalogue.

    A message with plural forms gives two pairs: its singular with the first form, its plural with
    the last. Left out are fuzzy messages, those without a translation, those that are obsolete, and
    the header. Raises PairsError for what is no catalogue.
    """
    lines = [line for line in _text(where, content).splitlines() if _matters(line)]
    catalog = _AnyPlurals()
    try:
        PoFileParser(catalog, abort_invalid=True).parse(lines)
        messages = list(catalog)
    except Exception as error:  # babel raises anything for what is damaged
        told = str(error) or type(error).__name__
        raise PairsError(f"{where} cannot be read as a gettext catalogue (.po): {told}") from None
    triples: list[tuple[str, str, str]] = []
    left_out: Counter[str] = Counter({"obsolete": len(catalog.obsolete)})
    for message in messages:
        if not message.id:
            continue
        if message.fuzzy:
            left_out["marked as fuzzy"] += 1
            continue
        found = [pair for pair in _forms(message.id, message.string) if all(pair)]
        if not found:
            left_out["without a translation"] += 1
        triples += [(text, translation, message.context or "") for text, translation in found]
    language = str(catalog.locale_identifier or "")
    return Messages(language, triples, +left_out)


def language_in(name: str) -> str:
    """The language that the place of a catalogue tells, as in `locale/fr/LC_MESSAGES/django.po` or
    `fr.po`; empty if it tells none."""
    parts = name.replace("\\", "/").split("/")
    if len(parts) > 2 and parts[-2] == "LC_MESSAGES":
        return plain_language(parts[-3])
    stem = parts[-1].removesuffix(".po")
    return plain_language(stem) if _LOCALE.fullmatch(stem) else ""


def plain_language(name: str) -> str:
    """The name of a language in the form by which two are compared: zh-Hans is zh_hans."""
    return name.strip().lower().replace("-", "_")


def _forms(text: str | Sequence[str], translation: object) -> list[tuple[str, str]]:
    """The pairs of a message."""
    forms = translation if isinstance(translation, (tuple, list)) else (translation,)
    known = [str(form) for form in forms if form]
    if not known:
        return []
    if isinstance(text, str):
        return [(text, known[0])]
    return [(text[0], known[0]), (text[-1], known[-1])]


def _matters(line: str) -> bool:
    """Whether a line is no comment, or one that says that a message is fuzzy or obsolete. Where it
    is used in a program does not matter, and a long list of that takes long to read."""
    line = line.lstrip()
    return not line.startswith("#") or line.startswith(("#,", "#~", "#-"))


def _text(where: str, content: bytes) -> str:
    """The text, by a byte order mark, as UTF-8, as its header says, or as it may be found out."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    said = _CHARSET.search(content[:10_000])
    name = said[1].decode() if said else ""
    if _ENCODINGS.fullmatch(name):
        try:
            return content.decode(name)
        except (UnicodeDecodeError, LookupError):
            pass
    return as_utf8(Path(where), content).content.decode("utf-8")
