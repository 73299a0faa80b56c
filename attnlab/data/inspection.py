"""What is in a data set and what will be done with it, known before anything trains."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class InspectedColumn:
    """A column of a table: what it is, what is done to it, the inputs of a network that it becomes,
    and how many rows have no value there."""

    name: str
    kind: str
    treatment: str
    inputs: tuple[str, ...] = ()
    missing: int = 0


@dataclass(frozen=True)
class Reason:
    """Something that networks do not get, and why."""

    what: str
    reason: str


@dataclass(frozen=True)
class Histogram:
    """How many numbers lie in each bin (K,), by split; `edges` (K + 1,) are where bins end."""

    edges: tuple[float, ...]
    counts: dict[str, tuple[int, ...]]


@dataclass(frozen=True)
class Inspection:
    """What a data set holds, for a person to check before training.

    `kind` is "images", "text", "table", or "regression" for a table whose label is a quantity.
    `splits` says how many samples of each class every split has; without classes, how many "rows".
    `called` is what one and several samples are called. `samples` are those in use, `chance` is the
    accuracy of always giving the commonest answer on the validation split, or the RMSE of always
    giving the mean of a quantity, in its own unit; `histogram` is of that quantity. `drawn_anew`
    says whether each seed divides the samples in another way. `read_as` says what was found out
    about the file. Warnings say what to do.
    """

    kind: str
    path: str
    samples: int
    classes: tuple[str, ...]
    splits: dict[str, dict[str, int]]
    columns: tuple[InspectedColumn, ...] = ()
    left_out: tuple[Reason, ...] = ()
    warnings: tuple[str, ...] = ()
    chance: float | None = None
    histogram: Histogram | None = None
    drawn_anew: bool = True
    label: str = ""
    label_guessed: str = ""
    called: tuple[str, str] = ("row", "rows")
    read_as: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {
            "kind": self.kind,
            "path": self.path,
            "read_as": dict(self.read_as),
            "samples": self.samples,
            "label": self.label or None,
            "label_guessed": self.label_guessed or None,
            "classes": list(self.classes),
            "splits": {split: dict(counts) for split, counts in self.splits.items()},
            "drawn_anew": self.drawn_anew,
            "chance": self.chance,
            "histogram": None if self.histogram is None else asdict(self.histogram),
            "columns": [
                {
                    "name": column.name,
                    "kind": column.kind,
                    "treatment": column.treatment,
                    "inputs": list(column.inputs),
                    "missing": column.missing,
                }
                for column in self.columns
            ],
            "left_out": [{"what": each.what, "reason": each.reason} for each in self.left_out],
            "warnings": list(self.warnings),
        }
