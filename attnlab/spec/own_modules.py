"""A module that somebody brings: what its decorator declares, as an entry of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from attnlab.spec.about import About, Given, Paper, Step, Symbol, each_shape
from attnlab.spec.arithmetic import worked_out
from attnlab.spec.entries import ModuleEntry, SizeRule, Slot
from attnlab.spec.own import Own, OwnParameters, check_name, parameters_of
from attnlab.spec.own_backbones import OwnBackbone, is_own_backbone, own_backbone
from attnlab.spec.own_source import OwnSource
from attnlab.spec.parameters import Parameters, SpecError

LETTERS: Mapping[Slot, tuple[str, ...]] = {
    "features": ("D",),
    "image": ("H", "W", "C"),
    "steps": ("T", "D"),
    "alignment": ("Q", "D", "T", "E"),
}
"""What the sizes of an input are called in the arithmetic of a declaration."""

MEANINGS: Mapping[str, str] = {
    "D": "features",
    "H": "height",
    "W": "width",
    "C": "channels",
    "T": "steps",
    "Q": "queries",
    "E": "features of the values",
}
"""Of these letters."""

TASKS: Mapping[Slot, str] = {
    "features": "planted-features",
    "image": "planted-channels",
    "steps": "planted-steps",
    "alignment": "reverse",
}
"""Where a module is tried, unless it says where."""


class OwnModule(Own):
    """A module of somebody's file: the source, and what its decorator declares, as JSON."""

    @cached_property
    def entry(self) -> ModuleEntry:
        """The entry of the catalogue. Raises SpecError where the declaration is not one."""
        return _entry(self)

    def check(self) -> None:
        """Raise SpecError where the declaration is not one."""
        _ = self.entry


def own_module(params: Any) -> OwnModule | None:
    """The module that somebody brought, of which these are the parameters; None for attnlab's."""
    own = params.own if isinstance(params, OwnParameters) else None
    return own if isinstance(own, OwnModule) else None


def own_of(source: OwnSource, declared: Mapping[str, Any]) -> Own:
    """The module or the network of a source that is declared so."""
    return (OwnBackbone if is_own_backbone(declared) else OwnModule)(source, declared)


def own_from_json(data: Any) -> Own:
    """A module or network from what its `to_json` gave. Raises SpecError for anything else."""
    try:
        return own_of(OwnSource(str(data["text"]), str(data["path"])), dict(data["declared"]))
    except (KeyError, TypeError, ValueError):
        raise SpecError("this is no module that attnlab wrote down") from None


def brought_in(study: Any) -> tuple[Own, ...]:
    """What somebody brought of a study: the modules in its arms and the networks that they stand
    in, each version once."""
    modules = (own for arm in study.arms for own in arm.module.every_own)
    networks = (own_backbone(study.task_of(arm).params) for arm in study.arms)
    own_task = own_backbone(study.task.params)
    return tuple(dict.fromkeys(each for each in (*modules, own_task, *networks) if each))


def _entry(own: OwnModule) -> ModuleEntry:
    declared = own.declared
    check_name(own.name, "tanh-gate")
    source = own.source.provide()
    papers = tuple(Paper(*each) for each in declared["papers"])
    try:
        return ModuleEntry(
            name=own.name,
            title=declared["title"],
            family=declared["family"],
            fits=frozenset(declared["fits"]),
            params=parameters_of(own, declared["class"], OwnParameters),
            layer=f"{source.module}:{declared['class']}",
            summary=declared["summary"],
            about=About(
                explanation=declared["explanation"],
                formula=tuple(declared["formula"]),
                flow=lambda params, given: flow(declared, params, given),
                count=declared["count"],
                symbols=lambda params, given: _symbols(declared, params, given),
                papers=papers,
                deviations=declared["deviations"],
                task=declared["task"] or TASKS[declared["fits"][0]],
            ),
            source=papers[0].citation if papers else source.file,
            size_rule=_size_rule(declared),
            learns=bool(declared["learns"]),
            weights=declared["traces"][0]["kind"],
            parts=lambda params: dict(declared["without"]),
            stacks=bool(declared["stacks"]),
        )
    except (KeyError, TypeError, IndexError) as error:
        raise SpecError(f"the declaration of {own.name} is not whole: {error}") from None


def sizes_of(given: Given) -> dict[str, int]:
    """The sizes of an input, or of queries and values, by their letters."""
    first, *others = each_shape(given)
    if others:
        return dict(zip(LETTERS["alignment"], (*first, *others[0]), strict=True))
    slot: Slot = {1: "features", 2: "steps", 3: "image"}[len(first)]  # type: ignore[assignment]
    return dict(zip(LETTERS[slot], first, strict=True))


def flow(declared: Mapping[str, Any], params: Parameters, given: Given) -> tuple[Step, ...]:
    """The steps that a declaration tells, and that it weighs its input; one where it tells none."""
    values = {**sizes_of(given), **dict(params)}
    first = each_shape(given)[0]
    steps = [
        Step(
            operation,
            _shape(shape, values) if shape else first,
            parameters=int(worked_out(weights or "0", values)),
            macs=int(worked_out(macs or "0", values)),
            weighs=weighs,
        )
        for operation, shape, weights, macs, weighs in declared["steps"]
    ]
    if steps:
        return tuple(steps)
    parameters = int(worked_out(declared["count"], values))
    macs = int(worked_out(declared["macs"] or "0", values))
    out = _shape(declared["output"], values) if declared["output"] else first
    return (Step(declared["title"], out, parameters=parameters, macs=macs, weighs=True),)


def _shape(written: str, values: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(int(worked_out(each, values)) for each in written.split(","))


def _symbols(declared: Mapping[str, Any], params: Parameters, given: Given) -> tuple[Symbol, ...]:
    """The sizes and the parameters that the count of weights is made of."""
    known = {name: (size, MEANINGS[name]) for name, size in sizes_of(given).items()}
    known |= {
        name: (value, str(declared["parameters"][name]["title"]).lower())
        for name, value in params
        if isinstance(value, int)
    }
    used = [name for name in known if re.search(rf"\b{name}\b", declared["count"])]
    return tuple(Symbol(name, *known[name]) for name in used)


def _size_rule(declared: Mapping[str, Any]) -> SizeRule | None:
    """What a parameter requires of the slot: arithmetic over it and `units`."""
    if not declared["requires"]:
        return None
    parameter, condition = declared["requires"]

    def holds(value: Any, units: int) -> bool:
        return bool(worked_out(condition, {parameter: value, "units": units}))

    return SizeRule(parameter, holds, f"it needs {condition}")
