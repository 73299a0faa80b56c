"""Text as Markdown or LaTeX, with their special characters escaped."""

from __future__ import annotations

import re
from html import escape
from typing import Protocol


class Markup(Protocol):
    """How a kind of document writes what a table is made of."""

    def text(self, plain: str) -> str:
        """Plain text with whatever characters, as the document writes it."""

    def bold(self, written: str) -> str:
        """What was written already, in bold."""

    def marked(self, written: str, mark: str) -> str:
        """What was written already, with a mark behind it."""


class Markdown:
    """GitHub's Markdown: a cell is one line, and a bar ends it."""

    def text(self, plain: str) -> str:
        """Every character that Markdown or HTML could take for its own is escaped."""
        line = " ".join(plain.split()).replace("&", "&amp;").replace("<", "&lt;")
        return re.sub(r"([\\`*_\[\]|~#>$])", r"\\\1", line)

    def bold(self, written: str) -> str:
        """Between two asterisks each."""
        return f"**{written}**"

    def marked(self, written: str, mark: str) -> str:
        """The mark stands as it is."""
        return f"{written} {mark}"


class Html:
    """HTML: everything that it could take for its own is escaped."""

    def text(self, plain: str) -> str:
        """As a cell has it, on one line."""
        return escape(" ".join(plain.split()))

    def bold(self, written: str) -> str:
        """Strong."""
        return f"<strong>{written}</strong>"

    def marked(self, written: str, mark: str) -> str:
        """The mark is raised."""
        return f"{written}<sup>{escape(mark)}</sup>"


class Latex:
    """LaTeX as pdfTeX reads it: UTF-8, with what its fonts lack written as commands."""

    def text(self, plain: str) -> str:
        """Every character that is special to TeX is escaped; signs become mathematics.

        Letters with accents stay. Other characters need XeLaTeX or LuaLaTeX.
        """
        return "".join(_TEX.get(letter, letter) for letter in " ".join(plain.split()))

    def bold(self, written: str) -> str:
        """Mathematics in it stays as it is: signs, not numbers."""
        return rf"\textbf{{{written}}}"

    def marked(self, written: str, mark: str) -> str:
        """The mark is raised where it is a sign of footnotes."""
        return f"{written}{_TEX.get(mark, mark)}"


_SIGNS = {
    **{"±": r"\pm", "−": "-", "×": r"\times", "·": r"\cdot", "÷": r"\div"},
    **{"≤": r"\le", "≥": r"\ge", "≠": r"\ne", "≈": r"\approx", "∞": r"\infty"},
    **{"→": r"\rightarrow", "←": r"\leftarrow", "↑": r"\uparrow", "↓": r"\downarrow"},
    **{"²": "^2", "³": "^3", "√": r"\surd", "∑": r"\sum", "Δ": r"\Delta"},
    **{"α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\varepsilon"},
    **{"η": r"\eta", "θ": r"\theta", "λ": r"\lambda", "μ": r"\mu", "π": r"\pi", "ρ": r"\rho"},
    **{"σ": r"\sigma", "τ": r"\tau", "φ": r"\varphi", "ω": r"\omega"},
}

_TEX = {
    **{sign: f"${command}$" for sign, command in _SIGNS.items()},
    **{letter: f"\\{letter}" for letter in "{}$&%#_"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "`": r"\textasciigrave{}",
    '"': "''",
    "[": "{[}",  # behind the end of a row it would be a length, and a star a command
    "]": "{]}",
    "*": "{*}",
    "–": "--",
    "—": "---",
    "…": r"\dots{}",
    "“": "``",
    "”": "''",
    "’": "'",
    "§": r"\S{}",
    "†": r"\textsuperscript{\dag}",
    "‡": r"\textsuperscript{\ddag}",
    "°": r"\textdegree{}",
}
