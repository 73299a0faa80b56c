"""A study: a complete, checked plan, and its one canonical text.

The same content always gives the same canonical JSON and the same hash, in whatever form it was
written. The JSON has every setting, the hash only what differs from the defaults (see
`attnlab.spec.identity`).
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import ValidationError, model_validator

from attnlab.spec import several
from attnlab.spec.arms import Arm
from attnlab.spec.checking import check_judging, check_precision
from attnlab.spec.completing import changed, complete
from attnlab.spec.components import TaskSpec
from attnlab.spec.contrasts import Contrast, check_contrasts
from attnlab.spec.fitting import check_fit
from attnlab.spec.identity import identity
from attnlab.spec.judging import ON_TEST, Judging, Prediction
from attnlab.spec.metrics import Metric, as_tested, metric_of
from attnlab.spec.older import as_meant_then, is_written_out
from attnlab.spec.parameters import SpecError, brief, shown, some_of, wording
from attnlab.spec.reading import read_mapping, read_text
from attnlab.spec.seeds import MAX_SEEDS
from attnlab.spec.training import Training
from attnlab.spec.tuning import Tunable, Tuning, check_tuning


class Study(Tunable):
    """A plan: task, arms, the reference among them, seeds and training settings.

    Accepts what people write: arms as "dense", "se:ratio=4" or a mapping, seeds as a count or a
    list, and `epochs`, `batch_size`, `learning_rate` next to the task. Settings of the training
    that are left out have the task's own good values. An arm may change parameters of the task
    and settings of the training for itself: `task_of` and `training_of` are what it is trained
    with. Raises SpecError for anything that cannot be trained, before anything is trained.

    `build` makes arms by a rule and `controls` adds the arms that separate attention from its side
    effects (see `attnlab.spec.building`), with the contrasts that ask them. `contrasts` are arms
    that are held against each other, beside the comparisons with the reference. `judging` says what
    the study is judged by; its fields may stand next to the task too. `looks` are the numbers of
    seeds at which it was looked at before more were added, and `prediction` is what a person
    expected of it. `settled` is with how many seeds a study that asks for a precision was found to
    need after its first stage; 0 until then. `tuning` gives every arm its own best learning rate
    (see `attnlab.spec.tuning`). `also_on` are tasks that the same arms are trained on, too (see
    `attnlab.spec.several`).
    """

    task: TaskSpec
    arms: tuple[Arm, ...]
    reference: str
    seeds: tuple[int, ...]
    training: Training
    judging: Judging
    contrasts: tuple[Contrast, ...] = ()
    looks: tuple[int, ...] = ()
    settled: int = 0
    tuning: Tuning | None = None
    prediction: Prediction | None = None

    def __init__(self, /, **data: Any) -> None:
        try:
            super().__init__(**complete(data, type(self).model_fields))
        except ValidationError as error:
            raise SpecError(wording(error, type(self))) from None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        labels = [arm.label for arm in self.arms]
        twice = sorted({shown(label) for label in labels if labels.count(label) > 1})
        if twice:
            raise SpecError(
                f"two arms are called {twice[0]}: change a parameter of one, or give it a label"
            )
        if self.reference not in labels:
            raise SpecError(
                f"the reference must be one of the arms {some_of(labels)}; "
                f"got {shown(self.reference)}"
            )
        if len(set(self.seeds)) < len(self.seeds):
            raise SpecError(f"each seed may be named once, got {shown(list(self.seeds))}")
        check_contrasts(self.contrasts, labels)
        check_judging(self)
        check_precision(self)
        check_tuning(self)
        for arm in self.arms:
            try:
                check_fit(self.task_of(arm), arm.module)
            except SpecError as error:
                raise SpecError(
                    f"arm {brief(arm.label)}: {error}" if arm.changes else error
                ) from None
        several.check_tasks(self)
        return self

    @property
    def metric(self) -> Metric:
        """What the study is judged by."""
        metric = metric_of(self.task, self.judging.metric)
        return as_tested(metric) if self.judging.score in ON_TEST else metric

    @property
    def parts(self) -> tuple[Study, ...]:
        """The study of the arms on each of its tasks alone, its own task first; itself where it
        has one task. See `attnlab.spec.several`."""
        return several.parts_of(self) if self.has_several_tasks else (self,)

    @property
    def has_several_tasks(self) -> bool:
        """Whether any arm is trained on another task than the study's."""
        return any(arm.task for arm in self.arms)

    @property
    def tasks(self) -> tuple[TaskSpec, ...]:
        """The tasks that its arms are trained on, its own first."""
        return tuple(part.task for part in self.parts)

    @property
    def planned(self) -> int:
        """How many seeds were planned, before any were added: of a study that asks for a precision
        those of both stages, as soon as that is known."""
        return self.settled or self.first_stage

    @property
    def first_stage(self) -> int:
        """How many seeds it began with."""
        return self.looks[0] if self.looks else len(self.seeds)

    @property
    def is_in_first_stage(self) -> bool:
        """Whether it asks for a precision, and how many seeds that takes is not known yet."""
        return bool(self.judging.precision) and not self.settled

    @property
    def batches(self) -> list[tuple[int, ...]]:
        """The seeds as they were planned and added. Those of a batch train together, so that
        seeds added later change no number of those before."""
        cuts = [0, *self.looks, len(self.seeds)]
        return [self.seeds[first:last] for first, last in itertools.pairwise(cuts)]

    def extended(self, more: int, first: int | None = None) -> Study:
        """The same study with so many further seeds, looked at with those it has.

        They go on behind its largest seed, or from `first` on.
        """
        if len(self.seeds) + more > MAX_SEEDS:
            raise SpecError(
                f"a study has at most {MAX_SEEDS} seeds; got {len(self.seeds)} and {more} more"
            )
        if more < 1:
            raise SpecError(f"at least 1 seed can be added, got {more}")
        if first is None:
            first = max(self.all_seeds) + 1
        return Study(
            **self.model_dump(mode="json")
            | {
                "seeds": [*self.seeds, *range(first, first + more)],
                "looks": [*self.looks, len(self.seeds)],
            }
        )

    def settled_at(self, seeds: int, first: int) -> Study:
        """The same study with so many seeds, which the precision asked for takes: its second stage
        begins at the seed `first`, unless the first one is enough."""
        plan, more = self.model_dump(mode="json") | {"settled": seeds}, seeds - len(self.seeds)
        if more > 0:
            plan["seeds"] = [*self.seeds, *range(first, first + more)]
            plan["looks"] = [len(self.seeds)]
        return Study(**plan)

    def at_seeds(self, first: int) -> Study:
        """The same plan with as many seeds, from `first` on, and nothing chosen yet."""
        seeds = [*range(first, first + len(self.seeds))]
        return Study(**self.to_dict() | {"seeds": seeds, "tuning": self._tuning_afresh})

    def as_planned(self) -> Study:
        """The same plan as it was before anything was added, its seeds a count."""
        begun = {"seeds": self.first_stage, "looks": [], "settled": 0}
        return Study(**self.to_dict() | begun | {"tuning": self._tuning_afresh})

    @property
    def counts_its_seeds(self) -> bool:
        """Whether the seeds are 0, 1, 2 …, which is what a count of seeds stands for, and those of
        a tuning the ones behind them."""
        return self.seeds == tuple(range(len(self.seeds))) and self._tunes_right_behind

    @property
    def data_streams(self) -> tuple[str, ...]:
        """What the data of a seed depend on besides the seed, for each of its tasks: see
        `TaskSpec.stream`."""
        return tuple(dict.fromkeys(task.stream for task in self.tasks))

    @property
    def question(self) -> str:
        """Sixteen hexadecimal digits that are the same for plans which differ in their seeds
        alone."""
        alone = {"seeds": (0,), "looks": (), "settled": 0, "tuning": self._tuning_without_seeds}
        return identity(self.model_copy(update=alone))

    @property
    def references(self) -> dict[str, str]:
        """What each arm is compared with, by its label; arms that others are compared with, the
        reference, and controls that a contrast holds their module against are missing.

        An arm that changes the task or the training is compared with the arm that has the
        reference's module and changes the same, where there is one: attention at 50 classes with
        none at 50 classes. Of several such arms the first counts, and the others are compared with
        it. All others are compared with the reference.
        """
        return several.references_in(self)

    @property
    def asked_controls(self) -> set[str]:
        """The labels of controls that a contrast holds a module against; the reference, and what
        else arms are compared with, are none."""
        return several.asked_controls_in(self)

    @property
    def contrast_pairs(self) -> list[tuple[str, str]]:
        """The labels of each planned contrast: an arm, and what it is held against."""
        return [(each.arm, each.against) for each in self.contrasts]

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
        if arm.task:
            return several.named_task(arm)
        return TaskSpec(name=self.task.name, params=changed(self.task.params, arm))

    def training_of(self, arm: Arm | str) -> Training:
        """How this arm, or the arm with this label, is trained."""
        arm = self.arm(arm) if isinstance(arm, str) else arm
        return self._at_chosen_rate(self.planned_training_of(arm), arm.label)

    def planned_training_of(self, arm: Arm) -> Training:
        """The same before any learning rate is chosen for it."""
        return changed(self.training, arm) if arm.changes else self.training

    def canonical_json(self) -> str:
        """The one JSON text of this content: every parameter written out, keys sorted."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))

    @property
    def hash(self) -> str:
        """Sixteen hexadecimal digits that name this content: see `attnlab.spec.identity`."""
        return identity(self)

    def to_dict(self) -> dict[str, Any]:
        """The study as people would write it: seeds as a count where they are 0, 1, 2 …"""
        data = self.model_dump(mode="json")
        if self.counts_its_seeds:
            data["seeds"] = len(self.seeds)
            if self.tuning:
                data["tuning"]["seeds"] = len(self.tuning.seeds)
        return data

    def to_yaml(self) -> str:
        """The study as YAML that `from_text` reads back to the same content."""
        return yaml.safe_dump(self.to_dict(), sort_keys=False, allow_unicode=True)

    @classmethod
    def from_text(cls, text: str) -> Study:
        """Read YAML or JSON; raises SpecError with the line where the text is malformed.

        A plan that an earlier attnlab wrote means what it meant then.
        """
        plan = read_mapping(text)
        return cls(**(as_meant_then(plan) if is_written_out(plan) else plan))

    @classmethod
    def from_file(cls, path: str | Path) -> Study:
        """Read a YAML or JSON file; raises SpecError that names the file."""
        text = read_text(path)
        try:
            return cls.from_text(text)
        except SpecError as error:
            raise SpecError(f"{path}: {error}") from None
