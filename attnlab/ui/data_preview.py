"""What data are, before anything trains: counts, examples, columns, and what may mislead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from attnlab import charts
from attnlab.analysis.rounding import figures_text, level_text
from attnlab.catalog.task_entries.folder import image_listing
from attnlab.catalog.task_entries.own_arrays import images_of
from attnlab.catalog.task_entries.own_pairs import pairs_of
from attnlab.catalog.task_entries.own_series import series_of
from attnlab.catalog.task_entries.own_text import texts_of
from attnlab.catalog.task_entries.tables import table_path
from attnlab.data.inspection import InspectedColumn, Inspection
from attnlab.data.pairs.prepared import PreparedPairs
from attnlab.data.series.prepared import PreparedSeries
from attnlab.data.tables.table import Table, read_table
from attnlab.spec import TaskSpec, load
from attnlab.tasks.examples import examples
from attnlab.ui import example_html, gallery, html, pictures, text_preview
from attnlab.ui.plain_text import plain
from attnlab.wording import as_sentence

MOST_ROWS, MOST_SERIES = 8, 4


def show(task: TaskSpec) -> Inspection:
    """Draw the preview of a task's data and return it; raises SpecError for data that cannot be
    used."""
    preview = PREVIEWS[task.name]
    inspection = _inspected(task.model_dump_json(), preview.stamp(task.params), task)
    _summary(inspection)
    _warnings(inspection)
    _counts(inspection)
    preview.draw(task, inspection)
    if inspection.left_out:
        with st.expander(f"Left out ({len(inspection.left_out)})", icon=":material/block:"):
            for each in inspection.left_out:
                st.text(f"{each.what}: {each.reason}")
    return inspection


@st.cache_resource(max_entries=8, show_spinner="Looking at the data")
def _inspected(plan: str, stamp: object, _task: TaskSpec) -> Inspection:
    """What the data of a task hold, looked at anew when these settings or the files change."""
    inspection: Inspection = load(_task.entry.inspect)(_task.params)
    return inspection


def _summary(found: Inspection) -> None:
    with st.container(horizontal=True, gap="large"):
        st.metric(f"{found.called[1].capitalize()} in use", f"{found.samples:,}", width="content")
        if found.classes:
            st.metric("Classes", f"{len(found.classes):,}", width="content")
        if found.kind == "regression" and found.chance is not None:
            st.metric(
                "Chance (RMSE)",
                figures_text(found.chance, 4),
                help="How far someone is from the label, in its own unit, who always says its "
                "mean.",
                width="content",
            )
        elif found.chance is not None:
            st.metric(
                "Chance",
                level_text([found.chance]),
                help="The validation accuracy of always giving the commonest answer.",
                width="content",
            )
    notes = [f"{name} {value}" for name, value in found.read_as.items()]
    if found.label:
        guessed = f" (taken {found.label_guessed})" if found.label_guessed else ""
        notes.append(f"label “{found.label}”{guessed}")
    if notes:
        st.caption(plain(f"Read as: {', '.join(notes)}."))


def _warnings(found: Inspection) -> None:
    for warning in found.warnings:
        st.warning(plain(as_sentence(warning)), icon=":material/warning:")


def _counts(found: Inspection) -> None:
    if found.histogram is not None:
        st.markdown("### How the label is spread")
        spec = charts.number_counts_spec(found.label, found.histogram.edges, found.histogram.counts)
        pictures.show(st, spec, key="data.counts")
    elif found.classes:
        st.markdown("### How many of each class")
        pictures.show(st, charts.class_counts_spec(found.splits), key="data.counts")
    else:
        return
    if found.drawn_anew:
        st.caption("Each seed divides them anew, in these proportions.")


def _table(task: TaskSpec, found: Inspection) -> None:
    _rows(_table_of(task.params), found)
    _columns(found.columns)


def _table_of(params: Any) -> Table:
    return read_table(table_path(params), params.sheet)


def _pairs_of(params: Any) -> PreparedPairs:
    return pairs_of(params)


def _pairs(task: TaskSpec, found: Inspection) -> None:
    st.markdown("### The first pairs")
    pairs = _pairs_of(task.params)
    rows = pairs.rows[:MOST_ROWS]
    frame = pd.DataFrame(
        {
            "read": [pairs.pairs.sources[row] for row in rows],
            "written": [pairs.pairs.targets[row] for row in rows],
        }
    )
    st.dataframe(frame, hide_index=True, width="stretch")
    _columns(found.columns)


def _series_of(params: Any) -> PreparedSeries:
    return series_of(params)


def _series(task: TaskSpec, found: Inspection) -> None:
    st.markdown("### As the networks see them")
    for shown in examples(task, 0, MOST_SERIES):
        st.html(example_html.answer(shown.label, ""))
        st.html(example_html.picture(shown))
    _columns(found.columns)


def _rows(table: Table, found: Inspection) -> None:
    st.markdown("### The first rows")
    names = list(table.columns)
    if found.label in names:  # first, where it is seen
        names = [found.label, *(name for name in names if name != found.label)]
    frame = pd.DataFrame({name: table.first_values(name, MOST_ROWS) for name in names})
    st.dataframe(frame, hide_index=True, width="stretch")


def _columns(columns: Sequence[InspectedColumn]) -> None:
    st.markdown("### What is done with each column")
    rows = "".join(
        f"<tr><td>{escape(each.name)}</td><td>{escape(each.kind)}</td>"
        f"<td>{each.missing or '–'}</td><td class='lab-words'>{escape(each.treatment)}</td>"
        f"<td>{len(each.inputs) or '–'}</td></tr>"
        for each in columns
    )
    head = "<tr><th>Column</th><th>Kind</th><th>Missing</th><th>Treatment</th><th>Inputs</th></tr>"
    style = (
        "<style>.lab-table td.lab-words {text-align: left; white-space: normal; min-width: 14rem}"
        ".lab-table th:nth-child(4) {text-align: left}</style>"
    )
    scroll = "lab-table lab-scroll" if len(columns) > html.MOST_ROWS else "lab-table"
    st.html(
        f"{html.TABLE_STYLE}{style}<div class='{scroll}'><table><thead>{head}</thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _texts(task: TaskSpec, found: Inspection) -> None:
    text_preview.draw(task)
    if found.columns:
        _columns(found.columns)


class Preview(NamedTuple):
    """How data of a kind are shown: `stamp` takes the parameters and changes as the data do, `draw`
    shows examples."""

    stamp: Callable[[Any], object]
    draw: Callable[[TaskSpec, Inspection], None]


PREVIEWS = {
    "own-arrays": Preview(lambda params: images_of(params).arrays.stamp, gallery.arrays),
    "image-folder": Preview(lambda params: image_listing(params).stamp, gallery.images),
    "own-pairs": Preview(lambda params: _pairs_of(params).pairs.stamp, _pairs),
    "own-number": Preview(lambda params: _table_of(params).stamp, _table),
    "own-series": Preview(lambda params: _series_of(params).series.stamp, _series),
    "own-table": Preview(lambda params: _table_of(params).stamp, _table),
    "own-text": Preview(lambda params: texts_of(params).texts.stamp, _texts),
}
"""By the task's name."""
