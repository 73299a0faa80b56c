"""Which verdict an arm gets, and by what: the words, what a study tests, and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from attnlab.analysis.looks import adjusted_for_looks, counted, deciding, spent
from attnlab.analysis.power import fewest_seeds, reaching
from attnlab.analysis.statistics import (
    LEVEL,
    Comparison,
    compare,
    holm,
    paired_differences,
    sign_flip,
)
from attnlab.spec import Study

FEWEST_PAIRS = 5
"""With fewer pairs there is no verdict: four cannot go under p = 0.125, whatever they show."""

REFERENCE = "reference"
HELPS, HURTS = "helps", "hurts"
HIGHER, LOWER = "higher", "lower"
NOT_SHOWN = "no difference shown"
NOT_ENOUGH = "not enough seeds"
NO_PAIRS = "no pairs yet"
TRAINING = "still training"
"""Not given here: for those who show differences before the runs have ended."""

_WORDS = {1: (HELPS, HURTS), -1: (HURTS, HELPS), 0: (HIGHER, LOWER)}


class Plan(NamedTuple):
    """When a study is looked at.

    - seeds: all it has, planned or not, in its order
    - looks: the numbers of seeds at which verdicts were given and could have shown something, the
      present look last; each counts from the study's first seed
    - most: the most seeds that its plan allows for
    - comparisons: how many arms are held against the reference
    """

    seeds: tuple[int, ...]
    looks: tuple[int, ...]
    most: int
    comparisons: int

    @property
    def now(self) -> int:
        """On how many seeds, the study's first ones, its verdict rests."""
        return self.looks[-1]

    @property
    def level(self) -> float:
        """The level at which the present look tests its first arm."""
        return spent(self.looks, self.most, LEVEL / max(self.comparisons, 1))[-1]


def plan_of(
    comparisons: int,
    planned: int,
    most: int | None,
    looks: Sequence[int],
    seeds: Sequence[int],
) -> Plan:
    """The plan of a study with so many comparisons; see `verdicts.verdicts` for the others."""
    if most is None:
        most = min([planned, *looks])
    now = min(planned, most)
    before = sorted({look for look in looks if look < now})
    kept = counted([*before, now], most, comparisons)
    return Plan(tuple(seeds), tuple(kept), most, comparisons)


def most_of(study: Study) -> int:
    """To how many seeds the study may grow, or on how many its verdict rests if to no more."""
    looks = [*study.looks, len(study.seeds)]
    return study.judging.most_seeds or deciding(looks, len(study.references))


def p_after_looks(own: pd.Series, reference: pd.Series, plan: Plan) -> float:
    """The exact p of an arm, adjusted for earlier looks; values by the plan's seeds, in order."""
    by_look = [
        sign_flip(paired_differences(own[:look], reference[:look]))[0] for look in plan.looks
    ]
    return adjusted_for_looks(by_look, plan.looks, plan.most)


def corrected(p_values: Sequence[float], compared: Sequence[bool]) -> np.ndarray:
    """Holm's correction over all arms that are compared; NaN where there are no pairs.

    An arm without pairs counts as one that shows nothing, so that no verdict goes when another arm
    comes in.
    """
    p_values = np.array(p_values, dtype=float)
    adjusted = holm(np.where(np.array(compared, dtype=bool) & np.isnan(p_values), 1.0, p_values))
    return np.where(np.isnan(p_values), np.nan, adjusted)


def fewest_pairs(plan: Plan) -> float:
    """With fewer pairs nothing can be shown at the present look, however large it is.

    Infinite where the look may spend so little that no number of pairs is enough.
    """
    return max(fewest_seeds(1, plan.level), FEWEST_PAIRS)


def can_show(pairs: int, plan: Plan) -> bool:
    """Whether so many pairs can have a p that is small enough at the present look.

    Beyond those that are counted out, flips are drawn, and p ends at 1 / 10,000.
    """
    return pairs >= FEWEST_PAIRS and reaching(pairs, plan.level) > 0


def decide(
    pairs: int, p_holm: float, compared: Callable[[], Comparison], better: int, plan: Plan
) -> str:
    """The verdict on an arm with so many pairs; `compared` is asked only if it hangs on that."""
    if not pairs:
        return NO_PAIRS
    if not can_show(pairs, plan):
        return NOT_ENOUGH
    if not p_holm < LEVEL:
        return NOT_SHOWN
    found = compared()
    if found.low <= 0 <= found.high:
        return NOT_SHOWN
    return _WORDS[better][0 if found.mean > 0 else 1]


def counted_word(difference: float, better: int) -> str:
    """The verdict on a difference that is counted, not estimated: there is one, or none."""
    if not difference:
        return NOT_SHOWN
    return _WORDS[better][0 if difference > 0 else 1]


class Word(NamedTuple):
    """A verdict alone: what it is, over how many pairs, and how many it takes at least."""

    verdict: str
    pairs: int
    fewest: float


def words(scores: Mapping[str, pd.Series], study: Study, better: int = 0) -> dict[str, Word]:
    """The verdict of each arm that is compared, by label, as `verdicts.verdicts` gives it.

    `scores` has an arm's values by seed; arms may be missing. Where nothing is shown, no interval
    is made for it: a page is drawn before SciPy's statistics are here.
    """
    against, seeds = study.references, list(study.seeds)
    plan = plan_of(len(against), len(seeds), most_of(study), study.looks, seeds)
    table = {
        arm.label: scores.get(arm.label, pd.Series(dtype=float)).reindex(seeds)
        for arm in study.arms
    }
    pairs = {label: (table[label], table[other]) for label, other in against.items()}
    p_values = [p_after_looks(*pair, plan) for pair in pairs.values()]
    found = {}
    for (label, pair), p_holm in zip(
        pairs.items(), corrected(p_values, [True] * len(pairs)), strict=True
    ):
        own, other = (values[: plan.now] for values in pair)
        count = len(paired_differences(own, other))
        verdict = decide(count, p_holm, partial(compare, own, other), better, plan)
        found[label] = Word(verdict, count, fewest_pairs(plan))
    return found
