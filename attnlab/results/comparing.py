"""Holds arms against each other, seed by seed, and decides: every p and interval of one family."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from attnlab.analysis.intervals import mean_interval
from attnlab.analysis.statistics import compare
from attnlab.results.deciding import (
    Corrected,
    Schedule,
    corrected,
    decide,
    deciding_pairs,
    difference_at,
    equivalence_at,
    fewest_pairs,
    schedule_of,
)
from attnlab.results.grounds import POINTS, REFERENCE_GROUNDS, Unit, grounds_of
from attnlab.results.model import ArmComparison, ArmResult
from attnlab.results.verdict import Verdict

Pair = tuple[str, str]
"""The labels of an arm and of what it is compared with."""


@dataclass(frozen=True)
class Rules:
    """How a family of comparisons is tested.

    - better: 1 where more is better, -1 where less is, 0 where neither
    - planned: on how many seeds the verdict is to rest, planned extensions included
    - most: to how many seeds the plan lets the study grow; without it, to no more than those of the
      first look that could show anything
    - looks: at how many seeds verdicts were given before; see `analysis.looks`
    - seeds: all seeds in the study's order: k seeds are the first k of these
    - unit: how the sentences write a difference
    - ended: the labels of arms of which no further score of the planned seeds comes: the runs of
      those that are missing have failed, or gave none
    - explain: whether the results have `grounds`. Working out what could have been shown imports
      statsmodels, which takes a second
    - correction: "holm" or "max-t"
    - margin: a difference below it is practically none; 0 for no such margin
    """

    seeds: Sequence[int]
    planned: int
    most: int | None = None
    looks: Sequence[int] = ()
    better: int = 1
    unit: Unit = POINTS
    ended: Collection[str] = ()
    explain: bool = True
    correction: str = "holm"
    margin: float = 0.0

    def schedule(self, comparisons: int) -> Schedule:
        """The schedule of a family of so many comparisons."""
        return schedule_of(
            comparisons,
            self.planned,
            self.most,
            self.looks,
            self.seeds,
            self.correction,
            self.margin,
        )


def compare_arms(
    scores: pd.DataFrame,
    arms: Sequence[str],
    reference: str | Mapping[str, str],
    rules: Rules,
) -> list[ArmResult]:
    """Return a result per arm, in the order of `arms`, compared with `reference` by seed.

    Arguments:
        scores: A row per finished run: arm, seed, value, as precise as it was measured.
        arms: The labels of the arms, the reference among them.
        reference: The label of the arm that the others are compared with; or by label what each
            arm is compared with, where those that are compared with nothing are missing.

    Each result has what the scores alone tell: label, scores, score, comparison, verdict, is_final
    and grounds. Raises ValueError for an unknown reference and for a run that is there twice.
    """
    against = _references(arms, reference)
    pairs = [(label, other) for label, other in against.items() if label in arms]
    compared = {result.label: result for result in compare_pairs(scores, pairs, rules)}
    values = _by_arm(scores, arms, rules.seeds)
    schedule = rules.schedule(len(pairs))
    return [
        compared.get(label) or _reference(label, values[label], schedule, rules) for label in arms
    ]


def compare_pairs(scores: pd.DataFrame, pairs: Sequence[Pair], rules: Rules) -> list[ArmResult]:
    """Return a result per pair, in their order: that of the first arm, compared with the second.

    All of them are one family: p and intervals are corrected for their number. `scores` and what
    results have as for `compare_arms`.
    """
    schedule = rules.schedule(len(pairs))
    labels = list(dict.fromkeys(label for pair in pairs for label in pair))
    values = _by_arm(scores, labels, rules.seeds)
    known = [(values[label], values[other]) for label, other in pairs]
    results = []
    for pair, (arm, reference), each in zip(pairs, known, corrected(known, schedule), strict=True):
        comparison = _comparison(pair[1], arm, reference, each, schedule)
        results.append(_compared(pair, arm, comparison, schedule, rules))
    return results


def _references(arms: Sequence[str], reference: str | Mapping[str, str]) -> Mapping[str, str]:
    """What each arm is compared with, by label."""
    if isinstance(reference, str):
        against = {label: reference for label in arms if label != reference}
        named = {reference}
    else:
        against, named = dict(reference), set(reference.values())
    for other in named:
        if other not in arms:
            raise ValueError(f"expected the reference to be one of {list(arms)}, got {other!r}")
    return against


def _by_arm(
    scores: pd.DataFrame, arms: Sequence[str], seeds: Sequence[int]
) -> dict[str, np.ndarray]:
    """The scores of each arm (seeds,), NaN where it has none."""
    table = scores.pivot(index="seed", columns="arm", values="value")
    table = table.reindex(index=list(seeds), columns=list(arms))
    return {label: table[label].to_numpy(dtype=float) for label in arms}


def _comparison(
    against: str, arm: np.ndarray, reference: np.ndarray, tested: Corrected, schedule: Schedule
) -> ArmComparison:
    planned = difference_at(arm, reference, schedule, tested.level)
    every = compare(arm, reference)
    differing, can_decide = deciding_pairs(arm, reference, tested.p, schedule)
    return ArmComparison(
        against=against,
        difference=planned,
        p_looks=tested.p_looks,
        p_corrected=tested.p,
        with_added=every if every.n > planned.n else None,
        fewest_pairs=fewest_pairs(schedule),
        differing=differing,
        can_decide=can_decide,
        equivalence=equivalence_at(arm, reference, schedule),
    )


def _compared(
    pair: Pair,
    values: np.ndarray,
    comparison: ArmComparison,
    schedule: Schedule,
    rules: Rules,
) -> ArmResult:
    result = ArmResult(
        label=pair[0],
        scores=_by_seed(values, schedule),
        score=mean_interval(values),
        verdict=decide(comparison, rules.better, schedule),
        is_final=comparison.difference.n >= schedule.now or {*pair} <= {*rules.ended},
        comparison=comparison,
    )
    if not rules.explain:
        return result
    return replace(result, grounds=grounds_of(result, comparison, schedule, rules.unit))


def _reference(label: str, values: np.ndarray, schedule: Schedule, rules: Rules) -> ArmResult:
    scored = int(np.isfinite(values[: schedule.now]).sum())
    return ArmResult(
        label=label,
        scores=_by_seed(values, schedule),
        score=mean_interval(values),
        verdict=Verdict.REFERENCE,
        is_final=scored >= schedule.now or label in rules.ended,
        grounds=REFERENCE_GROUNDS if rules.explain else None,
    )


def _by_seed(values: np.ndarray, schedule: Schedule) -> dict[int, float]:
    known = zip(schedule.seeds, values, strict=True)
    return {seed: float(value) for seed, value in known if not math.isnan(value)}
