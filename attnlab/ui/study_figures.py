"""The figures of the Ablation page: one arm is highlighted in all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from attnlab import charts
from attnlab.jobs import JobManager
from attnlab.store import ACTIVE, StudyRow
from attnlab.ui import pictures, saving
from attnlab.ui.saving import Figure

ARM = "ablation.arm"


def chosen_arm(row: StudyRow) -> str | None:
    """The highlighted arm of this study, if any."""
    return st.session_state.get(f"{ARM}.{row.id}")


def show(manager: JobManager, row: StudyRow, figure: Figure[pictures.Spec], *about: str) -> None:
    """Draw a figure whose arms can be pointed at: a click highlights the arm in every figure."""
    part = [row.part.replace(" ", "-")] if row.part else []
    key = ".".join(["ablation", row.id, *part, figure.name.replace(" ", "-"), *about])
    what = (figure.name, *about, chosen_arm(row))
    spec = pictures.made_once(
        manager.store, row, what, lambda: pictures.with_tables(figure.chart())
    )
    st.vega_lite_chart(
        pictures.on_this_page(spec),
        width="stretch",
        key=key,
        on_select=lambda: _pressed(row, st.session_state[key]["selection"]),
        selection_mode=charts.ARM_PARAM,
    )
    if row.status not in ACTIVE:
        saving.save_button(figure, f"attnlab-{row.id}", key)


def _pressed(row: StudyRow, selection: Mapping[str, Any]) -> None:
    """Highlight the arm that was clicked; a click on that one again, or outside of all, ends it.

    Called for a press alone: a chart that comes back to the page selects nothing, and the arm
    stays highlighted.
    """
    clicked = charts.chosen_arm(selection, [arm.label for arm in row.study.arms])
    st.session_state[f"{ARM}.{row.id}"] = None if clicked == chosen_arm(row) else clicked
