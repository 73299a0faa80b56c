"""Numbers that flow through a module: edited in a small table, followed step by step."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st

from attnlab import workers
from attnlab.inspection.worked import WorkedExample, first_inputs, shapes_for, worked
from attnlab.spec import INPUTS, ModuleEntry, ModuleSpec, Parameters, Slot, SpecError
from attnlab.ui import number_html, server
from attnlab.ui.plain_text import plain
from attnlab.wording import as_sentence, noun

SHOWN = "modules.numbers"
STEP = "modules.numbers-step"
MOST = 100.0
"""The largest number that an example takes, below zero, too."""


def section(entry: ModuleEntry, params: Parameters, slot: Slot) -> None:
    """The switch for the numbers, and these; nothing of a module that computes nothing."""
    if not entry.fills:
        return
    if st.toggle(
        "Follow numbers through it",
        key=SHOWN,
        help="A small example that you can edit, and what every step of the module makes of it.",
        persist_state="session",
    ):
        module = ModuleSpec.model_validate({"name": entry.name, **params.model_dump()})
        server.part(_example, module, slot)


def _example(module: ModuleSpec, slot: Slot) -> None:
    try:
        shapes = shapes_for(module, slot)
    except SpecError as error:
        st.caption(f"There is no small example: {plain(error)}.")
        return
    inputs = _inputs(slot, shapes)
    if any(not np.isfinite(each).all() for each in inputs):
        st.warning("Expected a number in every cell, and one is empty.", icon=":material/edit:")
        return
    try:
        found = _worked(module, slot, inputs)
    except (workers.WorkersError, ValueError) as error:
        st.error(plain(as_sentence(str(error))), icon=":material/error:")
        return
    st.caption(
        "Change a number: every step follows. The weights are those that a network begins with, "
        f"drawn from seed {plain(found.seed)}; what only changes an order or a shape is no step."
    )
    _steps(found, dict(zip(INPUTS[slot].parts, inputs, strict=True)), slot)


def _worked(module: ModuleSpec, slot: Slot, inputs: tuple[np.ndarray, ...]) -> WorkedExample:
    if workers.are_ready():
        return worked(module, slot, inputs)
    with st.spinner("TensorFlow is loading, once", show_time=True):
        return worked(module, slot, inputs)


def _inputs(slot: Slot, shapes: tuple[tuple[int, ...], ...]) -> tuple[np.ndarray, ...]:
    """A table for each input of the module, to edit."""
    found = []
    given = INPUTS[slot]
    first = first_inputs(shapes)
    for (letter, name), shape, start in zip(given.parts.items(), shapes, first, strict=True):
        rows = [f"{letter}, {row}" for row in _row_names(shape)]
        unit = noun(shape[-1], "channel" if len(shape) == 3 else "feature")
        frame = pd.DataFrame(
            start.reshape(-1, shape[-1]).astype(np.float64).round(1),
            index=rows,
            columns=[str(number + 1) for number in range(shape[-1])],
        )
        st.caption(f"**{plain(letter)}**: {plain(name.lower())}, {plain(unit)} across")
        edited = st.data_editor(
            frame,
            key=f"modules.numbers.{letter}.{shape}",
            num_rows="fixed",
            height="content",
            column_config={
                "_index": st.column_config.TextColumn(disabled=True),
                **{
                    column: st.column_config.NumberColumn(
                        min_value=-MOST, max_value=MOST, step=0.01, required=True, width=56
                    )
                    for column in frame.columns
                },
            },
        )
        found.append(edited.to_numpy(np.float32).reshape(shape))
    return tuple(found)


def _row_names(shape: tuple[int, ...]) -> list[str]:
    if len(shape) == 3:
        return [f"row {y + 1} column {x + 1}" for y in range(shape[0]) for x in range(shape[1])]
    if len(shape) == 2:
        return [f"step {number + 1}" for number in range(shape[0])]
    return ["all"]


def _steps(found: WorkedExample, inputs: Mapping[str, np.ndarray], slot: Slot) -> None:
    """All steps as formulas, and of the chosen one what goes in and what comes out."""
    count = len(found.steps)
    number = count
    if count > 1:
        if not 1 <= st.session_state.get(STEP, 1) <= count:
            st.session_state[STEP] = 1
        number = st.slider(
            "Step",
            1,
            count,
            key=STEP,
            help="Arrow keys go from step to step.",
            persist_state="session",
        )
    values = {**inputs, **{f"s{place}": each.value for place, each in enumerate(found.steps, 1)}}
    left, right = st.columns([1, 1.6], gap="medium")
    with left:
        st.html(number_html.formulas(found.steps, number))
    step = found.steps[number - 1]
    with right, st.container(key="modules-numbers"):
        st.html(number_html.step(number, count, step, values, of_image=slot == "image"))
