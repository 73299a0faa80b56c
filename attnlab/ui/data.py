"""The Data page: choose data of one's own, see what they are, and go on with them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import streamlit as st

from attnlab.analysis.rounding import figures_text
from attnlab.data import uploads
from attnlab.data.named import NAMED, is_name
from attnlab.data.paths import pasted_path
from attnlab.jobs import JobManager
from attnlab.spec import REGISTRY, SpecError, Study, TaskSpec
from attnlab.spec.moving import own_paths
from attnlab.store import Store, StoreError, Wanted
from attnlab.ui import data_preview, data_settings, html, plan_form, playground, server
from attnlab.ui.plain_text import plain
from attnlab.wording import as_sentence, counted

DATA = "data"
"""In the address: where the data are; empty for the example."""

PATH, UPLOADED, RECENT = "data.path", "data.uploaded", "data.recent"
ENDINGS = ["zip", "csv", "tsv", "txt", "parquet", "xlsx", "gz", "po", "npz"]
MOST_LOOKED_AT = 200
"""Of the newest studies, for the data that they were trained on."""

MOST_RECENT = 8
AT_PLACES = "cbam-spatial:batch_norm=true"
"""The arm that joins the others where masks say which places matter."""

EXAMPLE = "own-table"
"""The task whose example is shown to those who have no data at hand."""


def heading() -> None:
    """What this page is for."""
    st.html(html.NO_SIDEBAR)
    st.markdown("# Your data")
    st.caption(
        "Images or texts in a folder for each class, a table with a column to predict, pairs of "
        "texts, or series of steps. They stay where they are, and nothing in them is run."
    )


def chosen(manager: JobManager) -> str | None:
    """Ask for data; return where they are: a path, "" for the example, None for nothing yet."""
    given = st.query_params.get(DATA)
    if PATH not in st.session_state:
        st.session_state[PATH] = given or ""
    left, right = st.columns(2, gap="large")
    with left:
        typed = st.text_input(
            "Folder, zip archive or table on the server's machine",
            key=PATH,
            placeholder="/home/me/pets or measurements.csv",
            help="A path as you paste it: in quotes, as file://…, with ~. Tables: CSV, TSV, "
            "Parquet or Excel, of texts too. Images or .txt files: a subfolder for each class. Or "
            f"a data set by name: {', '.join(NAMED)}.",
            on_change=_path_was_typed,
        )
        _recent(manager.store)
        if st.button("No data at hand? Look at 344 penguins", icon=":material/visibility:"):
            _choose("")
    with right:
        _upload(manager.store)
    if given is None:
        return typed.strip() or None
    return given


def preview(manager: JobManager, path: str) -> None:
    """What the data are, what is to be done with them, and where to go with them."""
    try:
        settings, shown = st.columns([1, 2], gap="large")
        with settings:
            with server.shared_paths():
                task = data_settings.task(path, EXAMPLE)
            go_on = st.container()
        with shown:
            data_preview.show(task)
    except SpecError as error:
        st.error(plain(as_sentence(str(error))), icon=":material/error:")
        return
    with go_on:
        _go_on(task)


def _go_on(task: TaskSpec) -> None:
    masked = task.truth_axis == "place"
    arms = [*task.entry.arms, *([AT_PLACES] if masked else [])]
    if st.button(
        "Compare attention on them",
        type="primary",
        icon=":material/science:",
        help="Opens the playground with these data.",
        width="stretch",
    ):
        playground.open_with(Study(task=task, arms=arms))
    if st.button(
        "Plan an ablation study",
        icon=":material/balance:",
        help="Opens the plan of a study on the Ablation page with these data.",
        width="stretch",
    ):
        plan_form.remember_task(task)
        st.switch_page("pages/ablation.py")


def _upload(store: Store) -> None:
    """A place to drop a file, and what was dropped there before."""
    file = st.file_uploader(
        "Or upload a zip archive of images or texts, or a table",
        type=ENDINGS,
        key=UPLOADED,
        help="It is kept on the server's machine until "
        + ("you delete it below." if store.person is None else "it is deleted there."),
    )
    if file is not None and st.session_state.get(f"{UPLOADED}.kept") != file.file_id:
        try:
            path = uploads.keep(store.home, file.name, file)
        except SpecError as error:
            st.error(plain(as_sentence(str(error))), icon=":material/error:")
            return
        st.session_state[f"{UPLOADED}.kept"] = file.file_id
        _choose(str(path))
    kept = uploads.uploads(store.home)
    if kept:
        used = _uses(store)
        with st.expander(counted(len(kept), "uploaded file"), icon=":material/folder:"):
            for each in kept:
                _uploaded(store, each, used.get(str(each.path), []))


def _uploaded(store: Store, upload: uploads.Upload, studies: list[str]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        uses = f"used by {counted(len(studies), 'study', 'studies')}" if studies else "not used yet"
        st.markdown(f"**{plain(upload.name)}**", width="content")
        st.caption(f"{_size(upload.size)}, {uses}", width="content")
        if st.button("Look", key=f"data.look.{upload.path}", icon=":material/visibility:"):
            _choose(str(upload.path))
        if store.person is not None:  # others may have uploaded the same file, and use it
            return
        with st.popover("Delete", icon=":material/delete:"):
            st.caption(
                "The file is deleted. The results of studies that used it are kept; they cannot "
                "train further."
                if studies
                else "The file is deleted; no study has used it."
            )
            if st.button("Delete it", key=f"data.delete.{upload.path}", type="primary"):
                uploads.discard(store.home, upload.path)
                if st.query_params.get(DATA) == str(upload.path):
                    st.query_params.clear()
                    st.session_state.pop(PATH, None)
                st.rerun()


def _recent(store: Store) -> None:
    """The data that studies were trained on lately, to be looked at again."""
    paths = list(_uses(store))[:MOST_RECENT]
    if not paths:
        return
    path = st.selectbox(
        "Or data of an earlier study",
        ["", *paths],
        format_func=lambda path: _named(path) if path else "Choose one",
        key=RECENT,
    )
    if path:
        st.session_state.pop(RECENT)
        _choose(path)


def _uses(store: Store) -> dict[str, list[str]]:
    """The studies that were trained on each of the data, by path, the newest first."""
    tasks = [name for name, entry in REGISTRY.tasks.items() if entry.path]
    found: dict[str, list[str]] = {}
    for row in store.studies(Wanted(tasks=tasks), most=MOST_LOOKED_AT):
        try:
            paths = own_paths(row.study)
        except StoreError:  # of another version; the page Runs says so
            continue
        for path in paths:
            found.setdefault(path, []).append(row.id)
    return found


def _path_was_typed() -> None:
    typed = st.session_state[PATH].strip()
    if typed:
        with suppress(SpecError):  # the preview says what is wrong with it
            typed = typed if is_name(typed) else str(pasted_path(typed))
        st.query_params[DATA] = typed
    else:
        st.query_params.clear()


def _choose(path: str) -> None:
    """Look at the data at this path from now on."""
    st.session_state.pop(PATH, None)
    st.query_params[DATA] = path
    st.rerun()


def _named(path: str) -> str:
    where = Path(path)
    return f"{where.name} in {where.parent}"


def _size(count: int) -> str:
    size = float(count)
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{figures_text(size)} {unit}"
        size /= 1000
    return f"{figures_text(size)} GB"
