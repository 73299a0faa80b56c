"""The part of the planning form that says what is practically none, and how p is corrected."""

from __future__ import annotations

from typing import Any

import streamlit as st

from attnlab.spec import Judging, Metric
from attnlab.spec.judging import HOLM, MAX_T
from attnlab.ui import forms
from attnlab.ui.plain_text import plain
from attnlab.ui.plan_arms import KEY

USUAL_POINTS = 1.0
CORRECTIONS = {HOLM: "Holm's", MAX_T: "Step-down max-t"}


def margin(metric: Metric) -> float:
    """Below which a difference is practically none, in the metric's own unit; 0 for no margin."""
    key = f"{KEY}.same.{metric.name}"
    unit = "percentage points" if metric.share else metric.unit
    st.session_state.setdefault(key, USUAL_POINTS if metric.share else 0.0)
    given = st.number_input(
        f"Practically the same below{f', {plain(unit)}' if unit else ''}",
        min_value=0.0,
        step=0.5 if metric.share else 0.01,
        format="%.4g" if metric.share else "%.6g",
        key=key,
        help="An arm whose difference is shown to be smaller is called practically the same. "
        "0 asks for no such thing.",
        persist_state="session",
    )
    return given / 100 if metric.share else given


def correction(most_seeds: int) -> str:
    """How p is corrected for several comparisons; max-t plans one look."""
    field = Judging.model_fields["correction"]
    shared: dict[str, Any] = {
        "format_func": CORRECTIONS.__getitem__,
        "help": field.description,
        "persist_state": "session",
    }
    if most_seeds:
        st.selectbox(forms.title(field), [HOLM], key=f"{KEY}.correction.looks", **shared)
        st.caption("Step-down max-t plans one look: let the study not grow to choose it.")
        return HOLM
    return st.selectbox(forms.title(field), list(CORRECTIONS), key=f"{KEY}.correction", **shared)
