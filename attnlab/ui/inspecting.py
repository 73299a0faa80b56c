"""The Attention page: what the attention of one trained run is worth.

What was measured before is shown at once. Else a worker measures, and is left when one leaves.
"""

from __future__ import annotations

from contextlib import closing

import streamlit as st

from attnlab import charts
from attnlab.charts import inspected
from attnlab.export.inspections import inspection_csv, inspection_json
from attnlab.inspection.described import MEASURES, QUESTIONS
from attnlab.inspection.errors import InspectionError
from attnlab.inspection.found import RunInspection
from attnlab.inspection.running import inspectable, inspecting, kept_inspection
from attnlab.jobs import JobManager
from attnlab.store import COMPLETE, Store, StoreError, StudyRow, Wanted
from attnlab.ui import html, links, pictures
from attnlab.ui.choices import chosen_pill
from attnlab.ui.inspected_words import reliance_sentence
from attnlab.ui.plain_text import plain, plain_but_bold
from attnlab.ui.saving import Figure, save_button
from attnlab.ui.study_summary import is_readable, summary, title
from attnlab.wording import capitalised, counted
from attnlab.workers import WorkersError

PAGE = "pages/attention.py"
STUDY, ARM, SEED = "inspected.study", "inspected.arm", "inspected.seed"
RECENT = 20
"""So many of the newest studies are offered."""


def page(manager: JobManager) -> None:
    """All of it."""
    st.html(html.NO_SIDEBAR)
    st.markdown("# What is this attention worth?")
    st.caption(
        "A picture says where attention looks. Here is whether the trained network relies on it, "
        "whether other measures of importance agree, and whether quite another attention would "
        "have given the same answers."
    )
    store = manager.store
    row = _study(store)
    if row is None:
        st.info(
            "No study with attention has finished here yet: train one on the **Playground**.",
            icon=":material/science:",
        )
        return
    st.caption(plain(summary(row.study)))
    runs = pictures.made_once(store, row, "inspectable", lambda: inspectable(store, row.id))
    if not runs:
        st.info("No run of this study has attention to inspect.", icon=":material/search_off:")
        return
    names = charts.arm_names(row.study)
    arm = chosen_pill("Arm", dict.fromkeys(arm for arm, _ in runs), ARM, names.__getitem__)
    seeds = [seed for own, seed in runs if own == arm]
    seed = chosen_pill("Seed", seeds, SEED, str) if len(seeds) > 1 else seeds[0]
    try:
        found = kept_inspection(store, row.id, arm, seed) or _measured(store, row, arm, seed)
    except (InspectionError, WorkersError) as error:
        st.error(plain(error), icon=":material/error:")
        return
    if found is not None:
        _show(row, found)


def _study(store: Store) -> StudyRow | None:
    """The study that is chosen, or that the address names; at first the newest."""
    linked = st.query_params.get(links.STUDY)
    rows = store.studies(Wanted(statuses=sorted(COMPLETE)), most=RECENT)
    known = {row.id: row for row in rows if is_readable(row) and _has_attention(row)}
    if linked and linked not in known:
        try:
            row = store.study(linked)
            _ = row.study
            known[row.id] = row
        except StoreError as error:
            st.warning(plain(error), icon=":material/search_off:")
            linked = None
    if not known:
        return None
    if linked and st.session_state.get(f"{STUDY}.linked") != linked:
        st.session_state[STUDY] = linked
    if st.session_state.get(STUDY) not in known:
        st.session_state[STUDY] = next(iter(known))
    chosen = st.selectbox(
        "Study",
        list(known),
        format_func=lambda study_id: _option(known[study_id]),
        key=STUDY,
        help="The newest with attention; any other opens by its link or from the page Runs.",
        persist_state="session",
    )
    st.query_params[links.STUDY] = st.session_state[f"{STUDY}.linked"] = chosen
    return known[chosen]


def _has_attention(row: StudyRow) -> bool:
    return any(arm.module.entry.layer for arm in row.study.arms)


def _option(row: StudyRow) -> str:
    return f"{title(row)} · {counted(len(row.study.arms), 'arm')} · {row.id}"


def _measured(store: Store, row: StudyRow, arm: str, seed: int) -> RunInspection | None:
    """Measure on a press, with progress; None until then. Leaving the page ends it."""
    place = st.empty()
    with place.container():
        pressed = st.button(
            "Look inside",
            type="primary",
            icon=":material/troubleshoot:",
            help="Some seconds: the network answers its test examples again and again, with its "
            "attention changed and parts of the input taken away.",
        )
        st.caption("Measured once, kept beside the run. Changing anything here stops it.")
    if not pressed:
        return None
    progress = place.progress(0.0, text="Starting")
    with closing(inspecting(store, row.id, arm, seed)) as steps:
        for step in steps:
            if isinstance(step, RunInspection):
                place.empty()
                return step
            progress.progress(step.share, text=plain(capitalised(step.doing)))
    raise AssertionError("an inspection ends with what was found")


def _show(row: StudyRow, found: RunInspection) -> None:
    study, arm = row.study, str(found.about["arm"])
    colour = charts.arm_colours(study)[arm]
    has_accuracy = study.task_of(arm).has_accuracy
    file_name = f"attnlab-{row.id}-{found.about['seed']}"
    st.markdown("## Does it matter?")
    if sentence := reliance_sentence(found, has_accuracy):
        st.markdown(plain_but_bold(sentence))
    _figure(
        Figure(
            "reliance",
            lambda: inspected.reliance_spec(found, has_accuracy, colour),
            lambda: inspected.reliance_rows(found, has_accuracy),
        ),
        file_name,
    )
    for axis in dict.fromkeys(found.curves["axis"]):
        if found.curves["axis"].nunique() > 1:
            st.markdown(f"**{plain(charts.place_title(axis, study.task_of(arm)))}**")
        for column, curve in zip(st.columns(2), ("deletion", "insertion"), strict=True):
            with column:
                _figure(_removal(found, axis, curve, colour), file_name)
    if len(inspected.agreement_rows(found)):
        st.markdown("## Does it agree?")
        _figure(
            Figure(
                "agreement",
                lambda: inspected.agreement_spec(found, colour),
                lambda: inspected.agreement_rows(found),
            ),
            file_name,
        )
    axes = dict.fromkeys(found.table["axis"])
    attacked = [axis for axis in axes if f"{axis}/adversary JSD" in found.arrays]
    if attacked:
        st.markdown("## Could it have been otherwise?")
    for axis in attacked:
        if len(attacked) > 1:
            st.markdown(f"**{plain(charts.place_title(axis, study.task_of(arm)))}**")
        _figure(_adversary(found, axis, colour), file_name)
    _all_measures(found, file_name)


def _removal(found: RunInspection, axis: str, curve: str, colour: str) -> Figure[pictures.Spec]:
    return Figure(
        f"{curve} {axis}".replace("/", " "),
        lambda: inspected.removal_spec(found, axis, curve, colour),
        lambda: found.curves[(found.curves["axis"] == axis) & (found.curves["curve"] == curve)],
    )


def _adversary(found: RunInspection, axis: str, colour: str) -> Figure[pictures.Spec]:
    return Figure(
        f"adversary {axis}".replace("/", " "),
        lambda: inspected.adversary_spec(found, axis, colour),
        lambda: inspected.adversary_rows(found, axis),
    )


def _figure(figure: Figure[pictures.Spec], file_name: str) -> None:
    pictures.show(st, figure.chart(), key=f"inspected.{figure.name}")
    save_button(figure, file_name, f"inspected.{figure.name}")


def _all_measures(found: RunInspection, file_name: str) -> None:
    about = found.about
    st.markdown("## All measures")
    st.caption(
        f"On {counted(int(about['examples']), 'example')} of the {about['split']} split; ± is the "
        "95 % interval over examples of this trained network, not over seeds."
    )
    shown = found.table.assign(
        question=[MEASURES[name].question for name in found.table["measure"]],
        title=[MEASURES[name].title for name in found.table["measure"]],
        reading=[MEASURES[name].help for name in found.table["measure"]],
    )
    shown = shown.sort_values(
        "question", key=lambda column: column.map(QUESTIONS.index), kind="stable"
    )
    number = st.column_config.NumberColumn
    st.dataframe(
        shown[["question", "title", "axis", "value", "half", "chance", "n", "reading"]],
        hide_index=True,
        column_config={
            "question": "Question",
            "title": "Measure",
            "axis": "Where",
            "value": number("Value", format="%.3f"),
            "half": number("±", format="%.3f"),
            "chance": number("Chance", format="%.3f", help="What attention that knows nothing has"),
            "n": number("n", help="Examples, or seeds"),
            "reading": "How to read it",
        },
    )
    notes = found.table.loc[found.table["note"] != "", ["measure", "note"]].drop_duplicates()
    for measure, note in notes.to_numpy():
        st.caption(plain(f"{MEASURES[measure].title}: {note}."))
    with st.container(horizontal=True):
        st.download_button(
            "Measures (CSV)",
            lambda: inspection_csv(found),
            file_name=f"{file_name}-inspection.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            "All of it (JSON)",
            lambda: inspection_json(found),
            file_name=f"{file_name}-inspection.json",
            mime="application/json",
            icon=":material/download:",
            on_click="ignore",
        )
