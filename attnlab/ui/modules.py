"""The sections of the Modules page: which modules, at which size, one in full, all compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import pandas as pd
import streamlit as st

from attnlab import catalog, charts
from attnlab.spec import INPUTS, Arm, ModuleEntry, Size, Slot
from attnlab.ui import forms, html, master_detail, module_card, pictures, saving
from attnlab.ui.plain_text import plain
from attnlab.wording import capitalised

FAMILY, INPUT, KIND, MODULE = "family", "input", "weights", "module"
"""The query parameters of a link to this page."""

KEYS: Mapping[str, str] = {name: f"modules.{name}" for name in (FAMILY, INPUT, KIND, MODULE)}
"""Where the session keeps what they say."""

ADDRESS = "modules.address"
LINKED = "modules.linked"
"""Where the session notes which module a link names, until another one is chosen."""

KINDS: Mapping[str, str] = {"distribution": "Sum to one", "gate": "Gate: each for itself"}
"""How the weights of a module relate to each other, in words."""

SIZES = "modules.size"
LIST = "modules-list"


class Shown(NamedTuple):
    """What the filters leave: the modules, and the input they are shown for (None for any)."""

    entries: tuple[ModuleEntry, ...]
    input: Slot | None

    def slot(self, entry: ModuleEntry) -> Slot:
        """The input that a module is shown for."""
        if self.input is not None:
            return self.input
        return next(slot for slot in INPUTS if slot in entry.fits)


def heading() -> None:
    """What this page is for."""
    st.html(html.NO_SIDEBAR)
    _follow_the_address()
    st.markdown("# Modules")
    st.caption("What each attention module computes, what it costs, and where to try it.")


def filters() -> Shown:
    """Which families, which input and which kind of weights; all stand in the address."""
    entries = _by_family(catalog.modules())
    with st.container(horizontal=True):
        families = st.pills(
            "Family",
            list(dict.fromkeys(entry.family for entry in entries)),
            selection_mode="multi",
            format_func=capitalised,
            key=KEYS[FAMILY],
            help="What the modules weigh; none chosen shows all families.",
            persist_state="session",
            wrap=True,
        )
        input_ = st.pills(
            "Input",
            [slot for slot in INPUTS if any(slot in entry.fits for entry in entries)],
            format_func=lambda slot: INPUTS[slot].title,
            key=KEYS[INPUT],
            help="What the modules receive; none chosen shows all kinds.",
            persist_state="session",
            wrap=True,
        )
        kind = st.pills(
            "Weights",
            list(KINDS),
            format_func=KINDS.__getitem__,
            key=KEYS[KIND],
            help="Whether the weights share one sum, or each is free between 0 and 1. Controls "
            "have the kind of what they control; none chosen shows both.",
            persist_state="session",
            wrap=True,
        )
    fitting = (entry for entry in entries if not families or entry.family in families)
    fitting = (entry for entry in fitting if not kind or _weighs_so(entry, kind))
    return Shown(tuple(e for e in fitting if not input_ or input_ in e.fits), input_)


def _weighs_so(entry: ModuleEntry, kind: str) -> bool:
    return entry.fills and (entry.family == "control" or entry.weights == kind)


def sizes() -> Size:
    """How large the input is at which all modules are shown."""
    with st.container(horizontal=True, key="modules-sizes"):
        return Size(**forms.parameters(Size, SIZES))


def one_of(shown: Shown, size: Size) -> None:
    """The list of modules, and next to it the chosen one in full."""
    if not shown.entries:
        st.info("No module fits all of these filters.", icon=":material/filter_alt_off:")
        _write_the_address()
        return
    master_detail.style(LIST)
    left, right = st.columns([1, 2.4], gap="medium")
    with left, st.container(key=LIST):
        entry = _chosen(shown.entries)
    _write_the_address()
    with right:
        module_card.card(entry, size, shown.slot(entry))
    if st.session_state.get(LINKED) == entry.name:
        master_detail.into_view(LIST)
    else:
        st.session_state.pop(LINKED, None)


def comparison(shown: Shown, size: Size) -> None:
    """All shown modules side by side: parameters and multiply-adds."""
    if not shown.entries:
        return
    rows, left_out = [], []
    for entry in shown.entries:
        slot = shown.slot(entry)
        params = module_card.kept(entry, slot)
        if module_card.unfit(entry, params, size, slot):
            left_out.append(entry.title)
            continue
        shape = INPUTS[slot].shape(size)
        about = entry.about
        name = Arm.model_validate({"module": entry.name, **params.model_dump()}).title
        costs = about.parameters(params, shape), about.macs(params, shape)
        rows.append(
            charts.ModuleCost(name, *costs, chosen=entry.name == st.session_state[KEYS[MODULE]])
        )
    if rows:
        pictures.show(st, pictures.with_tables(charts.module_costs_spec(rows)), key="modules-costs")
        figure = saving.Figure(
            "costs", lambda: charts.module_costs_spec(rows), lambda: pd.DataFrame(rows)
        )
        saving.save_button(figure, "attnlab-modules", "modules-costs")
    st.caption(
        "At the sizes chosen above, each module with its own settings. Multiply-adds are those of "
        "matrix products, convolutions and weighted sums for one sample; averaging an image or "
        "multiplying it by its weights is not counted."
    )
    if left_out:
        st.caption(f"Left out, as their settings do not go with it: {plain(', '.join(left_out))}.")


def _chosen(entries: Sequence[ModuleEntry]) -> ModuleEntry:
    """The list; begins with the first module that is one."""
    by_name = {entry.name: entry for entry in entries}
    if st.session_state.get(KEYS[MODULE]) not in by_name:
        first = next((entry for entry in entries if entry.fills), entries[0])
        st.session_state[KEYS[MODULE]] = first.name
    return by_name[
        st.radio(
            "Module",
            list(by_name),
            format_func=lambda name: by_name[name].title,
            captions=[entry.summary for entry in entries],
            key=KEYS[MODULE],
            help="The module that is shown in full.",
            persist_state="session",
        )
    ]


def _by_family(entries: Iterable[ModuleEntry]) -> list[ModuleEntry]:
    """The modules with those of a family together; the empty slot joins its family at the end."""
    entries = list(entries)
    families = list(dict.fromkeys(entry.family for entry in entries if entry.fills))
    return sorted(entries, key=lambda entry: families.index(entry.family))


def _follow_the_address() -> None:
    """Take over what a link names: the filters and the module."""
    query = {name: st.query_params.get_all(name) for name in KEYS if name in st.query_params}
    if not query or query == st.session_state.get(ADDRESS):
        return
    known: dict[str, set[str]] = {
        FAMILY: {entry.family for entry in catalog.modules()},
        INPUT: {*INPUTS},
        KIND: {*KINDS},
        MODULE: {entry.name for entry in catalog.modules()},
    }
    linked = {name: [each for each in query.get(name, []) if each in known[name]] for name in KEYS}
    st.session_state[KEYS[FAMILY]] = linked[FAMILY]
    for name in (INPUT, KIND, MODULE):
        st.session_state[KEYS[name]] = next(iter(linked[name]), None)
    st.session_state[ADDRESS] = query
    st.session_state[LINKED] = st.session_state[KEYS[MODULE]]
    unknown = [each for name in query for each in query[name] if each not in known[name]]
    if unknown:
        st.warning(
            f"This link names what is not here: {plain(', '.join(unknown))}.",
            icon=":material/link_off:",
        )


def _write_the_address() -> None:
    """Keep the address a link to what is shown."""
    state = st.session_state
    query = {
        FAMILY: list(state.get(KEYS[FAMILY]) or []),
        **{name: [state[KEYS[name]]] for name in (INPUT, KIND, MODULE) if state.get(KEYS[name])},
    }
    query = {name: values for name, values in query.items() if values}
    if query != {name: st.query_params.get_all(name) for name in st.query_params}:
        st.query_params.from_dict(query)
    state[ADDRESS] = query
