"""Buttons that turn to the sample before and to the one behind."""

from __future__ import annotations

import streamlit as st


def turned_to(key: str, count: int, what: str, behind: str = "") -> int:
    """Buttons for the one before and the one behind; gives the number of the one to show."""
    number: int = st.session_state.get(key, 0) % count
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, step in (("Previous", -1), ("Next", 1)):
            st.button(
                label, key=f"{key}{step:+d}", on_click=_turn_to, args=(key, (number + step) % count)
            )
        st.caption(f"{what}{number + 1} of {count}{behind}", width="content")
    return number


def _turn_to(key: str, number: int) -> None:
    st.session_state[key] = number
