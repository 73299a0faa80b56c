"""One number that a run can be judged by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

VALIDATED, TESTED = "val_", "test_"
"""Before the names of what is measured on the validation split, and on the test split."""

RECALL = f"{VALIDATED}recall_"
"""Before the number of a class, counted from 0, in the name of the metric that is its recall."""


@dataclass(frozen=True)
class Metric:
    """A number of a run: its name, title and one line of help.

    `better` is 1 where more is better, −1 where less is, 0 where neither is. `kind` says how it is
    stored: "curve" has a value per epoch, "end" one of the epoch kept, measured at the end of the
    run, "attention" a value per epoch and axis, "size" belongs to the arm, "time" to the run;
    "inspected" is measured at the end of a run of a study that is judged by it, and else not. A
    `share` is shown in percent.
    """

    name: str
    title: str
    help: str
    better: Literal[-1, 0, 1]
    kind: Literal["curve", "end", "attention", "size", "time", "inspected"]
    share: bool = False
    unit: str = ""

    @property
    def is_performance(self) -> bool:
        """Whether it says how well a network does what it is trained for: accuracy, loss, what is
        measured of classes, and what a task measures itself. What attention looks like, a size or a
        time is none."""
        return self.kind in ("curve", "end")

    @property
    def helping(self) -> Literal[-1, 0, 1]:
        """Which way an arm must differ to *help*: `better` of a performance, else 0: of all other
        measures an arm is *higher* or *lower*, whichever is preferred."""
        return self.better if self.is_performance else 0

    @property
    def is_tested(self) -> bool:
        """Whether the test split has this number too."""
        return self.is_performance and self.name.startswith(VALIDATED)

    @property
    def class_number(self) -> int | None:
        """The number of the class whose recall this is; None of all other metrics."""
        return int(self.name.removeprefix(RECALL)) if self.name.startswith(RECALL) else None
