"""The Keras code of one arm: a short script, a notebook, or the exact script of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import streamlit as st

from attnlab import charts, export
from attnlab.export.scripts import Style
from attnlab.spec import SpecError, Study
from attnlab.ui.plain_text import plain
from attnlab.wording import as_sentence

STYLES: Mapping[Style, str] = {
    "functional": "Functional",
    "sequential": "Sequential, if it is a chain",
    "subclassing": "A subclass of Model",
}


class _CodeKind(NamedTuple):
    """What code is written: its title, what writes it, its file's ending and type, and help."""

    title: str
    compose: Callable[[Study, str, int, Style], str]
    ending: str
    mime: str
    help: str


KINDS = {
    "short": _CodeKind(
        "Short script",
        export.tutorial,
        "py",
        "text/x-python",
        "Run it with: python, wherever Keras and matplotlib are installed.",
    ),
    "notebook": _CodeKind(
        "Notebook",
        export.notebook,
        "ipynb",
        "application/x-ipynb+json",
        "Open it with Jupyter, wherever Keras and matplotlib are installed.",
    ),
    "exact": _CodeKind(
        "Exact script",
        export.script,
        "py",
        "text/x-python",
        "Run it with: python, wherever Keras and TensorFlow are installed.",
    ),
}


def chooser(study: Study, name: str, key: str) -> None:
    """Which arm, seed, style and kind; a button that writes the code, and one that saves it.

    `name` begins the names of files, `key` those of the widgets.
    """
    names = charts.arm_names(study)
    st.caption(
        "A short script trains one arm as a tutorial would, and draws what it looks at. The exact "
        "one repeats a run, number by number. Neither needs attnlab."
    )
    kind = KINDS[
        st.selectbox(
            "Kind",
            list(KINDS),
            format_func=lambda each: KINDS[each].title,
            key=f"{key}.kind",
            help="Short, the same as a notebook, or exact.",
        )
    ]
    arm = st.selectbox(
        "Arm",
        list(names),
        index=len(names) - 1,
        format_func=names.__getitem__,
        key=f"{key}.arm",
        help="Which arm the script trains.",
    )
    seed = st.selectbox(
        "Seed", study.seeds, key=f"{key}.seed", help="Which of the study's seeds it trains."
    )
    style = st.selectbox(
        "Style",
        list(STYLES),
        format_func=STYLES.__getitem__,
        key=f"{key}.style",
        help="How the network is written; not every network is a chain of layers.",
    )
    if not st.button(
        "Write the script",
        icon=":material/edit_note:",
        key=f"{key}.write",
        help="Takes a second.",
    ):
        return
    text = _written(kind, study, arm, seed, style)
    if text is None:
        return
    st.download_button(
        "Save the script",
        text,
        file_name=f"{name}-{seed}.{kind.ending}",
        mime=kind.mime,
        icon=":material/download:",
        on_click="ignore",
        key=f"{key}.save",
        help=kind.help,
    )
    if kind.ending == "py":
        st.code(text, language="python")


def short(study: Study, arm: str, key: str) -> None:
    """The short script of one arm, once a button has asked for it."""
    if st.button("Write the script", icon=":material/edit_note:", key=key, help="Takes a second."):
        text = _written(KINDS["short"], study, arm, study.seeds[0], "functional")
        if text is not None:
            st.code(text, language="python")


def _written(kind: _CodeKind, study: Study, arm: str, seed: int, style: Style) -> str | None:
    """The code; None where there is none, which the page then says."""
    try:
        with st.spinner("Writing …"):
            return kind.compose(study, arm, seed, style)
    except (export.ExportError, SpecError) as error:
        st.warning(plain(as_sentence(str(error))), icon=":material/block:")
        return None
