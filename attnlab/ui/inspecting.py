"""The Attention page: where trained networks look, and what that is worth.

What was found before is shown at once. Else a worker measures, and is left when one leaves.
"""

from __future__ import annotations

import streamlit as st

from attnlab.analysis.attention import is_truth_per_sample
from attnlab.jobs import JobManager
from attnlab.ui import (
    attended_examples,
    attended_over_time,
    attended_where,
    html,
    inspected_worth,
    layer_look,
    server,
)
from attnlab.ui.inspected_choice import chosen_runs, chosen_study
from attnlab.ui.plain_text import plain
from attnlab.ui.study_summary import summary

PAGE = "pages/attention.py"


def page(manager: JobManager) -> None:
    """All of it."""
    st.html(html.NO_SIDEBAR)
    st.markdown("# What is this attention worth?")
    st.caption(
        "Where trained networks look, whether they rely on it, whether other measures of "
        "importance agree, and whether quite another attention would have given the same answers."
    )
    store = manager.store
    row = chosen_study(store)
    if row is None:
        st.info(
            "No study with attention has finished here yet: train one on the **Playground**.",
            icon=":material/science:",
        )
        return
    st.caption(plain(summary(row.study)))
    chosen = chosen_runs(store, row)
    if chosen is None:
        st.info("No run of this study has attention to inspect.", icon=":material/search_off:")
        return
    first, second = attended_where.where, attended_examples.single
    if is_truth_per_sample(row.study):  # then positions mean little, and examples much
        first, second = second, first
    server.part(attended_where.look_at_the_test_set, chosen)
    server.part(first, chosen)
    server.part(second, chosen)
    server.part(attended_over_time.over_time, chosen)
    server.part(inspected_worth.worth, chosen)
    server.part(layer_look.layers_of, chosen)
