"""Two arms whose runs are no pairs: how they are compared, and what a verdict on that rests on."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from attnlab.analysis.dividing import FEWEST_RUNS, GroupSizes
from attnlab.analysis.rounding import p_text
from attnlab.analysis.statistics import LEVEL, Comparison
from attnlab.analysis.unpaired import (
    compare_unpaired,
    equivalence_of,
    fewest_runs,
    varies_more_where_fewer,
)
from attnlab.analysis.unpaired_power import runs_to_show, unpaired_smallest_shown
from attnlab.results.deciding import Corrected, Schedule
from attnlab.results.grounds import Unit, correction_text, could_show, margin_text
from attnlab.results.model import ArmComparison, ArmResult, Grounds
from attnlab.results.verdict import Verdict
from attnlab.wording import counted

PAIRS_TELL_MORE = (
    "At the same seeds in both arms fewer runs would show the same: what a seed brings to both "
    "cancels out in a pair, and widens the interval here."
)


class Unpaired(NamedTuple):
    """The scores of an arm and of what it is compared with, and why they are no pairs."""

    arm: np.ndarray
    reference: np.ndarray
    why: str


def unpaired_comparison(
    against: str, runs: Unpaired, tested: Corrected, schedule: Schedule
) -> ArmComparison:
    """An arm beside its reference, by all runs of both."""
    difference = compare_unpaired(runs.arm, runs.reference, tested.level)
    sizes = GroupSizes(*(difference.sizes or (0, 0)))
    every = np.concatenate([runs.arm, runs.reference])
    every = every[np.isfinite(every)]
    varies = len(every) > 0 and np.ptp(every) > 0
    margin = schedule.margin
    return ArmComparison(
        against=against,
        difference=difference,
        p_looks=tested.p_looks,
        p_corrected=tested.p,
        fewest_pairs=fewest_runs(schedule.level),
        differing=difference.n if varies else 0,
        can_decide=tested.p < LEVEL or bool(varies and sizes.can_show(schedule.level)),
        equivalence=equivalence_of(runs.arm, runs.reference, margin, schedule.level_of_each)
        if margin
        else None,
    )


def unpaired_grounds(
    result: ArmResult, comparison: ArmComparison, schedule: Schedule, unit: Unit, runs: Unpaired
) -> Grounds:
    """What the verdict rests on."""
    difference = comparison.difference
    sizes = GroupSizes(*(difference.sizes or (0, 0)))
    shown = unpaired_smallest_shown(difference.sd, sizes, schedule.level)
    needed = _runs_needed(shown, difference.sd, schedule)
    size = unit.difference(difference.mean, difference.low, difference.high)
    first = f"{size}, {counted(sizes.arm, 'run')} against {sizes.reference}"
    if result.verdict == Verdict.NOT_ENOUGH:
        sentences = [f"{first}; {_not_enough(schedule)}."]
    elif not comparison.can_decide:
        sentences = [f"{first}; runs that do not differ cannot decide."]
    else:
        sentences = [f"{first}; {_tested(difference, result.p_corrected, schedule)}."]
    if result.verdict == Verdict.NOT_SHOWN:
        sentences.append(could_show(Grounds("", shown, needed), unit, "runs of each"))
    same = comparison.equivalence
    is_shown = result.verdict.is_difference  # then only news that it is small, too, is news
    if same is not None and min(sizes) >= FEWEST_RUNS and (same.is_same or not is_shown):
        sentences.append(margin_text(same, unit))
    sentences.append(f"Unpaired: {runs.why}.")
    if varies_more_where_fewer(runs.arm, runs.reference):
        sentences.append(
            "The group with fewer runs varies more: there this test finds too much, too often."
        )
    return Grounds(" ".join(sentences), shown, needed)


def _not_enough(schedule: Schedule) -> str:
    fewest = fewest_runs(schedule.level)
    of = f" of {counted(schedule.comparisons, 'comparison')}" if schedule.comparisons > 1 else ""
    if math.isinf(fewest):
        return f"no number of runs is enough for a verdict{of} without pairs"
    return f"a verdict{of} takes at least {fewest:.0f} of each without pairs"


def _tested(difference: Comparison, p: float, schedule: Schedule) -> str:
    kind = "exact" if difference.exact else "Monte Carlo"
    test = f"{kind} permutation {p_text(p, LEVEL)}"
    if schedule.comparisons > 1:
        test += f" after {correction_text(schedule.correction, schedule.comparisons)}"
    return test


def _runs_needed(shown: float, sd: float, schedule: Schedule) -> float:
    """Runs of each for half of what could be shown; where that is nothing, for anything."""
    if math.isnan(shown):
        return math.nan
    if not 0 < shown < math.inf:
        return fewest_runs(schedule.level)
    return runs_to_show(round(shown / 2 / sd, 9), schedule.level_of_each)
