"""How often a true difference is shown, and whether that is what was predicted."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product

import numpy as np

from attnlab.analysis.max_t import max_t
from attnlab.analysis.max_t_power import max_t_power
from attnlab.analysis.power import power
from attnlab.analysis.statistics import LEVEL, holm
from benchmarks.promises.measured import Line, Simulation, percent
from benchmarks.simulated_studies import WITHIN, p_of, scores

STUDIES = 1_000
DIFFERENCES = (0.01, 0.02, 0.03, 0.05)
ALLOWED = 0.05
"""How far prediction and simulation may be apart, beside the simulation's error."""

HOLM = "Power: an arm that is better is said to help, Holm"
MAX_T = "Power: an arm that is better is said to help, max-t"


def is_shown(
    rng: np.random.Generator, difference: float, arms: int, seeds: int, correction: str
) -> tuple[bool]:
    """Whether one of `arms` arms that is better by so much is shown, the others equal.

    By its corrected p, which takes less time than the intervals: `alarms` and `intervals` hold that
    verdicts say the same.
    """
    study = scores(rng, arms + 1, seeds)
    study[1] += difference
    differences = study[1:] - study[0]
    p = max_t(differences.T).p if correction == "max-t" else holm([*map(p_of, differences)])
    return (p[0] < LEVEL,)


def report(simulation: Simulation) -> Iterator[Line]:
    """Power predicted and simulated."""
    sd = WITHIN * math.sqrt(2)
    cases = [
        *((*case, "holm") for case in product(DIFFERENCES, (1, 4, 8), (10, 20))),
        *((*case, "max-t") for case in product(DIFFERENCES, (4,), (9, 14))),
        *((*case, "max-t") for case in product(DIFFERENCES, (8,), (10,))),
    ]
    found = simulation.shares(is_shown, cases, STUDIES)
    for (difference, arms, seeds, correction), ((share,), count) in zip(cases, found, strict=True):
        if correction == "holm":
            predicted = power(difference, sd, seeds, LEVEL / arms)
        else:
            predicted = max_t_power(difference, sd, seeds, arms)
        yield Line(
            HOLM if correction == "holm" else MAX_T,
            f"{100 * difference:.0f} points (sd {100 * sd:.1f}), {arms} arms, {seeds} seeds",
            share,
            count,
            max(predicted - ALLOWED, 0.0),
            min(predicted + ALLOWED, 1.0),
            beside=f"predicted {percent(predicted)}",
        )
