"""What asks for parameters of one's own data that depend on what these hold: columns, above all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from attnlab.catalog.task_entries.own_pairs import OwnPairsParameters, pairs_path
from attnlab.catalog.task_entries.own_table import OwnTableParameters
from attnlab.catalog.task_entries.tables import columns_listed, table_path
from attnlab.data.pairs.reading import choices_at
from attnlab.data.series.from_npz import DIVIDING
from attnlab.data.series.reading import is_npz
from attnlab.data.tables import TableError, is_named_like_a_table
from attnlab.data.tables.table import read_table

SPLITS = {
    "stratified": "By seed, each class alike",
    "group": "By group: all rows of one on one side",
    "time": "By time: the latest rows held out",
    "column": "As a column says",
}

KINDS = {
    "as_numbers": "Numbers",
    "as_categories": "Categories",
    "as_yes_no": "Yes and no",
    "as_dates": "Dates",
}
"""The parameters that name columns of a kind, and what the kind is called."""


def label_key(path: str) -> str:
    """Of the widget with a table's label, the same whichever task takes the table."""
    return f"data.{path}.label"


def _of_table(key: str, path: str) -> dict[str, Any]:
    """The label, the columns left out and how rows are divided, from the table's columns."""
    names = _columns(path)
    label = st.selectbox(
        "Label",
        ["", *names],
        format_func=lambda name: name or "Found by its name, or the last column",
        key=label_key(path),
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
    kinds = _kinds(key, [name for name in others if name not in left_out])
    chosen = {"label": label, "leave_out": columns_listed(left_out), **kinds}
    return chosen | _of_split(key, others)


def _of_texts(key: str, path: str) -> dict[str, Any]:
    """The columns of the texts, the label and the keywords, and how texts are divided; nothing of
    files in folders, which say it themselves."""
    if not is_named_like_a_table(path):
        return {}
    names = _columns(path)
    chosen: dict[str, Any] = {}
    for name, title, otherwise, about in (
        ("text", "Text", "Found by its name, or the longest", "The column of the texts."),
        ("label", "Label", "Found by its name, or the last", "The class of each text."),
        ("truth", "Keywords", "Nobody knows them", "The words of each text that tell its class."),
    ):
        others = [each for each in names if each not in chosen.values()]
        chosen[name] = st.selectbox(
            title,
            ["", *others],
            format_func=partial(_named, otherwise),
            key=f"{key}.{name}",
            help=about,
        )
    others = [each for each in names if each not in chosen.values()]
    return chosen | _of_split(key, others)


def _of_pairs(key: str, path: str) -> dict[str, Any]:
    """The columns to read and to write, or the language of catalogues, and how pairs are
    divided."""
    columns, languages = choices_at(pairs_path(OwnPairsParameters(data=path)))
    values = {}
    if languages:
        values["target"] = st.selectbox(
            "Language",
            ["", *languages],
            format_func=lambda name: name or "Choose one",
            key=f"{key}.language",
            help="The language to write.",
        )
    for name, title in (("source", "Column to read"), ("target", "Column to write")):
        if columns:
            values[name] = st.selectbox(
                title,
                ["", *columns],
                format_func=lambda name: name or "Found by its name or place",
                key=f"{key}.{name}",
            )
    others = [name for name in columns if name not in values.values()] or ["context", "file"]
    return {**values, **_of_split(key, others, "By seed; pairs that are read alike on one side")}


def _of_series(key: str, path: str) -> dict[str, Any]:
    """The columns of a table that make its series, and how these are divided; or which array of a
    `.npz` file divides them."""
    if is_npz(path):
        has_truth = st.toggle(
            "The array truth says which steps matter", key=f"{key}.truth", help="0 and 1 (N, T)."
        )
        by = _of_split(key, list(DIVIDING))
        return {"truth": "truth" if has_truth else "", **by}
    names = _columns(path)
    values = {
        name: st.selectbox(
            title,
            ["", *names],
            format_func=lambda name: name or "Found by its name",
            key=f"{key}.{name}",
            help=told,
        )
        for name, title, told in (
            ("series", "Column of the series", "Says to which series a row belongs."),
            ("order", "Column of the order", "By it the steps of a series stand in order."),
            ("label", "Label", "The class of a series, the same at all its steps."),
        )
    }
    truth = st.selectbox(
        "Steps that matter",
        ["", *names],
        format_func=lambda name: name or "Nobody knows",
        key=f"{key}.truth",
        help="A column of 0 and 1: whether attention finds these steps is measured.",
    )
    others = [name for name in names if name not in (*values.values(), truth)]
    left_out = st.multiselect("Columns to leave out", others, key=f"{key}.leave_out")
    return {
        **values,
        "truth": truth,
        "leave_out": columns_listed(left_out),
        **_of_split(key, others),
    }


def _of_split(key: str, columns: list[str], by_seed: str = "") -> dict[str, Any]:
    """How samples are divided: by seed, which `by_seed` may say in words, or by one of
    the columns."""
    words = {**SPLITS, "stratified": by_seed or SPLITS["stratified"]}
    split = st.selectbox(
        "Split",
        list(words) if columns else ["stratified"],
        format_func=words.__getitem__,
        key=f"{key}.split",
        help="How samples are divided into training, validation and test.",
    )
    column = ""
    if split != "stratified":
        column = st.selectbox("Column of the split", columns, key=f"{key}.split_column") or ""
    return {"split": split, "split_column": column}


def _kinds(key: str, names: list[str]) -> dict[str, str]:
    """The columns that are of another kind than their values look like."""
    with st.expander("Columns of another kind than they look like", icon=":material/edit:"):
        return {
            said: columns_listed(st.multiselect(title, names, key=f"{key}.{said}"))
            for said, title in KINDS.items()
        }


def _named(otherwise: str, column: str) -> str:
    return column or otherwise


def _columns(path: str) -> list[str]:
    params = OwnTableParameters(data=path)
    if not table_path(params).exists():
        raise TableError(f"there is no table {table_path(params)}")
    return list(read_table(table_path(params)).columns)


CHOICES: dict[str, Callable[[str, str], dict[str, Any]]] = {
    "own-number": _of_table,
    "own-pairs": _of_pairs,
    "own-series": _of_series,
    "own-table": _of_table,
    "own-text": _of_texts,
}
"""By the name of the task; each takes the key of its widgets and the path."""
