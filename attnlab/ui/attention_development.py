"""How attention develops: a measure of it over the epochs."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from attnlab import charts
from attnlab.results.history import StudyHistory
from attnlab.spec import Study
from attnlab.store import ACTIVE, Store, StudyRow
from attnlab.tasks import measures
from attnlab.ui import pictures, saving
from attnlab.ui.choices import chosen_pill

MEASURE, PLACE = "playground.measure", "playground.measured"
MEASURE_HEIGHT = 200


def development(store: Store, row: StudyRow, chosen: str | None, epoch: int | None = None) -> None:
    """A measure of attention over the epochs, of those that there are; a line stands at the `epoch`
    that is looked at."""
    choices = pictures.made_once(store, row, "measured", lambda: _choices(store, row))
    if not choices:
        return
    st.markdown("## How attention develops")
    choosing, drawing = st.columns([2, 5], gap="medium")
    with choosing:
        place = next(iter(choices))
        if len(choices) > 1:
            place = chosen_pill("Weights of", choices, PLACE, lambda name: _place(row.study, name))
        name = chosen_pill(
            "Measure",
            choices[place],
            MEASURE,
            lambda name: measures.ABOUT[name].title,
        )
        st.caption(measures.ABOUT[name].help)
    spec = pictures.made_once(
        store,
        row,
        ("measure", name, place, chosen),
        lambda: _measure_spec(store, row, name, place, chosen),
    )
    spec = pictures.with_tables(charts.at_epoch(spec, epoch))
    pictures.show(drawing, spec, key="measure-over-epochs")
    if row.status not in ACTIVE:
        figure = saving.Figure(
            f"attention {name}",
            lambda: _measure_chart(store, row, name, place, chosen),
            lambda: charts.measured_rows(_own(store.measures(row.id), row), name, place),
        )
        with drawing:
            saving.save_button(figure, f"attnlab-{row.id}", "measure")


def _choices(store: Store, row: StudyRow) -> dict[str, list[str]]:
    """What was measured, by where: those places with a truth first."""
    measured = _own(store.measures(row.id, "last"), row)
    measures_at = {
        place: charts.measured_names(measured, place) for place in charts.measured_places(measured)
    }
    return dict(sorted(measures_at.items(), key=lambda item: "mass" not in item[1]))


def _place(study: Study, place: str) -> str:
    return charts.place_title(place, study.task)


def _measure_spec(
    store: Store, row: StudyRow, name: str, place: str, chosen: str | None
) -> pictures.Spec:
    return pictures.with_tables(
        charts.measure_curve_spec(_history(store, row), name, place, MEASURE_HEIGHT, chosen)
    )


def _measure_chart(
    store: Store, row: StudyRow, name: str, place: str, chosen: str | None
) -> alt.LayerChart:
    return charts.measure_curve(_history(store, row), name, place, MEASURE_HEIGHT, chosen)


def _history(store: Store, row: StudyRow) -> StudyHistory:
    measures = _own(store.measures(row.id), row)
    return StudyHistory(row.study, store.curves(row.id), measures)


def _own(rows: pd.DataFrame, row: StudyRow) -> pd.DataFrame:
    """The rows of the arms of this study, or of the task of it that is shown."""
    return rows[rows["arm"].isin([arm.label for arm in row.study.arms])]
