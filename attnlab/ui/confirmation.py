"""From a study to its confirmation: the same plan on seeds that nobody has seen."""

from __future__ import annotations

import streamlit as st

from attnlab.jobs import JobManager
from attnlab.spec import SpecError
from attnlab.store import StudyRow
from attnlab.ui import links
from attnlab.ui.plain_text import plain
from attnlab.ui.study_summary import title

PAGE = "pages/ablation.py"


def button(manager: JobManager, row: StudyRow) -> None:
    """One press trains the same plan on fresh seeds, and opens it on the Ablation page."""
    if not st.button(
        "Confirm on fresh seeds",
        icon=":material/verified:",
        help="Trains the same plan on seeds that no study here has had on this task, so that its "
        "verdict rests on nothing that was chosen by looking.",
        key=f"confirm.{row.id}",
    ):
        return
    try:
        study_id = manager.submit(
            row.study.as_planned(), name=f"Confirms {title(row)}", fresh_seeds=True
        )
    except SpecError as error:  # it does not fit into memory
        st.error(plain(error), icon=":material/memory:")
        return
    st.switch_page(PAGE, query_params={links.STUDY: study_id})
