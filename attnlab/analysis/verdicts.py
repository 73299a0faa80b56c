"""What a study says of each arm: one word, and what it rests on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from attnlab.analysis.intervals import mean_interval
from attnlab.analysis.looks import adjusted_for_looks, counted, spent
from attnlab.analysis.power import fewest_seeds, seeds_to_show, smallest_shown
from attnlab.analysis.rounding import decimals, difference_text, p_text
from attnlab.analysis.statistics import (
    LEVEL,
    Comparison,
    compare,
    holm,
    paired_differences,
    sign_flip,
)

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

_COMPARED = ("low", "high", "interval", "p", "exact", "d", "improvement")
_COLUMNS = [
    *("label", "is_reference", "against", "n", "score", "score_low", "score_high"),
    *("pairs", "difference", *_COMPARED, "p_looks", "p_holm", "verdict", "final"),
    *("shown", "seeds_needed", "exploratory", "planned_difference", "planned_p_holm", "basis"),
]
_WORDS = {1: (HELPS, HURTS), -1: (HURTS, HELPS), 0: (HIGHER, LOWER)}


class Scale(NamedTuple):
    """How a sentence writes scores: times `factor`, followed by `unit`."""

    factor: float = 1.0
    unit: str = ""


POINTS = Scale(100.0, "points")
"""Shares, as percentage points."""


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


def verdicts(
    scores: pd.DataFrame,
    arms: Sequence[str],
    reference: str | Mapping[str, str],
    *,
    better: int = 1,
    planned: int,
    most: int | None = None,
    looks: Sequence[int] = (),
    seeds: Sequence[int],
    scale: Scale = POINTS,
) -> pd.DataFrame:
    """Return a row per arm, in the order of `arms`, compared with `reference` by seed.

    Arguments:
        scores: A row per finished run: arm, seed, value, as precise as it was measured.
        arms: The labels of the arms, the reference among them.
        reference: The label of the arm that the others are compared with; or by label what each
            arm is compared with, where those that are compared with nothing are missing.
        better: 1 where more is better, -1 where less is, 0 where neither.
        planned: On how many seeds the verdict is to rest, planned extensions included.
        most: To how many seeds the plan lets the study grow. Without it, to no more than the
            verdict was first to rest on.
        looks: At how many seeds verdicts were given before; see the module `looks`.
        seeds: All seeds in the study's order: k seeds are the first k of these.
        scale: How the sentences write a difference.

    Columns:
    - label, is_reference, against: the label of the arm it is compared with, "" for a reference
    - n, score, score_low, score_high: the arm's own runs, their mean and its 95 % t-interval
    - pairs, difference, low, high, interval, p, exact, d, improvement: see `statistics.Comparison`
    - p_looks: p adjusted for earlier looks, p itself where there were none
    - p_holm: that, after Holm's correction over all arms of the study; an arm without pairs counts
      as one that shows nothing, so that no verdict goes when another arm comes in
    - verdict: `REFERENCE`; `HELPS` or `HURTS` (`HIGHER` or `LOWER` where neither is better) if
      p_holm < 0.05 and the interval excludes 0; else `NOT_SHOWN`; `NOT_ENOUGH` with so few
      pairs (below 5 in any case) that no p could have been small enough,
      `NO_PAIRS` without any
    - final: whether all seeds are there that the verdict is to rest on. Until then it is
      provisional. Such an interim view is not counted as a look: a study trains on whatever it
      shows. Whoever stops one early because of it looks without paying for it.
    - shown: the smallest true difference that these pairs could have shown, with power 0.8 at 0.05
      over the number of arms; seeds_needed: with how many pairs a new study could show half of it,
      or, where nothing could be shown, could show anything
    - exploratory: whether seeds came in beyond those that the verdict rests on. The 5 % are spent:
      the verdict stays that of the planned seeds, and so do `planned_difference` and
      `planned_p_holm` (everywhere else the same as difference and p_holm). Of difference, interval
      and p, which are then those of all seeds, nothing follows; p_looks and p_holm are NaN.
    - basis: a sentence or some that say what the verdict rests on

    Raises ValueError for an unknown reference and for a run that is there twice.
    """
    against = _references(arms, reference)
    plan = _plan(len(against), planned, most, looks, seeds)
    table = scores.pivot(index="seed", columns="arm", values="value")
    table = table.reindex(index=list(plan.seeds), columns=list(arms))
    rows = [_row(table[label], table.get(against.get(label)), plan) for label in arms]
    for row, p in zip(rows, _corrected(rows), strict=True):
        _judge(row, p, better, plan)
    for row in rows:
        row["against"] = against.get(row["label"], "")
        row["basis"] = basis(row, plan, scale)
    return pd.DataFrame(rows, columns=_COLUMNS)


def _plan(
    comparisons: int,
    planned: int,
    most: int | None,
    looks: Sequence[int],
    seeds: Sequence[int],
) -> Plan:
    if most is None:
        most = min([planned, *looks])
    now = min(planned, most)
    before = sorted({look for look in looks if look < now})
    kept = counted([*before, now], most, comparisons)
    return Plan(tuple(seeds), tuple(kept), most, comparisons)


def _references(arms: Sequence[str], reference: str | Mapping[str, str]) -> Mapping[str, str]:
    """What each arm is compared with, by label."""
    against = reference
    if isinstance(reference, str):
        against = {label: reference for label in arms if label != reference}
    for other in {*against.values(), *([reference] if isinstance(reference, str) else [])}:
        if other not in arms:
            raise ValueError(f"expected the reference to be one of {list(arms)}, got {other!r}")
    return against


def _row(own: pd.Series, reference: pd.Series | None, plan: Plan) -> dict[str, Any]:
    """All that can be said of one arm by itself; `planned` is the `Comparison` a verdict is of.

    A reference is compared with nothing.
    """
    score, is_reference = mean_interval(own), reference is None
    if reference is None:
        reference = own * math.nan
    every, planned = compare(own, reference), compare(own[: plan.now], reference[: plan.now])
    by_look = [_p(own[:look], reference[:look]) for look in plan.looks]
    there = own[: plan.now].notna().sum() if is_reference else planned.n
    return {
        "label": own.name,
        "is_reference": is_reference,
        "n": score.n,
        "score": score.mean,
        "score_low": score.low,
        "score_high": score.high,
        "pairs": every.n,
        "difference": every.mean,
        **{name: getattr(every, name) for name in _COMPARED},
        "p_looks": adjusted_for_looks(by_look, plan.looks, plan.most),
        "final": bool(there >= plan.now),
        "exploratory": every.n > planned.n,
        "every": every,
        "planned": planned,
        "planned_difference": planned.mean,
    }


def _p(own: pd.Series, reference: pd.Series) -> float:
    return sign_flip(paired_differences(own, reference))[0]


def _corrected(rows: Sequence[dict[str, Any]]) -> np.ndarray:
    """Holm's correction over all arms but the reference; NaN where there are no pairs."""
    p_values = np.array([row["p_looks"] for row in rows], dtype=float)
    compared = np.array([not row["is_reference"] for row in rows])
    corrected = holm(np.where(compared & np.isnan(p_values), 1.0, p_values))
    return np.where(np.isnan(p_values), np.nan, corrected)


def _judge(row: dict[str, Any], p_holm: float, better: int, plan: Plan) -> None:
    """Add the verdict and what could have been shown to a row."""
    planned = row["planned"]
    shown = smallest_shown(planned.sd, planned.n, plan.level)
    row["verdict"] = REFERENCE if row["is_reference"] else _verdict(planned, p_holm, better, plan)
    row["p_holm"] = row["planned_p_holm"] = p_holm
    if row["exploratory"]:
        row["p_looks"] = row["p_holm"] = math.nan
    row["shown"], row["seeds_needed"] = shown, _seeds_needed(shown, planned, plan)


def _fewest(plan: Plan) -> int:
    """With fewer pairs nothing can be shown at the present look, however large it is."""
    return max(fewest_seeds(1, plan.level), FEWEST_PAIRS)


def _verdict(planned: Comparison, p_holm: float, better: int, plan: Plan) -> str:
    if not planned.n:
        return NO_PAIRS
    if planned.n < _fewest(plan):
        return NOT_ENOUGH
    if not p_holm < LEVEL or planned.low <= 0 <= planned.high:
        return NOT_SHOWN
    return _WORDS[better][0 if planned.mean > 0 else 1]


def _seeds_needed(shown: float, planned: Comparison, plan: Plan) -> float:
    """Pairs for half of what could be shown; where that is everything or nothing, for anything."""
    if math.isnan(shown):
        return math.nan
    if not 0 < shown < math.inf:
        return float(fewest_seeds(plan.comparisons))
    return seeds_to_show(shown / 2, planned.sd, LEVEL / max(plan.comparisons, 1))


def basis(row: dict[str, Any], plan: Plan, scale: Scale) -> str:
    """Say what the verdict in a row rests on."""
    planned, verdict = row["planned"], row["verdict"]
    if verdict == REFERENCE:
        return "Other arms are compared with this one."
    sentences = []
    if verdict == NO_PAIRS:
        sentences.append("No seed has finished both here and in the reference.")
    elif verdict == NOT_ENOUGH:
        sentences.append(
            f"{_difference(planned, scale)}; a verdict takes at least {_fewest(plan)}."
        )
    else:
        tested = _tested(planned.exact, row["planned_p_holm"], plan)
        sentences.append(f"{_difference(planned, scale)}; {tested}.")
    if verdict == NOT_SHOWN:
        sentences.append(_could_show(row, plan, scale))
    if verdict != NO_PAIRS and not row["final"]:
        sentences.append(f"Provisional: {planned.n} of {plan.now} seeds.")
    if row["exploratory"]:
        sentences.append(_added(row, plan, scale))
    return " ".join(sentences)


def _difference(found: Comparison, scale: Scale) -> str:
    ends = (scale.factor * value for value in (found.mean, found.low, found.high))
    return f"{_with_unit(difference_text(*ends), scale)} over {_seeds(found.n)}"


def _tested(exact: bool, p_holm: float, plan: Plan) -> str:
    words = f"{'exact ' if exact else ''}sign-flip {p_text(p_holm, LEVEL)}"
    corrections = []
    if len(plan.looks) > 1:
        *before, last = (str(look) for look in plan.looks[:-1])
        at = f"{', '.join(before)} and {last}" if before else last
        corrections.append(f"{'looks' if before else 'a look'} at {at} seeds")
    if plan.comparisons > 1:
        corrections.append(f"Holm's correction over {plan.comparisons} arms")
    if corrections:
        words += f" after {' and '.join(corrections)}"
    if plan.now < plan.most:
        words += f", some of the {100 * LEVEL:.0f} % being kept for {plan.most} seeds"
    return words


def _could_show(row: dict[str, Any], plan: Plan, scale: Scale) -> str:
    shown = row["shown"]
    if row["planned_p_holm"] < LEVEL:
        return "The interval includes 0 all the same."
    if not shown:
        return "Every seed gave the same."
    size = scale.factor * shown
    return (
        f"A difference of {_with_unit(f'{size:.{decimals(size)}f}', scale)} would have been shown "
        f"8 times in 10; half of it takes {row['seeds_needed']:,.0f} seeds."
    )


def _added(row: dict[str, Any], plan: Plan, scale: Scale) -> str:
    first, last = plan.now + 1, len(plan.seeds)
    who = f"Seeds {first} to {last} were" if last > first else f"Seed {first} was"
    them = "they sharpen" if last > first else "it sharpens"
    return (
        f"{who} added after the verdict: the {100 * LEVEL:.0f} % were spent, so {them} the "
        f"interval to {_difference(row['every'], scale)} but cannot change the verdict; plan a "
        "new study with fresh seeds to confirm."
    )


def _with_unit(text: str, scale: Scale) -> str:
    return f"{text} {scale.unit}".rstrip()


def _seeds(n: int) -> str:
    return f"{n} seed{'' if n == 1 else 's'}"
