"""The outcomes that come with attnlab: the results of every claim's study when it last ran.

They are in `data/claims.json`, which `python -m tools.claims --write` makes. An entry may hold a
replication: the same study once more, at other seeds.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NotRequired, TypedDict, cast

import numpy as np
import pandas as pd

from attnlab.analysis.intervals import mean_interval
from attnlab.analysis.statistics import Comparison
from attnlab.claims.claim import Claim
from attnlab.claims.outcome import Standing, outcome
from attnlab.resources import CLAIMS, existing
from attnlab.results.arm_facts import ArmParameters
from attnlab.results.comparing import compare_arms
from attnlab.results.deciding import deciding_pairs, equivalence_at
from attnlab.results.frames import verdicts_frame
from attnlab.results.judge import rules_of
from attnlab.results.model import ArmComparison, ArmResult, Grounds, StudyResult
from attnlab.results.scores import rule_for
from attnlab.results.verdict import Verdict
from attnlab.spec import ON_TEST, Judging, Metric, Study, as_tested, metric_of

PATH = CLAIMS

Number = float | str | None
"""A number of the file: None is missing, "inf" infinite."""


class VerdictRow(TypedDict):
    """A row of the file: the columns of `results.frames.verdicts_frame` as JSON values."""

    label: str
    is_reference: bool
    against: str
    n: int
    score: Number
    score_low: Number
    score_high: Number
    pairs: int
    difference: Number
    low: Number
    high: Number
    interval: str
    interval_level: Number
    p: Number
    exact: bool
    d: Number
    improvement: Number
    p_looks: Number
    p_holm: Number
    verdict: str
    final: bool
    shown: Number
    seeds_needed: Number
    exploratory: bool
    planned_difference: Number
    planned_p_holm: Number
    basis: str
    title: str
    attention_parameters: NotRequired[int | None]
    total_parameters: NotRequired[int | None]
    seconds: NotRequired[Number]
    seeds: NotRequired[str]


@dataclass(frozen=True)
class Shipped:
    """The results of one claim's study, and how they were made.

    - plan: the hash of its plan, with its seeds
    - seeds, first_seed, seconds: how many it had, from which on, and how long all of it took
    - made: the date
    - command: the command that made it, from the repository's root
    - versions: of the packages that it was made with, by name
    - verdicts: a row an arm, by metric
    - scores: by metric and arm the scores of its seeds, in their order; None where a seed has none
    - replication: the same of the second study, at seeds of its own; None before it ran
    """

    plan: str
    seeds: int
    seconds: float
    made: str
    command: str
    versions: Mapping[str, str]
    verdicts: Mapping[str, list[VerdictRow]]
    scores: Mapping[str, Mapping[str, list[float | None]]]

    first_seed: int = 0
    replication: Shipped | None = None

    def study(self, claim: Claim) -> Study:
        """The claim's present plan at the seeds of this."""
        return claim.plan(self.seeds).at_seeds(self.first_seed)

    def fits(self, claim: Claim) -> bool:
        """Whether this belongs to the claim's present plan, and has every arm that it checks."""
        return self.plan == self.study(claim).hash and all(
            arm in {row["label"] for row in self.verdicts.get(check.metric, ())}
            for check in claim.checks
            for arm in check.arms
        )

    def standing(self, claim: Claim) -> Standing:
        """What became of the claim by these seeds, and by those of the replication, if they fit."""
        again = self.replication
        return Standing(
            outcome(claim, self.results(claim)),
            outcome(claim, again.results(claim)) if again and again.fits(claim) else None,
        )

    def results(self, claim: Claim) -> dict[str, StudyResult]:
        """The results of this claim's study, by metric."""
        plan, results = self.study(claim), {}
        for name, rows in self.verdicts.items():
            metric, rule = _as_read(plan, name)
            arms = tuple(_arm_result(row, self.scores[name], plan, metric, rule) for row in rows)
            results[name] = StudyResult(plan, metric, rule, arms)
        return results


def _as_read(plan: Study, name: str) -> tuple[Metric, Judging]:
    """A metric as the plan has its scores read, and the rule of that."""
    metric = metric_of(plan.task, name)
    rule = rule_for(metric, plan.judging)
    return (as_tested(metric) if rule.score in ON_TEST else metric), rule


def shipped(path: Path = PATH) -> dict[str, Shipped]:
    """The outcomes in the file, by the claims' names, without claims that were never run.

    Raises MissingFileError if there is no such file.
    """
    entries = json.loads(existing(path).read_text(encoding="utf-8"))
    return {name: _entry(plain) for name, plain in entries.items()}


def _entry(plain: dict[str, Any]) -> Shipped:
    again = plain.get("replication")
    return Shipped(**plain | {"replication": _entry(again) if again else None})


def write(entries: Mapping[str, Shipped], path: Path = PATH) -> None:
    """Put these into the file, which may be missing; entries of other claims stay."""
    every = {**(shipped(path) if path.exists() else {}), **entries}
    plain = {name: _plain_entry(every[name]) for name in sorted(every)}
    text = json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(f"{text}\n", encoding="utf-8")


def _plain_entry(entry: Shipped) -> dict[str, Any]:
    """The entry as the file holds it; what it does not have is left out."""
    plain = {name: value for name, value in asdict(entry).items() if name != "replication"}
    again = entry.replication
    return {**plain, "replication": _plain_entry(again)} if again else plain


def rows_of(result: StudyResult) -> list[VerdictRow]:
    """The verdict table as the file holds it: every number at full precision."""
    return [
        cast(VerdictRow, {name: _plain(row[name]) for name in VerdictRow.__annotations__})
        for row in verdicts_frame(result).to_dict("records")
    ]


def judged_again(claim: Claim, entry: Shipped) -> Shipped:
    """The same scores by the rules of today, where these changed since the study was trained."""
    plan = entry.study(claim)
    verdicts = {}
    for name, rows in entry.verdicts.items():
        metric, rule = _as_read(plan, name)
        arms = compare_arms(
            _scores_frame(plan, entry.scores[name]),
            [arm.label for arm in plan.arms],
            plan.references,
            rules_of(plan, metric, [arm.label for arm in plan.arms], rule=rule),
        )
        result = StudyResult(plan, metric, rule, tuple(arms))
        verdicts[name] = rows_of(result)
        for row, before in zip(verdicts[name], rows, strict=True):
            row["title"] = before["title"]
            row["attention_parameters"] = before.get("attention_parameters")
            row["total_parameters"] = before.get("total_parameters")
            row["seconds"] = before.get("seconds")
    again = entry.replication
    return replace(
        entry, verdicts=verdicts, replication=judged_again(claim, again) if again else None
    )


def _scores_frame(plan: Study, scores: Mapping[str, list[float | None]]) -> pd.DataFrame:
    rows = [
        (label, seed, value)
        for label, values in scores.items()
        for seed, value in zip(plan.seeds, values, strict=True)
        if value is not None
    ]
    return pd.DataFrame(rows, columns=["arm", "seed", "value"])


def scores_of(result: StudyResult) -> dict[str, list[float | None]]:
    """The scores of each arm's seeds, in the order of the plan."""
    return {arm.label: [arm.scores.get(seed) for seed in result.study.seeds] for arm in result.arms}


def _plain(value: Any) -> Any:
    """A value as JSON can express it."""
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return None
    value = value.item() if hasattr(value, "item") else value
    return str(value) if isinstance(value, float) and math.isinf(value) else value


def _arm_result(
    row: VerdictRow,
    scores: Mapping[str, list[float | None]],
    plan: Study,
    metric: Metric,
    rule: Judging,
) -> ArmResult:
    """The result of an arm that a row of the file was made from."""
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
        comparison=None if row["is_reference"] else _comparison(row, scores, plan, metric, rule),
        grounds=Grounds(row["basis"], _number(row["shown"]), _number(row["seeds_needed"])),
        parameters=ArmParameters(row.get("attention_parameters"), row.get("total_parameters")),
        seconds=_number(row.get("seconds")),
    )


def _comparison(
    row: VerdictRow,
    scores: Mapping[str, list[float | None]],
    plan: Study,
    metric: Metric,
    rule: Judging,
) -> ArmComparison:
    p = _number(row["planned_p_holm"])
    rules = rules_of(plan, metric, (), rule=rule)
    schedule = rules.schedule(len(plan.references))
    own, reference = (
        np.array([_number(value) for value in scores[label]])
        for label in (row["label"], row["against"])
    )
    differing, can_decide = deciding_pairs(own, reference, p, schedule)
    return ArmComparison(
        against=row["against"],
        difference=Comparison(
            n=int(row["pairs"]),
            mean=_number(row["difference"]),
            exact=bool(row["exact"]),
            sd=math.nan,
            level=_number(row["interval_level"]),
            low=_number(row["low"]),
            high=_number(row["high"]),
            p=_number(row["p"]),
            d=_number(row["d"]),
            improvement=_number(row["improvement"]),
        ),
        p_looks=_number(row["p_looks"]),
        p_corrected=p,
        equivalence=equivalence_at(own, reference, schedule),
        differing=differing,
        can_decide=can_decide or math.isnan(p),
    )


def _number(value: Number) -> float:
    return math.nan if value is None else float(value)
