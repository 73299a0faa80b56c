"""A sample of a task as HTML that follows the page's theme, alone or with what attention sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from attnlab.analysis.samples import Seen, over_queries
from attnlab.charts import TRUTH
from attnlab.tasks.examples import Example
from attnlab.ui import pixels

STRONGEST = 62
"""Percent of an arm's colour behind the position with the most attention: words stay legible."""

SENTENCES = "sentences/step"
"""Where the attention of a document's sentences stands."""

PLAIN = "currentColor"
"""The colour of text in the theme: what is no arm's."""

CLEAR = 3
"""So many times the mean is clearly more than the others have."""

_LINE = "color-mix(in srgb, currentColor 25%, transparent)"
STYLE = f"""<style>
.lab-example {{line-height: 1.95; font-size: 0.92rem}}
.lab-example .w {{padding: 2px 5px; border-radius: 4px; white-space: nowrap}}
.lab-example .t {{box-shadow: inset 0 -3px 0 {TRUTH}}}
.lab-example .s {{border-left: 5px solid {_LINE}; padding-left: 9px; margin: 5px 0}}
.lab-example figure {{margin: 0 14px 8px 0; display: inline-block; vertical-align: top}}
.lab-example figcaption {{font-size: 0.8rem; line-height: 1.4; opacity: 0.75}}
.lab-example img {{display: block}}
.lab-example .p {{image-rendering: pixelated; width: 100%; height: 100%}}
.lab-example .o {{position: absolute; inset: 0; width: 100%; height: 100%}}
.lab-example .c {{display: inline-block; width: 46px; margin: 2px; padding: 2px; line-height: 1.2;
  border: 2px solid transparent; border-radius: 4px; text-align: center; font-size: 0.72rem}}
.lab-example .m {{height: 6px; margin-top: 2px; border: 1px solid {_LINE}}}
.lab-example .scroll {{overflow: auto; max-height: 20rem}}
.lab-example table.b {{border-collapse: collapse; font-size: 0.8rem; line-height: 1.5}}
.lab-example table.b td {{padding: 0 8px 0 0; white-space: nowrap}}
.lab-example .k {{font-size: 0.8rem; opacity: 0.85; margin-top: 6px; line-height: 1.6}}
.lab-example .g {{display: inline-block; width: 84px; height: 0.8em; border: 1px solid {_LINE};
  border-radius: 3px; vertical-align: -0.05em; margin: 0 5px}}
</style>"""


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
    example: Example, seen: Sequence[Seen], colour: str, above: Seen | None = None
) -> str:
    """The sample with what one arm's attention gave it, as strength of the arm's `colour`.

    `seen` are the heads at one place; `above` is what the sentences of a document got, where the
    words have attention of their own.
    """
    top = strongest(seen)
    pictures = [_figure(_seen(example, each, colour, top, above), each.head) for each in seen]
    return _wrapped("".join(pictures))


def sentence_weights(example: Example, by_place: Mapping[str, Sequence[Seen]]) -> Seen | None:
    """What the sentences of a document got, if it can be drawn beside what their words got."""
    own = by_place.get(SENTENCES, ())
    beside = example.kind == "sentences" and len(own) == 1 and len(by_place) > 1
    return own[0] if beside and own[0].weights.ndim == 1 else None


def strongest(seen: Sequence[Seen]) -> float:
    """The weight with the strongest shade: a gate of 1, or the largest that a distribution has.

    Weights that are all about alike are no strong ones: it is at least `CLEAR` times the mean.
    """
    if all(each.kind == "gate" for each in seen):
        return 1.0
    largest = max(float(np.nanmax(each.weights)) for each in seen)
    return max(largest, min(1.0, CLEAR / seen[0].weights.shape[-1]))


def notes(example: Example, seen: Sequence[Seen], above: Seen | None) -> list[str]:
    """What has to be said about a picture."""
    said = []
    if example.kind in ("words", "sentences") and seen[0].asks_each(example.kind):
        said.append("How much each one is looked at, on average over those that look.")
    if above is not None:
        said.append("The stronger the bar before a sentence, the more attention it has.")
    return said


def legend(seen: Sequence[Seen], colour: str) -> str:
    """What strength means."""
    shade = f"linear-gradient(to right, transparent, {_mixed(colour, 1)})"
    gradient = f'<span class="g" style="background:{shade}"></span>'
    if seen[0].kind == "gate":
        words = f"Gate: shut (0) {gradient} open (1)"
    else:
        words = f"Attention (sums to 1): 0 {gradient} {strongest(seen):.2g}"
    return _wrapped(f'<div class="k">{words}</div>')


def _wrapped(body: str) -> str:
    return f'{STYLE}<div class="lab-example">{body}</div>'


def _figure(body: str, head: int) -> str:
    if not head:
        return body
    return f"<figure>{body}<figcaption>Head {head}</figcaption></figure>"


def _seen(example: Example, seen: Seen, colour: str, top: float, above: Seen | None) -> str:
    """The sample where its kind has a position for each weight, else the weights as bars."""
    weights = seen.weights
    match example.kind, seen.weighed:
        case "words", "step":
            there = [bool(word) for word in example.values]
            return _words(example, over_queries(weights, there), colour, top)
        case "sentences", "step" if seen.place == SENTENCES:
            there = [any(sentence) for sentence in example.values]
            return _sentences(example, None, colour, top, over_queries(weights, there))
        case "sentences", "step":
            return _sentences(example, weights, colour, top, above and above.weights)
        case "features", "feature":
            return _bars(weights, top, colour, example)
        case "channels", "channel" if not seen.slot:
            return _channels(example, weights, colour, top)
        case "image" | "channels", "place":
            return _image(_as_image(example), weights, colour, top)
        case "pair", "step":
            return _pair(example, np.atleast_2d(weights), colour, top)
    if weights.ndim == 2:
        blank = Example("image", np.ones(weights.shape), "")
        return _image(blank, weights, colour, top)
    return _bars(weights, top, colour)


def _as_image(example: Example) -> Example:
    """A picture that a map of places can lie over: of many channels, their mean."""
    if example.kind == "image":
        return example
    return Example("image", pixels.unit(np.asarray(example.values, float)).mean(axis=0), "")


def _words(example: Example, weights: np.ndarray | None, colour: str, top: float) -> str:
    truth = np.zeros(len(example.values), bool) if example.truth is None else example.truth
    return " ".join(
        _word(word, bool(truth[place]), None if weights is None else weights[place], colour, top)
        for place, word in enumerate(example.values)
        if word
    )


def _word(word: str, planted: bool, weight: float | None, colour: str, top: float) -> str:
    style = title = ""
    if weight is not None:
        style = f' style="background:{_mixed(colour, weight / top)}"'
        title = f' title="{weight:.3f}"'
    return f'<span class="w{" t" * planted}"{style}{title}>{escape(str(word))}</span>'


def _sentences(
    example: Example,
    weights: np.ndarray | None,
    colour: str,
    top: float,
    above: np.ndarray | None = None,
) -> str:
    """Sentence under sentence; `above` (S,) shades the bars before them."""
    full = 1.0 if above is None else float(np.nanmax(above)) or 1.0
    lines = []
    for place, sentence in enumerate(example.values):
        if not any(sentence):
            continue
        truth = None if example.truth is None else example.truth[place]
        own = Example("words", sentence, "", truth)
        bar = ""
        if above is not None:
            shade = _mixed(colour, above[place] / full, 100)
            bar = f' style="border-left-color:{shade}" title="sentence: {above[place]:.3f}"'
        words = _words(own, None if weights is None else weights[place], colour, top)
        lines.append(f'<div class="s"{bar}>{words}</div>')
    return "".join(lines)


def _features(example: Example, *_: object) -> str:
    values = np.asarray(example.values, float)
    if example.names:
        return _named(example, values)
    return _columns(values, example.truth, PLAIN)


def _named(example: Example, values: np.ndarray, colour: str = PLAIN) -> str:
    """A row per feature, for features that have names."""
    most = np.abs(values).max() or 1.0
    rows = [
        f"<tr><td>{escape(name)}</td><td>{value:.3g}</td>"
        f'<td><div style="height:0.7em;width:{90 * abs(value) / most:.0f}px;'
        f'background:{colour};opacity:0.7"></div></td></tr>'
        for name, value in zip(example.names, values, strict=True)
    ]
    return f'<div class="scroll"><table class="b">{"".join(rows)}</table></div>'


def _bars(weights: np.ndarray, top: float, colour: str, example: Example | None = None) -> str:
    if example is not None and example.names:
        return _named(example, weights, colour)
    truth = None if example is None else example.truth
    return _columns(np.asarray(weights, float).ravel(), truth, colour, top)


def _columns(
    values: np.ndarray, truth: np.ndarray | None, colour: str, top: float | None = None
) -> str:
    """Upright bars side by side, from 0; up to `top`, or to the largest of them."""
    high = float(max(values.max(), 0)) if top is None else top
    low = min(float(values.min()), 0.0)
    span = (high - low) or 1.0
    planted = np.zeros(len(values), bool) if truth is None else truth
    bars = "".join(
        f'<rect x="{place + 0.1:.1f}" y="{100 * (high - max(value, 0)) / span:.1f}" width="0.8" '
        f'height="{max(100 * abs(value) / span, 0.6):.1f}" '
        f'fill="{TRUTH if planted[place] else colour}" '
        f'opacity="{0.5 if colour == PLAIN and not planted[place] else 0.85}">'
        f"<title>{place}: {value:.3g}</title></rect>"
        for place, value in enumerate(values)
    )
    return (
        f'<svg viewBox="0 0 {len(values)} 100" preserveAspectRatio="none" '
        f'style="width:100%;min-width:200px;max-width:520px;height:90px;display:block">{bars}</svg>'
        f"<figcaption>0 to {len(values) - 1}; bars from {low:.2g} to {high:.2g}</figcaption>"
    )


def _channels(example: Example, weights: np.ndarray | None, colour: str, top: float) -> str:
    boxes = []
    for place, grey in enumerate(pixels.unit(np.asarray(example.values, float))):
        planted = example.truth is not None and bool(example.truth[place])
        frame = f' style="border-color:{TRUTH}"' if planted else ""
        bar = ""
        if weights is not None:
            share = min(float(weights[place]) / top, 1.0)
            fill = f"height:100%;width:{100 * share:.0f}%;background:{colour}"
            bar = f'<div class="m"><div style="{fill}"></div></div>{weights[place]:.2f}'
        boxes.append(
            f'<div class="c"{frame} title="channel {place}">'
            f'<img class="p" src="{pixels.png(pixels.grey(grey))}" alt="">{bar}</div>'
        )
    return "".join(boxes)


def _image(example: Example, weights: np.ndarray | None, colour: str, top: float) -> str:
    values = np.asarray(example.values, float)
    height, width = values.shape[:2]
    parts = [f'<img class="p" src="{pixels.png(pixels.grey(values))}" alt="the picture">']
    if weights is not None:
        veil = pixels.png(pixels.veil(weights / top, colour))
        parts.append(f'<img class="o" src="{veil}" alt="attention">')
    if example.truth is not None and example.truth.any():
        parts.append(pixels.outline(np.asarray(example.truth, bool), TRUTH))
    wide = 190 * min(1.0, width / height)
    style = f"position:relative;width:{wide:.0f}px;aspect-ratio:{width}/{height}"
    return f'<div style="{style}">{"".join(parts)}</div>'


CELL = 22
"""Pixels of a cell in the table of an alignment."""


def _pair(example: Example, weights: np.ndarray | None, colour: str, top: float) -> str:
    """What is written, downwards, against what is read, across."""
    read, written = example.values
    size = (len(written), len(read))
    strength = _cut(weights, size, np.nan)
    planted = _cut(example.truth, size, False)
    letters = [_letter(symbol, place + 1, 0) for place, symbol in enumerate(read)]
    letters += [_letter(symbol, 0, place + 1) for place, symbol in enumerate(written)]
    cells = [
        _cell(row, column, float(strength[row, column]) / top, bool(planted[row, column]), colour)
        for row, column in np.ndindex(size)
    ]
    width, height = CELL * (len(read) + 1), CELL * (len(written) + 1)
    return (
        f'<div class="scroll"><svg viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}">{"".join([*letters, *cells])}</svg></div>'
    )


def _cut(values: np.ndarray | None, size: tuple[int, int], missing: float) -> np.ndarray:
    """What a padded array has for this many rows and columns."""
    cut = np.full(size, missing)
    if values is not None:
        own = np.asarray(values)[: size[0], : size[1]]
        cut[: own.shape[0], : own.shape[1]] = own
    return cut


def _letter(symbol: str, column: int, row: int) -> str:
    x, y = CELL * (column + 0.5), CELL * (row + 0.68)
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle" font-size="13" fill="currentColor">'
        f"{escape(str(symbol))}</text>"
    )


def _cell(row: int, column: int, strength: float, planted: bool, colour: str) -> str:
    known = np.isfinite(strength)
    fill = _mixed(colour, strength, 100) if known else "transparent"
    line = f"stroke:{TRUTH};stroke-width:2" if planted else f"stroke:{_LINE}"
    title = f"<title>{100 * strength:.0f} % of the strongest</title>" if known else ""
    return (
        f'<rect x="{CELL * (column + 1) + 1}" y="{CELL * (row + 1) + 1}" width="{CELL - 2}" '
        f'height="{CELL - 2}" style="fill:{fill};{line}">{title}</rect>'
    )


def _mixed(colour: str, share: float, most: int = STRONGEST) -> str:
    """The colour at a strength from 0 to 1 over whatever is behind it."""
    share = 0.0 if not np.isfinite(share) else min(max(float(share), 0.0), 1.0)
    return f"color-mix(in srgb, {colour} {most * share:.0f}%, transparent)"


_DRAW = {
    "features": _features,
    "channels": _channels,
    "image": _image,
    "words": _words,
    "sentences": _sentences,
    "pair": _pair,
}
