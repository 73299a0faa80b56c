"""Texts of one's own as people read them, and as the networks see them."""

from __future__ import annotations

from html import escape

import numpy as np
import streamlit as st

from attnlab.catalog.task_entries.own_text import OwnTextParameters, texts_of
from attnlab.data.texts.inspecting import treatment
from attnlab.data.texts.ready import ReadyTexts
from attnlab.spec import TaskSpec
from attnlab.tasks.examples import Example
from attnlab.ui import sample_html
from attnlab.ui.plain_text import plain

MOST_CLASSES, EACH = 8, 2
"""Of so many classes so many texts are shown."""

_SHOWN = 600
"""Characters of a text, and tokens, beyond which it is cut in the preview."""

_STYLE = """<style>
.lab-texts {display: grid; grid-template-columns: minmax(4rem, max-content) 1fr; gap: 14px 16px}
.lab-texts b {font-weight: 600; overflow-wrap: anywhere; max-width: 9rem}
.lab-texts p {margin: 0 0 4px; overflow-wrap: anywhere; font-size: 0.95rem}
.lab-texts .lab-example {font-size: 0.84rem; line-height: 1.9; overflow-wrap: anywhere}
.lab-texts .w {background: color-mix(in srgb, currentColor 8%, transparent); white-space: normal}
@media (max-width: 640px) {.lab-texts {grid-template-columns: 1fr; gap: 4px}}
</style>"""


def draw(task: TaskSpec) -> None:
    """Some texts of each class, below each the tokens that a network gets of it at seed 0."""
    params = task.params
    assert isinstance(params, OwnTextParameters)
    ready = texts_of(params)
    st.markdown("### As you read them, and as the networks do")
    rows = ready.texts.divided(np.random.default_rng(0))
    known = ready.vocabulary(rows["train"])
    parts = []
    for label, name in enumerate(ready.texts.classes[:MOST_CLASSES]):
        held = rows["validation"]
        for row in held[ready.texts.target[held] == label][:EACH]:
            parts.append(f"<b>{escape(name)}</b><div>{_text(ready, int(row), known)}</div>")
    st.html(f'{_STYLE}{sample_html.STYLE}<div class="lab-texts">{"".join(parts)}</div>')
    told = treatment(ready)
    notes = [
        f"Cut into {told['tokens']}; {told['length']}.",
        f"Each seed knows those of its training texts, {told['vocabulary']}; faint ones are too "
        "rare, and count as one unknown word.",
    ]
    if ready.tokens.truth is not None:
        notes.append("Keywords are underlined.")
    st.caption(plain(" ".join(notes)))


def _text(ready: ReadyTexts, row: int, known: np.ndarray) -> str:
    text = ready.texts.texts[row]
    shown = text[:_SHOWN] + " …" * (len(text) > _SHOWN)
    first = ready.tokens.starts[row]
    last = min(ready.tokens.starts[row + 1], first + ready.length, first + _SHOWN)
    codes = ready.tokens.codes[first:last]
    words = tuple(ready.tokens.words[code] for code in codes)
    truth = ready.tokens.truth
    example = Example(
        "words",
        words,
        "",
        None if truth is None else truth[first:last],
        unknown=~np.isin(codes, known),
    )
    tokens = sample_html.words(example, None, sample_html.PLAIN, 1.0)
    if ready.tokens.lengths[row] > len(words):
        tokens += " …"
    return f'<p dir="auto">{escape(shown)}</p><div class="lab-example" dir="auto">{tokens}</div>'
