"""Replaying how attention formed, epoch by epoch, in a few seconds."""

from __future__ import annotations

import time

import streamlit as st

SECONDS = 0.25
"""How long a picture stays."""

LONGEST = 6.0
"""How long a replay takes at most; longer trainings skip epochs."""

_BEGAN, _RECENT, _PAUSED = "replay.began", "replay.recent", "replay.paused"
_BEHIND = 4
"""How many pictures a slider in a browser may lag behind; another place is one it was moved to."""


def button(epochs: int, key: str) -> None:
    """A button that starts the replay over, pauses it, or lets it go on; the page is drawn anew
    for each picture. `key` is that of the slider, which is drawn already."""
    shown = st.session_state[key]
    if _is_playing():
        if st.button("Pause", icon=":material/pause:", help="Hold the replay at this epoch."):
            stop()
            st.session_state[_PAUSED] = shown
            st.rerun(scope="app")
        return
    goes_on = st.session_state.get(_PAUSED) == shown < epochs  # else somebody moved the slider
    label, icon = ("Play on", "play_arrow") if goes_on else ("Replay", "replay")
    about = f"Watch attention form over the {epochs} epochs."
    if st.button(label, icon=f":material/{icon}:", help=about):
        pictures = (shown - 1) // _step(epochs) if goes_on else 0
        st.session_state[_BEGAN] = time.monotonic() - pictures * SECONDS
        st.rerun(scope="app")


def _step(epochs: int) -> int:
    """How many epochs further each picture is."""
    return max(1, round(epochs * SECONDS / LONGEST))


def redraw_seconds() -> float | None:
    """The seconds between pictures while a replay has been started and has not reached its end."""
    return SECONDS if _is_playing() else None


def advance(epochs: int, key: str) -> None:
    """Set the slider of this key, which is not drawn yet, to the epoch that is replayed now.

    At the end the page is drawn anew, with the slider at its right end. Nothing if nothing is
    replayed, or a person has moved the slider.
    """
    if not _is_playing():
        return
    recent = st.session_state.setdefault(_RECENT, [])
    if recent and st.session_state.get(key) not in recent:
        stop()
        st.rerun(scope="app")
    shown = 1 + _step(epochs) * int((time.monotonic() - st.session_state[_BEGAN]) / SECONDS)
    st.session_state[key] = min(shown, epochs)
    st.session_state[_RECENT] = [*recent, st.session_state[key]][-_BEHIND:]
    if shown > epochs:
        stop()
        st.rerun(scope="app")


def stop() -> None:
    """End the replay: it is over, or a person moved the slider."""
    for key in (_BEGAN, _RECENT):
        st.session_state.pop(key, None)


def into_view(key: str) -> None:
    """While a replay plays, show the container of this key, whose picture is what moves."""
    if _is_playing():
        with st.container(key=f"{key}-into-view"):  # as long as it stays, it runs only once
            st.html(
                f"""<style>.st-key-{key} {{scroll-margin-top: 4.5rem}}</style><script>
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
document.querySelector(".st-key-{key}")?.scrollIntoView(
    {{behavior: still ? "auto" : "smooth", block: "start"}});
</script>""",
                unsafe_allow_javascript=True,
            )


def _is_playing() -> bool:
    return _BEGAN in st.session_state
