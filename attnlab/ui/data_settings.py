"""What is to be done with one's own data: the parameters of their task that are about them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from attnlab.catalog.task_entries.own_table import OwnTableParameters, table_path
from attnlab.data.tables import TableError
from attnlab.data.tables.table import read_table
from attnlab.spec import REGISTRY, TaskSpec
from attnlab.ui import forms

ABOUT_IMAGES = (
    "masks",
    "size",
    "fit",
    "colour",
    "most",
    "share",
    "folders",
    "background",
    "encoding",
)
ABOUT_TABLES = ("missing", "share", "sheet")
SPLITS = {
    "stratified": "By seed, each class alike",
    "group": "By group: all rows of one on one side",
    "time": "By time: the latest rows held out",
    "column": "As a column says",
}


def task(name: str, path: str) -> TaskSpec:
    """Draw the settings, and return the task with them. Raises SpecError for data that cannot be
    used so."""
    entry = REGISTRY.task(name)
    key = f"data.{name}"
    shown: tuple[str, ...]
    values: dict[str, Any] = dict(entry.own_data(path)) if entry.own_data and path else {}
    columns = _columns(path) if name == "own-table" else []
    st.markdown("#### What is done with them")
    if name == "own-table":
        values |= _of_table(f"{key}.{path}", columns)
        shown = ABOUT_TABLES
    else:
        shown = ABOUT_IMAGES
    others = [each for each in entry.params.model_fields if each not in shown]
    given = forms.parameters(entry.params, key, fold="More", varied=others)
    return TaskSpec.model_validate({"name": name, **values, **given})


def _of_table(key: str, names: list[str]) -> dict[str, Any]:
    """The label, the columns left out and how rows are divided, from the table's columns."""
    label = st.selectbox(
        "Label",
        ["", *names],
        format_func=lambda name: name or "Found by its name, or the last column",
        key=f"{key}.label",
        help="The column to predict.",
    )
    others = [name for name in names if name != label]
    left_out = st.multiselect(
        "Columns to leave out",
        others,
        key=f"{key}.leave_out",
        help="The networks do not get them: what would give the label away, or is not known when "
        "it is to be predicted.",
    )
    split = st.selectbox(
        "Split",
        list(SPLITS),
        format_func=SPLITS.__getitem__,
        key=f"{key}.split",
        help="How rows are divided into training, validation and test.",
    )
    column = ""
    if split != "stratified":
        column = st.selectbox("Column of the split", others, key=f"{key}.split_column") or ""
    return {
        "label": label,
        "leave_out": ", ".join(_quoted(name) for name in left_out),
        "split": split,
        "split_column": column,
    }


def _columns(path: str) -> list[str]:
    params = OwnTableParameters(data=path)
    if not table_path(params).exists():
        raise TableError(f"there is no table {table_path(params)}")
    return list(read_table(table_path(params)).columns)


def _quoted(name: str) -> str:
    """A column's name as one of several with commas between them."""
    if any(char in name for char in ',"\n') or name != name.strip():
        return '"' + name.replace('"', '""') + '"'
    return name
