"""Which verdict an arm gets: when a study is tested, at what level, and what that decides."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from attnlab.analysis.dividing import FEWEST_RUNS, GroupSizes
from attnlab.analysis.equivalence import Equivalence, equivalence
from attnlab.analysis.flips import flip_interval, reaching, sign_flip
from attnlab.analysis.looks import adjusted_for_looks, counted, deciding, spent
from attnlab.analysis.max_t import max_t
from attnlab.analysis.power import fewest_seeds
from attnlab.analysis.statistics import (
    LEVEL,
    Comparison,
    compare,
    holm,
    holm_levels,
    paired_differences,
)
from attnlab.analysis.unpaired import permutation_p
from attnlab.results.model import ArmComparison
from attnlab.results.verdict import Verdict
from attnlab.spec.judging import HOLM, MAX_T

FEWEST_PAIRS = 5
"""With fewer pairs there is no verdict: four cannot go under p = 0.125, whatever they show."""

Values = tuple[np.ndarray, np.ndarray]
"""The scores (seeds,) of an arm and of what it is compared with."""

_BY_SIGN = {
    1: (Verdict.HELPS, Verdict.HURTS),
    -1: (Verdict.HURTS, Verdict.HELPS),
    0: (Verdict.HIGHER, Verdict.LOWER),
}
"""The verdict on a higher and on a lower score, by which of the two is better."""


class Schedule(NamedTuple):
    """When and how a family of comparisons is tested.

    - seeds: all it has, planned or not, in its order
    - looks: the numbers of seeds at which verdicts were given and could have shown something, the
      present look last; each counts from the study's first seed
    - most: the most seeds that its plan allows for
    - comparisons: how many there are in the family
    - correction: for their number, "holm" or "max-t"
    - margin: a difference below it is practically none; 0 for no such margin
    """

    seeds: tuple[int, ...]
    looks: tuple[int, ...]
    most: int
    comparisons: int
    correction: str = HOLM
    margin: float = 0.0

    @property
    def now(self) -> int:
        """On how many seeds, the study's first ones, its verdict rests."""
        return self.looks[-1]

    @property
    def level(self) -> float:
        """The level at which the present look tests its first arm."""
        count = steps_of(self.comparisons, self.correction)
        return spent(self.looks, self.most, LEVEL / count)[-1]

    @property
    def level_of_each(self) -> float:
        """The level that each comparison has if all of them share the 5 % alike."""
        return spent(self.looks, self.most, LEVEL / max(self.comparisons, 1))[-1]


class Corrected(NamedTuple):
    """p of a comparison: adjusted for looks, and for the number of comparisons too; and the level
    at which its interval agrees with the verdict."""

    p_looks: float
    p: float
    level: float


def steps_of(comparisons: int, correction: str) -> int:
    """By how much the smallest p is multiplied: by Holm the number of comparisons, by max-t 1 where
    all of them go the same way at every seed."""
    return 1 if correction == MAX_T else max(comparisons, 1)


def schedule_of(
    comparisons: int,
    planned: int,
    most: int | None,
    looks: Sequence[int],
    seeds: Sequence[int],
    correction: str = HOLM,
    margin: float = 0.0,
) -> Schedule:
    """The schedule of so many comparisons; see `comparing.Testing`.

    Without `most`, the verdict rests on the seeds of the first look that could show anything.
    """
    count = steps_of(comparisons, correction)
    if most is None:
        most = deciding([*looks, planned], count)
    now = min(planned, most)
    before = sorted({look for look in looks if look < now})
    kept = counted([*before, now], most, count)
    return Schedule(tuple(seeds), tuple(kept), most, comparisons, correction, margin)


def corrected(
    pairs: Sequence[Values], schedule: Schedule, unpaired: Collection[int] = ()
) -> list[Corrected]:
    """p of each pair of arms (seeds,), corrected for all of them; NaN where there are no pairs.

    `unpaired` are the places of those whose runs are no pairs; max-t takes none of them.
    An arm without pairs counts as one that shows nothing, so that no verdict disappears when
    another arm gets its first scores. Scores are in the schedule's order, NaN where there is none.
    """
    p_looks = [
        permutation_p(*both)[0] if place in unpaired else p_after_looks(*both, schedule)
        for place, both in enumerate(pairs)
    ]
    if not pairs:
        return []
    if schedule.correction == MAX_T:
        now = schedule.now
        table = [_differences(arm[:now], reference[:now]) for arm, reference in pairs]
        joint = max_t(np.stack(table, axis=1))
        return list(map(Corrected, p_looks, joint.p, joint.levels))
    known = np.where(np.isnan(p_looks), 1.0, p_looks)
    p_values = np.where(np.isnan(p_looks), np.nan, holm(known))
    return list(map(Corrected, p_looks, map(float, p_values), map(float, holm_levels(known))))


def _differences(arm: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """arm − reference (seeds,), NaN where either is missing."""
    is_pair = np.isfinite(arm) & np.isfinite(reference)
    differences = np.full(len(arm), np.nan)
    differences[is_pair] = paired_differences(arm, reference)
    return differences


def p_after_looks(arm: ArrayLike, reference: ArrayLike, schedule: Schedule) -> float:
    """The exact p of an arm, adjusted for earlier looks.

    `arm` and `reference` are (seeds,), in the schedule's order, NaN where there is no score.
    """
    of_arm, of_reference = np.asarray(arm, dtype=float), np.asarray(reference, dtype=float)
    by_look = [
        sign_flip(paired_differences(of_arm[:look], of_reference[:look]))[0]
        for look in schedule.looks
    ]
    return adjusted_for_looks(by_look, schedule.looks, schedule.most)


def difference_at(
    own: ArrayLike, reference: ArrayLike, schedule: Schedule, level: float
) -> Comparison:
    """The difference over the seeds that the verdict rests on, with its interval at `level`.

    Of several looks, the interval holds what none of them rejects at the level it may spend. So it
    leaves 0 out as soon as one of them did. Source: Jennison & Turnbull 1989.
    """
    own, reference = np.asarray(own, dtype=float), np.asarray(reference, dtype=float)
    now = schedule.now
    difference = compare(own[:now], reference[:now], level)
    if schedule.looks == (schedule.most,):
        return difference
    levels = spent(schedule.looks, schedule.most, level)
    by_look = [
        flip_interval(paired_differences(own[:look], reference[:look]), spends)
        for look, spends in zip(schedule.looks, levels, strict=True)
    ]
    known = [ends for ends in by_look if not np.isnan(ends.low)]
    if not known:
        return difference
    ends = sorted((max(each.low for each in known), min(each.high for each in known)))
    return difference._replace(low=ends[0], high=ends[1])


def equivalence_at(
    arm: np.ndarray, reference: np.ndarray, schedule: Schedule
) -> Equivalence | None:
    """Whether the difference is smaller than the margin, over the seeds that the verdict rests on.

    Tested at the share of the 5 % that each comparison has. None without a margin.
    """
    if not schedule.margin:
        return None
    now = schedule.now
    differences = paired_differences(arm[:now], reference[:now])
    return equivalence(differences, schedule.margin, schedule.level_of_each)


def fewest_pairs(schedule: Schedule) -> float:
    """How many pairs the present look needs at least to show any difference, however large.

    Infinite where the look may spend so little that no number of pairs is enough.
    """
    return max(fewest_seeds(1, schedule.level), FEWEST_PAIRS)


def can_show(pairs: int, schedule: Schedule) -> bool:
    """Whether so many pairs can have a p that is small enough at the present look.

    Above the number of pairs that the exact test counts, it draws flips, and p is at least
    1 / 10,000.
    """
    return pairs >= FEWEST_PAIRS and reaching(pairs, schedule.level) > 0


class Deciding(NamedTuple):
    """In how many pairs an arm differs from its reference, and whether that can decide."""

    differing: int
    can_decide: bool


def deciding_pairs(own: ArrayLike, reference: ArrayLike, p: float, schedule: Schedule) -> Deciding:
    """How many pairs can decide, and whether a p of theirs can be small enough.

    A pair without a difference is the same with either sign: it leaves p as it is. `p` is the
    corrected one, which has decided where it is below 0.05.
    """
    now = schedule.now
    own, reference = np.asarray(own, dtype=float)[:now], np.asarray(reference, dtype=float)[:now]
    differing = int(np.count_nonzero(paired_differences(own, reference)))
    return Deciding(differing, p < LEVEL or can_show(differing, schedule))


def decide(comparison: ArmComparison, better: int, schedule: Schedule) -> Verdict:
    """The verdict on an arm, of the pairs that it rests on.

    A difference is shown if the corrected p is below 0.05: then its interval leaves out 0. Without
    one, the arm is practically the same if the difference is shown to be below the margin.
    `better` is 1 where more is better, -1 where less is, 0 where neither.
    """
    difference = comparison.difference
    if not difference.n:
        return Verdict.NO_PAIRS
    if difference.sizes is None:
        fewest, is_enough = FEWEST_PAIRS, can_show(difference.n, schedule)
    else:
        fewest, is_enough = FEWEST_RUNS, GroupSizes(*difference.sizes).can_show(schedule.level)
    if is_enough and comparison.p_corrected < LEVEL:
        return _BY_SIGN[better][0 if difference.mean > 0 else 1]
    if comparison.is_within_margin and difference.n >= fewest:
        return Verdict.SAME
    if not is_enough:
        return Verdict.NOT_ENOUGH
    return Verdict.NOT_SHOWN


def decide_counted(difference: float, better: int) -> Verdict:
    """The verdict on a difference that is counted, not estimated: there is one, or none."""
    if not difference:
        return Verdict.NOT_SHOWN
    return _BY_SIGN[better][0 if difference > 0 else 1]
