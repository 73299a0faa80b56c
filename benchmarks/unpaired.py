"""No speed: does the unpaired test keep its promises?

Groups of runs are drawn whose true difference is known. Where nothing differs at most 5 % may be
said to, and where it does the 95 % interval covers the truth in at least 93 % of them. Nothing is
promised where the smaller group varies more, and a verdict says so where it sees that. Exits with 1
if a promise is broken by more than so many groups can be off by chance.
"""

from __future__ import annotations

import argparse
import math
import sys
from typing import NamedTuple

import numpy as np

from attnlab.analysis.statistics import LEVEL
from attnlab.analysis.unpaired import compare_unpaired, varies_more_where_fewer
from benchmarks.report import print_table

DRAWS, QUICK_DRAWS = 2000, 300
LEAST_COVERED = 0.93
_SHIFT = 1.3
_HEAD = ("runs", "the first vary", "found", "covered", "seen to vary", "promised")


class Case(NamedTuple):
    """Sizes of both groups, and how much more the first one varies."""

    arm: int
    reference: int
    wider: float = 1.0


CASES = (Case(4, 4), Case(5, 8), Case(10, 10), Case(4, 16), Case(20, 25), Case(4, 16, 3.0))


def shares(case: Case, draws: int) -> tuple[float, float, float]:
    """How often something is found where nothing differs, how often the interval covers a
    difference, and how often it is seen that the smaller group varies more."""
    rng = np.random.default_rng(0)
    found = covered = seen = 0
    for _ in range(draws):
        arm = case.wider * rng.normal(size=case.arm)
        reference = rng.normal(size=case.reference)
        same, apart = compare_unpaired(arm, reference), compare_unpaired(arm + _SHIFT, reference)
        found += same.p < LEVEL
        covered += apart.low <= _SHIFT <= apart.high
        seen += varies_more_where_fewer(arm, reference)
    return found / draws, covered / draws, seen / draws


def main() -> int:
    """Print a row per case; 1 if a promise is broken."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--quick", action="store_true", help="a rough look")
    draws = QUICK_DRAWS if given.parse_args().quick else DRAWS
    rows, broken = [], False
    for case in CASES:
        found, covered, seen = shares(case, draws)
        by_chance = 3 * math.sqrt(LEVEL * (1 - LEVEL) / draws)
        is_promised = case.wider == 1
        fails = found > LEVEL + by_chance or covered < LEAST_COVERED - by_chance
        broken |= is_promised and fails
        rows.append(
            [
                f"{case.arm} against {case.reference}",
                f"{case.wider:g} times as much",
                f"{100 * found:.1f}",
                f"{100 * covered:.1f}",
                f"{100 * seen:.0f}",
                "yes" if is_promised else "no",
            ]
        )
    print_table(f"Unpaired test, {draws:,} draws a row; shares in percent", _HEAD, rows)
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
