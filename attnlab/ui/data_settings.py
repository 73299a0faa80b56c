"""What is to be done with one's own data: the parameters of their task that are about them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from attnlab.catalog import AugmentationParameters
from attnlab.data.named import is_name
from attnlab.data.paths import pasted_path
from attnlab.spec import REGISTRY, TaskSpec
from attnlab.ui import forms
from attnlab.ui.data_choices import CHOICES, label_key

ABOUT = {
    "own-arrays": ("share", *AugmentationParameters.model_fields),
    "own-pairs": ("tokens", "length", "most", "vocabulary", "share"),
    "own-number": ("missing", "share", "categories", "embedding", "sheet"),
    "own-series": ("length", "share"),
    "own-table": ("missing", "share", "categories", "embedding", "sheet"),
    "own-text": ("tokens", "length", "share", "vocabulary", "fewest", "lower", "sheet", "folders"),
    "image-folder": (
        *("masks", "size", "fit", "colour", "most", "share", "folders", "background", "encoding"),
        *AugmentationParameters.model_fields,
    ),
}
"""The parameters of each task that are about its data, besides those that `CHOICES` asks for."""


def task(path: str, example: str) -> TaskSpec:
    """Draw the settings, and return the task with them; `example` is that of data that come with
    attnlab, where the path is empty. Raises SpecError for data that cannot be used so."""
    if path and not is_name(path):
        pasted_path(path)  # what cannot be opened is said before anything looks for it
    name = _task_name(path) if path else example
    entry = REGISTRY.task(name)
    key = f"data.{name}"
    values: dict[str, Any] = {}
    if entry.own_data and path:
        values = {**entry.suggested(path), **entry.own_data(path)}
    st.markdown("## What is done with them")
    if name in CHOICES:
        values |= CHOICES[name](f"data.{path}", path)
    shown = ABOUT[name]
    others = [each for each in entry.params.model_fields if each not in shown]
    given = forms.parameters(entry.params, key, fold="More", varied=others)
    return TaskSpec.model_validate({"name": name, **values, **given})


def _task_name(path: str) -> str:
    """The name of the task for the data at a path: as it is told, or as somebody chooses."""
    able = {entry.name: entry.title for entry in REGISTRY.tasks_for(path)}
    told, _ = REGISTRY.task_for(path, {"label": st.session_state.get(label_key(path), "")})
    if len(able) == 1:
        return told
    names = [told, *(name for name in able if name != told)]
    chosen = st.selectbox(
        "What they are", names, format_func=able.__getitem__, key=f"data.kind.{told}.{path}"
    )
    return chosen
