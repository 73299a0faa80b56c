"""One sample as every arm sees it, side by side: its answer, and its attention in the sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from attnlab.analysis.samples import SampleAttention
from attnlab.charts.axis_titles import place_title, slot_order
from attnlab.spec import TaskSpec
from attnlab.tasks.examples import Example
from attnlab.ui import example_html
from attnlab.ui.sample_html import STYLE

RIGHT, WRONG = "#1F8A5B", "#C2334D"

_STYLE = """<style>
.lab-cards {display: grid; gap: 12px; grid-template-columns:
  repeat(auto-fit, minmax(min(100%, var(--card)), 1fr))}
.lab-card {border: 1px solid color-mix(in srgb, currentColor 18%, transparent);
  border-top: 4px solid var(--arm); border-radius: 8px; padding: 10px 12px; min-width: 0}
.lab-card .name {font-size: 0.95rem; font-weight: 600; line-height: 1.35}
.lab-card .says {margin: 2px 0 8px; font-size: 0.95rem; line-height: 1.5}
.lab-card .says b {font-size: 1.08rem}
.lab-card .sure {display: inline-block; width: 70px; height: 0.55em; border-radius: 3px;
  margin: 0 6px; background: color-mix(in srgb, currentColor 12%, transparent)}
.lab-card .sure span {display: block; height: 100%; border-radius: 3px; background: var(--arm)}
.lab-card .where {font-size: 0.82rem; font-weight: 600; margin: 8px 0 2px}
.lab-card .note {font-size: 0.8rem; opacity: 0.8}
.lab-card .mark {font-weight: 600}
</style>"""

_WIDE = {"pair": "400px", "words": "330px", "sentences": "330px", "series": "400px"}
"""How wide a card is at least, for samples that are wide."""


@dataclass(frozen=True)
class Card:
    """What one arm makes of a sample.

    `example` is what is drawn below its answer `says`, which is `right` or not, None where nobody
    knows; `share` is the probability that it gives to it. `seen` are the weights, none of an arm
    without attention. An empty `says` is no answer, and `note` says why.
    """

    name: str
    colour: str
    task: TaskSpec
    example: Example
    says: str = ""
    right: bool | None = None
    share: float | None = None
    seen: Sequence[SampleAttention] = ()
    note: str = ""


def cards(shown: Sequence[Card]) -> str:
    """The cards as HTML, as many side by side as there is room for."""
    kind = shown[0].example.kind if shown else ""
    inside = "".join(map(_card, shown)).replace(STYLE, "")  # once for all of them
    width = _WIDE.get(kind, "230px")
    return f'{STYLE}{_STYLE}<div class="lab-cards" style="--card:{width}">{inside}</div>'


def _card(card: Card) -> str:
    parts = [f'<div class="name">{escape(card.name)}</div>']
    if card.says:
        parts.append(f'<div class="says">{_says(card)}</div>')
    if card.note:
        parts.append(f'<div class="note">{escape(card.note)}</div>')
    parts.append(_attention(card))
    return f'<section class="lab-card" style="--arm:{card.colour}">{"".join(parts)}</section>'


def _says(card: Card) -> str:
    text = f"says <b>{escape(card.says)}</b>"
    if card.right is not None:
        colour, mark, word = (RIGHT, "✓", "right") if card.right else (WRONG, "✗", "wrong")
        text += f' <span class="mark" style="color:{colour}">{mark} {word}</span>'
    if card.share is not None:
        percent = 100 * card.share
        sure = f"{percent:.0f} %" if percent < 99.5 or card.share == 1 else "over 99 %"
        bar = f'<span class="sure"><span style="width:{percent:.0f}%"></span></span>'
        text += f" {bar}{sure}"
    return text


def _attention(card: Card) -> str:
    """A picture for each place that attention stands at, with what its strength means."""
    example = card.example
    by_place: dict[str, list[SampleAttention]] = {}
    for each in sorted(card.seen, key=lambda each: slot_order(each.place)):
        by_place.setdefault(each.place, []).append(each)
    if not by_place:
        return "" if card.note else '<div class="note">No attention in this arm.</div>'
    above = example_html.sentence_weights(example, by_place)
    if above is not None:
        by_place.pop(above.place)
    parts = []
    for place, heads in by_place.items():
        if len(by_place) > 1:
            parts.append(f'<div class="where">{escape(place_title(place, card.task))}</div>')
        parts.append(example_html.seen_picture(example, heads, card.colour, above))
        parts += [
            f'<div class="note">{escape(note)}</div>'
            for note in example_html.notes(example, heads, above)
        ]
        parts.append(example_html.legend(example, heads, card.colour))
    return "".join(parts)
