"""Task, module, arm, training and study as frozen, validated values.

Everything a person types (Python, YAML, JSON, a form, the command line) becomes one of these, and
the same content always gives the same canonical JSON and the same hash.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializeAsAny,
    ValidationError,
    model_serializer,
    model_validator,
)

from attnlab.spec.parameters import Parameters, SpecError, number, wording
from attnlab.spec.registry import REGISTRY, SLOT_SHAPES, SLOT_UNITS, ModuleEntry, TaskEntry

MAX_ARMS = 64
MAX_SEEDS = 1000


class Training(Parameters):
    """How every run of a study is trained; the same for all arms."""

    epochs: int = number(
        20,
        low=1,
        high=1000,
        title="Epochs",
        choices=(1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 100, 200, 500, 1000),
        help="How often each run sees the whole training set.",
    )
    batch_size: int = number(
        64,
        low=1,
        high=8192,
        title="Batch size",
        choices=(8, 16, 32, 64, 128, 256, 512),
        help="How many samples go into one update of the weights.",
    )
    learning_rate: float = number(
        1e-3,
        low=1e-8,
        high=10,
        title="Learning rate",
        choices=(1e-4, 3e-4, 1e-3, 2e-3, 3e-3, 1e-2, 3e-2),
        help="How far one update moves the weights (Adam).",
    )


class _Spec(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TaskSpec(_Spec):
    """A task by name with its parameters; written flat: {"name": "digits", "classes": 4}."""

    name: str
    params: SerializeAsAny[Parameters]

    @model_validator(mode="before")
    @classmethod
    def _from_flat(cls, data: Any) -> Any:
        return _named_parameters(data, "name", "task", REGISTRY.task)

    @model_serializer
    def _flat(self) -> dict[str, Any]:
        return {"name": self.name, **self.params.model_dump()}

    @property
    def entry(self) -> TaskEntry:
        """The catalogue's entry of this task."""
        return REGISTRY.task(self.name)


class ModuleSpec(_Spec):
    """A module by name with its parameters; written flat, or short as "se:ratio=4"."""

    name: str
    params: SerializeAsAny[Parameters]

    @model_validator(mode="before")
    @classmethod
    def _from_flat(cls, data: Any) -> Any:
        return _named_parameters(data, "name", "module", REGISTRY.module)

    @model_serializer
    def _flat(self) -> dict[str, Any]:
        return {"name": self.name, **self.params.model_dump()}

    @property
    def entry(self) -> ModuleEntry:
        """The catalogue's entry of this module."""
        return REGISTRY.module(self.name)

    @property
    def short(self) -> str:
        """The name with the parameters that differ from their defaults: "se:ratio=4"."""
        defaults = type(self.params)()
        changed = [
            f"{key}={_plain(value)}"
            for key, value in self.params.model_dump().items()
            if value != getattr(defaults, key)
        ]
        return ":".join([self.name, ",".join(changed)]) if changed else self.name


class Arm(_Spec):
    """One configuration under comparison: a module with its parameters, and a label for it."""

    label: Annotated[str, Field(min_length=1, max_length=80)]
    module: ModuleSpec

    @model_validator(mode="before")
    @classmethod
    def _from_flat(cls, data: Any) -> Any:
        if isinstance(data, str):
            data = split_short(data)
            data["module"] = data.pop("name")
        if not isinstance(data, dict):
            return data
        data = dict(data)
        label, module = data.pop("label", None), data.pop("module", None)
        if module is None:
            raise SpecError(f"an arm needs a module, got {data!r}")
        if isinstance(module, str):
            module = ModuleSpec.model_validate({**split_short(module), **data})
        elif data:
            raise SpecError(f"unknown field of an arm: {', '.join(map(repr, data))}")
        else:
            module = ModuleSpec.model_validate(module)
        return {"label": module.short if label is None else label, "module": module}

    @model_serializer
    def _flat(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "module": self.module.name,
            **self.module.params.model_dump(),
        }

    @property
    def title(self) -> str:
        """What people read: the label they gave, or the module's title with what was changed."""
        if self.label != self.module.short:
            return self.label
        changed = self.label.partition(":")[2].replace("_", " ").replace("=", " ")
        name = self.module.entry.title
        return f"{name}, {changed.replace(',', ', ')}" if changed else name


class Study(_Spec):
    """A plan: task, arms, the reference among them, seeds and training settings.

    Accepts what people write: arms as "dense", "se:ratio=4" or a mapping, seeds as a count or a
    list, and `epochs`, `batch_size`, `learning_rate` beside the task. What is left out of the
    training is taken from the task's own good settings. Raises SpecError for anything that cannot
    be trained, before anything is trained.
    """

    task: TaskSpec
    arms: Annotated[tuple[Arm, ...], Field(min_length=1, max_length=MAX_ARMS)]
    reference: str
    seeds: Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(max_length=MAX_SEEDS)]
    training: Training

    def __init__(self, **data: Any) -> None:
        try:
            super().__init__(**_complete(data))
        except ValidationError as error:
            raise SpecError(wording(error, type(self))) from None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        labels = [arm.label for arm in self.arms]
        twice = sorted({label for label in labels if labels.count(label) > 1})
        if twice:
            raise SpecError(
                f"two arms are called {twice[0]!r}: change a parameter of one, or give it a label"
            )
        if self.reference not in labels:
            raise SpecError(
                f"the reference must be one of the arms {', '.join(labels)}; got {self.reference!r}"
            )
        if len(set(self.seeds)) < len(self.seeds):
            raise SpecError(f"each seed may be named once, got {list(self.seeds)}")
        for arm in self.arms:
            check_fit(self.task, arm.module)
        return self

    @property
    def runs(self) -> int:
        """How many runs the study plans: arms times seeds."""
        return len(self.arms) * len(self.seeds)

    def arm(self, label: str) -> Arm:
        """Return the arm with this label."""
        return next(arm for arm in self.arms if arm.label == label)

    def canonical_json(self) -> str:
        """The one JSON text of this content: every parameter written out, keys sorted."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))

    @property
    def hash(self) -> str:
        """Sixteen hexadecimal digits that name this content."""
        return hashlib.sha256(self.canonical_json().encode()).hexdigest()[:16]

    def to_dict(self) -> dict[str, Any]:
        """The study as people would write it: seeds as a count where they are 0, 1, 2 …"""
        data = self.model_dump(mode="json")
        if self.seeds == tuple(range(len(self.seeds))):
            data["seeds"] = len(self.seeds)
        return data

    def to_yaml(self) -> str:
        """The study as YAML that `from_text` reads back to the same content."""
        return yaml.safe_dump(self.to_dict(), sort_keys=False, allow_unicode=True)

    @classmethod
    def from_text(cls, text: str) -> Study:
        """Read YAML or JSON; raises SpecError with the line where the text is malformed."""
        try:
            data = yaml.safe_load(text)  # JSON is YAML
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f" at line {mark.line + 1}" if mark else ""
            problem = getattr(error, "problem", None) or error
            raise SpecError(f"not readable as YAML or JSON{line}: {problem}") from None
        if not isinstance(data, dict):
            raise SpecError(f"a study is a mapping with task and arms, got {type(data).__name__}")
        return cls(**{str(key): value for key, value in data.items()})

    @classmethod
    def from_file(cls, path: str | Path) -> Study:
        """Read a YAML or JSON file; raises SpecError that names the file."""
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise SpecError(f"cannot read the study file {path}: {reason}") from None
        try:
            return cls.from_text(text)
        except SpecError as error:
            raise SpecError(f"{path}: {error}") from None


def check_fit(task: TaskSpec, module: ModuleSpec) -> None:
    """Raise SpecError if this module cannot stand in a slot of this task's backbone."""
    slot = task.entry.slot
    if slot not in module.entry.fits:
        fitting = [entry.name for entry in REGISTRY.modules.values() if slot in entry.fits]
        takes = " or ".join(SLOT_SHAPES[kind] for kind in sorted(module.entry.fits))
        raise SpecError(
            f"module {module.name!r} does not fit task {task.name!r}: it weighs {takes}, the task "
            f"gives {SLOT_SHAPES[slot]}; modules that fit are {', '.join(fitting)}"
        )
    for size in task.entry.slot_sizes(task.params):
        module.entry.check_size(module.params, SLOT_UNITS[slot], size)


def split_short(text: str) -> dict[str, Any]:
    """Split "se:ratio=4,gate=sigmoid" into {"name": "se", "ratio": "4", "gate": "sigmoid"}."""
    name, colon, rest = text.strip().partition(":")
    parsed: dict[str, Any] = {"name": name.strip()}
    for item in rest.split(",") if colon else ():
        key, equals, value = item.partition("=")
        if not equals or not key.strip() or not value.strip():
            raise SpecError(f"expected name:parameter=value,… in {text!r}, got {item!r}")
        parsed[key.strip()] = value.strip()
    return parsed


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _named_parameters(data: Any, key: str, what: str, look_up: Any) -> Any:
    """Turn the flat form of a task or module into its name and validated parameter model."""
    if isinstance(data, str):
        data = split_short(data)
    if not isinstance(data, dict) or "params" in data:
        return data
    data = dict(data)
    name = data.pop(key, None)
    if not isinstance(name, str):
        raise SpecError(f"a {what} needs a name, got {name!r}")
    model = look_up(name).params
    try:
        return {"name": name, "params": model(**data)}
    except ValidationError as error:
        raise SpecError(f"{what} {name}: {wording(error, model)}") from None


def _complete(data: dict[str, Any]) -> dict[str, Any]:
    """Fill what may be left out: training by the task, the reference, seeds as a count."""
    data = dict(data)
    given = data.pop("training", None) or {}
    if isinstance(given, Training):
        given = given.model_dump()
    if not isinstance(given, dict):
        raise SpecError(f"training must be a mapping such as epochs: 20, got {given!r}")
    loose = {key: data.pop(key) for key in Training.model_fields if key in data}
    if "task" in data:
        try:
            data["task"] = TaskSpec.model_validate(data["task"])
        except ValidationError as error:
            raise SpecError(wording(error, TaskSpec)) from None
        given = {**data["task"].entry.training, **given, **loose}
        try:
            data["training"] = Training(**given)
        except ValidationError as error:
            raise SpecError(f"training: {wording(error, Training)}") from None
    seeds = data.get("seeds", 10)
    if isinstance(seeds, int) and not isinstance(seeds, bool):
        if not 1 <= seeds <= MAX_SEEDS:
            raise SpecError(f"seeds must be at least 1 and at most {MAX_SEEDS}, got {seeds}")
        seeds = range(seeds)
    if isinstance(seeds, (str, dict)) or not hasattr(seeds, "__iter__"):
        raise SpecError(f"seeds must be a count or a list of whole numbers, got {seeds!r}")
    data["seeds"] = tuple(seeds)
    if not data["seeds"]:
        raise SpecError("seeds must name at least one seed, got none")
    arms = data.get("arms")
    if isinstance(arms, (list, tuple)) and arms:
        try:
            data["arms"] = tuple(
                arm if isinstance(arm, Arm) else Arm.model_validate(arm) for arm in arms
            )
        except ValidationError as error:
            raise SpecError(wording(error, Arm)) from None
        labels = [arm.label for arm in data["arms"]]
        data.setdefault("reference", "none" if "none" in labels else labels[0])
    return data
