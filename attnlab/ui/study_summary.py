"""A study in words: what it is called, its settings in one line, and when it began."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from pydantic.fields import FieldInfo

from attnlab.spec import Parameters, Study, Training
from attnlab.store import StoreError, StudyRow
from attnlab.ui import forms
from attnlab.wording import counted, listed, unusual_settings


def title(row: StudyRow) -> str:
    """What a study is called: the name it was given, or its tasks; its id, if it has no name and
    its plan cannot be read."""
    if not row.name and not is_readable(row):
        return row.id
    return row.name or listed(task.entry.title for task in row.study.tasks)


def is_readable(row: StudyRow) -> bool:
    """Whether this version of attnlab can read the study's plan."""
    try:
        return row.study is not None
    except StoreError:
        return False


def whose(row: StudyRow) -> str:
    """Who made a study that is not changed by whoever looks at it."""
    return f"Made by {row.made_by}" if row.made_by else "Made without sign-in"


def summary(study: Study) -> str:
    """The study in one line: its main settings over the arms, seeds, epochs, and what is unusual.

    Unusual is every other setting that is not what the task has by default. Switches and texts are
    no main settings.
    """
    if study.has_several_tasks:
        return " · ".join(
            [
                listed(task.title for task in study.tasks),
                f"{counted(len(study.arms), 'arm')} in all",
                f"{counted(len(study.seeds), 'seed')} on each task",
                counted(study.training.epochs, "epoch"),
                *(["each arm at its own best learning rate"] if study.tuning else []),
            ]
        )
    tasks = [study.task_of(arm).params for arm in study.arms]
    trainings = [study.training_of(arm) for arm in study.arms]
    fields = type(study.task.params).model_fields
    main = [
        name
        for name, field in fields.items()
        if not forms.is_advanced(field) and field.annotation not in (bool, str)
    ]
    parts = [
        *(
            f"{_span([getattr(params, name) for params in tasks])} {_noun(fields[name])}"
            for name in main
        ),
        counted(len(study.seeds), "seed"),
        counted(study.training.epochs, "epoch"),
        *_unusual(tasks, type(study.task.params)(), main),
        *_unusual(
            trainings,
            Training.model_validate(study.task.entry.training),
            ["epochs", *(["learning_rate"] if study.tuning else [])],
        ),
        *(["each arm at its own best learning rate"] if study.tuning else []),
    ]
    return " · ".join([study.task.entry.title, *parts])


def _unusual(
    params: Sequence[Parameters], usual: Parameters, mentioned: Collection[str]
) -> list[str]:
    """The settings that have an effect in an arm and are not the usual ones, but for those
    mentioned."""
    in_use = [each.in_use() for each in params]
    unusual = {name for settings in in_use for name in unusual_settings(settings, usual, mentioned)}
    return [
        f"{_noun(field)} {_span([used[name] for used in in_use if name in used])}"
        for name, field in type(usual).model_fields.items()
        if name in unusual
    ]


def _noun(field: FieldInfo) -> str:
    return forms.title(field).lower()


def _span(values: Sequence[Any]) -> str:
    """The values of all arms: "8–32" of numbers, "on, off" of others."""
    if isinstance(values[0], bool):
        values = ["on" if value else "off" for value in values]
    if isinstance(values[0], str):
        return ", ".join(dict.fromkeys(values))
    ends = sorted({min(values), max(values)})
    return "–".join(f"{end:g}" if isinstance(end, float) else str(end) for end in ends)


def when(seconds: float | None) -> datetime | None:
    """A time of the store as local time."""
    return None if seconds is None else datetime.fromtimestamp(seconds).astimezone()
