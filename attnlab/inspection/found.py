"""What an inspection is asked for, and what it finds: plain data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import numpy as np
import pandas as pd

from attnlab.analysis.adversary import EPSILON
from attnlab.inspection.errors import InspectionError

VERSION = 1
"""Of the measures: what an earlier version found is measured again."""

ROWS = ("axis", "measure", "value", "half", "chance", "n", "note")
"""The columns of the table of measures: a row for each trace and measure.

`axis` is the trace's name, "" for what concerns the whole network; `half` is the half-width of the
95 % t-interval over examples, NaN where the value is one number of all of them; `chance` what
attention that knows nothing scores, NaN where there is no such level; `n` how many examples, or
seeds, the value rests on; `note` says why there is no value.
"""

CURVES = ("axis", "curve", "order", "share", "score")
"""The columns of deletion and insertion curves: the mean score of the network's own answers at each
share of positions taken away, or put there."""

MOST_SAMPLES = 10_000


@dataclass(frozen=True)
class Settings:
    """How a run is inspected.

    `samples` is on how many examples at most, `epsilon` how far the adversary may move predictions.
    Raises InspectionError for other values than there can be.
    """

    samples: int = 1_000
    epsilon: float = EPSILON

    def __post_init__(self) -> None:
        whole = isinstance(self.samples, int) and not isinstance(self.samples, bool)
        if not whole or not 2 <= self.samples <= MOST_SAMPLES:
            raise InspectionError(
                f"expected 2 to {MOST_SAMPLES} samples to inspect a run on, got {self.samples!r}"
            )
        if not 0 < self.epsilon < 1:
            raise InspectionError(f"expected an epsilon between 0 and 1, got {self.epsilon!r}")

    @classmethod
    def given(cls, samples: int | None, epsilon: float | None) -> Settings:
        """The settings with those that are given; the others as they are by default."""
        usual = cls()
        return cls(
            usual.samples if samples is None else samples,
            usual.epsilon if epsilon is None else epsilon,
        )

    @property
    def plain(self) -> tuple[int, float]:
        """The values alone: a worker gets these, and so need not import this to unpickle them."""
        return self.samples, self.epsilon

    @property
    def key(self) -> str:
        """A short name for these settings and the version of the measures."""
        text = json.dumps([VERSION, asdict(self)], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Share:
    """How far an inspection is, 0 to 1, and what it measures now."""

    share: float
    doing: str


@dataclass(frozen=True)
class RunInspection:
    """What was found of one run.

    `about` says of which: study, arm, seed, task, how many `examples` of which `split`, the
    settings, and the seconds it took. `table` has the columns `ROWS`, `curves` the columns
    `CURVES`. `arrays` are by name: "AXIS/mean" the mean attention (n,), "AXIS/by class" (K, n),
    "AXIS/attention" that of each example (N, n) where it is small, "AXIS/MEASURE" a measure of each
    example (N,); "labels" and "answers" (N,) of classes; "AXIS/shape" how positions are arranged.
    """

    about: Mapping[str, str | int | float]
    table: pd.DataFrame
    curves: pd.DataFrame
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)

    def value(self, measure: str, axis: str | None = None) -> float:
        """The value of a measure, of this trace or the first that has it; NaN where none has."""
        rows = self.table[self.table["measure"] == measure]
        rows = rows if axis is None else rows[rows["axis"] == axis]
        return float(rows["value"].iloc[0]) if len(rows) else float("nan")
