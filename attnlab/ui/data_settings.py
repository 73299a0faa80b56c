"""What is to be done with one's own data: the parameters of their task that are about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from attnlab.catalog import AugmentationParameters
from attnlab.catalog.task_entries.own_table import (
    OwnTableParameters,
    columns_listed,
    table_path,
)
from attnlab.data.tables import TableError
from attnlab.data.tables.table import read_table
from attnlab.spec import REGISTRY, TaskSpec
from attnlab.ui import forms

ABOUT = {
    "image-folder": (
        *("masks", "size", "fit", "colour", "most", "share", "folders", "background", "encoding"),
        *AugmentationParameters.model_fields,
    ),
    "own-table": ("missing", "share", "sheet"),
}
"""The parameters of each task that are about its data, besides those that `CHOICES` asks for."""

SPLITS = {
    "stratified": "By seed, each class alike",
    "group": "By group: all rows of one on one side",
    "time": "By time: the latest rows held out",
    "column": "As a column says",
}


def task(path: str, example: str) -> TaskSpec:
    """Draw the settings, and return the task with them; `example` is that of data that come with
    attnlab, where the path is empty. Raises SpecError for data that cannot be used so."""
    name = _task_name(path) if path else example
    entry = REGISTRY.task(name)
    key = f"data.{name}"
    values: dict[str, Any] = dict(entry.own_data(path)) if entry.own_data and path else {}
    st.markdown("#### What is done with them")
    if name in CHOICES:
        values |= CHOICES[name](f"{key}.{path}", path)
    shown = ABOUT[name]
    others = [each for each in entry.params.model_fields if each not in shown]
    given = forms.parameters(entry.params, key, fold="More", varied=others)
    return TaskSpec.model_validate({"name": name, **values, **given})


def _task_name(path: str) -> str:
    """The name of the task for the data at a path: as it is told, or as somebody chooses."""
    able = {entry.name: entry.title for entry in REGISTRY.tasks_for(path)}
    told, _ = REGISTRY.task_for(path)
    if len(able) == 1:
        return told
    names = [told, *(name for name in able if name != told)]
    chosen = st.selectbox(
        "What they are", names, format_func=able.__getitem__, key=f"data.kind.{path}"
    )
    return chosen


def _of_table(key: str, path: str) -> dict[str, Any]:
    """The label, the columns left out and how rows are divided, from the table's columns."""
    names = _columns(path)
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
        "leave_out": columns_listed(left_out),
        "split": split,
        "split_column": column,
    }


def _columns(path: str) -> list[str]:
    params = OwnTableParameters(data=path)
    if not table_path(params).exists():
        raise TableError(f"there is no table {table_path(params)}")
    return list(read_table(table_path(params)).columns)


CHOICES: dict[str, Callable[[str, str], dict[str, Any]]] = {"own-table": _of_table}
"""What asks for parameters that depend on what the data hold: each takes the key of its widgets and
the path."""
