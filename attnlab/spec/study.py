"""A study: a plan that is checked as a whole, and its one canonical text.

The same content always gives the same canonical JSON and the same hash, in whatever form it was
written.
"""

from __future__ import annotations

import hashlib
import json
from numbers import Integral
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import ValidationError, model_validator

from attnlab.spec.parameters import Parameters, SpecError, shown, unknown, wording
from attnlab.spec.parts import Arm, ModuleSpec, Spec, TaskSpec, checked
from attnlab.spec.reading import read_mapping
from attnlab.spec.registry import REGISTRY, SLOT_SHAPES, SLOT_UNITS
from attnlab.spec.training import Training

MAX_ARMS = 64
MAX_SEEDS = 1000
LARGEST_SEED = 2**31 - 1
SAME_FOR_ALL = "epochs"
"""The one setting of the training that no arm may change."""


class Study(Spec):
    """A plan: task, arms, the reference among them, seeds and training settings.

    Accepts what people write: arms as "dense", "se:ratio=4" or a mapping, seeds as a count or a
    list, and `epochs`, `batch_size`, `learning_rate` beside the task. What is left out of the
    training is taken from the task's own good settings. An arm may change parameters of the task
    and settings of the training for itself: `task_of` and `training_of` are what it is trained
    with. Raises SpecError for anything that cannot be trained, before anything is trained.
    """

    task: TaskSpec
    arms: tuple[Arm, ...]
    reference: str
    seeds: tuple[int, ...]
    training: Training

    def __init__(self, /, **data: Any) -> None:
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
            try:
                check_fit(self.task_of(arm), arm.module)
            except SpecError as error:
                raise SpecError(f"arm {arm.label}: {error}" if arm.changes else error) from None
        return self

    @property
    def runs(self) -> int:
        """How many runs the study plans: arms times seeds."""
        return len(self.arms) * len(self.seeds)

    @property
    def stops_early(self) -> bool:
        """Whether the seeds of any arm may end before the last epoch."""
        return any(self.training_of(arm).patience for arm in self.arms)

    def arm(self, label: str) -> Arm:
        """Return the arm with this label."""
        return next(arm for arm in self.arms if arm.label == label)

    def task_of(self, arm: Arm | str) -> TaskSpec:
        """The task that this arm, or the arm with this label, is trained on."""
        arm = self.arm(arm) if isinstance(arm, str) else arm
        if not arm.changes:
            return self.task
        return TaskSpec(name=self.task.name, params=_changed(self.task.params, arm))

    def training_of(self, arm: Arm | str) -> Training:
        """How this arm, or the arm with this label, is trained."""
        arm = self.arm(arm) if isinstance(arm, str) else arm
        return _changed(self.training, arm) if arm.changes else self.training

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
        return cls(**read_mapping(text))

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
    if slot not in module.fits:
        fitting = [entry.name for entry in REGISTRY.modules.values() if slot in entry.fits]
        takes = " or ".join(SLOT_SHAPES[kind] for kind in sorted(module.fits))
        called = f"{module.name}:of={module.of.name}" if module.of else module.name
        raise SpecError(
            f"module {called!r} does not fit task {task.name!r}: it weighs {takes}, the task "
            f"gives {SLOT_SHAPES[slot]}; modules that fit are {', '.join(fitting)}"
        )
    for size in task.entry.slot_sizes(task.params):
        module.check_size(SLOT_UNITS[slot], size)


def _complete(data: dict[str, Any]) -> dict[str, Any]:
    """Fill what may be left out: training by the task, the reference, seeds as a count."""
    known = (*Study.model_fields, *Training.model_fields)
    for name in data:
        if name not in known:
            raise SpecError(unknown("parameter", name, known))
    if data.get("task") is None:
        raise SpecError(f"task is missing: give one of {', '.join(REGISTRY.tasks)}")
    task = TaskSpec.model_validate(data["task"])
    training = _training(data, task)
    arms = tuple(_typed(arm, task, training) for arm in _arms(data.get("arms")))
    labels = [arm.label for arm in arms]
    reference = data.get("reference")
    if reference is None:
        reference = "none" if "none" in labels else labels[0]
    return {
        "task": task,
        "arms": arms,
        "reference": reference,
        "seeds": _seeds(data.get("seeds", 10)),
        "training": training,
    }


def _arms(given: Any) -> tuple[Arm, ...]:
    if given is None:
        raise SpecError("arms is missing: give a list such as ['none', 'dense']")
    if not isinstance(given, (list, tuple)):
        raise SpecError(f"arms must be a list such as ['none', 'dense'], got {shown(given)}")
    if not 1 <= len(given) <= MAX_ARMS:
        raise SpecError(f"a study has at least 1 and at most {MAX_ARMS} arms, got {len(given)}")
    return tuple(Arm.model_validate(arm) for arm in given)


def _seeds(given: Any) -> tuple[int, ...]:
    if isinstance(given, Integral) and not isinstance(given, bool):
        if not 1 <= given <= MAX_SEEDS:
            raise SpecError(f"seeds must be at least 1 and at most {MAX_SEEDS}, got {given}")
        return tuple(range(given))
    if isinstance(given, (str, bytes, dict)) or not hasattr(given, "__iter__"):
        raise SpecError(f"seeds must be a count or a list of whole numbers, got {shown(given)}")
    seeds = tuple(given)
    if not seeds:
        raise SpecError("seeds must name at least one seed, got none")
    if len(seeds) > MAX_SEEDS:
        raise SpecError(f"seeds must name at most {MAX_SEEDS}, got {len(seeds)}")
    for seed in seeds:
        whole = isinstance(seed, Integral) and not isinstance(seed, bool)
        if not whole or not 0 <= seed <= LARGEST_SEED:
            raise SpecError(
                f"seeds must be whole numbers from 0 to {LARGEST_SEED}, got {shown(seed)}"
            )
    return tuple(int(seed) for seed in seeds)


def _typed(arm: Arm, task: TaskSpec, training: Training) -> Arm:
    """The arm with its changes checked and typed, without those that are the study's anyway."""
    if not arm.changes:
        return arm
    known = [*type(task.params).model_fields, *Training.model_fields]
    known.remove(SAME_FOR_ALL)
    for name, _ in arm.changes:
        if name == SAME_FOR_ALL:
            raise SpecError(
                f"arm {arm.label}: {name} cannot be changed for one arm: arms are compared epoch "
                "by epoch"
            )
        if name not in known:
            raise SpecError(f"arm {arm.label}: {unknown('parameter', name, known)}")
    changes = {
        name: value
        for params in (task.params, training)
        for name, value in _changed(params, arm)
        if value != getattr(params, name)
    }
    own = {"module": arm.module, "set": changes}
    return Arm.model_validate(own if arm.label == arm.short else {"label": arm.label, **own})


def _changed(params: Parameters, arm: Arm) -> Any:
    """The parameters with those of them that the arm changes; raises SpecError naming the arm."""
    own = {name: value for name, value in arm.changes if name in type(params).model_fields}
    return checked(type(params), {**dict(params), **own}, f"arm {arm.label}")


def _training(data: dict[str, Any], task: TaskSpec) -> Training:
    given = data.get("training")
    if isinstance(given, Training):
        given = given.model_dump()
    if given is None:
        given = {}
    if not isinstance(given, dict):
        raise SpecError(f"training must be a mapping such as epochs: 20, got {shown(given)}")
    given = {str(key): value for key, value in given.items()}
    beside = {name: data[name] for name in Training.model_fields if name in data}
    for name in given.keys() & beside.keys():
        raise SpecError(f"{name} is given twice: as {beside[name]!r}, and in training")
    return checked(Training, {**task.entry.training, **given, **beside}, "training")
