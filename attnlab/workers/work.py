"""What a worker is given, and what it gives back."""

from __future__ import annotations

import traceback
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from attnlab.imports import importing, is_import_fault
from attnlab.spec import SCORED_BY, Arm, Study, load
from attnlab.training.events import Event, Grouped, RunEnd, first_line

if TYPE_CHECKING:
    from attnlab.training.engine import DataPool, Programs


class WorkersError(RuntimeError):
    """Raised when no worker can train at all, with the reason."""


@dataclass(frozen=True)
class Work:
    """A group of an arm's seeds to train, as plain data.

    `seeds` decide which train together, `together` in a group unless the engine is to find that
    out; only those `left` are trained. With `may_move` nothing of a large network is trained, so
    that it can begin anew where there are more threads for it.
    """

    study: Study
    arm: str
    seeds: tuple[int, ...]
    left: tuple[int, ...]
    together: int | None = None
    may_move: bool = False

    def events(self, data: DataPool, programs: Programs) -> Generator[Event, None, None]:
        """Train the first group of the seeds: the events of `engine.train`."""
        with importing("attnlab.training.engine"):
            from attnlab.training import engine

        judged_by = self.study.metric
        for event in engine.train(
            self.study.arm(self.arm),
            self.seeds,
            task=self.study.task_of(self.arm),
            training=self.study.training_of(self.arm),
            left=self.left,
            data=data,
            programs=programs,
            together=self.together,
            first_group=True,
        ):
            if judged_by.kind == "inspected" and isinstance(event, RunEnd):
                event = load(SCORED_BY)(event, self.study, self.arm)
            yield event
            if self.may_move and isinstance(event, Grouped) and event.is_large:
                return


@dataclass(eq=False)
class SeedGroup:
    """Seeds of an arm that are to be trained, those of them that have not ended, and how often
    that was begun again.

    Groups train in the order of their `place`: their part of the seeds, which group of it, and the
    arm. So the same seeds of all arms end one soon after the other, and can be compared.
    Whether the network `is_large` is known once a worker has built it; a large one may end with
    nothing trained, once, to begin anew in another worker: it `has_moved`.
    """

    study: Study
    arm: Arm
    seeds: tuple[int, ...]
    left: list[int]
    place: tuple[int, int, int] = (0, 0, 0)
    together: int | None = None
    is_large: bool | None = None
    has_moved: bool = False
    retries: int = 0

    def work(self, may_move: bool = False) -> Work:
        """What is left of it now; with `may_move` it ends early if it turns out to be large."""
        left = tuple(self.left)
        return Work(self.study, self.arm.label, self.seeds, left, self.together, may_move)

    def divided(self, grouped: Grouped) -> list[SeedGroup]:
        """The other groups that the engine found in it; this one keeps its first."""
        part, first, arm = self.place
        large = self.is_large = grouped.is_large
        others = [
            SeedGroup(
                self.study, self.arm, seeds, left, (part, number, arm), grouped.together, large
            )
            for number, seeds in enumerate(grouped.others, first + 1)
            if (left := [seed for seed in self.left if seed in seeds])
        ]
        given_away = {seed for other in others for seed in other.seeds}
        self.left = [seed for seed in self.left if seed not in given_away]
        self.seeds = tuple(seed for seed in self.seeds if seed not in given_away)
        self.together = grouped.together
        return others


@dataclass(frozen=True)
class Failure:
    """Why a group ended before its time.

    `details` is a traceback for the log. `is_import_fault` says that half a module was met,
    `worker_died` that the process ended, and `machine_died` that it did with its whole machine,
    which is no fault of the group: all may go better another time.
    """

    reason: str
    details: str = ""
    is_import_fault: bool = False
    worker_died: bool = False
    machine_died: bool = False

    @classmethod
    def of(cls, error: BaseException) -> Failure:
        """What a training raised."""
        reason = first_line(error) if isinstance(error, Exception) else type(error).__name__
        details = "".join(traceback.format_exception(error))
        return cls(reason, details, is_import_fault(error))


@dataclass(frozen=True)
class Begun:
    """A worker begins with a group."""


@dataclass(frozen=True)
class Ended:
    """A group has nothing left to train, or ended with a failure."""

    failure: Failure | None = None


class WorkerEvent(NamedTuple):
    """Something that happened to a group."""

    group: SeedGroup
    event: Event | Begun | Ended
