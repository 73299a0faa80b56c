"""Plans that were written before a setting was there mean what they meant then."""

from __future__ import annotations

from typing import Any

from attnlab.spec.registry import REGISTRY

BEFORE: dict[str, int] = {"test_samples": 0}
"""What a task did before it had a parameter whose default is another value."""


SINCE = frozenset(
    {"backbone", "slots", "saved", "after", "weights", "weights_file", "tuned", "slower"}
    | {"depth", "heads", "positions", "pooling", "patches", "cross"}
)
"""Parameters that tasks have got since, whose defaults are what was done before: a plan without
them may be one that attnlab wrote."""

_JUDGING_BEFORE = ("metric", "score", "last", "most_seeds")
"""The settings of a plan's judging that were all there were before any of `BEFORE`."""


def as_meant_then(plan: dict[str, Any]) -> dict[str, Any]:
    """A plan that attnlab wrote, with every parameter that its task had then, made complete.

    What the task has had since then gets the value that leaves it as it was.
    """
    task = plan.get("task")
    if not isinstance(task, dict) or task.get("name") not in REGISTRY.tasks:
        return plan
    fields = REGISTRY.task(task["name"]).params.model_fields
    missing = {name: value for name, value in BEFORE.items() if name in fields.keys() - task.keys()}
    return {**plan, "task": {**task, **missing}} if missing else plan


def is_written_out(plan: dict[str, Any]) -> bool:
    """Whether attnlab wrote this plan, with every setting, and not a person who leaves some out."""
    task, judging = plan.get("task"), plan.get("judging")
    if not isinstance(task, dict) or not isinstance(judging, dict):
        return False
    if task.get("name") not in REGISTRY.tasks:
        return False
    fields = REGISTRY.task(task["name"]).params.model_fields.keys()
    return fields - BEFORE.keys() - SINCE <= task.keys() and {*_JUDGING_BEFORE} <= judging.keys()
