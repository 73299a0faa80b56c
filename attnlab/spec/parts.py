"""The parts of a study: how it is trained, its task, a module and an arm.

Each takes what a person types (Python, YAML, JSON, a form, the command line) and becomes one
frozen, validated value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializeAsAny,
    ValidationError,
    model_serializer,
    model_validator,
)

from attnlab.spec.parameters import (
    Parameters,
    SpecError,
    choice,
    number,
    shown,
    unknown,
    wording,
)
from attnlab.spec.registry import REGISTRY, ModuleEntry, TaskEntry


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
        help="How far one update moves the weights.",
    )
    optimizer: Literal["adam", "adamw", "sgd", "rmsprop"] = choice(
        "adam",
        title="Optimiser",
        advanced=True,
        help="How gradients become updates of the weights.",
    )
    momentum: float = number(
        0.9,
        low=0.0,
        high=0.999,
        title="Momentum",
        step=0.01,
        advanced=True,
        help="How much of the last update goes into the next (SGD only).",
    )
    weight_decay: float = number(
        0.004,
        low=0.0,
        high=1.0,
        title="Weight decay",
        choices=(0.0, 0.0001, 0.001, 0.004, 0.01, 0.1),
        advanced=True,
        help="How strongly each update also shrinks the weights (AdamW only).",
    )
    schedule: Literal["constant", "cosine", "step"] = choice(
        "constant",
        title="Learning-rate schedule",
        advanced=True,
        help="Keep the learning rate, let it fall to zero along a cosine, or lower it in steps.",
    )
    step_epochs: int = number(
        10,
        low=1,
        high=1000,
        title="Epochs a step",
        choices=(1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 100, 200, 500, 1000),
        advanced=True,
        help="After how many epochs the learning rate is lowered (step schedule only).",
    )
    step_factor: float = number(
        0.5,
        low=0.01,
        high=1.0,
        step=0.01,
        title="Step factor",
        advanced=True,
        help="What the learning rate is multiplied by at each step (step schedule only).",
    )
    patience: int = number(
        0,
        low=0,
        high=1000,
        title="Patience",
        choices=(0, 1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 100),
        advanced=True,
        help="Stop a seed after this many epochs without a better validation loss and keep its "
        "best weights; 0 trains every epoch.",
    )


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


class TaskSpec(Spec):
    """A task by name with its parameters; written flat: {"name": "digits", "classes": 4}."""

    name: str
    params: SerializeAsAny[Parameters]

    @model_validator(mode="before")
    @classmethod
    def _from_flat(cls, data: Any) -> Any:
        return _named_parameters(data, "task", REGISTRY.tasks, REGISTRY.task)

    @model_serializer
    def _flat(self) -> dict[str, Any]:
        return {"name": self.name, **self.params.model_dump()}

    @property
    def entry(self) -> TaskEntry:
        """The catalogue's entry of this task."""
        return REGISTRY.task(self.name)


class ModuleSpec(Spec):
    """A module by name with its parameters; written flat, or short as "se:ratio=4"."""

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


class Arm(Spec):
    """One configuration under comparison: a module with its parameters, and a label for it."""

    label: Annotated[str, Field(min_length=1, max_length=80)]
    module: ModuleSpec

    @model_validator(mode="before")
    @classmethod
    def _from_flat(cls, data: Any) -> Any:
        if isinstance(data, Arm):
            return data
        given = data
        if isinstance(data, str):
            data = split_short(data)
            data["module"] = data.pop("name")
        if not isinstance(data, dict):
            raise SpecError(
                f"an arm is a module such as 'dense' or 'se:ratio=4', or a mapping with a module "
                f"and its parameters; got {shown(data)}"
            )
        data = {str(key): value for key, value in data.items()}
        label, module = data.pop("label", None), data.pop("module", None)
        if module is None:
            raise SpecError(f"an arm needs a module, got {shown(given)}")
        if isinstance(module, str):
            named = split_short(module)
            for key in named.keys() & data.keys():
                raise SpecError(f"{key} is given twice in the arm {shown(given)}")
            module = ModuleSpec.model_validate({**named, **data})
        elif data:
            raise SpecError(unknown("field of an arm", next(iter(data)), ("label", "module")))
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


def split_short(text: str) -> dict[str, Any]:
    """Split "se:ratio=4,gate=sigmoid" into {"name": "se", "ratio": "4", "gate": "sigmoid"}."""
    name, colon, rest = text.strip().partition(":")
    parsed: dict[str, Any] = {"name": name.strip()}
    for item in rest.split(",") if colon else ():
        key, equals, value = item.partition("=")
        if not equals or not key.strip() or not value.strip():
            raise SpecError(f"expected name:parameter=value,… in {text!r}, got {item!r}")
        if key.strip() in parsed:
            raise SpecError(f"{key.strip()} is given twice in {text!r}")
        parsed[key.strip()] = value.strip()
    return parsed


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _named_parameters(data: Any, what: str, table: Mapping[str, Any], look_up: Any) -> Any:
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
    model = look_up(name).params
    if data.keys() == {"params"} and isinstance(data["params"], model):
        return {"name": name, **data}
    return {"name": name, "params": checked(model, data, f"{what} {name}")}


def checked(model: type[Parameters], values: dict[str, Any], where: str) -> Parameters:
    """Make the parameter model; raises SpecError that begins with `where`."""
    try:
        return model(**values)
    except ValidationError as error:
        raise SpecError(f"{where}: {wording(error, model)}") from None
