"""The outcomes that come with attnlab: what every claim's study gave when it was last run.

They are in `data/claims.json`, which `python -m tools.claims --write` makes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from attnlab.analysis.intervals import mean_interval
from attnlab.analysis.statistics import Comparison
from attnlab.claims.claim import Claim
from attnlab.resources import CLAIMS, existing
from attnlab.results.frames import verdicts_frame
from attnlab.results.model import (
    ArmComparison,
    ArmParameters,
    ArmResult,
    Grounds,
    StudyResult,
)
from attnlab.results.verdict import Verdict
from attnlab.spec import Study, metric_of

PATH = CLAIMS

Row = dict[str, Any]


@dataclass(frozen=True)
class Shipped:
    """What the study of one claim gave, and how it came about.

    - plan: the hash of its plan, with its seeds
    - seeds, seconds: how many it had, and how long all of it took
    - made: the date
    - command: what made it, from the repository's root
    - versions: of what it was made with, by name
    - verdicts: a row an arm (see `results.frames.verdicts_frame`), by metric; missing numbers are
      None, infinite ones "inf"
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

    def results(self, claim: Claim) -> dict[str, StudyResult]:
        """What the study of this claim gave, by metric."""
        plan = claim.plan(self.seeds)
        return {
            metric: StudyResult(
                plan,
                metric_of(plan.task.entry, metric),
                plan.judging,
                tuple(_arm_result(row, self.scores[metric], plan) for row in rows),
            )
            for metric, rows in self.verdicts.items()
        }


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


def rows_of(result: StudyResult) -> list[Row]:
    """The verdict table as it is kept: every number as precise as it was worked out."""
    return [
        {name: _plain(value) for name, value in row.items()}
        for row in verdicts_frame(result).to_dict("records")
    ]


def scores_of(result: StudyResult) -> dict[str, list[float | None]]:
    """The scores of each arm's seeds, in the order of the plan."""
    return {arm.label: [arm.scores.get(seed) for seed in result.study.seeds] for arm in result.arms}


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return None
    value = value.item() if hasattr(value, "item") else value
    return str(value) if isinstance(value, float) and math.isinf(value) else value


def _arm_result(row: Row, scores: Mapping[str, list[float | None]], plan: Study) -> ArmResult:
    """A row of the file as the result that it was made of."""
    seeds = zip(plan.seeds, scores[row["label"]], strict=True)
    by_seed = {seed: value for seed, value in seeds if value is not None}
    return ArmResult(
        label=row["label"],
        title=row["title"],
        chance=plan.task_of(row["label"]).chance,
        scores=by_seed,
        score=mean_interval(list(by_seed.values())),
        verdict=Verdict(row["verdict"]),
        is_final=bool(row["final"]),
        comparison=None if row["is_reference"] else _comparison(row),
        grounds=Grounds(row["basis"], _number(row["shown"]), _number(row["seeds_needed"])),
        parameters=ArmParameters(row.get("attention_parameters"), row.get("total_parameters")),
        seconds=_number(row.get("seconds")),
    )


def _comparison(row: Row) -> ArmComparison:
    numbers = ("low", "high", "p", "d", "improvement")
    return ArmComparison(
        against=row["against"],
        difference=Comparison(
            n=int(row["pairs"]),
            mean=_number(row["difference"]),
            interval=row["interval"],
            exact=bool(row["exact"]),
            sd=math.nan,
            **{name: _number(row[name]) for name in numbers},
        ),
        planned_difference=_number(row["planned_difference"]),
        planned_pairs=int(row["pairs"]),
        p_looks=_number(row["p_looks"]),
        p_corrected=_number(row["planned_p_holm"]),
        is_exploratory=bool(row["exploratory"]),
    )


def _number(value: float | str | None) -> float:
    """A number of the file: None is missing, "inf" infinite."""
    return math.nan if value is None else float(value)
