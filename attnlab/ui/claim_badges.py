"""The outcome of a claim as a word with its sign and colour."""

from __future__ import annotations

from html import escape

from attnlab.charts.palette import DIFFERS, HELPS, HURTS, REFERENCE, SAME
from attnlab.claims.outcome import (
    CONTRADICTED,
    NO_VERDICT,
    NOT_CONTRADICTED,
    NOT_SHOWN,
    PARTLY,
    SURVIVES,
    TOO_FEW,
)

NOT_RUN = "not run yet"
EARLIER = "earlier version"
"""The word for a claim without numbers, or with those of an earlier version of it."""

_SIGNS = {
    SURVIVES: ("✓", "blue", HELPS),
    NOT_CONTRADICTED: ("≈", "gray", SAME),
    PARTLY: ("◐", "orange", DIFFERS),
    NOT_SHOWN: ("●", "gray", REFERENCE),
    CONTRADICTED: ("✗", "red", HURTS),
    TOO_FEW: ("○", "gray", REFERENCE),
    NO_VERDICT: ("○", "gray", REFERENCE),
    NOT_RUN: ("○", "gray", REFERENCE),
    EARLIER: ("↺", "gray", REFERENCE),
}
"""A sign, the name of a text colour and a colour for each word."""

MEANING = {
    SURVIVES: "All that the claim says was shown here.",
    NOT_CONTRADICTED: "Nothing speaks against the claim, but at least one of its comparisons fits "
    "only in that no difference was shown: there may be one too small for so few seeds.",
    PARTLY: "Some of what the claim says was shown here, for the rest no difference was.",
    NOT_SHOWN: "No difference was shown, where the claim expects one.",
    CONTRADICTED: "At least one comparison was shown to come out otherwise than claimed.",
    TOO_FEW: "With so few seeds no difference could have been shown, however large.",
    NO_VERDICT: "The seeds were seen before, the study was stopped, or failed runs decide: numbers "
    "and intervals, and no verdict.",
    NOT_RUN: "No numbers came with attnlab for this claim.",
    EARLIER: "The numbers that came with attnlab are of an earlier version of this claim.",
}

_STYLE = """<style>
.lab-word {display: inline-block; border: 1px solid; border-radius: 999px; padding: 0.1em 0.75em;
  font-weight: 600; font-size: 0.95rem}
.lab-word i {font-style: normal; margin-right: 0.4em}
</style>"""


def marked(word: str) -> str:
    """The word with its sign, coloured, as Markdown."""
    sign, colour, _ = _SIGNS[word]
    return f":{colour}[{sign} {word}]"


def badge(word: str, *, small: bool = False) -> str:
    """The word in its colour, with a sign that tells it without colours."""
    sign, _, colour = _SIGNS[word]
    size = ";font-size:0.8rem" if small else ""
    return (
        f'{_STYLE}<span class="lab-word" data-testid="word" title="{escape(MEANING[word])}" '
        f'style="border-color:{colour};background:color-mix(in srgb,{colour} 16%,transparent)'
        f'{size}"><i style="color:{colour}">{sign}</i>{escape(word)}</span>'
    )
