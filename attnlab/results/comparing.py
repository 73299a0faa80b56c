"""Holds arms against each other, seed by seed, and decides: every p and interval of one family."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pandas as pd

from attnlab.analysis.intervals import Interval, mean_interval
from attnlab.analysis.new_data import new_data_interval
from attnlab.analysis.statistics import compare, paired_differences
from attnlab.results.arm_facts import AskedPrecision
from attnlab.results.deciding import (
    Corrected,
    Schedule,
    Values,
    corrected,
    decide,
    deciding_pairs,
    difference_at,
    equivalence_at,
    fewest_pairs,
    schedule_of,
)
from attnlab.results.given import Pair
from attnlab.results.grounds import POINTS, REFERENCE_GROUNDS, Unit, grounds_of
from attnlab.results.model import ArmComparison, ArmResult
from attnlab.results.scores import by_arm
from attnlab.results.stages import asked
from attnlab.results.unpaired import Unpaired, unpaired_comparison, unpaired_grounds
from attnlab.results.verdict import Verdict
from attnlab.spec import SplitSizes


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
    - precision: how far an interval was to reach to each side, by the first `first_stage` seeds; 0
      where nobody asked
    - data: by the label of an arm, the splits of the fixed data set that every seed divides anew;
      empty where there is none, or where nothing is measured on what was held out
    - held_out: which of these splits the scores are measured on
    - unpaired: by the two labels, why the runs of a comparison are no pairs
    - own_seeds: whether two arms lack those seeds alone that the other one of them has; else they
      lack every seed of the study that they have no score of
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
    precision: float = 0.0
    first_stage: int = 0
    data: Mapping[str, SplitSizes] = field(default_factory=dict)
    held_out: Literal["validation", "test"] = "validation"
    unpaired: Mapping[Pair, str] = field(default_factory=dict)
    own_seeds: bool = False

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
    values = by_arm(scores, arms, rules.seeds)
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
    values = by_arm(scores, labels, rules.seeds)
    known = [(values[label], values[other]) for label, other in pairs]
    results = []
    places = [place for place, pair in enumerate(pairs) if pair in rules.unpaired]
    tested = corrected(known, schedule, places)
    for pair, both, each in zip(pairs, known, tested, strict=True):
        if pair in rules.unpaired:
            runs = Unpaired(*both, rules.unpaired[pair])
            comparison = unpaired_comparison(pair[1], runs, each, schedule)
        else:
            comparison = _comparison(pair, *both, each, schedule, rules)
        results.append(_compared(pair, both, comparison, schedule, rules))
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


def _comparison(
    pair: Pair,
    arm: np.ndarray,
    reference: np.ndarray,
    tested: Corrected,
    schedule: Schedule,
    rules: Rules,
) -> ArmComparison:
    planned = difference_at(arm, reference, schedule, tested.level)
    every = compare(arm, reference)
    differing, can_decide = deciding_pairs(arm, reference, tested.p, schedule)
    return ArmComparison(
        against=pair[1],
        difference=planned,
        p_looks=tested.p_looks,
        p_corrected=tested.p,
        with_added=every if every.n > planned.n else None,
        fewest_pairs=fewest_pairs(schedule),
        differing=differing,
        can_decide=can_decide,
        equivalence=equivalence_at(arm, reference, schedule),
        for_new_data=_for_new_data(pair, arm, reference, tested.level, schedule, rules),
        asked=_asked(arm, reference, schedule, rules),
    )


def _for_new_data(
    pair: Pair,
    arm: np.ndarray,
    reference: np.ndarray,
    level: float,
    schedule: Schedule,
    rules: Rules,
) -> Interval | None:
    """The difference as it may be on new data, where every seed splits the same samples."""
    sizes = rules.data.get(pair[0])
    if sizes is None or not sizes.drawn_anew:
        return None
    differences = paired_differences(arm[: schedule.now], reference[: schedule.now])
    return new_data_interval(differences, getattr(sizes, rules.held_out), sizes.train, level)


def _asked(
    arm: np.ndarray, reference: np.ndarray, schedule: Schedule, rules: Rules
) -> AskedPrecision | None:
    if not rules.precision:
        return None
    first = slice(rules.first_stage)
    return asked(arm[first], reference[first], rules.precision, schedule.comparisons, schedule.now)


def _compared(
    pair: Pair,
    both: Values,
    comparison: ArmComparison,
    schedule: Schedule,
    rules: Rules,
) -> ArmResult:
    values = both[0]
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
    if pair in rules.unpaired:
        runs = Unpaired(*both, rules.unpaired[pair])
        grounds = unpaired_grounds(result, comparison, schedule, rules.unit, runs)
    else:
        if rules.own_seeds:
            count = int(np.isfinite(both).any(axis=0).sum())
            schedule = schedule._replace(looks=(count,), most=count)
        grounds = grounds_of(result, comparison, schedule, rules.unit, rules.data.get(pair[0]))
    return replace(result, grounds=grounds)


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
