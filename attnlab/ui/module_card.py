"""One module in full: what it is, what it computes, what it costs, its source, and a try."""

from __future__ import annotations

from typing import Any

import streamlit as st

from attnlab import charts
from attnlab.export.scripts.layer_source import layer_source
from attnlab.spec import (
    INPUTS,
    REGISTRY,
    SLOT_UNITS,
    Arm,
    Given,
    ModuleEntry,
    ModuleSpec,
    Parameters,
    Size,
    Slot,
    SpecError,
    Study,
    TaskEntry,
    each_shape,
)
from attnlab.ui import code, forms, html, own_modules, playground, worked_example
from attnlab.ui.plain_text import plain
from attnlab.wording import capitalised, noun

SIGNS = {
    r"\sigma": "σ is the sigmoid",
    r"\delta": "δ the hidden activation",
    r"\odot": "⊙ multiplies element by element",
    "[": "[a; b] joins a and b",
}
"""Signs of formulas that are not common knowledge, and how to read them."""


def card(entry: ModuleEntry, size: Size, slot: Slot) -> None:
    """Everything about one module, for an input of this kind and size."""
    _head(entry)
    st.write(entry.about.explanation)
    params = _formula_and_settings(entry, slot)
    shape = INPUTS[slot].shape(size)
    if problem := unfit(entry, params, size, slot):
        st.warning(f"{plain(problem)}. Choose other sizes or settings.", icon=":material/edit:")
    else:
        flow = entry.about.flow(params, shape)
        st.html(html.flow_picture(INPUTS[slot], shape, flow))
        _costs(entry, params, shape)
        worked_example.section(entry, params, slot)
    _try_it(entry, params, slot)
    _origin(entry)
    with st.expander("Keras code", key=f"modules.{entry.name}.code"):
        _code(entry, params, slot)


def _code(entry: ModuleEntry, params: Parameters, slot: Slot) -> None:
    """A short script with the module, or its class as it runs here."""
    ways = ["As a tutorial prints it", *(["As it runs here"] if entry.layer else [])]
    way = st.radio(
        "Code",
        ways,
        horizontal=True,
        key=f"modules.{entry.name}.code.way",
        help="A short script with data, layer, network and training, or the class alone.",
    )
    if way == ways[0]:
        st.caption("Data, layer, network, training and figures, with the settings above.")
        try:
            study = trial(entry, params, _task_of(entry, slot))
        except SpecError as error:
            st.caption(f"This cannot be written as it is: {plain(error)}.")
            return
        tried = Arm.model_validate({"module": entry.name, **params.model_dump()})
        code.short(study, tried.label, f"modules.{entry.name}.code.write")
    else:
        st.caption("With what it uses from its own file: an ordinary Keras layer.")
        st.code(layer_source(entry.layer), language="python")


def _task_of(entry: ModuleEntry, slot: Slot) -> TaskEntry:
    """The module's own task, or the first one of this kind of input."""
    task = REGISTRY.task(entry.about.task)
    if task.slot != slot:
        return next((each for each in REGISTRY.tasks.values() if each.slot == slot), task)
    return task


def kept(entry: ModuleEntry, slot: Slot) -> Parameters:
    """The settings that a module has on this page; the first ones where they cannot go together."""
    try:
        return _with_values(entry, slot, forms.kept(entry.params, _key(entry)))
    except SpecError:
        return entry.first(slot)


def unfit(entry: ModuleEntry, params: Parameters, size: Size, slot: Slot) -> str:
    """Say why a module with these settings cannot be for an input of this size; "" if it can."""
    try:
        entry.check_size(params, SLOT_UNITS[slot], each_shape(INPUTS[slot].shape(size))[0][-1])
    except SpecError as error:
        return str(error)
    return ""


def _head(entry: ModuleEntry) -> None:
    inputs = [given.title for slot, given in INPUTS.items() if slot in entry.fits]
    family, takes = capitalised(entry.family), ", ".join(inputs)
    st.markdown(f"## {entry.title} :blue-badge[{family}] :gray-badge[Input: {takes}]")


def _formula_and_settings(entry: ModuleEntry, slot: Slot) -> Parameters:
    """What is computed, and next to it the module's own parameters, as in the playground."""
    lines, written = r" \\[4pt] ".join(entry.about.formula), " ".join(entry.about.formula)
    formula = r"\begin{array}{l}" + lines + r"\end{array}"
    signs = ", ".join(reading for sign, reading in SIGNS.items() if sign in written)
    left, right = st.columns(2, vertical_alignment="center")
    if lines:
        left.latex(formula)
    if signs:
        left.caption(f"Here {signs}.")
    if not entry.params.model_fields:
        return entry.first(slot)
    if not forms.kept(entry.params, _key(entry)):
        forms.remember(entry.first(slot), _key(entry))
    with right, st.container(border=True):
        values = forms.parameters(
            entry.params,
            _key(entry),
            fold="More about the module",
            modules=forms.controlled(entry, _fitting(slot)),
        )
        try:
            return _with_values(entry, slot, values)
        except SpecError as error:
            st.warning(f"{plain(error)}. The defaults are shown.", icon=":material/edit:")
            return entry.first(slot)


def _fitting(slot: Slot) -> list[ModuleEntry]:
    return [entry for entry in REGISTRY.modules.values() if slot in entry.fits]


def _costs(entry: ModuleEntry, params: Parameters, shape: Given) -> None:
    about = entry.about
    parameters, macs = about.parameters(params, shape), about.macs(params, shape)
    symbols = about.symbols(params, shape)
    formula = f" $= {_latex(about.count)}$" if symbols else ""
    meanings = [f"$\\,{each.name} = {each.value}$ ({each.meaning})" for each in symbols]
    st.markdown(
        f"**{charts.count_text(parameters)} {noun(parameters, 'parameter')}**{formula}"
        + (f", where {', '.join(meanings)}" if meanings else "")
    )
    st.markdown(f"**{charts.count_text(macs)} multiply-adds** for one sample")


def _latex(count: str) -> str:
    """Arithmetic as people write it: "2*C*h + D**2" becomes 2 C h + D^2."""
    return count.replace("**", "^").replace("*", r"\,")


def _try_it(entry: ModuleEntry, params: Parameters, slot: Slot) -> None:
    task = _task_of(entry, slot)
    problem, study = "", None
    try:
        study = trial(entry, params, task)
    except SpecError as error:
        problem = f"This cannot be tried as it is: {plain(error)}."
    if (
        st.button(
            "Try it",
            type="primary",
            icon=":material/science:",
            disabled=study is None,
            help=problem or f"Set the playground up to compare it on {task.title.lower()}.",
        )
        and study
    ):
        playground.open_with(study)


def trial(entry: ModuleEntry, params: Parameters, task: TaskEntry) -> Study:
    """The task's own comparison, with this module in it."""
    tried = Arm.model_validate({"module": entry.name, **params.model_dump()})
    arms = [Arm.model_validate(text) for text in task.arms]
    arms = [tried if arm.module.name == entry.name else arm for arm in arms]
    arms += [tried] * (tried not in arms)
    own_training = entry.about.training if task.name == entry.about.task else {}
    training = {**task.training, **own_training}
    return Study(task=task.name, arms=arms, seeds=task.seeds, training=training)


def _origin(entry: ModuleEntry) -> None:
    """The papers, and what is done differently here."""
    for paper in entry.about.papers:
        st.markdown(f":material/menu_book: [{paper.citation}]({paper.link}), {paper.year}")
    st.markdown(f"**What differs.** {entry.about.deviations}")
    own_modules.origin(entry)


def _key(entry: ModuleEntry) -> str:
    return f"modules.{entry.name}"


def _with_values(entry: ModuleEntry, slot: Slot, values: dict[str, Any]) -> Parameters:
    """The module's parameters with these values; raises SpecError."""
    first = entry.about.first(slot)
    return ModuleSpec.model_validate({"name": entry.name, **first, **values}).params
