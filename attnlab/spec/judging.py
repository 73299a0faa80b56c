"""How a study is judged, fixed before it starts, and what a person expects of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from attnlab.spec.components import Spec, TaskSpec
from attnlab.spec.metrics import (
    ACCURACY,
    Metric,
    as_tested,
    metric_of,
    metrics_of,
    recalls_of,
)
from attnlab.spec.parameters import Parameters, choice, number, text

PLANNED_ALONE = 0
FIRST_STAGE = 10
"""How many seeds a study that asks for a precision begins with at least."""

USUAL_CAP = 100
"""To how many seeds it grows at most where the plan does not say."""

HOLM, MAX_T = "holm", "max-t"
ON_TEST = ("test", "best")
"""The scores that are read on the test samples."""

MOST_OFFERED = 12
"""Of more classes the recall of each is no choice in a form; a plan may name it."""


class Judging(Parameters):
    """What a run's score is, and how often the study may be looked at."""

    metric: str = text(
        ACCURACY,
        title="Judged by",
        help="The one number that decides; everything else is shown beside it.",
        longest=60,
    )
    score: Literal["final", "mean", "best", "test"] = choice(
        "final",
        title="Score of a run",
        help="The last epoch, or with early stopping the one kept, whose validation loss was "
        "lowest: on the validation samples (final), or on test samples that decided nothing "
        "(test), which is what tasks that draw samples for it are judged by unless told otherwise; "
        "the mean of the last few trained (mean); or the epoch with the lowest validation loss, "
        "read on the test samples (best).",
    )
    last: int = number(
        5,
        low=2,
        high=100,
        title="Epochs averaged",
        only_if=("score", "mean"),
        help="The mean of how many epochs, counted from the end.",
    )
    most_seeds: int = number(
        PLANNED_ALONE,
        low=0,
        high=1000,
        title="May grow to",
        advanced=True,
        help="Plan to add seeds after a first look, up to so many: the first look is then judged "
        "more strictly, so that two looks raise no more false alarms than one. 0 plans one look. "
        "Where a precision is asked, the most seeds that it may take, 100 if this is 0.",
    )
    correction: Literal["holm", "max-t"] = choice(
        HOLM,
        title="Correction",
        advanced=True,
        help="For comparing several arms. Holm's needs no assumption; step-down max-t flips the "
        "seeds of all arms together, so that it sees more of arms that go up and down alike. It "
        "plans one look.",
    )
    margin: float = number(
        0.0,
        low=0.0,
        high=1e6,
        title="Practically the same",
        advanced=True,
        help="A difference smaller than this, in the metric's own units, is practically none: 0.01 "
        "is a point of accuracy. An arm whose difference is shown to be smaller is called "
        "practically the same. 0 asks for no such thing.",
    )
    precision: float = number(
        0.0,
        low=0.0,
        high=1e6,
        title="Precision",
        advanced=True,
        help="How far the 95 % interval of a difference is to reach to each side, in the metric's "
        "own units: 0.01 is a point of accuracy. The seeds of the plan, at least 10, are then the "
        "first of two stages: how much they vary says how many it takes, and the others are "
        "trained, too. 0 asks for as many seeds as the plan says.",
    )

    @property
    def cap(self) -> int:
        """How many seeds a study that asks for a precision takes at most."""
        return self.most_seeds or USUAL_CAP


def metrics_as_read(task: TaskSpec, score: str, *planned: str) -> dict[str, Metric]:
    """What people are offered to judge the runs of this task by, by name, where their scores are
    read so: of many classes not the recall of each, except where it is `planned`."""
    recalls = recalls_of(task)
    if len(recalls) > MOST_OFFERED:
        recalls = {}
    known = {**metrics_of(task), **recalls}
    known |= {name: metric_of(task, name) for name in planned}
    return {name: as_tested(each) for name, each in known.items()} if score in ON_TEST else known


def is_possible(score: str, metric: Metric) -> bool:
    """Whether a score can be read in this way of a run by this metric."""
    if score in ON_TEST:
        return metric.is_tested
    return score != "mean" or metric.kind not in ("end", "size", "time", "inspected")


def usual_score(task: TaskSpec, metric: Metric) -> Literal["test", "final"]:
    """How the score of a run is read unless a plan says so: on the samples that a task draws for
    it, if it draws any and this metric is measured there."""
    return "test" if task.fresh_samples and metric.is_tested else "final"


class Prediction(Spec):
    """What a person expects before the study starts: the arm that wins, and by how much.

    `winner` is the label of an arm, the reference's for "none of them beats it"; `margin` is the
    difference to the reference expected, in the metric's own units (0.05 for five points).
    """

    winner: Annotated[str, Field(min_length=1)]
    margin: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
