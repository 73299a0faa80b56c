"""The same study with a person's own data in another place."""

from __future__ import annotations

from typing import Any

from attnlab.spec.parameters import SpecError, some_of
from attnlab.spec.study import Study


def own_paths(study: Study) -> list[str]:
    """Where the own data lie that the study's arms are trained on, each once."""
    tasks = [study.task_of(arm) for arm in study.arms]
    paths = [getattr(task.params, task.entry.path) for task in tasks if task.entry.path]
    return list(dict.fromkeys(filter(None, paths)))


def with_data_at(study: Study, path: str) -> Study:
    """The study with its own data at this path; raises SpecError where it has none, or several
    data sets, of which one path says too little."""
    paths = own_paths(study)
    if not paths:
        raise SpecError("this study has no data of one's own, so no path is needed for them")
    if len(paths) > 1:
        raise SpecError(
            f"this study has {len(paths)} data sets ({some_of(paths)}), and one path was given: "
            "provide each at the path that its plan names"
        )
    names = {study.task_of(arm).entry.path for arm in study.arms}
    return Study(**_replaced(study.to_dict(), names, paths[0], path))


def _replaced(value: Any, names: set[str], before: str, now: str) -> Any:
    """The value with `now` wherever one of these names has the value `before`, at any depth; and a
    path that leads into that, such as one of masks, leads into `now`."""
    if isinstance(value, dict):
        return {
            name: now if name in names and each == before else _replaced(each, names, before, now)
            for name, each in value.items()
        }
    if isinstance(value, str) and value.startswith(f"{before}/"):
        return now + value.removeprefix(before)
    if isinstance(value, list):
        return [_replaced(each, names, before, now) for each in value]
    return value
