"""Cutting texts into tokens: words, or characters where a language has no spaces between words.

- "words": what Unicode calls a word (UAX #29, the default word boundaries, by the library regex).
  `don't` is one word, `e-mail` two; an emoji is a word, punctuation is none. Chinese characters and
  Japanese kana stand alone under these rules.
- "jieba": the same, but Chinese is cut into words by jieba's dictionary (the library rjieba, which
  holds it compiled in: nothing is written to disk or fetched).
- "characters": every letter, figure or sign by itself, as people count them (grapheme clusters).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple

import regex
import rjieba

from attnlab.data.texts.limits import MOST_CHARACTERS, MOST_IN_A_TOKEN

_SIGN = r"[\w\p{Extended_Pictographic}]"
_FLAG = r"\p{Regional_Indicator}{2}"
_WORD = regex.compile(rf"(?w){_FLAG}|\b{_SIGN}.*?\b")
_WORD_OR_CHINESE = regex.compile(rf"(?w)\p{{Han}}+|{_FLAG}|\b{_SIGN}.*?\b")
_CHARACTER = regex.compile(rf"{_FLAG}|\X")
_TELLING = regex.compile(rf"{_SIGN}|{_FLAG}")
_CHINESE = regex.compile(r"\p{Han}")
_UNSEEN = regex.compile(r"(?V1)[\p{Cf}--[\u200c\u200d\U000e0020-\U000e007f]]")
"""Characters without a shape, but those that join letters and emojis."""

_APOSTROPHES = str.maketrans({"\u2019": "'", "\u02bc": "'", "\uff07": "'"})

_SCRIPTS = {
    "Chinese": r"\p{Han}",
    "Japanese": r"[\p{Hiragana}\p{Katakana}]",
    "Thai": r"\p{Thai}",
    "Lao": r"\p{Lao}",
    "Khmer": r"\p{Khmer}",
    "Burmese": r"\p{Myanmar}",
    "Latin": r"\p{Latin}",
    "Cyrillic": r"\p{Cyrillic}",
    "Arabic": r"\p{Arabic}",
    "Hebrew": r"\p{Hebrew}",
    "Greek": r"\p{Greek}",
    "Devanagari": r"\p{Devanagari}",
    "Korean": r"\p{Hangul}",
}
_LETTERS = {name: regex.compile(pattern) for name, pattern in _SCRIPTS.items()}
_ANY_LETTER = regex.compile(r"\p{L}")
_WITHOUT_SPACES = ("Thai", "Lao", "Khmer", "Burmese")
_SOME_KANA = 0.05
"""From this share of kana among the letters of Chinese and Japanese on, a text is Japanese."""

_SAMPLE_TEXTS, _SAMPLE_CHARACTERS = 1000, 500

Cut = Callable[[str], list[str]]


class Choice(NamedTuple):
    """How texts are cut, "words", "jieba" or "characters", and why, in words; empty where somebody
    chose it."""

    kind: str
    why: str = ""


def chosen(kind: str, texts: Sequence[str]) -> Choice:
    """How these texts are cut: as `kind` says, or for "auto" by the script of most letters."""
    if kind != "auto":
        return Choice(kind)
    script = main_script("\n".join(sampled(texts)))
    if script == "Chinese":
        return Choice("jieba", "most letters are Chinese")
    if script == "Japanese" or script in _WITHOUT_SPACES:
        return Choice("characters", f"most letters are {script}")
    return Choice("words", f"most letters are {script}" if script else "")


def sampled(texts: Sequence[str]) -> list[str]:
    """The beginnings of at most 1,000 texts, evenly taken."""
    step = max(1, len(texts) // _SAMPLE_TEXTS)
    return [text[:_SAMPLE_CHARACTERS] for text in texts[::step]]


def main_script(text: str) -> str:
    """The script of most letters of a text; empty where it has none, or one that is not known.

    Chinese characters beside kana are Japanese.

    >>> main_script("Kanji と かな 混じり文")
    'Japanese'
    """
    counts = {name: len(letters.findall(text)) for name, letters in _LETTERS.items()}
    kana = counts["Japanese"]
    if kana > _SOME_KANA * (kana + counts["Chinese"]):
        counts["Japanese"] += counts.pop("Chinese")
    most = max(counts, key=counts.__getitem__)
    return most if 2 * counts[most] > len(_ANY_LETTER.findall(text)) else ""


def has_tokens(text: str) -> bool:
    """Whether there is a word, a figure or an emoji in a text."""
    return _TELLING.search(text, endpos=MOST_CHARACTERS) is not None


def cutter(kind: str, lower: bool) -> Cut:
    """What cuts a text into tokens.

    Accents are composed (NFC), characters without a shape removed. Tokens of more than 64
    characters are cut there.
    """
    cut = {"words": _words, "jieba": _with_jieba, "characters": _characters}[kind]

    def tokens(text: str) -> list[str]:
        plain = _UNSEEN.sub("", unicodedata.normalize("NFC", text[:MOST_CHARACTERS]))
        plain = plain.translate(_APOSTROPHES)
        found = cut(plain.lower() if lower else plain)
        if max(map(len, found), default=0) > MOST_IN_A_TOKEN:
            found = [token[:MOST_IN_A_TOKEN] for token in found]
        return found

    return tokens


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _with_jieba(text: str) -> list[str]:
    found: list[str] = []
    for token in _WORD_OR_CHINESE.findall(text):
        if _CHINESE.match(token):
            found += rjieba.cut(token)
        else:
            found.append(token)
    return found


def _characters(text: str) -> list[str]:
    # A vowel sign behind a space is one character with it: the space is none of the token.
    return [each.strip() for each in _CHARACTER.findall(text) if _TELLING.search(each)]
