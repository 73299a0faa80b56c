"""The part of the planning form that makes arms: by a builder, or by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st
from pydantic.fields import FieldInfo

from attnlab import catalog
from attnlab.spec import (
    CONTROL,
    REGISTRY,
    ModuleEntry,
    ModuleSpec,
    Parameters,
    SpecError,
    Study,
    TaskEntry,
    TaskSpec,
    Training,
    Value,
    first_on,
    fits,
)
from attnlab.spec.building import CONTROLS, OF_THE_TASK, product
from attnlab.ui import forms, value_lists

KEY = "plan"
HAND = "hand"
BUILDERS = {
    "dose": "One parameter over a range",
    "leave-one-out": "Leave one part out",
    "swap": "Every module that fits",
    "grid": "A grid of parameters",
    HAND: "By hand",
}
ABOUT = {
    "dose": "One module with several values of one parameter, each compared with no attention.",
    "leave-one-out": "A module held against itself without one of its parts at a time.",
    "swap": "All modules that the task takes, held against the empty slot.",
    "grid": "Every combination of the values of several parameters.",
    HAND: "An arm a line, such as none, se:ratio=4 or dense@classes=50.",
}


def arms(entry: TaskEntry, task: TaskSpec) -> dict[str, Any]:
    """Draw the choice of arms; return the plan's `build` or `arms`, and its `controls`."""
    kind = st.pills(
        "What is compared",
        list(BUILDERS),
        format_func=BUILDERS.__getitem__,
        key=f"{KEY}.builder",
        default="dose",
        required=True,
        wrap=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    st.caption(ABOUT[kind])
    if kind == HAND:
        chosen: dict[str, Any] = {"arms": _arms_by_hand(entry)}
    elif kind == "swap":
        chosen = {"build": "swap"}
    else:
        chosen_module = _module(entry, with_parts=kind == "leave-one-out")
        settings = st.container()  # above what is varied, which decides what is left to set
        names = [] if kind == "leave-one-out" else _varied(kind, entry, chosen_module)
        with settings:
            module = _settings(entry, task, chosen_module, names)
        chosen = {"build": {kind: module.short, **_ranges(kind, entry, task, module, names)}}
    with_controls = st.toggle(
        "Add controls",
        key=f"{KEY}.controls",
        help="Three more arms for each module: all weights alike, weights frozen at random, and "
        "plain layers of the same size. They tell attention from its side effects: planned "
        "contrasts hold each module against its own.",
        persist_state="session",
    )
    return {**chosen, "controls": list(CONTROLS) if with_controls else []}


def _arms_by_hand(entry: TaskEntry) -> list[str]:
    key = f"{KEY}.{entry.name}.hand"
    st.session_state.setdefault(key, "\n".join(entry.arms))
    text = st.text_area(
        "Arms",
        key=key,
        height=160,
        help="Parameters follow a colon, changes of the task or training an at sign.",
        persist_state="session",
    )
    return [line.strip() for line in text.splitlines() if line.strip()]


def _module(entry: TaskEntry, *, with_parts: bool) -> ModuleEntry:
    fitting = [
        module
        for module in catalog.modules()
        if entry.slot in module.fits and module.family != CONTROL
    ]
    if with_parts:
        fitting = [each for each in fitting if each.parts(each.first(entry.slot))]
    if not fitting:
        raise SpecError(f"no module for {entry.title.lower()} has a part that can be left out")
    usual = next((arm for arm in entry.arms if arm in {each.name for each in fitting}), None)
    key = f"{KEY}.{entry.name}.{'parts' if with_parts else 'module'}"
    if usual:
        st.session_state.setdefault(key, usual)
    name = st.selectbox(
        "Module",
        [each.name for each in fitting],
        format_func=lambda name: REGISTRY.module(name).title,
        key=key,
        help="The attention module in the network's slots.",
        persist_state="session",
    )
    return REGISTRY.module(name)


def _settings(
    entry: TaskEntry, task: TaskSpec, module: ModuleEntry, varied: list[str]
) -> ModuleSpec:
    """The module with all that is not varied."""
    forms.begin(first_on(entry, module), f"{KEY}.{entry.name}.{module.name}")
    params = forms.parameters(
        module.params,
        f"{KEY}.{entry.name}.{module.name}",
        fold="More about the module",
        varied=varied,
    )
    spec = ModuleSpec.model_validate({"name": module.name, **params})
    if not fits(task, spec):
        st.caption(":material/info: These parameters do not fit this task; a range below may.")
    return spec


def _varied(kind: str, entry: TaskEntry, module: ModuleEntry) -> list[str]:
    """The names of what takes several values."""
    fields = _fields(entry, module)
    key = f"{KEY}.{entry.name}.{module.name}.{kind}"
    usual = list(fields)[: 1 if kind == "dose" else 2]
    if kind == "dose":
        return [
            st.selectbox(
                "Parameter",
                list(fields),
                format_func=lambda name: forms.title(fields[name]),
                key=f"{key}.names",
                help="What is varied; everything else stays as it is.",
                persist_state="session",
            )
        ]
    st.session_state.setdefault(f"{key}.names", usual)
    return st.multiselect(
        "Parameters",
        list(fields),
        format_func=lambda name: forms.title(fields[name]),
        key=f"{key}.names",
        help="What is varied; every combination of the values is an arm.",
        persist_state="session",
    )


def _ranges(
    kind: str, entry: TaskEntry, task: TaskSpec, module: ModuleSpec, names: list[str]
) -> dict[str, list[Value]]:
    """The values of the parameters that are varied, by name."""
    fields = _fields(entry, module.entry)
    key = f"{KEY}.{entry.name}.{module.name}.{kind}"
    return {
        name: _values(
            f"{key}.{name}",
            fields[name],
            partial(_is_possible, task, module, name),
        )
        for name in names
    }


def _is_possible(task: TaskSpec, module: ModuleSpec, name: str, value: str) -> bool:
    """Whether the module can be trained on the task with this value of a parameter."""
    try:
        Study(task=task, arms=product(task, module, {name: value_lists.split(value)}))
    except SpecError:
        return False
    return True


def _values(key: str, field: FieldInfo, is_possible: Callable[[str], bool]) -> list[Value]:
    if key not in st.session_state:
        fitting = [value for value in value_lists.suggested(field) if is_possible(value)]
        st.session_state[key] = ", ".join(fitting)
    text = st.text_input(
        f"Values of {forms.title(field).lower()}",
        key=key,
        help=f"Separated by commas. {field.description}",
        persist_state="session",
    )
    return value_lists.split(text)


def _fields(task: TaskEntry, module: ModuleEntry) -> Mapping[str, FieldInfo]:
    """What can be varied: parameters of the module, of the task, and of the training."""
    of_module = {
        name: field
        for name, field in module.params.model_fields.items()
        if value_lists.varies(field)
    }
    rest: dict[str, FieldInfo] = {}
    for model in (task.params, Training):
        rest |= _of_plan(model, of_module)
    return {**of_module, **rest}


def _of_plan(model: type[Parameters], of_module: Mapping[str, FieldInfo]) -> dict[str, FieldInfo]:
    return {
        f"{OF_THE_TASK}{name}" if name in of_module else name: field
        for name, field in model.model_fields.items()
        if value_lists.varies(field) and name != "epochs"
    }
