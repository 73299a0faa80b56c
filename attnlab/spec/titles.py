"""What people read of the arms of a study: a module's title with its settings in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attnlab.spec.arms import TASK, Arm, as_text
from attnlab.wording import in_sentence

if TYPE_CHECKING:
    from attnlab.spec.study import Study

MOST_ALWAYS_SAID = 2
"""In so many settings at most do arms of a sweep differ; more make titles that nobody reads."""


def titles_of(study: Study) -> dict[str, str]:
    """What people read of each arm, by its label; of several tasks with the one it is on.

    Where arms of one module differ in a setting, or in two, each of them says their values, also
    the defaults. Where they differ in more, each says what is changed, as it does alone.

    Example:
        titles_of(Study(arms=["none", "dense", "dense:depth=1"]))["dense"]
        # "Dense attention, depth 0"
    """
    parts = study.parts if study.has_several_tasks else (study,)
    return {
        arm.label: f"{title} on {in_sentence(part.task.title)}"
        if study.has_several_tasks
        else title
        for part in parts
        for arm, title in zip(part.arms, _titles(part), strict=True)
    }


def _titles(study: Study) -> list[str]:
    """Those of the arms of one task, in their order. Where arms would be called alike, as they
    stand in two versions of one network that was brought, each says the source of its own."""
    alike = [
        [each for each in study.arms if each.module.name == arm.module.name] for arm in study.arms
    ]
    short = [_title(study, *each) for each in zip(study.arms, alike, strict=True)]
    return [
        _title(study, arm, those, sources=True) if short.count(title) > 1 else title
        for arm, those, title in zip(study.arms, alike, short, strict=True)
    ]


def _title(study: Study, arm: Arm, alike: Sequence[Arm], sources: bool = False) -> str:
    """That of an arm among those `alike`, which have its module; with the `sources` of what was
    brought, or without."""
    if arm.is_named or arm.says_source:
        return arm.title
    varied = _varied([each.module.params.in_use() for each in alike])
    names = dict.fromkeys(name for each in alike for name in dict(each.changes) if name != TASK)
    changing = [name for name in names if not _is_same(alike, name)]
    if len(varied) + len(changing) > MOST_ALWAYS_SAID:
        return arm.title
    fields, used = type(arm.module.params).model_fields, arm.module.params.in_use()
    own = [
        (name, value)
        for name, value in arm.module.params
        if value != fields[name].default or (name in varied and name in used)
    ]
    given, values = dict(arm.changes), _settings(study, arm)
    further = [(name, values[name]) for name in names if name in given or name in changing]
    words = as_text([*own, *further], sources=sources)
    return f"{arm.module.entry.title}, {words}" if words else arm.module.entry.title


def _settings(study: Study, arm: Arm) -> dict[str, Any]:
    """What an arm is trained on and how, by name."""
    return {**dict(study.task_of(arm).params), **dict(study.planned_training_of(arm))}


def _is_same(arms: Iterable[Arm], name: str) -> bool:
    """Whether these arms have one value of a setting of the task or the training."""
    given = [dict(arm.changes).get(name) for arm in arms]
    return all(value == given[0] for value in given)


def _varied(values: Sequence[Mapping[str, Any]]) -> Collection[str]:
    """The names under which those of these mappings that have them do not all have one value."""
    names = {name for each in values for name in each}
    given = {name: [each[name] for each in values if name in each] for name in names}
    return {name for name in names if any(value != given[name][0] for value in given[name])}
