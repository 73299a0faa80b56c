"""Links that reopen a set-up: a study as query parameters that people can read."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from attnlab.spec import (
    REGISTRY,
    SOURCE,
    Arm,
    SpecError,
    Study,
    Training,
    brief,
    shown,
    some_of,
    split_short,
)

STUDY = "study"
NAMES = "names"
"""What the arms are called, one after another, where a person has named any of them."""


def to_query(study: Study) -> list[tuple[str, str]]:
    """The set-up as query parameters: task, its parameters, arms (reference first), training."""
    task = study.task
    return [
        ("task", task.name),
        *((name, str(value)) for name, value in task.params.model_dump().items()),
        *(("arm", _reopening(arm)) for arm in reference_first(study)),
        *_names(study),
        ("seeds", ",".join(map(str, study.seeds))),
        *((name, str(value)) for name, value in study.training.model_dump().items()),
    ]


def _reopening(arm: Arm) -> str:
    """The short form; of a module that somebody brought, whose file is not read here, with the
    source."""
    own = arm.module.own
    if own is None or own.name in REGISTRY.own:
        return arm.short
    name, colon, rest = arm.short.partition(":")
    if not colon:
        name, at, rest = arm.short.partition("@")
        return f"{name}:{SOURCE}={own.source.digest}{at}{rest}"
    return f"{name}:{SOURCE}={own.source.digest},{rest}"


def _names(study: Study) -> list[tuple[str, str]]:
    names = [arm.label if arm.label != arm.short else "" for arm in reference_first(study)]
    return [(NAMES, name) for name in names] if any(names) else []


def reference_first(study: Study) -> list[Arm]:
    """The arms in the order of a form: the reference, then the others as planned."""
    return sorted(study.arms, key=lambda arm: arm.label != study.reference)


def to_link(study: Study, page: str) -> str:
    """The address of `page` (without query) that reopens the set-up."""
    return f"{page.partition('?')[0]}?{urlencode(to_query(study), safe=':,=@')}"


def from_query(query: Mapping[str, list[str]]) -> Study | None:
    """Read a set-up back; None if the query holds none, SpecError if it cannot be used."""
    if "task" not in query:
        return None
    known = {"task", "arm", NAMES, "seeds", STUDY, *Training.model_fields}
    task = {
        **split_short(_one(query, "task")),
        **{name: _one(query, name) for name in query if name not in known},
    }
    try:
        seeds = [int(seed) for seed in _one(query, "seeds").split(",")] if "seeds" in query else 5
    except ValueError:
        raise SpecError(
            f"seeds must be numbers such as 0,1,2; got {shown(query['seeds'])}"
        ) from None
    arms = _named(query.get("arm") or ["none"], query.get(NAMES, []))
    training = {name: _one(query, name) for name in Training.model_fields if name in query}
    plan = Study(task=task, arms=arms, seeds=seeds, training=training)
    return plan.model_copy(update={"reference": plan.arms[0].label})


def _named(arms: list[str], names: list[str]) -> list[dict[str, str]]:
    """The arms with their names; an empty name is none."""
    if names and len(names) != len(arms):
        raise SpecError(f"{NAMES} must be as many as the {len(arms)} arms, got {some_of(names)}")
    pairs = zip(arms, names or [""] * len(arms), strict=True)
    return [{"module": arm, **({"label": name} if name else {})} for arm, name in pairs]


def _one(query: Mapping[str, list[str]], name: str) -> str:
    values = query[name]
    if len(values) != 1:
        raise SpecError(f"{brief(name)} may be given once, got {some_of(values)}")
    return values[0]
