"""Replaying how attention formed, epoch by epoch, in a few seconds."""

from __future__ import annotations

import time

import streamlit as st

SECONDS = 0.25
"""How long a picture stays."""

LONGEST = 6.0
"""How long a replay takes at most; longer trainings skip epochs."""

_BEGAN = "replay.began"


def button(epochs: int) -> None:
    """A button that starts the replay over, and draws the page anew at the pace of a replay."""
    if st.button(
        "Replay", icon=":material/replay:", help=f"Watch attention form over the {epochs} epochs."
    ):
        st.session_state[_BEGAN] = time.monotonic()
        st.rerun(scope="app")


def pace() -> float | None:
    """The seconds between pictures while a replay has been started and has not reached its end."""
    return SECONDS if _is_playing() else None


def epoch(epochs: int) -> int | None:
    """The epoch to show now, None when nothing is replayed; draws the page anew at the end."""
    if not _is_playing():
        return None
    step = max(1, round(epochs * SECONDS / LONGEST))
    shown = 1 + step * int((time.monotonic() - st.session_state[_BEGAN]) / SECONDS)
    if shown > epochs:
        stop()
        st.rerun(scope="app")
    return shown


def stop() -> None:
    """End the replay."""
    st.session_state.pop(_BEGAN, None)


def _is_playing() -> bool:
    return _BEGAN in st.session_state
