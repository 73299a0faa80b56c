"""Widgets generated from parameter models: a parameter is declared once, in the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import nullcontext
from typing import Any, Literal, TypedDict, get_args, get_origin

import streamlit as st
from pydantic.fields import FieldInfo

from attnlab.catalog.task_entries.applications import APPLICATIONS
from attnlab.catalog.task_entries.backbones import brought_network
from attnlab.spec import REGISTRY, ControlParameters, ModuleEntry, ModuleSpec, Parameters
from attnlab.spec.named_choices import known_names
from attnlab.wording import spaced

ACRONYMS = ("lstm", "gru")


MOST_STOPS = 100
"""A whole number with more values than this has a field beside its slider."""


TYPED_WIDTH = 92
"""Of that field, in pixels: beside a slider it fits into a narrow form."""


class _Limits(TypedDict):
    """Between which numbers a widget lets people choose."""

    min_value: Any
    max_value: Any
    step: Any


class _Shared(TypedDict):
    """What every widget of a parameter takes."""

    label: str
    key: str
    help: str | None
    persist_state: Literal["session"]


def parameters(
    model: type[Parameters],
    key: str,
    *,
    fold: str = "",
    modules: Sequence[ModuleEntry] = (),
    varied: Collection[str] = (),
    first: Callable[[ModuleEntry], Parameters] | None = None,
) -> dict[str, Any]:
    """Show a widget per field and return the values by name.

    The state of field `name` is kept under "<key>.<name>" for the whole session. Fields marked
    advanced stand below the others, behind a fold with the title `fold` if one is given, or behind
    that which they were declared with. A field
    without an effect given the values above it is neither shown nor returned. A field that is a
    module itself offers `modules`, and below it that module's own parameters. The fields `varied`
    take several values elsewhere: they are left out, and what may depend on them is shown. `first`
    says what a module within begins with, where that is not its defaults.
    """
    fields = {name: field for name, field in model.model_fields.items() if name not in varied}
    plain = [name for name, field in fields.items() if not is_advanced(field)]
    advanced = [name for name in fields if name not in plain]
    values: dict[str, Any] = {}

    def draw(names: list[str]) -> None:
        for name in names:
            if fields[name].annotation is ModuleSpec:
                values[name] = _module(f"{key}.{name}", fields[name], modules, fold, first)
            elif options_of(fields[name]) == [fields[name].default]:
                values[name] = fields[name].default  # nothing to choose from
            elif model.is_used(name, values) or model.depends_on(name) in varied:
                values[name] = _widget(f"{key}.{name}", fields[name])

    draw(plain)
    behind: dict[str, list[str]] = {fold: []}
    for name in advanced:
        behind.setdefault(_extra(fields[name]).get("fold") or fold, []).append(name)
    for title, names in behind.items():
        place = f"{key}.fold" if title == fold else f"{key}.fold.{title}"
        with st.expander(title, key=place) if fold and names else nullcontext():
            draw(names)
    return values


def controlled(control: ModuleEntry, fitting: Sequence[ModuleEntry]) -> list[ModuleEntry]:
    """Which of the modules a control can be one of; nothing for what is no control of another."""
    if not issubclass(control.params, ControlParameters):
        return []
    return [entry for entry in fitting if control.params.takes(entry)]


def remember(params: Parameters, key: str) -> None:
    """Make the widgets of `parameters` show these values the next time they are drawn."""
    for name, value in params:
        if isinstance(value, ModuleSpec):
            st.session_state[f"{key}.{name}"] = value.name
            remember(value.params, f"{key}.{name}.{value.name}")
        else:
            st.session_state[f"{key}.{name}"] = _as_chosen(value)


def begin(params: Parameters, key: str) -> None:
    """Make the widgets of `parameters` show these values where nobody has chosen others yet; a
    field that is a module itself stays as it is."""
    for name, value in params:
        if not isinstance(value, ModuleSpec):
            st.session_state.setdefault(f"{key}.{name}", _as_chosen(value))


def _module(
    key: str,
    field: FieldInfo,
    modules: Sequence[ModuleEntry],
    fold: str,
    first: Callable[[ModuleEntry], Parameters] | None,
) -> Any:
    name = st.selectbox(
        title(field),
        [entry.name for entry in modules],
        format_func=lambda name: REGISTRY.module(name).title,
        key=key,
        help=field.description,
        persist_state="session",
    )
    entry = REGISTRY.module(name)
    if first is not None:
        begin(first(entry), f"{key}.{name}")
    return {"name": name, **parameters(entry.params, f"{key}.{name}", fold=fold)}


def kept(model: type[Parameters], key: str) -> dict[str, Any]:
    """The values that the widgets of `parameters` had when they were last drawn, by name."""
    state = st.session_state
    names = [name for name in model.model_fields if f"{key}.{name}" in state]
    return {name: state[f"{key}.{name}"] for name in names}


def _widget(key: str, field: FieldInfo) -> Any:
    if not _can_have(field, st.session_state.setdefault(key, field.default)):
        st.session_state[key] = field.default  # somebody's own module declares it otherwise now
    shared: _Shared = {
        "label": title(field),
        "key": key,
        "help": field.description,
        "persist_state": "session",
    }
    if field.annotation is bool:
        return st.toggle(**shared)
    if get_origin(field.annotation) is Literal:
        return st.selectbox(options=get_args(field.annotation), format_func=_option_title, **shared)
    if options := options_of(field, st.session_state[key]):
        return st.selectbox(options=options, format_func=_network_title, **shared)
    if field.annotation is str:
        longest = next(item.max_length for item in field.metadata if hasattr(item, "max_length"))
        return st.text_input(max_chars=longest, **shared)
    if not _is_long(field):
        return _slider(key, field, shared)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        value = _slider(key, field, shared)
        _typed(key, field)
    return value


def options_of(field: FieldInfo, chosen: str = "") -> list[str]:
    """What a network is chosen from: attnlab's, then those that people brought, and the one chosen
    where it is a version from before; nothing for any other field."""
    known = known_names(field)
    if not known:
        return []
    options = [*known, *REGISTRY.backbones]
    return options if not chosen or chosen in options else [*options, str(chosen)]


def _network_title(name: str) -> str:
    own = brought_network(name)
    if own is not None:
        return own.title if name == own.name else f"{own.title} ({name.partition('#')[2]})"
    application = APPLICATIONS.get(name)
    return application.title if application is not None else _option_title(name)


def _as_chosen(value: Any) -> Any:
    """A value as its widget shows it: somebody's network by its name alone, as long as that is the
    version which can be chosen."""
    own = getattr(value, "own", None)
    if own is None or REGISTRY.backbones.get(own.name) != own:
        return value
    return own.name


def _can_have(field: FieldInfo, value: Any) -> bool:
    """Whether a widget of this parameter can show a value."""
    if get_origin(field.annotation) is Literal:
        return value in get_args(field.annotation)
    if field.annotation not in (int, float):
        named = known_names(field)
        if named and isinstance(value, str) and value not in named:
            return brought_network(value) is not None
        return (
            isinstance(value, str) if field.annotation is str else type(value) is field.annotation
        )
    low, high = bounds(field)
    return isinstance(value, (int, float)) and low <= value <= high


def _slider(key: str, field: FieldInfo, shared: _Shared) -> Any:
    if stops(field):
        options = sorted({*stops(field), st.session_state[key]})
        return st.select_slider(options=options, format_func=_short_number, **shared)
    return st.slider(**_limits(field), **shared)


def _is_long(field: FieldInfo) -> bool:
    """Whether a number can hardly be hit on a slider, or is often none of its stops."""
    low, high = bounds(field)
    if field.annotation is float:
        return bool(stops(field))
    return (high - low) / step(field) > MOST_STOPS


def _typed(key: str, field: FieldInfo) -> None:
    """The number of a slider, to be typed.

    It is another widget for each number of the slider. A browser in which the slider is moved again
    before the page is drawn still sends what stood in the field: that was not typed.
    """
    shown = st.session_state[key]
    typed = f"{key}.typed.{shown}"

    def take() -> None:
        if st.session_state[key] == shown:
            st.session_state[key] = st.session_state[typed]

    st.number_input(
        f"{title(field)}, typed",
        value=shown,
        key=typed,
        on_change=take,
        format="%g" if field.annotation is float else None,
        label_visibility="collapsed",
        width=TYPED_WIDTH,
        **_limits(field),
    )


def _limits(field: FieldInfo) -> _Limits:
    number = float if field.annotation is float else int
    low, high = bounds(field)
    return {"min_value": number(low), "max_value": number(high), "step": number(step(field))}


def is_advanced(field: FieldInfo) -> bool:
    """Whether a field is rarely needed and stands behind a fold."""
    return bool(_extra(field).get("advanced"))


def bounds(field: FieldInfo) -> tuple[float, float]:
    """The declared lowest and highest value of a number."""
    low = next(item.ge for item in field.metadata if hasattr(item, "ge"))
    high = next(item.le for item in field.metadata if hasattr(item, "le"))
    return low, high


def step(field: FieldInfo) -> float:
    """How far apart the values of a number are; of one with stops, how large the first is."""
    if field.annotation is float and stops(field):
        return min(each for each in stops(field) if each > 0)
    return float(_extra(field).get("step") or 1)


def stops(field: FieldInfo) -> list[float]:
    """The values that a number is chosen from; nothing where any within its bounds will do."""
    return list(_extra(field).get("choices") or ())


def title(field: FieldInfo) -> str:
    """What a parameter is called on the screen."""
    if field.title is None:
        raise ValueError(f"this parameter has no title: {field}")
    return field.title


def _extra(field: FieldInfo) -> dict[str, Any]:
    return field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}


def _option_title(value: Any) -> str:
    return str(value).upper() if value in ACRONYMS else spaced(str(value))


def _short_number(value: float) -> str:
    return f"{value:g}"
