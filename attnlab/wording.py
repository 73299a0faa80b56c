"""How sentences for people are put together: numbers with nouns, lists, capitals, settings."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any


def noun(number: int, singular: str, plural: str = "") -> str:
    """The noun alone, as it goes with the number: "seed", "seeds"; `plural` if it has no "s"."""
    return singular if number == 1 else plural or f"{singular}s"


def counted(number: int, singular: str, plural: str = "") -> str:
    """A number and its noun: "1 seed", "3 seeds"; `plural` is for nouns that add more than "s"."""
    return f"{number} {noun(number, singular, plural)}"


def seeds_text(seeds: Sequence[int]) -> str:
    """Which seeds: "seed 7", "seeds 0 to 9", "seeds 2, 5 and 8"."""
    first, last = seeds[0], seeds[-1]
    if len(seeds) > 2 and tuple(seeds) == tuple(range(first, last + 1)):
        return f"seeds {first} to {last}"
    return f"{noun(len(seeds), 'seed')} {listed(map(str, seeds))}"


def listed(items: Iterable[str], last: str = "and") -> str:
    """The items as in a sentence: "a", "a and b", "a, b and c"; nothing for none.

    `last` is the word before the last item, such as "or".
    """
    *before, final = list(items) or [""]
    return f"{', '.join(before)} {last} {final}" if before else final


def capitalised(text: str) -> str:
    """The text with its first letter in upper case, and every other letter as it is."""
    return text[:1].upper() + text[1:]


def in_sentence(title: str) -> str:
    """A title as it stands within a sentence: without its capital, unless an abbreviation's."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def as_sentence(text: str) -> str:
    """A message such as an error's as a sentence: with a capital and a full stop."""
    return capitalised(text) + ("" if text.endswith(".") else ".")


_JOINERS = {"\u200c", "\u200d"}
"""Without which words of Persian and pictures of several people would be others."""


def is_hidden(character: str) -> bool:
    """Whether a character cannot be seen but does something: ends a line, rings a bell, colours a
    terminal, turns the direction of what follows, or is no text at all."""
    kind = unicodedata.category(character)
    if kind == "Cf":
        return character not in _JOINERS and not "\U000e0020" <= character <= "\U000e007f"
    return kind in ("Cc", "Cs", "Zl", "Zp")


def printable(text: str) -> str:
    """The text without what no screen can show: bytes that are no text, and control characters."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(ascii(each)[1:-1] if is_hidden(each) else each for each in text)


def has_visible(text: str) -> bool:
    """Whether anything of the text can be seen."""
    return any(not (each.isspace() or each in _JOINERS or is_hidden(each)) for each in text)


def visible(text: str) -> str:
    """The text without what is hidden in it but the ends of its lines."""
    return "".join(each for each in text if each == "\n" or not is_hidden(each))


def in_one_line(text: str, most: int) -> str:
    """The text as a name: what is hidden left out, spaces one by one and none around it, and no
    more than so many characters."""
    return " ".join(visible(" ".join(text.split())).split())[:most].strip()


def shortened(text: str, most: int) -> str:
    """The text, or its beginning and its end, where it has more characters than `most`."""
    return text if len(text) <= most else f"{text[: most // 2]} … {text[-most // 2 :]}"


def spaced(name: str) -> str:
    """A setting's name as words: "batch size" for "batch_size"."""
    return name.replace("_", " ")


def unusual_settings(
    settings: Mapping[str, Any], usual: object, except_for: Collection[str] = ()
) -> dict[str, Any]:
    """The settings whose value is not that of the attribute of this name of `usual`.

    Settings named in `except_for` are left out.
    """
    return {
        name: value
        for name, value in settings.items()
        if name not in except_for and value != getattr(usual, name)
    }


def bytes_text(count: int) -> str:
    """An amount of memory or disk for people.

    >>> bytes_text(983_040_000), bytes_text(4_000_000_000), bytes_text(92_160)
    ('938 MiB', '3.7 GiB', '90 KiB')
    """
    if count >= 2**30:
        return f"{count / 2**30:.1f} GiB"
    if count >= 2**20:
        return f"{count / 2**20:.0f} MiB"
    return f"{count / 2**10:.0f} KiB" if count >= 2**10 else f"{count} B"
