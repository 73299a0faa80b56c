"""The rows and records that the store takes and returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attnlab.spec import NetworkLayer, SpecError, Study
from attnlab.store import damage
from attnlab.store.damage import DamagedError
from attnlab.store.errors import StoreError
from attnlab.store.owner import Owner
from attnlab.store.statuses import COMPLETE, Status

if TYPE_CHECKING:
    import numpy as np

    from attnlab.store.shown_samples import SampleAnswer

_PLAN = "its plan cannot be read"


@dataclass(frozen=True)
class StudyRow:
    """One study with its progress. Times are UTC in unix seconds; None if not reached yet."""

    id: str
    name: str
    note: str
    status: Status
    example: bool
    created_at: float
    started_at: float | None
    finished_at: float | None
    heartbeat_at: float
    owner: Owner | None
    activity: str
    stop_requested: bool
    paused: bool
    spec_hash: str
    spec: str
    counts: Mapping[Status, int]
    """How many runs have each status, zeros included."""
    epochs: Mapping[Status, int]
    """How many epochs were recorded, by the status of their runs."""
    seconds: float
    """The sum of the training seconds of the runs that ended."""
    tuned: int = 0
    """How many runs have ended that choose learning rates, before the others."""
    part: str = ""
    """The task that it is about, where it was made of a study of several; empty for all of it."""
    person: str | None = None
    """The key of the person who made it (see `Person`); None if that was without sign-in."""
    made_by: str = ""
    """What pages call that person; empty without one."""
    faults: tuple[str, ...] = ()
    """What is damaged of the row, beside the plan."""

    def on(self, part: Study) -> StudyRow:
        """The row as of one of the parts of its study, with the progress of all."""
        return replace(
            self,
            spec=part.canonical_json(),
            spec_hash=part.hash,
            part=part.task.stream,
        )

    @cached_property
    def study(self) -> Study:
        """The plan. Raises StoreError if this version of attnlab cannot read it any more, or if it
        is damaged."""
        if self._plain is None:
            raise DamagedError(self.id, _PLAN)
        try:
            return Study(**self._plain)
        except SpecError as error:
            raise StoreError(
                f"study {self.id} was planned with another version of attnlab, and its plan does "
                f"not fit this one: {error}"
            ) from error

    @property
    def damage(self) -> str:
        """What is damaged of the study's row and plan, in words; empty if nothing is."""
        return "; ".join([*self.faults, *([_PLAN] if self._plain is None else [])])

    @property
    def task_names(self) -> list[str]:
        """The names of its tasks, its own first; of a plan that does not fit this version, too."""
        plan = self._plain
        if plan is None:
            return []
        arms = (arm.get("set", {}).get("task") for arm in plan["arms"])
        return list(dict.fromkeys([plan["task"]["name"], *filter(None, arms)]))

    @property
    def runs(self) -> int:
        """How many runs the study has."""
        return sum(self.counts.values())

    @property
    def epochs_done(self) -> int:
        """Epochs recorded, over all runs."""
        return sum(self.epochs.values())

    @property
    def epochs_planned(self) -> int:
        """Epochs that all runs together have if none ends early."""
        return self.runs * self._epochs_a_run

    @property
    def share(self) -> float:
        """How much of the study is done, 0..1, the choice of learning rates included. A run that
        finished or failed counts as complete, however early it ended."""
        done = sum(
            self.counts[status] * self._epochs_a_run if status in COMPLETE else self.epochs[status]
            for status in Status
        )
        before = self.tuned * self._epochs_a_run
        planned = self.epochs_planned + self.tuning_planned * self._epochs_a_run
        return (done + before) / max(1, planned)

    @property
    def tuning_planned(self) -> int:
        """How many runs choose learning rates; of a plan that came with chosen ones, none.

        Reads plain values, so that it is known of a plan that cannot be read, too. It takes every
        task to have as many rates as the study's own: one whose learning rate is near the lowest or
        highest possible has fewer.
        """
        plan = self._plain or {}
        tuning = plan.get("tuning") or {}
        if not tuning or tuning.get("chosen"):
            return self.tuned
        return len(plan["arms"]) * len(tuning.get("rates", ())) * len(tuning.get("seeds", ()))

    @property
    def _epochs_a_run(self) -> int:
        return int(self._plain["training"]["epochs"]) if self._plain else 0

    @cached_property
    def _plain(self) -> dict[str, Any] | None:
        try:
            return damage.plan(self.spec)
        except damage.NOT_WRITTEN_SO:
            return None


@dataclass(frozen=True)
class ArmRow:
    """One arm of a study; network and parameter counts are None until the arm starts to train."""

    study: str
    label: str
    position: int
    network: tuple[NetworkLayer, ...] | None
    parameters: int | None
    attention_parameters: int | None


@dataclass(frozen=True)
class TraceRecord:
    """Attention weights along one axis, of any shape, stored as float32, and their measures.

    `samples` (N, ...) are the weights of a few samples to look at, stored as float16.
    """

    axis: str
    kind: str
    weights: np.ndarray
    measures: Mapping[str, float] = field(default_factory=dict)
    samples: np.ndarray | None = None


@dataclass(frozen=True)
class EpochRecord:
    """The numbers of one epoch of one run. Epochs count from 1; NaN metrics are stored as missing.

    `extra_metrics` are what the task measures besides loss and accuracy, by name. `answers` are
    those to a few samples to look at: see `attnlab.store.shown_samples`.
    """

    arm: str
    seed: int
    epoch: int
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    seconds: float
    traces: Sequence[TraceRecord] = field(default=())
    extra_metrics: Mapping[str, float] = field(default_factory=dict)
    answers: Sequence[SampleAnswer] = field(default=())
