"""The modules that people bring, on the pages: read again when saved, and what was found."""

from __future__ import annotations

import streamlit as st

from attnlab.command import command
from attnlab.own_modules.finding import FOLDER, VARIABLE
from attnlab.own_modules.library import LIBRARY, Library, OwnFile
from attnlab.own_modules.report import CheckedModule, Report
from attnlab.own_tasks.library import TASKS
from attnlab.spec import REGISTRY, ModuleEntry
from attnlab.spec.own_backbones import BACKBONE
from attnlab.ui import forms, server
from attnlab.ui.plain_text import plain
from attnlab.wording import counted

LIBRARIES = (LIBRARY, TASKS)

SEEN = "own_modules.changes"
"""Where the session notes how often what there is had changed when the page was drawn."""

LOOK_SECONDS = 2.0
"""So often a page looks whether a file was saved again."""

_ICONS = {"passed": ":material/check:", "refused": ":material/close:", "note": ":material/info:"}


def follow() -> None:
    """Bring what is new into the catalogue, and draw the page again once something has changed.

    A page that a link opens waits for a module that it names and that is still being read.
    """
    for library in LIBRARIES:
        library.refresh_behind()
    st.session_state[SEEN] = _changes()
    if _is_reading() or any(library.files for library in LIBRARIES):
        server.part(_look, every=LOOK_SECONDS)
    if _is_reading() and not {*REGISTRY.modules, *REGISTRY.tasks, *_networks()} >= _linked():
        st.stop()


def _linked() -> set[str]:
    """The modules, networks and the task that the address names."""
    query = st.query_params
    named = [*query.get_all("arm"), *query.get_all("task")]
    networks = (each.partition("#")[0] for each in query.get_all(BACKBONE))
    return {
        *query.get_all("module"),
        *(each.partition("@")[0].partition(":")[0] for each in named),
        *networks,
    }


def _networks() -> set[str]:
    """The names of all networks that can be chosen."""
    fields = (entry.params.model_fields.get(BACKBONE) for entry in REGISTRY.tasks.values())
    return {name for field in fields if field is not None for name in forms.options_of(field)}


def _is_reading() -> bool:
    return any(library.is_reading for library in LIBRARIES)


def _changes() -> int:
    return sum(library.changes for library in LIBRARIES)


def _look() -> None:
    for library in LIBRARIES:
        library.refresh_behind()
    if _is_reading():
        doing = [each.doing for library in LIBRARIES for each in library.files if each.doing]
        said = doing[0] if doing else "reading files of your own"
        st.caption(f":material/hourglass_top: {plain(said[0].upper() + said[1:])} …")
    elif _changes() != st.session_state.get(SEEN):
        st.rerun(scope="app")


def problems(library: Library = LIBRARY) -> None:
    """What could not be used of the files that were found, with the whole report."""
    for file in library.files:
        report = file.report
        if report is None or file.doing or report.passed:
            continue
        used = " The version from before stays in use." if file.is_old else ""
        st.warning(
            f"**{plain(report.source.file)}** cannot be used as it is: "
            f"{plain(_one_line(report.why).removeprefix(f'{report.source.file}: '))}.{used}",
            icon=":material/extension_off:",
        )
        if report.modules:
            with st.expander(f"What was checked in {plain(report.source.file)}"):
                for module in report.modules:
                    checked(module)


def hint() -> None:
    """How to bring a module of one's own."""
    st.caption(
        f":material/extension: A module of your own: `{command()} new-module NAME` begins one in "
        f"the folder `{FOLDER}`, where it is found, and read again whenever it is saved. So is "
        f"what `{VARIABLE}` names. `{command()} new-backbone NAME` begins a network for modules."
    )


def origin(entry: ModuleEntry) -> None:
    """Where a module that somebody brought comes from, and what was found in it."""
    own = REGISTRY.own.get(entry.name)
    if own is None or own.entry is not entry:
        return
    st.markdown(f":material/extension: From {plain(own.source.path)}")
    for file in LIBRARY.files:
        for module in _modules_of(file):
            if module.name == entry.name and not module.is_backbone:
                for note in module.notes:
                    st.caption(f":material/info: {plain(note[0].upper() + note[1:])}.")
                kept = counted(len(module.findings), "check")
                with st.expander(f"{kept} on load", key=f"modules.{entry.name}.checks"):
                    checked(module)


def _modules_of(file: OwnFile) -> tuple[CheckedModule, ...]:
    report: Report | None = file.report
    return () if report is None else report.modules


def checked(module: CheckedModule) -> None:
    """What was found of a module or a task, promise by promise."""
    st.markdown(f"**{plain(module.name)}**")
    for each in module.findings:
        says = f": {plain(each.says)}" if each.says else ""
        st.markdown(f"{_ICONS[each.outcome]} {plain(each.promise)}{says}")


def _one_line(text: str) -> str:
    return " · ".join(text.splitlines()).rstrip(".")
