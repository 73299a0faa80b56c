"""Buttons that save the numbers of studies as CSV."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from attnlab import export
from attnlab.jobs import JobManager


def csv_buttons(manager: JobManager, ids: Sequence[str]) -> None:
    """Buttons that save the curves of these studies; of a single one the attention too."""
    name = f"attnlab-{ids[0]}" if len(ids) == 1 else "attnlab"
    files = {
        "Curves": (
            lambda: export.curves_csv(manager.store, ids),
            "A row per run and epoch: loss and accuracy, training and validation.",
        ),
        "Attention": (
            lambda: export.attention_csv(manager.store, ids[0]),
            "A row per run, epoch and position: the mean attention weight.",
        ),
        "Attention measures": (
            lambda: export.measures_csv(manager.store, ids[0]),
            "A row per run, epoch and measure: what attention found, how concentrated it is.",
        ),
    }
    for title in files if len(ids) == 1 else ["Curves"]:
        make, what = files[title]
        st.download_button(
            f"{title} (CSV)",
            make,
            file_name=f"{name}-{title.lower().replace(' ', '-')}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            help=what,
        )
