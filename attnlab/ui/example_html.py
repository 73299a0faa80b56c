"""A sample of a task as HTML that follows the page's theme, alone or with what attention sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

import numpy as np

from attnlab.analysis.rounding import figures_text
from attnlab.analysis.samples import SampleAttention, over_queries
from attnlab.charts import TRUTH
from attnlab.charts.axis_titles import QUANTITY
from attnlab.tasks.examples import Example, Kind
from attnlab.ui import pixels, sample_html

SENTENCES = "sentences/step"
"""Where the attention of a document's sentences stands."""

ASKING = ("words", "sentences", "series")
"""Kinds whose positions may ask each other: they are drawn by how much each is looked at."""

CLEAR = 3
"""So many times the mean is clearly more than the others have."""


def picture(example: Example) -> str:
    """What the network gets of this sample, with the truth in the accent colour."""
    return _wrapped(_DRAW[example.kind](example, None, "", 1.0))


def answer(label: str, truth_words: str) -> str:
    """The right answer of a sample, and how its truth is marked."""
    mark = ""
    if truth_words:
        mark = f' &nbsp; <span style="color:{TRUTH}">■</span> {escape(truth_words)}'
    return _wrapped(f"<div>Right answer: <b>{escape(label)}</b>{mark}</div>")


def seen_picture(
    example: Example,
    seen: Sequence[SampleAttention],
    colour: str,
    above: SampleAttention | None = None,
) -> str:
    """The sample with what one arm's attention gave it, as strength of the arm's `colour`.

    `seen` are the heads at one place; `above` is what the sentences of a document got, where the
    words have attention of their own.
    """
    seen = [_as_drawn(example, each) for each in seen]
    top = _strongest(seen)
    pictures = [_figure(_seen(example, each, colour, top, above), each.head) for each in seen]
    return _wrapped("".join(pictures))


def sentence_weights(
    example: Example, by_place: Mapping[str, Sequence[SampleAttention]]
) -> SampleAttention | None:
    """What the sentences of a document got, if it can be drawn next to what their words got."""
    heads = by_place.get(SENTENCES, ())
    fits = example.kind == "sentences" and len(heads) == 1 and len(by_place) > 1
    return heads[0] if fits and heads[0].weights.ndim == 1 else None


def strongest(example: Example, seen: Sequence[SampleAttention]) -> float:
    """The weight with the strongest shade: a gate of 1, or the largest that a distribution has.

    Weights that are all about alike are no strong ones: it is at least `CLEAR` times the mean.
    """
    return _strongest([_as_drawn(example, each) for each in seen])


def _strongest(seen: Sequence[SampleAttention]) -> float:
    if all(each.kind == "gate" for each in seen):
        return 1.0
    largest = max(float(np.nanmax(each.weights)) for each in seen)
    weights = seen[0].weights
    positions = weights.size if seen[0].weighed == "place" else weights.shape[-1]
    return max(largest, min(1.0, CLEAR / positions))


def notes(
    example: Example, seen: Sequence[SampleAttention], above: SampleAttention | None
) -> list[str]:
    """The notes that a picture needs."""
    notes_shown = []
    if example.kind in ASKING and seen[0].asks_each(example.kind):
        notes_shown.append("How much each one is looked at, on average over those that look.")
    if above is not None:
        notes_shown.append("The stronger the bar before a sentence, the more attention it has.")
    return notes_shown


def legend(example: Example, seen: Sequence[SampleAttention], colour: str) -> str:
    """What strength means; bars show their numbers themselves."""
    if seen[0].weighed in ("feature", "channel"):
        return _wrapped(f'<div class="k">{QUANTITY[seen[0].kind]}</div>')
    shade = f"linear-gradient(to right, transparent, {sample_html.mixed(colour, 1)})"
    gradient = f'<span class="g" style="background:{shade}"></span>'
    if seen[0].kind == "gate":
        text = f"Gate: 0 (shut) {gradient} 1 (open)"
    else:
        text = f"Attention (sums to 1): 0 {gradient} {figures_text(strongest(example, seen), 2)}"
    return _wrapped(f'<div class="k">{text}</div>')


def _wrapped(body: str) -> str:
    return f'{sample_html.STYLE}<div class="lab-example">{body}</div>'


def _figure(body: str, head: int) -> str:
    if not head:
        return body
    return f"<figure>{body}<figcaption>Head {head}</figcaption></figure>"


def _as_drawn(example: Example, seen: SampleAttention) -> SampleAttention:
    """Positions that ask each other are drawn by how much each is looked at."""
    if example.kind not in ASKING or not seen.asks_each(example.kind):
        return seen
    # Of a word or sentence that is not padding; a series has none.
    there = [example.kind == "series" or any(value) for value in example.values]
    there += [False] * (len(seen.weights) - len(there))
    return seen._replace(weights=over_queries(seen.weights, there))


def _seen(
    example: Example, seen: SampleAttention, colour: str, top: float, above: SampleAttention | None
) -> str:
    """The sample where its kind has a position for each weight, else the weights as bars."""
    weights = seen.weights
    match example.kind, seen.weighed:
        case "words", "step":
            return sample_html.words(example, weights, colour, top)
        case "series", "step" if weights.ndim == 1:
            return sample_html.series(example, weights, colour, top)
        case "sentences", "step" if seen.place == SENTENCES:
            return sample_html.sentences(example, None, colour, top, weights)
        case "sentences", "step":
            return sample_html.sentences(example, weights, colour, top, above and above.weights)
        case "features", "feature":
            return sample_html.bars(weights, top, colour, example)
        case "channels", "channel" if not seen.slot:
            return sample_html.channels(example, weights, colour, top)
        case "image" | "channels", "place":
            return sample_html.image(_as_image(example), weights, colour, top)
        case "pair", "step":
            return sample_html.pair(example, np.atleast_2d(weights), colour, top)
    if weights.ndim == 2:
        blank = Example("image", np.ones(weights.shape), "")
        return sample_html.image(blank, weights, colour, top)
    return sample_html.bars(weights, top, colour)


def _as_image(example: Example) -> Example:
    """A picture that a map of places can lie over: of many channels, their mean."""
    if example.kind == "image":
        return example
    return Example("image", pixels.unit(np.asarray(example.values, float)).mean(axis=0), "")


_DRAW: Mapping[Kind, Callable[[Example, None, str, float], str]] = {
    "features": sample_html.features,
    "channels": sample_html.channels,
    "image": sample_html.image,
    "words": sample_html.words,
    "sentences": sample_html.sentences,
    "pair": sample_html.pair,
    "series": sample_html.series,
}
