"""A series of one's own data with a bump that can be moved, or one that is pasted."""

from __future__ import annotations

from typing import Any

import streamlit as st

from attnlab import imports
from attnlab.spec import Study
from attnlab.tasks.asking.given import Given
from attnlab.ui.plain_text import plain
from attnlab.ui.shown_samples import samples_of
from attnlab.ui.turning import turned_to

START, CHANGED, PASTED = (f"own-series.{name}" for name in ("start", "changed", "pasted"))
LONGEST = 200_000
"""Characters of a series that is pasted."""

HIGHEST = 5.0
"""Standard deviations that a bump is high at most, up or down."""

_WIDTH = 230


def series_given(study: Study, seed: int) -> Given | None:
    """A sample's series, or a pasted one, with the bump; nothing before one was changed. Raises
    SpecError where the data or what is pasted cannot be read."""
    asking: Any = imports.module("attnlab.tasks.asking.series")
    params = study.task.params
    samples = samples_of(study.task.model_dump_json(), study.task, seed).examples
    number = turned_to(START, len(samples), "Starting from sample ")
    spread: dict[str, float] = asking.deviations(params, seed)
    pasted = st.text_area(
        "Paste a series of your own, a line for each step, or change the sample below",
        key=f"{PASTED}.{study.hash}",
        height=80,
        max_chars=LONGEST,
        placeholder=plain("  ".join(spread)),
        persist_state="session",
    )
    token = f"{study.hash}.{seed}.{number}"
    if pasted and pasted.strip():
        series, answer = asking.series_in(params, pasted), ""
        token = f"{study.hash}.{seed}.pasted"
    else:
        series = asking.sample_series(params, seed, number)
        answer = samples[number].label
    st.caption("Put a bump into it, and move it along: the arms answer at once.")
    bump = _bump(list(spread), len(series), token)
    if st.session_state.get(CHANGED) != token and not token.endswith("pasted"):
        return None
    channel, step, width, height = bump
    if height:
        series = asking.with_bump(
            series, channel, step - 1, width, height * list(spread.values())[channel]
        )
    return Given(series=series, answer="" if height else answer)


def _bump(channels: list[str], steps: int, token: str) -> tuple[int, int, float, float]:
    """The channel, the step from 1, the width in steps and the height in standard deviations."""
    how: dict[str, Any] = {"on_change": _change, "args": (token,)}
    channel, step, width = 0, 1, 1.0
    with st.container(horizontal=True, gap="medium"):
        if len(channels) > 1:
            with st.container(width=_WIDTH):
                chosen = st.selectbox(
                    "Channel",
                    range(len(channels)),
                    format_func=channels.__getitem__,
                    key=f"own-series.channel.{token}",
                    **how,
                )
            channel = 0 if chosen is None else chosen
        if steps > 1:
            with st.container(width=_WIDTH):
                step = st.slider(
                    "At step", 1, steps, (steps + 1) // 2, key=f"own-series.step.{token}", **how
                )
        with st.container(width=_WIDTH):
            height = st.slider(
                "Height, in standard deviations",
                -HIGHEST,
                HIGHEST,
                0.0,
                0.1,
                format="%.1f",
                key=f"own-series.height.{token}",
                **how,
            )
        if steps > 2:
            widest = max(2.0, steps / 4)
            with st.container(width=_WIDTH):
                width = st.slider(
                    "Width, in steps",
                    0.5,
                    widest,
                    min(widest, max(1.0, steps / 20)),
                    0.1,
                    format="%.1f",
                    key=f"own-series.width.{token}",
                    **how,
                )
    return channel, step, width, height


def _change(token: str) -> None:
    st.session_state[CHANGED] = token
