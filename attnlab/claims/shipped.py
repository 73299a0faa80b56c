"""The outcomes that come with attnlab: what every claim's study gave when it was last run.

They are in `data/claims.json`, which `python -m benchmarks.claims --write` makes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from attnlab.claims.claim import Claim
from attnlab.judged import Judged
from attnlab.resources import CLAIMS, existing

PATH = CLAIMS

_WORDS = ("label", "against", "interval", "verdict", "basis", "title")
_SWITCHES = ("is_reference", "exact", "final", "exploratory")
_COUNTS = ("n", "pairs")

Row = dict[str, Any]


@dataclass(frozen=True)
class Shipped:
    """What the study of one claim gave, and how it came about.

    - plan: the hash of its plan, with its seeds
    - seeds, seconds: how many it had, and how long all of it took
    - made: the date
    - command: what made it, from the repository's root
    - versions: of what it was made with, by name
    - verdicts: a row an arm (see `attnlab.judged`), by metric; missing numbers are None, infinite
      ones "inf"
    - scores: of each arm and by metric the scores of its seeds, in their order; None where a seed
      has none
    """

    plan: str
    seeds: int
    seconds: float
    made: str
    command: str
    versions: Mapping[str, str]
    verdicts: Mapping[str, list[Row]]
    scores: Mapping[str, Mapping[str, list[float | None]]]

    def fits(self, claim: Claim) -> bool:
        """Whether this is of the claim as it is now: of its plan, with all that it checks."""
        return self.plan == claim.plan(self.seeds).hash and all(
            arm in {row["label"] for row in self.verdicts.get(check.metric, ())}
            for check in claim.checks
            for arm in check.arms
        )

    def tables(self) -> dict[str, pd.DataFrame]:
        """The verdict tables by metric, as `outcome` and the charts take them."""
        return {metric: _table(rows) for metric, rows in self.verdicts.items()}


def shipped(path: Path = PATH) -> dict[str, Shipped]:
    """What is there, by the claims' names. Claims that were never run are missing.

    Raises MissingFileError if there is no such file.
    """
    found = json.loads(existing(path).read_text(encoding="utf-8"))
    return {name: Shipped(**entry) for name, entry in found.items()}


def write(entries: Mapping[str, Shipped], path: Path = PATH) -> None:
    """Put these into the file, which need not be there yet; those of other claims stay."""
    every = {**(shipped(path) if path.exists() else {}), **entries}
    plain = {name: asdict(every[name]) for name in sorted(every)}
    text = json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(f"{text}\n", encoding="utf-8")


def rows_of(found: Judged) -> list[Row]:
    """The verdict table as it is kept: every number as precise as it was worked out."""
    return [
        {name: _plain(value) for name, value in row.items()}
        for row in found.verdicts.to_dict("records")
    ]


def scores_of(found: Judged) -> dict[str, list[float | None]]:
    """The scores of each arm's seeds, in the order of the plan."""
    table = found.scores.pivot(index="seed", columns="arm", values="value")
    table = table.reindex(
        index=list(found.study.seeds), columns=[arm.label for arm in found.study.arms]
    )
    return {label: [_plain(value) for value in table[label]] for label in table}


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return None
    value = value.item() if hasattr(value, "item") else value
    return str(value) if isinstance(value, float) and math.isinf(value) else value


def _table(rows: list[Row]) -> pd.DataFrame:
    table = pd.DataFrame(rows)
    for name in table:
        if name in _SWITCHES:
            table[name] = table[name].astype(bool)
        elif name in _COUNTS:
            table[name] = table[name].astype(int)
        elif name not in _WORDS:
            table[name] = pd.to_numeric(table[name]).astype(float)
    return table
