"""The outcome of a claim as a word with its sign and colour."""

from __future__ import annotations

from html import escape

from attnlab.charts.palette import DIFFERS, HELPS, HURTS, REFERENCE, SAME
from attnlab.claims.outcome import (
    CONTRADICTED,
    NO_VERDICT,
    NOT_CONTRADICTED,
    NOT_SHOWN,
    OPPOSITE_ONCE,
    PARTLY,
    SURVIVED_ONCE,
    SURVIVES,
    TOO_FEW,
)

NOT_RUN = "not run yet"
EARLIER = "earlier version"
"""The word for a claim without numbers, or with those of an earlier version of it."""

_SIGNS = {
    SURVIVES: ("✓", "blue", HELPS),
    SURVIVED_ONCE: ("◇", "gray", SAME),
    NOT_CONTRADICTED: ("≈", "gray", SAME),
    PARTLY: ("◐", "orange", DIFFERS),
    NOT_SHOWN: ("●", "gray", REFERENCE),
    OPPOSITE_ONCE: ("⇄", "orange", DIFFERS),
    CONTRADICTED: ("✗", "red", HURTS),
    TOO_FEW: ("○", "gray", REFERENCE),
    NO_VERDICT: ("○", "gray", REFERENCE),
    NOT_RUN: ("○", "gray", REFERENCE),
    EARLIER: ("↺", "gray", REFERENCE),
}
"""A sign, the name of a text colour and a colour for each word."""

MEANING = {
    SURVIVES: "All that the claim says was shown here, each comparison at 0.05.",
    SURVIVED_ONCE: "All that the claim says was shown by one set of seeds, and not by a second, "
    "fresh one.",
    NOT_CONTRADICTED: "Nothing speaks against the claim, but at least one of its comparisons is "
    "open: neither what it says was shown nor the opposite. There may be a difference too small "
    "for so few seeds.",
    PARTLY: "Some of what the claim says was shown here, after correction for all of its "
    "comparisons; the rest was not.",
    NOT_SHOWN: "No difference was shown, where the claim expects one.",
    OPPOSITE_ONCE: "At least one comparison was shown to come out otherwise than claimed, after "
    "correction for all of them, but by one set of seeds alone. Fresh seeds decide whether that "
    "contradicts the claim.",
    CONTRADICTED: "The same comparison was shown to come out otherwise than claimed by two sets of "
    "seeds, after correction for all of them.",
    TOO_FEW: "With so few seeds nothing could have been shown, however large the difference.",
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
