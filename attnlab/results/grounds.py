"""What a verdict rests on: what could have been shown, and all of it in sentences."""

from __future__ import annotations

import math
from typing import NamedTuple

from attnlab.analysis.equivalence import Equivalence
from attnlab.analysis.max_t_power import max_t_seeds_to_show, max_t_smallest_shown
from attnlab.analysis.power import fewest_seeds, seeds_to_show, smallest_shown
from attnlab.analysis.rounding import decimals, difference_text, p_text, points_text
from attnlab.analysis.statistics import LEVEL, Comparison
from attnlab.results.arm_facts import AskedPrecision
from attnlab.results.deciding import FEWEST_PAIRS, Schedule, fewest_pairs, steps_of
from attnlab.results.model import ArmComparison, ArmResult, Grounds
from attnlab.results.verdict import Verdict
from attnlab.spec import Metric, SplitSizes
from attnlab.spec.judging import MAX_T
from attnlab.wording import counted, listed


class Unit(NamedTuple):
    """How a sentence writes scores: times `factor`, followed by `name`."""

    factor: float = 1.0
    name: str = ""

    def write(self, number: str) -> str:
        """The number with the unit behind it."""
        return f"{number} {self.name}".rstrip()

    def difference(self, mean: float, low: float, high: float) -> str:
        """A difference with its interval, if there is one: "+1.2 (−0.4 to +2.8) points"."""
        text = points_text if self == POINTS else difference_text
        return self.write(text(mean, low, high))


POINTS = Unit(100.0, "points")
"""Shares, as percentage points."""

REFERENCE_GROUNDS = Grounds("Other arms are compared with this one.")

CONTROL_GROUNDS = Grounds("The planned contrasts hold modules against this control.")


def unit_of(metric: Metric) -> Unit:
    """How sentences write scores by this metric."""
    return POINTS if metric.share else Unit(1.0, metric.unit)


def grounds_of(
    result: ArmResult,
    comparison: ArmComparison,
    schedule: Schedule,
    unit: Unit,
    data: SplitSizes | None = None,
) -> Grounds:
    """What the verdict on an arm rests on that is compared with another one; `data` are the splits
    of a fixed data set."""
    planned = comparison.difference
    shown = _smallest_shown(planned, schedule)
    needed = _seeds_needed(shown, planned, schedule)
    sentences = _sentences(result, comparison, Grounds("", shown, needed), schedule, unit)
    sentences += _of_new_data(comparison, data, unit)
    return Grounds(" ".join(sentences), shown, needed)


def counted_grounds(difference: float, unit: Unit) -> str:
    """Say what a verdict rests on that is counted, not estimated."""
    if not difference:
        return "Counted: the same number as in the reference."
    size = unit.write(f"{abs(unit.factor * difference):,.0f}")
    more = "more" if difference > 0 else "fewer"
    return f"Counted, the same at every seed: {size} {more} than the reference."


def mean_grounds(
    difference: Comparison, p: float, tasks: int, modules: int, unit: Unit, is_provisional: bool
) -> Grounds:
    """What the verdict on a mean over tasks rests on."""
    if not difference.n:
        return Grounds("No seed has a score both here and in the reference.")
    after = f" after Holm's correction for {counted(modules, 'module')}" if modules > 1 else ""
    size = unit.difference(difference.mean, difference.low, difference.high)
    exact = "exact " if difference.exact else ""
    sentences = (
        f"{size}, the mean over these {tasks} tasks, of {counted(difference.n, 'pair')}; {exact}"
        f"sign-flip {p_text(p, LEVEL)}{after}."
    )
    return Grounds(sentences + (" Provisional: not all seeds are there." * is_provisional))


def _smallest_shown(planned: Comparison, schedule: Schedule) -> float:
    if schedule.correction == MAX_T:
        return max_t_smallest_shown(planned.sd, planned.n, schedule.comparisons)
    return smallest_shown(planned.sd, planned.n, schedule.level)


def _seeds_needed(shown: float, planned: Comparison, schedule: Schedule) -> float:
    """Pairs for half of what could be shown; where that is everything or nothing, for anything."""
    if math.isnan(shown):
        return math.nan
    if not 0 < shown < math.inf:
        return float(fewest_seeds(steps_of(schedule.comparisons, schedule.correction)))
    if schedule.correction == MAX_T:
        return max_t_seeds_to_show(shown / 2, planned.sd, schedule.comparisons)
    return seeds_to_show(shown / 2, planned.sd, LEVEL / max(schedule.comparisons, 1))


def _sentences(
    result: ArmResult,
    comparison: ArmComparison,
    could: Grounds,
    schedule: Schedule,
    unit: Unit,
) -> list[str]:
    planned = comparison.difference
    if result.verdict == Verdict.NO_PAIRS:
        sentences = ["No seed has a score both here and in the reference."]
    elif result.verdict == Verdict.NOT_ENOUGH:
        sentences = [f"{_difference(planned, unit)}; {_not_enough(planned.n, schedule)}."]
    else:
        tested = _tested(planned.exact, result.p_corrected, schedule)
        if not comparison.can_decide:
            tested = _undecided(comparison)
        sentences = [f"{_difference(planned, unit)}; {tested}."]
    if result.verdict == Verdict.NOT_SHOWN:
        sentences.append(could_show(could, unit))
    same = comparison.equivalence
    is_shown = result.verdict.is_difference  # then only news that it is small, too, is news
    if same is not None and planned.n >= FEWEST_PAIRS and (same.is_same or not is_shown):
        sentences.append(margin_text(same, unit))
    if comparison.asked is not None:
        sentences.append(_asked(comparison.asked, unit))
    missing = schedule.now - planned.n
    if result.verdict != Verdict.NO_PAIRS and not result.is_final:
        sentences.append(f"Provisional: {planned.n} of {schedule.now} seeds.")
    elif result.verdict != Verdict.NO_PAIRS and missing > 0:
        sentences.append(
            f"{missing} of {schedule.now} seeds {'is' if missing == 1 else 'are'} left out: no "
            "score of their own, here or in the reference, as where a run failed."
        )
    if comparison.with_added is not None:
        sentences.append(_added(comparison.with_added, schedule, unit))
    return sentences


def _not_enough(pairs: int, schedule: Schedule) -> str:
    fewest = fewest_pairs(schedule)
    if pairs < fewest < math.inf:
        return f"a verdict takes at least {fewest}"
    return (
        f"what a look at {schedule.now} seeds may spend, of a study that may grow to "
        f"{schedule.most}, is too little for any verdict"
    )


def _difference(difference: Comparison, unit: Unit) -> str:
    size = unit.difference(difference.mean, difference.low, difference.high)
    return f"{size} over {counted(difference.n, 'seed')}"


def _undecided(comparison: ArmComparison) -> str:
    if not comparison.differing:
        return "pairs that do not differ cannot decide"
    pairs, differing = comparison.difference.n, comparison.differing
    return (
        f"only {differing} of {counted(pairs, 'pair')} "
        f"{'differs' if differing == 1 else 'differ'}, too few for any p to decide"
    )


def _tested(exact: bool, p_corrected: float, schedule: Schedule) -> str:
    test = f"{'exact ' if exact else ''}sign-flip {p_text(p_corrected, LEVEL)}"
    corrections = []
    if len(schedule.looks) > 1:
        before = [str(look) for look in schedule.looks[:-1]]
        looks = "looks" if len(before) > 1 else "a look"
        corrections.append(f"{looks} at {listed(before)} seeds")
    if schedule.comparisons > 1:
        corrections.append(correction_text(schedule.correction, schedule.comparisons))
    if corrections:
        test += f" after {listed(corrections)}"
    if schedule.now < schedule.most:
        test += f", some of the {100 * LEVEL:.0f} % being kept for {schedule.most} seeds"
    return test


def could_show(could: Grounds, unit: Unit, units: str = "seeds") -> str:
    """What would have been shown, and how many seeds, or runs of each, half of it takes."""
    if not could.smallest_shown:
        return "Every seed gave the same."
    size = unit.factor * could.smallest_shown
    text = f"A difference of {unit.write(f'{size:.{decimals(size)}f}')} would have been shown"
    needed = could.seeds_needed
    half = f"; half of it takes {needed:,.0f} {units}" if math.isfinite(needed) else ""
    return f"{text} 8 times in 10{half}."


def correction_text(correction: str, comparisons: int) -> str:
    """What p was corrected by: "Holm's correction over 3 comparisons"."""
    name = "step-down max-t" if correction == MAX_T else "Holm's correction"
    return f"{name} over {comparisons} comparisons"


def _asked(asked: AskedPrecision, unit: Unit) -> str:
    """What became of the precision that the plan asks for."""
    sizes = (unit.factor * asked.half, unit.factor * asked.reaches)
    half, reaches = (unit.write(f"± {size:.{decimals(size)}f}") for size in sizes)
    first = f"The plan asks for {half}; by the first {asked.first} seeds that takes {asked.takes}"
    if asked.is_capped:
        return f"{first}, and {asked.has} were allowed, which reach about {reaches}."
    more = f", and another comparison {asked.has}" if asked.has > asked.takes else ""
    return f"{first}{more}."


def _of_new_data(comparison: ArmComparison, data: SplitSizes | None, unit: Unit) -> list[str]:
    """That a fixed data set is what it is about, and what may be of new data."""
    if data is None or not comparison.difference.n:
        return []
    about = f"About this data set of {data.total:,} samples"
    new = comparison.for_new_data
    if new is None or not math.isfinite(new.half):
        return [f"{about}."]
    size = unit.difference(new.mean, new.low, new.high)
    return [f"{about}; for new data like these (approximate): {size}."]


def margin_text(same: Equivalence, unit: Unit) -> str:
    """Whether the difference is smaller than the margin, by both one-sided tests."""
    size = unit.factor * same.margin
    margin = "1 point" if unit == POINTS and size == 1 else unit.write(f"{size:g}")
    tests = f"one-sided {p_text(same.p_low, same.level)} and {p_text(same.p_high, same.level)}"
    if same.is_same:
        return f"Smaller than {margin}, the margin ({tests})."
    return f"That it is smaller than {margin}, the margin, was not shown ({tests})."


def _added(every: Comparison, schedule: Schedule, unit: Unit) -> str:
    first, last = schedule.now + 1, len(schedule.seeds)
    who = f"Seeds {first} to {last} were" if last > first else f"Seed {first} was"
    return (
        f"{who} added after the verdict, when the {100 * LEVEL:.0f} % were spent: "
        f"{_difference(every, unit)} cannot change the verdict; plan a new study with fresh seeds "
        "to confirm."
    )
