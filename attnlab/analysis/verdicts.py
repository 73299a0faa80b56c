"""What a study says of each arm: one word, and what it rests on."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from attnlab.analysis.basis import POINTS, Scale, basis, counted_basis
from attnlab.analysis.deciding import (
    REFERENCE,
    Plan,
    corrected,
    counted_word,
    decide,
    p_after_looks,
    plan_of,
)
from attnlab.analysis.intervals import mean_interval
from attnlab.analysis.power import fewest_seeds, seeds_to_show, smallest_shown
from attnlab.analysis.statistics import LEVEL, Comparison, compare

_OF_A_SAMPLE = [
    *("p", "d", "improvement", "p_looks", "p_holm", "planned_p_holm", "shown", "seeds_needed")
]
_COMPARED = ("low", "high", "interval", "p", "exact", "d", "improvement")
_COLUMNS = [
    *("label", "is_reference", "against", "n", "score", "score_low", "score_high"),
    *("pairs", "difference", *_COMPARED, "p_looks", "p_holm", "verdict", "final"),
    *("shown", "seeds_needed", "exploratory", "planned_difference", "planned_p_holm", "basis"),
]


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
    ended: Collection[str] = (),
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
        ended: The labels of arms of which no further score of the planned seeds comes: the runs of
            those that are missing have failed, or gave none.

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
    - final: whether all seeds are there that the verdict is to rest on, but for those that failed
      in an arm that has ended. Until then it is
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
    plan = plan_of(len(against), planned, most, looks, seeds)
    table = scores.pivot(index="seed", columns="arm", values="value")
    table = table.reindex(index=list(plan.seeds), columns=list(arms))
    rows = [
        _row(
            table[label],
            table.get(against.get(label)),
            plan,
            {label, against.get(label, label)} <= {*ended},
        )
        for label in arms
    ]
    p_values = corrected(
        [row["p_looks"] for row in rows], [not row["is_reference"] for row in rows]
    )
    for row, p in zip(rows, p_values, strict=True):
        _judge(row, p, better, plan)
    for row in rows:
        row["against"] = against.get(row["label"], "")
        row["basis"] = basis(row, plan, scale)
    return pd.DataFrame(rows, columns=_COLUMNS)


def counted_verdicts(table: pd.DataFrame, better: int, scale: Scale) -> pd.DataFrame:
    """The table of `verdicts` for what is counted and not estimated, such as parameters.

    Every seed of an arm has the same value, so that there is nothing to test: a difference is one.
    """
    table = table.copy()
    rows = ~table["is_reference"] & (table["pairs"] > 0)
    differences = table.loc[rows, "difference"]
    table.loc[rows, "verdict"] = [counted_word(each, better) for each in differences]
    table.loc[rows, "basis"] = [counted_basis(each, scale) for each in differences]
    table.loc[rows, "low"] = table.loc[rows, "high"] = differences
    table.loc[rows, _OF_A_SAMPLE] = math.nan
    table.loc[rows, "interval"] = ""
    table.loc[rows, "final"], table.loc[rows, "exploratory"] = True, False
    return table


def _references(arms: Sequence[str], reference: str | Mapping[str, str]) -> Mapping[str, str]:
    """What each arm is compared with, by label."""
    against = reference
    if isinstance(reference, str):
        against = {label: reference for label in arms if label != reference}
    for other in {*against.values(), *([reference] if isinstance(reference, str) else [])}:
        if other not in arms:
            raise ValueError(f"expected the reference to be one of {list(arms)}, got {other!r}")
    return against


def _row(
    own: pd.Series, reference: pd.Series | None, plan: Plan, has_ended: bool
) -> dict[str, Any]:
    """All that can be said of one arm by itself; `planned` is the `Comparison` a verdict is of.

    A reference is compared with nothing.
    """
    score, is_reference = mean_interval(own), reference is None
    if reference is None:
        reference = own * math.nan
    every, planned = compare(own, reference), compare(own[: plan.now], reference[: plan.now])
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
        "p_looks": p_after_looks(own, reference, plan),
        "final": has_ended or bool(there >= plan.now),
        "exploratory": every.n > planned.n,
        "every": every,
        "planned": planned,
        "planned_difference": planned.mean,
    }


def _judge(row: dict[str, Any], p_holm: float, better: int, plan: Plan) -> None:
    """Add the verdict and what could have been shown to a row."""
    planned = row["planned"]
    shown = smallest_shown(planned.sd, planned.n, plan.level)
    row["verdict"] = REFERENCE
    if not row["is_reference"]:
        row["verdict"] = decide(planned.n, p_holm, lambda: planned, better, plan)
    row["p_holm"] = row["planned_p_holm"] = p_holm
    if row["exploratory"]:
        row["p_looks"] = row["p_holm"] = math.nan
    row["shown"], row["seeds_needed"] = shown, _seeds_needed(shown, planned, plan)


def _seeds_needed(shown: float, planned: Comparison, plan: Plan) -> float:
    """Pairs for half of what could be shown; where that is everything or nothing, for anything."""
    if math.isnan(shown):
        return math.nan
    if not 0 < shown < math.inf:
        return float(fewest_seeds(plan.comparisons))
    return seeds_to_show(shown / 2, planned.sd, LEVEL / max(plan.comparisons, 1))
