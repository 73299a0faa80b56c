"""Arms that are held against each other: the planned contrasts, and any two."""

from __future__ import annotations

import itertools
from functools import partial
from typing import Any

import streamlit as st

from attnlab import charts
from attnlab.jobs import JobManager
from attnlab.results.contrasts import families_by_question, looked_at
from attnlab.results.frames import contrasts_frame, verdicts_frame
from attnlab.results.model import StudyResult
from attnlab.results.questions import is_planned
from attnlab.spec import Study
from attnlab.store import StudyRow
from attnlab.ui import pictures
from attnlab.ui.result_tables import contrasts_table, pair_table
from attnlab.ui.saving import Figure
from attnlab.ui.study_figures import chosen_arm, show

FIRST, SECOND = "ablation.first", "ablation.second"


def section(manager: JobManager, row: StudyRow, result: StudyResult) -> None:
    """The planned contrasts: a chart for each question, and a table of all."""
    if not result.contrasts:
        return
    st.markdown("### Planned contrasts")
    several = "" if len(result.contrasts) == 1 else ", corrected for all of them"
    st.caption(
        f"Arms held against each other{several}: a family of their own, which makes no verdict "
        "above stricter."
    )
    chosen = chosen_arm(row)
    for question, contrasts in families_by_question(result).items():
        figure = Figure(
            "contrasts",
            partial(charts.contrasts_spec, question, contrasts, chosen),
            lambda: contrasts_frame(result),
        )
        show(manager, row, figure, question)
    made = partial(contrasts_table, result)
    st.html(pictures.made_once(manager.store, row, "contrasts table", made))


def arm_against_arm(manager: JobManager, row: StudyRow, result: StudyResult) -> None:
    """Any two arms beside each other: numbers and an interval, and a verdict only if planned."""
    study = row.study
    names = charts.arm_names(study)
    left, right = st.columns(2)
    usual, other = _usual(study)
    first = _arm(left, "First arm", f"{FIRST}.{row.id}", names, usual)
    others = {label: name for label, name in names.items() if label != first}
    second = _arm(right, "Against", f"{SECOND}.{row.id}", others, other)
    if not is_planned(study, first, second):
        st.caption(
            ":material/info: Nobody planned to compare these two, so there is no verdict: plan a "
            "contrast of them for one, on fresh seeds."
        )
    pair = pictures.made_once(
        manager.store,
        row,
        ("pair", first, second, result.metric.name),
        lambda: looked_at(result, first, second),
    )
    heading = f"{result.metric.title}: {names[first]} against {names[second]}"
    figure = Figure(
        "pair",
        lambda: charts.contrasts_spec(heading, pair, chosen_arm(row)),
        lambda: verdicts_frame(pair),
    )
    show(manager, row, figure, first, second, result.metric.name)
    st.html(pair_table(result, pair))


def _usual(study: Study) -> tuple[str, str]:
    """What is looked at first: two arms that nobody planned to compare, if there are such."""
    labels = [*study.references, *(arm.label for arm in study.arms)]
    pairs = [(arm, other) for arm, other in itertools.permutations(dict.fromkeys(labels), 2)]
    unplanned = (pair for pair in pairs if not is_planned(study, *pair))
    return next(unplanned, pairs[0])


def _arm(place: Any, label: str, key: str, names: dict[str, str], usual: str) -> str:
    if st.session_state.get(key) not in names:
        st.session_state[key] = usual if usual in names else next(iter(names))
    return place.selectbox(
        label,
        list(names),
        format_func=names.__getitem__,
        key=key,
        persist_state="session",
    )
