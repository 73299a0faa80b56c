"""Text that people typed, for widgets that read Markdown: shown as it is.

Streamlit (1.67) reads Markdown in text, captions, messages, labels, help, tabs, expanders, metrics,
the text of a progress bar, the cells of `st.table` and the options of pills, radio buttons,
segmented controls and select sliders; not in the options of select boxes, placeholders,
`st.dataframe`, charts, `st.text` nor `st.code`. A name such as `![x](http://example.org/x.png)`
would have the browser fetch the picture.
"""

from __future__ import annotations

import re
import unicodedata

JOINER = "\u2060"
"""WORD JOINER: without width, and no place for a line to break. Addresses, icons and arrows are
found in the text after the backslashes have been read, so they need a character within."""

_SIGN = re.compile(r"[\\`*\[\]<>$&~|]|(?<![^\W_])_|_(?![^\W_])|:(?=[A-Za-z:])")
"""What Markdown reads, wherever it stands, and what begins a directive such as `:red[…]`."""

_FIRST = re.compile(r"^(?=[#+\-=])|^\d+(?=[.)])")
"""What it reads at the beginning of a line: a heading, a list, a rule."""

_FOUND_LATER = re.compile(
    r"(?<=:)(?=[\w+\-]+:|material[/_])"  # :smile:, :material/home:
    r"|(?i:(?<=http:)|(?<=https:))(?=//)|(?i:(?<=www))(?=\.)|(?<=@)(?=[-\w]+\.)"  # addresses
    r"|(?<=\s[<>~-])(?=[->=]>?(?!\S))|(?<=^[<>~-])(?=[->=]>?(?!\S))"  # ->, <-, <->, --, >=, <=, ~=
)
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They would turn around what stands beside them."""


def plain(text: object) -> str:
    r"""The text as Markdown that shows it as it is, each of its lines on one of its own.

    No link, picture, formula, icon, emoji or colour comes of it, wherever in a sentence it is put.
    Runs of spaces are shown as one, empty lines are left out, and characters that no screen can
    show are written as Python does.

    >>> print(plain("se:ratio=4, *the best* of own_table for $5"))
    se\:ratio=4, \*the best\* of own_table for \$5
    """
    lines = (" ".join(line.split()) for line in str(text).splitlines())
    return "\\\n".join(_escaped(line) for line in lines if line)


def plain_lines(text: str) -> str:
    """As `plain`, for our own text of several lines: those that begin with "- " become a list, and
    an empty one ends a paragraph."""
    lines = text.split("\n")
    return "\n".join(
        f"- {plain(line[2:])}" if line.startswith("- ") else plain(line) for line in lines
    )


def plain_but_bold(text: str) -> str:
    """As `plain_lines`, for our own sentences with names in bold, as in "**SE** helps"."""
    parts = re.split(r"\*\*(.+?)\*\*", text)
    return "".join(
        f"**{plain(part)}**" if number % 2 else _between(part) for number, part in enumerate(parts)
    )


def _between(text: str) -> str:
    """Text with the spaces at its ends, which part it from what is bold."""
    inner = text.strip(" ")
    if not inner:
        return text
    start = text.index(inner)
    return text[:start] + plain_lines(inner) + text[start + len(inner) :]


def _escaped(line: str) -> str:
    shown = _FOUND_LATER.sub(JOINER, "".join(map(_shown, line)))
    return _FIRST.sub(r"\g<0>\\", _SIGN.sub(r"\\\g<0>", shown))


def _shown(letter: str) -> str:
    hidden = unicodedata.category(letter) in ("Cc", "Cs") or letter in _BIDI
    return repr(letter)[1:-1] if hidden else letter
