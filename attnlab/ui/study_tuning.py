"""How the learning rate of each arm was chosen: scores by rate, and what to do at an edge."""

from __future__ import annotations

import streamlit as st

from attnlab import charts
from attnlab.jobs import JobManager
from attnlab.results.tuning import (
    TuningResult,
    edge_sentence,
    tuned,
    tuning_frame,
    tuning_sentence,
)
from attnlab.spec import SpecError
from attnlab.spec.tuning_runs import widened
from attnlab.store import COMPLETE, StudyRow
from attnlab.ui import links
from attnlab.ui.plain_text import plain
from attnlab.ui.saving import Figure
from attnlab.ui.study_figures import chosen_arm, show
from attnlab.ui.study_summary import title
from attnlab.wording import in_sentence


def section(manager: JobManager, row: StudyRow) -> None:
    """A sentence, a chart once something was tried, and a wider grid where the best may lie beyond;
    nothing of a study that chooses no rates.

    Of several tasks, that for each of them; of one of those, without the grid, which is for all.
    """
    parts = row.study.parts
    for part in parts:
        own = row if len(parts) == 1 else row.on(part)
        _chosen(manager, own, f" on {in_sentence(part.task.title)}" if len(parts) > 1 else "")
    if not row.part:
        wider(manager, row)


def wider(manager: JobManager, row: StudyRow) -> None:
    """A press trains the same on a wider grid, where the best rate may lie beyond the one tried."""
    result = tuned(row.study, manager.store.tuning_runs(row.id))
    if result is not None and row.status in COMPLETE:
        _wider(manager, row, result)


def _chosen(manager: JobManager, row: StudyRow, where: str) -> None:
    result = tuned(row.study, manager.store.tuning_runs(row.id))
    if result is None:
        return
    st.markdown(f"### Learning rates{plain(where)}")
    sentences = filter(None, (tuning_sentence(row.study), edge_sentence(row.study)))
    st.caption(plain(" ".join(sentences)))
    if result.runs:
        chosen = chosen_arm(row)
        figure = Figure(
            "learning rates",
            lambda: charts.rates_spec(result, chosen),
            lambda: tuning_frame(result),
        )
        show(manager, row, figure)
    elif row.study.tuning and row.study.tuning.chosen:
        st.caption(":material/info: They came with the plan: the study it is from chose them.")


def _wider(manager: JobManager, row: StudyRow, result: TuningResult) -> None:
    grid = widened(row.study)
    if grid is None or grid.tuning is None:
        return
    tried = {at.rate for arm in result.arms for at in arm.rates}
    beyond = [rate for rate in grid.tuning.rates if rate not in tried]
    if st.button(
        "Try a wider grid",
        icon=":material/open_in_full:",
        help=f"Train the same plan on seeds that no study here has had, with "
        f"{', '.join(f'{rate:g}' for rate in beyond)} among the rates.",
        key="ablation.wider",
    ):
        try:
            name = f"{title(row)}, wider grid"
            study_id = manager.submit(grid, name=name, fresh_seeds=True)
        except SpecError as error:  # it does not fit into memory
            st.error(plain(error), icon=":material/memory:")
            return
        st.query_params[links.STUDY] = study_id
        st.rerun(scope="app")
