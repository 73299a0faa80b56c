"""Widgets that choose one of several options by a press."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import streamlit as st

from attnlab.ui.plain_text import plain

Option = TypeVar("Option")


def chosen_pill(
    label: str, options: Iterable[Option], key: str, title: Callable[[Option], str]
) -> Option:
    """The option that is pressed; at first, and when that one is gone, the first of them."""
    offered = list(options)
    _begin_with_the_first(offered, key)
    pressed = st.pills(
        label,
        offered,
        format_func=lambda option: plain(title(option)),
        key=key,
        required=True,
        wrap=True,
        persist_state="session",
    )
    return offered[0] if pressed is None else pressed


def chosen_segment(
    label: str,
    options: Iterable[Option],
    key: str,
    title: Callable[[Option], str] = str,
    *,
    show_label: bool = True,
) -> Option:
    """As `chosen_pill`, in a bar; nothing is drawn where there is no choice."""
    offered = list(options)
    _begin_with_the_first(offered, key)
    if len(offered) == 1:
        return offered[0]
    pressed = st.segmented_control(
        label,
        offered,
        format_func=lambda option: plain(title(option)),
        key=key,
        required=True,
        wrap=True,
        label_visibility="visible" if show_label else "collapsed",
    )
    return offered[0] if pressed is None else pressed


def _begin_with_the_first(offered: list[Option], key: str) -> None:
    if st.session_state.get(key) not in offered:
        st.session_state[key] = offered[0]
