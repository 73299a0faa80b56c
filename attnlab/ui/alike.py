"""A line that says in what the modules under comparison are not alike."""

from __future__ import annotations

import streamlit as st

from attnlab.spec import Study, unlike
from attnlab.ui.plain_text import plain
from attnlab.wording import in_sentence, listed


def note(study: Study) -> None:
    """Say which parameters the arms' modules share with other values; nothing where there are none.

    What such arms differ in may be the parameter and not the module.
    """
    text = unlike_text(study)
    if text:
        st.caption(f":material/rule: {plain(text)}")


def unlike_text(study: Study) -> str:
    """ "Not alike in what they share: reduction ratio (4 in SE, 16 in CBAM)."; may be empty."""
    parts = [
        f"{in_sentence(each.title)} ({listed([_in(*item) for item in each.values.items()])})"
        for each in unlike(arm.module for arm in study.arms)
    ]
    return f"Not alike in what they share: {', '.join(parts)}." if parts else ""


def _in(module: str, values: tuple[object, ...]) -> str:
    return f"{' or '.join(map(_value_text, values))} in {module}"


def _value_text(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)
