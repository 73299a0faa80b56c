"""What a worker measures for a page: on a press, with progress, and left when one leaves."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from typing import Any

import streamlit as st

from attnlab.inspection.found import Share
from attnlab.ui.plain_text import plain
from attnlab.wording import capitalised


def measured_on_a_press(
    label: str, about: str, key: str, begin: Callable[[], Generator[Any, None, None]]
) -> None:
    """Offer a button; when it is pressed, go through all that `begin()` yields, with a bar for
    each `Share`. Leaving the page, or changing anything on it, ends it. Raises what it raises."""
    place = st.empty()
    with place.container():
        pressed = st.button(
            plain(label), type="primary", icon=":material/troubleshoot:", help=plain(about), key=key
        )
        st.caption("Measured once, kept beside the run. Changing anything here stops it.")
    if not pressed:
        return
    progress = place.progress(0.0, text="Starting")
    with closing(begin()) as values:
        for value in values:
            if isinstance(value, Share):
                progress.progress(value.share, text=plain(capitalised(value.doing)))
    place.empty()
