"""The shapes that samples are drawn in: words, bars, pictures, the table of an alignment; as HTML.

Each takes the weights of attention, if there are any, and shades by them; `top` is the weight with
the strongest shade. Only HTML, no SVG: the page lets none through.
"""

from __future__ import annotations

from html import escape

import numpy as np

from attnlab.analysis.rounding import figures_text
from attnlab.charts import TRUTH
from attnlab.tasks.examples import Example
from attnlab.ui import pixels

STRONGEST = 62
"""Percent of an arm's colour behind the position with the most attention: words stay legible."""

PLAIN = "currentColor"
"""The colour of text in the theme: what is no arm's."""

UNKNOWN = "unknown: too rare in training"
"""What is said of a word that the network cannot tell from others."""

_LINE = "color-mix(in srgb, currentColor 25%, transparent)"
STYLE = f"""<style>
.lab-example {{line-height: 1.95; font-size: 0.92rem}}
.lab-example .w {{padding: 2px 5px; border-radius: 4px; white-space: nowrap}}
.lab-example .t {{box-shadow: inset 0 -3px 0 {TRUTH}}}
.lab-example .n {{opacity: 0.6; text-decoration: underline dotted; text-underline-offset: 3px}}
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
.lab-example .u {{position: relative; margin-top: 16px; height: 90px;
  min-width: 220px; max-width: 520px; border-bottom: 1px solid {_LINE}}}
.lab-example .u div {{position: absolute}}
.lab-example .u .v {{color: {TRUTH}; font-size: 10px; line-height: 1; top: -13px;
  transform: translateX(-50%)}}
.lab-example table.a {{border-collapse: separate; border-spacing: 2px; line-height: 1}}
.lab-example table.a th {{font-weight: 400; min-width: 18px; height: 18px; text-align: center;
  white-space: pre}}
.lab-example table.a td {{padding: 0; border: 1px solid {_LINE}; border-radius: 3px}}
.lab-example table.a td.f {{border: 2px solid {TRUTH}}}
.lab-example table.a th.n {{text-align: right; padding-right: 6px}}
.lab-example table.a td.h {{min-width: 14px; height: 34px; vertical-align: bottom}}
.lab-example table.a td.h div {{background: currentColor; opacity: 0.55; min-height: 1px}}
.lab-example .k {{font-size: 0.8rem; opacity: 0.85; margin-top: 6px; line-height: 1.6}}
.lab-example .g {{display: inline-block; width: 84px; height: 0.8em; border: 1px solid {_LINE};
  border-radius: 3px; vertical-align: -0.05em; margin: 0 5px}}
</style>"""


def words(example: Example, weights: np.ndarray | None, colour: str, top: float) -> str:
    """The words (T,) in a row, the planted ones underlined, those that the network does not know
    faint."""
    truth = np.zeros(len(example.values), bool) if example.truth is None else example.truth
    unknown = np.zeros(len(example.values), bool) if example.unknown is None else example.unknown
    return " ".join(
        _word(
            word,
            bool(truth[place]),
            bool(unknown[place]),
            None if weights is None else weights[place],
            colour,
            top,
        )
        for place, word in enumerate(example.values)
        if word
    )


def _word(
    word: str, planted: bool, unknown: bool, weight: float | None, colour: str, top: float
) -> str:
    style = title = ""
    kinds = "w" + " t" * planted + " n" * unknown
    told = [UNKNOWN] * unknown
    if weight is not None:
        style = f' style="background:{mixed(colour, weight / top)}"'
        told.insert(0, f"{weight:.3f}")
    if told:
        title = f' title="{", ".join(told)}"'
    return f'<span class="{kinds}"{style}{title}>{escape(str(word))}</span>'


def sentences(
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
        line = Example("words", sentence, "", truth)
        bar = ""
        if above is not None:
            shade = mixed(colour, above[place] / full, 100)
            bar = f' style="border-left-color:{shade}" title="sentence: {above[place]:.3f}"'
        inside = words(line, None if weights is None else weights[place], colour, top)
        lines.append(f'<div class="s"{bar}>{inside}</div>')
    return "".join(lines)


def features(example: Example, *_: object) -> str:
    """The values (D,) as upright bars, or in rows where they have names."""
    values = np.asarray(example.values, float)
    if example.names:
        return _named(example, values)
    return _columns(values, example.truth, PLAIN)


def _named(example: Example, values: np.ndarray, colour: str = PLAIN) -> str:
    """A row per feature, for features that have names."""
    most = np.abs(values).max() or 1.0
    planted = np.zeros(len(values), bool) if example.truth is None else example.truth
    rows = [
        f"<tr><td>{escape(name)}</td><td>{figures_text(value)}</td>"
        f'<td><div style="height:0.7em;width:{90 * abs(value) / most:.0f}px;'
        f'background:{TRUTH if there else colour};opacity:0.7"></div></td></tr>'
        for name, value, there in zip(example.names, values, planted, strict=True)
    ]
    return f'<div class="scroll"><table class="b">{"".join(rows)}</table></div>'


def bars(weights: np.ndarray, top: float, colour: str, example: Example | None = None) -> str:
    """Weights (n,) as upright bars, or in rows where the features have names."""
    if example is not None and example.names:
        return _named(example, weights, colour)
    truth = None if example is None else example.truth
    return _columns(np.asarray(weights, float).ravel(), truth, colour, top)


def signed_bars(values: np.ndarray, colour: str) -> str:
    """Any numbers (n,) as upright bars from 0."""
    return _columns(np.asarray(values, float).ravel(), None, colour)


def _columns(
    values: np.ndarray, truth: np.ndarray | None, colour: str, top: float | None = None
) -> str:
    """Upright bars side by side, from 0; up to `top`, or to the largest of them."""
    high = float(max(values.max(), 0)) if top is None else top
    low = min(float(values.min()), 0.0)
    span = (high - low) or 1.0
    planted = np.zeros(len(values), bool) if truth is None else truth
    bars = "".join(
        f'<div style="left:{100 * (place + 0.1) / len(values):.2f}%;'
        f"width:{80 / len(values):.2f}%;bottom:{100 * (min(value, 0) - low) / span:.1f}%;"
        f"height:{max(100 * abs(value) / span, 0.7):.1f}%;"
        f"background:{TRUTH if planted[place] else colour};"
        f'opacity:{0.5 if colour == PLAIN and not planted[place] else 0.85}" '
        f'title="{place}: {figures_text(value)}"></div>'
        for place, value in enumerate(values)
    )
    marks = "".join(
        f'<div class="v" style="left:{100 * (place + 0.5) / len(values):.2f}%">▼</div>'
        for place in np.flatnonzero(planted)
    )
    return (
        f'<div class="u">{bars}{marks}</div>'
        f"<figcaption>0 to {len(values) - 1}; bars from {figures_text(low, 2)} to "
        f"{figures_text(high, 2)}</figcaption>"
    )


def channels(example: Example, weights: np.ndarray | None, colour: str, top: float) -> str:
    """The channels (C,) as pictures, the planted ones framed, a bar under each for its weight."""
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


def image(
    example: Example,
    weights: np.ndarray | None,
    colour: str,
    top: float,
    cover: float = pixels.MOST_COVER,
) -> str:
    """The picture, veiled by a map (h, w) that may be coarser, with the truth outlined; at most a
    share of `cover` is veiled."""
    values = np.asarray(example.values, float)
    height, width = values.shape[:2]
    parts = [f'<img class="p" src="{pixels.png(pixels.grey(values))}" alt="the picture">']
    if weights is not None:
        veil = pixels.png(pixels.veil(weights / top, colour, cover))
        parts.append(f'<img class="o" src="{veil}" alt="attention">')
    if example.truth is not None and example.truth.any():
        lines = pixels.png(pixels.outline(np.asarray(example.truth, bool), TRUTH))
        parts.append(f'<img class="o p" src="{lines}" alt="the truth">')
    wide = 190 * min(1.0, width / height)
    style = f"position:relative;width:{wide:.0f}px;aspect-ratio:{width}/{height}"
    return f'<div style="{style}">{"".join(parts)}</div>'


def pair(example: Example, weights: np.ndarray | None, colour: str, top: float) -> str:
    """What is written, downwards, against what is read, across."""
    read, written = example.values
    size = (len(written), len(read))
    strength = _cut(weights, size, np.nan) / top
    planted = _cut(example.truth, size, False)
    head = "".join(f"<th>{escape(str(symbol))}</th>" for symbol in read)
    rows = [
        f"<tr><th>{escape(str(symbol))}</th>"
        + "".join(map(_cell, strength[place], planted[place], [colour] * len(read)))
        + "</tr>"
        for place, symbol in enumerate(written)
    ]
    table = f'<table class="a"><tr><th></th>{head}</tr>{"".join(rows)}</table>'
    return f'<div class="scroll">{table}</div>'


def series(example: Example, weights: np.ndarray | None, colour: str, top: float) -> str:
    """The channels (T, C) of a series as upright bars over its steps, under the weights (T,)."""
    values = np.asarray(example.values, float)
    steps = len(values)
    planted = np.zeros(steps, bool) if example.truth is None else example.truth
    strength = np.full(steps, np.nan) if weights is None else np.asarray(weights)[:steps] / top
    head = "".join(map(_cell, strength, planted, [colour] * steps))
    rows = [f"<tr><th></th>{head}</tr>"] if weights is not None or planted.any() else []
    low, high = np.minimum(values.min(axis=0), 0), np.maximum(values.max(axis=0), 0)
    for place, name in enumerate(example.names):
        shares = (values[:, place] - low[place]) / ((high - low)[place] or 1.0)
        bars = "".join(
            f'<td class="h" title="{figures_text(value)}">'
            f'<div style="height:{100 * share:.0f}%"></div></td>'
            for value, share in zip(values[:, place], shares, strict=True)
        )
        rows.append(f'<tr><th class="n">{escape(name)}</th>{bars}</tr>')
    return f'<div class="scroll"><table class="a">{"".join(rows)}</table></div>'


def _cut(values: np.ndarray | None, size: tuple[int, int], missing: float) -> np.ndarray:
    """What a padded array has for this many rows and columns."""
    cut = np.full(size, missing)
    if values is not None:
        kept = np.asarray(values)[: size[0], : size[1]]
        cut[: kept.shape[0], : kept.shape[1]] = kept
    return cut


def _cell(strength: float, planted: bool, colour: str) -> str:
    framed = ' class="f"' if planted else ""
    if not np.isfinite(strength):
        return f"<td{framed}></td>"
    shade = mixed(colour, strength, 100)
    title = f"{100 * strength:.0f} % of the strongest"
    return f'<td{framed} style="background:{shade}" title="{title}"></td>'


def mixed(colour: str, share: float, most: int = STRONGEST) -> str:
    """The colour at a strength from 0 to 1 over whatever is behind it."""
    share = 0.0 if not np.isfinite(share) else min(max(float(share), 0.0), 1.0)
    return f"color-mix(in srgb, {colour} {most * share:.0f}%, transparent)"
