"""Texts cut into tokens, and put together again."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal

Kind = Literal["characters", "words"]

JOINER = "￭"
"""Marks on which side a token touches its neighbour, as in OpenNMT's tokeniser, so that spaces come
back where they were."""

_PLACEHOLDER = (
    r"%\([^()\s]{1,60}\)[#0\- +]*\d*(?:\.\d+)?[a-zA-Z]"  # %(name)s
    r"|%(?:\d+\$)?[#0\-+]*\d*(?:\.\d+)?[sdifgeouxXcr](?![a-zA-Z])"  # %s, %2$d
    r"|\{[A-Za-z_0-9.\[\]]{0,60}(?:![rsa])?(?::[^{}\s]{0,20})?\}"  # {name}, {0:.2f}
    r"|</?[a-zA-Z][^<>]{0,200}>|&[a-zA-Z]{2,10};"  # <a href="…">, &amp;
)
_HELD = re.compile(_PLACEHOLDER)
_WORDS = re.compile(rf"(?P<hold>{_PLACEHOLDER})|(?P<word>\w+)|(?P<mark>[^\w\s])")
_CHARACTERS = re.compile(rf"{_PLACEHOLDER}|.", re.DOTALL)
_SPACES = re.compile(r"\s+")

_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")
"""How the Unicode names of letters begin whose scripts put no spaces between words."""

_SAMPLE = 20_000


def normalised(text: str) -> str:
    """A text with accents composed (NFC), single spaces, and none at its ends."""
    composed = unicodedata.normalize("NFC", text).replace(JOINER, "■")
    return _SPACES.sub(" ", composed).strip()


def kind_of(texts: Iterable[str]) -> Kind:
    """Characters for scripts without spaces between words, by the commoner letters; else words."""
    counts = scripts_of(texts)
    unspaced = sum(counts[script] for script in _UNSPACED)
    return "characters" if 2 * unspaced > sum(counts.values()) else "words"


def scripts_of(texts: Iterable[str]) -> Counter[str]:
    """How often letters of each script occur among the first, by the first word of their names;
    those of placeholders do not count."""
    letters: Counter[str] = Counter()
    seen = 0
    for text in texts:
        letters.update(letter for letter in _HELD.sub("", text) if letter.isalpha())
        seen += len(text)
        if seen > _SAMPLE:
            break
    counts: Counter[str] = Counter()
    for letter, count in letters.items():
        counts[unicodedata.name(letter, "").split(" ")[0]] += count
    return counts


def cut(text: str, kind: Kind) -> tuple[str, ...]:
    """The tokens of a normalised text; placeholders such as %(name)s and tags stay whole.

    >>> cut("l'arbre a %(count)d ans.", "words")
    ('l', "￭'￭", 'arbre', 'a', '%(count)d', 'ans', '￭.')
    """
    if kind == "characters":
        return tuple(_CHARACTERS.findall(text))
    found = list(_WORDS.finditer(text))
    tokens = [match[0] for match in found]
    for place, (left, right) in enumerate(pairwise(found)):
        if left.end() == right.start():
            if left.lastgroup == "mark" and right.lastgroup != "mark":
                tokens[place] += JOINER
            else:
                tokens[place + 1] = JOINER + tokens[place + 1]
    return tuple(tokens)


def joined(tokens: Sequence[str], kind: Kind) -> str:
    """The text of tokens; what `cut` made of a text gives that text."""
    if kind == "characters":
        return "".join(tokens)
    text = " ".join(tokens)
    return text.replace(f" {JOINER}", "").replace(f"{JOINER} ", "").replace(JOINER, "")


def shown(token: str) -> str:
    """A token as people read it."""
    return token.replace(JOINER, "") or token
