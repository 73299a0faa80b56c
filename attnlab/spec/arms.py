"""An arm of a study: a module, and what else differs from the study."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field, model_serializer, model_validator

from attnlab.spec.components import ModuleSpec, Spec
from attnlab.spec.parameters import SpecError, brief, shown, unknown
from attnlab.spec.registry import REGISTRY
from attnlab.spec.short_form import joined_pairs, pairs_in, split_short
from attnlab.wording import in_sentence

TASK = "task"
"""Among an arm's changes, the name of the task that it is trained on in place of the study's."""

_AS_TEXT = str.maketrans({":": ", ", "@": ", ", ",": ", ", ";": ", ", "=": " ", "_": " "})
"""Turns the short form of an arm's changes into text for people."""

_OF_SOURCE = re.compile(r"[:,;]source=[0-9a-f]{16}|(?<=[a-z0-9])#[0-9a-f]{16}")
"""In the short form of a module that somebody brought, once there is a newer version of it, and of
an arm in a network that somebody brought."""

_ON_TASK = re.compile(rf"(?P<stem>.+)@(?P<pairs>(?:[^@]*,)?{TASK}=[^@]*)")
"""The label of an arm that is on another task than its study: "se@task=digits"."""


LONGEST_LABEL = 80
MAX_ARMS = 64
"""Of a study."""


def too_many_arms(number: int) -> SpecError:
    """What is wrong with a study of no arms, or of too many."""
    return SpecError(f"a study has at least 1 and at most {MAX_ARMS} arms, got {number}")


class Arm(Spec):
    """One configuration under comparison: a module with its parameters, and a label for it.

    `changes` are pairs of name and value, sorted: parameters of the task and settings of the
    training in which this arm differs from its study. They are written under "set", or after an
    at sign: "dense:depth=1@classes=50". The study checks them, and gives them their types. With
    "task" among them the arm is trained on that task, and the others are parameters of that one.
    """

    label: Annotated[str, Field(min_length=1, max_length=LONGEST_LABEL)]
    module: ModuleSpec
    changes: tuple[tuple[str, Any], ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _from_flat(cls, data: Any) -> Any:
        if isinstance(data, Arm):
            return data
        given = data
        if isinstance(data, str):
            data = {"module": data}
        if not isinstance(data, dict):
            raise SpecError(
                f"an arm is a module such as 'dense' or 'se:ratio=4', or a mapping with a module "
                f"and its parameters; got {shown(data)}"
            )
        data = {str(key): value for key, value in data.items()}
        label, module = data.pop("label", None), data.pop("module", None)
        changes = _changes(data.pop("set", None))
        if module is None:
            raise SpecError(f"an arm needs a module, got {shown(given)}")
        if isinstance(module, str):
            module, at, changed = module.partition("@")
            named = split_short(module)
            after_at = pairs_in(changed, "@name=value,…", given) if at else {}
            for key in (named.keys() & data.keys()) | (after_at.keys() & changes.keys()):
                raise SpecError(f"{brief(key)} is given twice in the arm {shown(given)}")
            module = ModuleSpec.model_validate({**named, **data})
            changes |= after_at
        elif data:
            known = ("label", "module", "set")
            raise SpecError(unknown("field of an arm", next(iter(data)), known))
        else:
            module = ModuleSpec.model_validate(module)
        pairs = tuple(sorted(changes.items()))
        label = _short(module, pairs) if label is None else label
        return {"label": label, "module": module, "changes": pairs}

    @model_serializer
    def _flat(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "module": self.module.name,
            **self.module.params.model_dump(),
            **({"set": dict(self.changes)} if self.changes else {}),
        }

    @property
    def short(self) -> str:
        """The short form that reads back to this arm without its label: "dense@classes=50"."""
        return _short(self.module, self.changes)

    @property
    def task(self) -> str:
        """The name of the task that it is trained on; empty for the study's."""
        return str(dict(self.changes).get(TASK, ""))

    @property
    def stem(self) -> str:
        """Its label without what an arm on another task has behind it: "se" of "se@task=digits"."""
        on_task = _ON_TASK.fullmatch(self.label)
        return on_task["stem"] if on_task else self.label

    @property
    def is_named(self) -> bool:
        """Whether somebody gave it a label of their own."""
        if _ON_TASK.fullmatch(self.label):
            return not _is_short(self.stem, self.module.short)
        return not _is_short(self.label, self.short)

    @property
    def says_source(self) -> bool:
        """Whether its label tells one version of a module that was brought from another one."""
        return not self.is_named and (":source=" in self.label or ",source=" in self.label)

    @property
    def title(self) -> str:
        """What people read of it alone: the label they gave, or the module's title with what was
        changed. Among others it may say more: see `titles_of`. Labels that attnlab makes of it, and
        keeps, begin with it, so it never changes."""
        on_task, own = _ON_TASK.fullmatch(self.label), self.is_named
        if not on_task:
            return self.label if own else self._worded(self.changes)
        if not self.task:  # seen as an arm of a study of its task alone
            return on_task["stem"] if own else self._worded(self.changes)
        pairs = pairs_in(on_task["pairs"], "@name=value,…", self.label)
        task = in_sentence(REGISTRY.task(pairs.pop(TASK)).title)
        return f"{on_task['stem'] if own else self._worded(tuple(pairs.items()))} on {task}"

    def _worded(self, changes: tuple[tuple[str, Any], ...]) -> str:
        """The title of its module with these changes, in the words of its label: a module that was
        brought has another short form once there is a newer version of it."""
        short = _with_changes(self.label.partition("@")[0], changes)
        changed = short.removeprefix(self.module.name).translate(_AS_TEXT)
        return f"{self.module.entry.title}{changed}"


def as_text(pairs: Iterable[tuple[str, Any]], *, sources: bool = False) -> str:
    """Settings by name as people read them: "ratio 4, gate sigmoid"; without the `sources` of
    modules and networks that were brought, or with them: "backbone tiny-net#0123456789abcdef"."""
    written = joined_pairs(pairs)
    return (written if sources else _OF_SOURCE.sub("", written)).translate(_AS_TEXT)


def _changes(given: Any) -> dict[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise SpecError(f"set must be a mapping such as classes: 50, got {shown(given)}")
    return {str(name): value for name, value in given.items()}


def _short(module: ModuleSpec, changes: tuple[tuple[str, Any], ...]) -> str:
    return _with_changes(module.short, changes)


def _with_changes(short: str, changes: tuple[tuple[str, Any], ...]) -> str:
    return f"{short}@{joined_pairs(changes)}" if changes else short


def _is_short(label: str, short: str) -> bool:
    """Whether a label is a short form, of whichever version of a module that was brought."""
    return _OF_SOURCE.sub("", label) == _OF_SOURCE.sub("", short)
