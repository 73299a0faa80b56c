"""The parts of a study: its task and its modules.

Each takes what a person types (Python, YAML, JSON, a form, the command line) and becomes one
frozen, validated value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializeAsAny,
    ValidationError,
    WithJsonSchema,
    field_validator,
    model_serializer,
    model_validator,
)

from attnlab.spec.entries import ACCURACY, ModuleEntry, Slot, TaskEntry
from attnlab.spec.networks import OfNetwork
from attnlab.spec.own import SOURCE, OwnParameters
from attnlab.spec.own_data import with_own_data
from attnlab.spec.own_modules import OwnModule, own_module
from attnlab.spec.own_tasks import OwnTask, own_task
from attnlab.spec.parameters import (
    Parameters,
    SpecError,
    checked,
    shown,
    unknown,
    wording,
)
from attnlab.spec.registry import REGISTRY
from attnlab.spec.short_form import joined_pairs, split_short

CONTROL = "control"
"""The family of the modules that others are compared with."""


class Spec(BaseModel):
    """A frozen value without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """Read what people write; raises SpecError."""
        try:
            return super().model_validate(obj, **options)
        except ValidationError as error:
            raise SpecError(wording(error, cls)) from None


class TaskSpec(Spec, OfNetwork):
    """A task by name with its parameters; written flat: {"name": "digits", "classes": 4}."""

    name: str
    params: SerializeAsAny[Parameters]

    @model_validator(mode="before")
    @classmethod
    def _from_flat(cls, data: Any) -> Any:
        if isinstance(data, str):
            data = split_short(data)
        if isinstance(data, dict):
            data = with_own_data(data)
        return _named_parameters(data, "task", REGISTRY.tasks, REGISTRY.task)

    @model_serializer
    def _flat(self) -> dict[str, Any]:
        return {"name": self.name, **self.params.model_dump()}

    @property
    def entry(self) -> TaskEntry:
        """The catalogue's entry of this task."""
        return REGISTRY.task(self.name, "" if self.own is None else self.own.source.digest)

    @property
    def own(self) -> OwnTask | None:
        """The task that somebody brought, in the version of this plan; None for attnlab's."""
        return own_task(self.params)

    @property
    def truth_axis(self) -> str:
        """The trace axis of what should be found; "" where nobody knows that."""
        return self.entry.truth_axis if self.entry.has_truth(self.params) else ""

    @property
    def input_names(self) -> tuple[str, ...]:
        """The names of the features that a network gets; empty where they have none."""
        return tuple(self.entry.input_names(self.params))

    @property
    def stream(self) -> str:
        """What the data of a seed depend on besides the seed: the task, and its data set where it
        has one. Studies of one stream see the same data at the same seed."""
        chosen = (str(getattr(self.params, name)) for name in self.entry.fixed_data or ())
        return " ".join([self.name, *filter(None, chosen)])

    @property
    def title(self) -> str:
        """What people read: that of the entry, with the data set where there are several, and of
        one's own data the last part of their path."""
        path = getattr(self.params, self.entry.path) if self.entry.path else ""
        data_set = PurePath(path).name or self.stream.removeprefix(self.name).strip()
        return f"{self.entry.title} ({data_set})" if data_set else self.entry.title

    @property
    def chance(self) -> float:
        """What guessing scores by the main metric: mostly an accuracy, 0..1."""
        return self.entry.chance(self.params)

    @property
    def main_metric(self) -> str:
        """The name of the metric that says how well it is solved, on the validation split."""
        return f"val_{self.entry.main}"

    @property
    def has_accuracy(self) -> bool:
        """Whether an answer can be right: then accuracy is its main metric."""
        return self.entry.main == ACCURACY

    @property
    def has_classes(self) -> bool:
        """Whether the answer to a sample is one of several classes."""
        return self.entry.has_classes(self.params)

    @property
    def class_names(self) -> tuple[str, ...]:
        """What its classes are called, in their order; empty where that is not known (yet)."""
        return tuple(self.entry.class_names(self.params))

    @property
    def fresh_samples(self) -> int:
        """How many samples are drawn to read a score on; 0 where none are drawn for that."""
        wanted, samples = (getattr(self.params, name, 0) for name in ("test_samples", "samples"))
        return max(wanted, samples // 5) if wanted else 0

    @property
    def truth(self) -> tuple[int, ...]:
        """The planted positions on the entry's truth axis; empty where nothing is planted."""
        return tuple(self.entry.truth(self.params))


class ModuleSpec(Spec):
    """A module by name with its parameters; written flat, or short as "se:ratio=4".

    Where a parameter is a module itself, as in "matched:of=cbam:ratio=8;order=parallel", semicolons
    stand between that module's own parameters.
    """

    name: str
    params: SerializeAsAny[Parameters]

    @model_validator(mode="before")
    @classmethod
    def _from_flat(cls, data: Any) -> Any:
        return _named_parameters(data, "module", REGISTRY.modules, REGISTRY.module)

    @model_serializer
    def _flat(self) -> dict[str, Any]:
        return {"name": self.name, **self.params.model_dump()}

    @property
    def entry(self) -> ModuleEntry:
        """The catalogue's entry of this module."""
        return REGISTRY.module(self.name, "" if self.own is None else self.own.source.digest)

    @property
    def own(self) -> OwnModule | None:
        """The module that somebody brought, in the version of this plan; None for attnlab's."""
        return own_module(self.params)

    @property
    def every_own(self) -> tuple[OwnModule, ...]:
        """Those that somebody brought among it and what it controls for."""
        inner = self.of.every_own if self.of else ()
        return (*([self.own] if self.own else []), *inner)

    @property
    def stacks(self) -> bool:
        """Whether several seeds can train in one program."""
        return self.entry.stacks and (self.of is None or self.of.stacks)

    @property
    def arguments(self) -> dict[str, Any]:
        """What the layer's constructor takes."""
        return dict(self.params)

    @property
    def of(self) -> ModuleSpec | None:
        """The module that this one controls for; None for all but the controls of a module."""
        return getattr(self.params, "of", None)

    @property
    def fits(self) -> frozenset[Slot]:
        """The slots it can stand in: those of its entry, a control where its module fits too."""
        return self.entry.fits & self.of.fits if self.of else self.entry.fits

    @property
    def short(self) -> str:
        """The name with the parameters that differ from their defaults: "se:ratio=4"; of a module
        that somebody brought, the source as well where that has changed since."""
        fields = type(self.params).model_fields
        changed = [(name, value) for name, value in self.params if value != fields[name].default]
        if self.own is not None and REGISTRY.has_newer(self.own):
            changed.append((SOURCE, self.own.source.digest))
        return f"{self.name}:{joined_pairs(changed)}" if changed else self.name

    def check_size(self, unit: str, size: int) -> None:
        """Raise SpecError if the parameters do not go with a slot of `size` units."""
        sized = self.of or self
        sized.entry.check_size(sized.params, unit, size)


class ControlParameters(Parameters):
    """The parameter of a module's control: the module that it controls for."""

    of: Annotated[ModuleSpec, WithJsonSchema({"type": "module"})] = Field(
        title="Controls for",
        description="The module, with its parameters, that this arm is held against.",
        json_schema_extra={"advanced": False, "only_if": None},
    )

    @classmethod
    def takes(cls, entry: ModuleEntry) -> bool:
        """Whether this control can be one of this module."""
        return entry.family != CONTROL

    @model_validator(mode="before")
    @classmethod
    def _is_named(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        for name in data.keys() - {"of"}:
            hint = "; the module's own stand behind it, as in of=cbam:ratio=8;order=parallel"
            raise SpecError(f"{unknown('parameter', name, ('of',))}{hint}")
        if data.get("of") is None:
            raise SpecError("of is missing: give the module that it controls for, such as of=dense")
        return data

    @field_validator("of", mode="before")
    @classmethod
    def _from_short(cls, given: Any) -> Any:
        return split_short(given.replace(";", ",")) if isinstance(given, str) else given

    @field_validator("of")
    @classmethod
    def _is_taken(cls, of: ModuleSpec) -> ModuleSpec:
        if cls.takes(of.entry):
            return of
        known = [entry.name for entry in REGISTRY.modules.values() if cls.takes(entry)]
        raise SpecError(f"there is no such control of {of.name!r}; give one of {', '.join(known)}")


def _named_parameters(
    data: Any,
    what: str,
    table: Mapping[str, Any],
    look_up: Callable[..., ModuleEntry | TaskEntry],
) -> Any:
    """Turn the flat form of a task or module into its name and validated parameter model."""
    if isinstance(data, Spec):
        return data
    if isinstance(data, str):
        data = split_short(data)
    if not isinstance(data, dict):
        raise SpecError(
            f"a {what} is a name such as {next(iter(table))!r}, or a mapping with a name and "
            f"parameters; got {shown(data)}"
        )
    data = {str(key): value for key, value in data.items()}
    name = data.pop("name", None)
    if not isinstance(name, str):
        raise SpecError(f"a {what} needs a name: one of {', '.join(table)}; got {shown(name)}")
    given = data.get("params")
    brought = given.own.source.digest if isinstance(given, OwnParameters) else data.get(SOURCE)
    model = look_up(name, str(brought or "")).params
    if data.keys() == {"params"} and isinstance(given, model):
        return {"name": name, **data}
    return {"name": name, "params": checked(model, data, f"{what} {name}")}
