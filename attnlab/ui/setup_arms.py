"""The arms of the set-up form: each can be named, moved and removed, and a new one follows on.

Where an arm's widgets keep their values depends on its number, which it keeps wherever it is moved.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Literal, get_args, get_origin

import streamlit as st
from pydantic.fields import FieldInfo

from attnlab import catalog
from attnlab.compat.streamlit import Container
from attnlab.spec import (
    REGISTRY,
    Arm,
    ModuleEntry,
    ModuleSpec,
    SpecError,
    Study,
    TaskEntry,
    first_on,
)
from attnlab.spec.arms import LONGEST_LABEL
from attnlab.ui import forms
from attnlab.ui.plain_text import plain
from attnlab.wording import spaced

FEWEST_ARMS = 2
MOST_ARMS = 8
"""The reference and up to seven others: more than that is a study for the command line."""


def remember(task: TaskEntry, arms: list[Arm]) -> None:
    """Make the form show these arms, the reference first, the next time it is drawn."""
    st.session_state[_order_key(task)] = list(range(len(arms)))
    for number, arm in enumerate(arms):
        _remember(task, number, arm)


def draw(task: TaskEntry, settings: dict[str, Any]) -> list[dict[str, Any]]:
    """Draw the arms, and the button that adds one; return them as a `Study` takes them.

    `settings` are those of the task, which a new arm has to fit.
    """
    order_key = _order_key(task)
    if order_key not in st.session_state:  # nobody has chosen yet: the task's own comparison
        remember(task, [Arm.model_validate(text) for text in task.arms])
    order = st.session_state[order_key]
    arms: list[dict[str, Any]] = []
    for position, number in enumerate(order):
        with st.container(border=True, key=f"{task.name}-arm-{number}"):
            arms.append(_arm(task, position, arms))
    if len(order) < MOST_ARMS:
        st.button(
            "Add an arm",
            icon=":material/add:",
            on_click=_add,
            args=(task, settings, arms),
            help="Compare one more: the last arm's module with its next value.",
        )
    return arms


def _arm(task: TaskEntry, position: int, above: list[dict[str, Any]]) -> dict[str, Any]:
    number = st.session_state[_order_key(task)][position]
    fitting = _fitting(task)
    head = st.container(horizontal=True, vertical_alignment="bottom", gap="xxsmall")
    named = st.session_state.get(_name_key(task, number), "").strip()
    role = "Reference" if position == 0 else f"Arm {position}"
    name = head.selectbox(
        f"{role}: {plain(named)}" if named else role,
        [entry.name for entry in fitting],
        format_func=lambda name: REGISTRY.module(name).title,
        key=_module_key(task, number),
        help="Every other arm is compared with this one."
        if position == 0
        else "The attention module in the network's slots.",
        persist_state="session",
    )
    with head.popover(
        "",
        icon=":material/more_vert:",
        type="tertiary",
        key=f"{_module_key(task, number)}.menu",
        help="Name, move or remove this arm.",
    ):
        menu = st.container()
        _moves(task, position)
    entry = REGISTRY.module(name)
    first = partial(first_on, task)
    forms.begin(first(entry), _params_key(task, number, entry))
    params = forms.parameters(
        entry.params,
        _params_key(task, number, entry),
        fold="More about the module",
        modules=forms.controlled(entry, fitting),
        first=first,
    )
    arm = {"module": name, **params, "set": _kept_changes(task, number)}
    is_twin = _short(arm) in [_short(other) for other in above]
    given = _name(task, number, st.container() if is_twin else menu, is_twin)
    return {**arm, "label": given} if given else arm


def _name(task: TaskEntry, number: int, place: Container, is_twin: bool) -> str:
    """The field for an arm's own name: in its menu, or in sight where two arms are alike."""
    return place.text_input(
        "Name of this arm" if is_twin else "Name",
        key=_name_key(task, number),
        max_chars=LONGEST_LABEL,
        placeholder="two arms are alike: name this one" if is_twin else "as its module",
        help="What charts and tables call it.",
        persist_state="session",
    ).strip()


def _moves(task: TaskEntry, position: int) -> None:
    order = st.session_state[_order_key(task)]
    key = _module_key(task, order[position])
    places = {
        "up": (position - 1, "Make it the reference" if position == 1 else "Move up"),
        "down": (position + 1, "Move down"),
    }
    for direction, (target, label) in places.items():
        if 0 <= target < len(order):
            st.button(
                label,
                icon=":material/arrow_upward:"
                if direction == "up"
                else ":material/arrow_downward:",
                key=f"{key}.{direction}",
                on_click=_swap,
                args=(task, position, target),
                width="stretch",
            )
    if len(order) > FEWEST_ARMS:
        st.button(
            "Remove",
            icon=":material/close:",
            key=f"{key}.remove",
            on_click=_remove,
            args=(task, position),
            width="stretch",
        )


def _kept_changes(task: TaskEntry, number: int) -> dict[str, Any]:
    """Say what this arm changes for itself: a form can keep that and drop it, not edit it."""
    key = _changes_key(task, number)
    changes = st.session_state.get(key, {})
    if changes:
        settings = ", ".join(f"{spaced(name)} {value}" for name, value in changes.items())
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f":material/tune: For this arm alone: {plain(settings)}", width="content")
            st.button(
                "",
                icon=":material/close:",
                key=f"{key}.drop",
                on_click=st.session_state.pop,
                args=(key, None),
                type="tertiary",
                help="Train this arm with the task and training of the others.",
            )
    return changes


def _remember(task: TaskEntry, number: int, arm: Arm) -> None:
    st.session_state[_name_key(task, number)] = arm.stem if arm.is_named else ""
    st.session_state[_module_key(task, number)] = arm.module.name
    forms.remember(arm.module.params, _params_key(task, number, arm.module.entry))
    st.session_state[_changes_key(task, number)] = dict(arm.changes)


def _add(task: TaskEntry, settings: dict[str, Any], arms: list[dict[str, Any]]) -> None:
    """Add the module of the last of these arms with its next value that none has yet; where there
    is none, the first module that is not compared yet."""
    known = [_short(arm) for arm in arms]
    following = (
        arm
        for arm in _nexts(arms[-1])
        if arm.short not in known and _fits({"name": task.name, **settings}, arm)
    )
    order = st.session_state[_order_key(task)]
    number = max(order) + 1
    _remember(task, number, next(following, None) or _first_unused(task, arms))
    st.session_state[_order_key(task)] = [*order, number]


def _fits(task: dict[str, Any], arm: Arm) -> bool:
    try:
        Study(task=task, arms=[arm], seeds=1)
    except SpecError:
        return False
    return True


def _first_unused(task: TaskEntry, arms: list[dict[str, Any]]) -> Arm:
    fitting, used = _fitting(task), {arm["module"] for arm in arms}
    entry = next((entry for entry in fitting if entry.name not in used), fitting[-1])
    return Arm.model_validate({"module": entry.name, **first_on(task, entry).model_dump()})


def _nexts(arm: dict[str, Any]) -> Iterator[Arm]:
    """Arms of the same module with the next values of the first of its main settings."""
    try:
        module = Arm.model_validate({**arm, "label": None, "set": None}).module
    except SpecError:  # the form says what is wrong with it
        return
    params = module.params
    for name, field in type(params).model_fields.items():
        if forms.is_advanced(field) or field.annotation in (ModuleSpec, str):
            continue
        if not params.is_used(name, dict(params)):
            continue
        for value in _after(field, getattr(params, name)):
            changed = {**params.model_dump(), name: value}
            try:
                yield Arm.model_validate({"module": module.name, **changed})
            except SpecError:  # not beside the other values, where the next may be
                continue
        return


def _after(field: FieldInfo, value: Any) -> list[Any]:
    """The values of a setting that come after this one, the nearest first."""
    if field.annotation is bool:
        return [not value]
    if get_origin(field.annotation) is Literal:
        options = list(get_args(field.annotation))
        return options[options.index(value) + 1 :] + options[: options.index(value)]
    if stops := forms.stops(field):
        return [each for each in stops if each > value]
    _, high = forms.bounds(field)
    step = forms.step(field)
    count = min(int((high - value) / step), MOST_ARMS)
    return [type(value)(round(value + step * each, 10)) for each in range(1, count + 1)]


def _remove(task: TaskEntry, position: int) -> None:
    order = st.session_state[_order_key(task)]
    st.session_state[_order_key(task)] = [*order[:position], *order[position + 1 :]]


def _swap(task: TaskEntry, position: int, target: int) -> None:
    order = list(st.session_state[_order_key(task)])
    order[position], order[target] = order[target], order[position]
    st.session_state[_order_key(task)] = order


def _short(arm: dict[str, Any]) -> str:
    """What an arm is without its name; empty where it is none, of which the form says why."""
    try:
        return Arm.model_validate({**arm, "label": None}).short
    except SpecError:
        return ""


def _fitting(task: TaskEntry) -> list[ModuleEntry]:
    return [entry for entry in catalog.modules() if task.slot in entry.fits]


def _order_key(task: TaskEntry) -> str:
    return f"setup.{task.name}.arms"


def _module_key(task: TaskEntry, number: int) -> str:
    return f"setup.{task.name}.arm{number}"


def _params_key(task: TaskEntry, number: int, module: ModuleEntry) -> str:
    return f"{_module_key(task, number)}.{module.name}"


def _name_key(task: TaskEntry, number: int) -> str:
    return f"{_module_key(task, number)}.name"


def _changes_key(task: TaskEntry, number: int) -> str:
    return f"{_module_key(task, number)}.changes"
