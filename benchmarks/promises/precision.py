"""Studies that ask for a precision, and intervals for new data where every seed re-splits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from attnlab.analysis.flips import sign_flip
from attnlab.analysis.new_data import new_data_interval
from attnlab.analysis.precision import seeds_for_exact, seeds_for_precision, stein_interval
from attnlab.analysis.statistics import LEVEL
from benchmarks.promises.measured import Line, Simulation, percent

STUDIES, EXACT_STUDIES, DATA_SETS = 10_000, 4_000, 1_500
FIRST = 10
STEIN = "Two stages (ten seeds, then as many as ± h takes): the interval covers the truth"
EXACT = "Two stages, the number of seeds chosen from Σd²: false alarms of the exact test"
NEW_DATA = "Every seed re-splits 240 samples: the interval covers the difference on new data"

SAMPLES, HELD_OUT = 240, 60
_SIGNAL = 1.0
_KINDS = {
    "normal": lambda rng, n: rng.standard_normal(n),
    "heavy-tailed": lambda rng, n: rng.standard_t(3, n),
    "discrete": lambda rng, n: (rng.binomial(200, 0.7, n) - rng.binomial(200, 0.7, n)) / 6.5,
    "skewed": lambda rng, n: rng.exponential(1.0, n) - 1.0,
}
"""Differences of mean 0."""


def stein_covers(rng: np.random.Generator, half: float, most: int) -> tuple[bool, bool, bool]:
    """Whether Stein's interval covers the truth, is as narrow as asked, and whether the interval
    covers of who adds seeds until the usual one is that narrow."""
    values = rng.standard_normal(most)
    seeds = seeds_for_precision(values[:FIRST], half, most)
    found = stein_interval(values[:seeds], FIRST)
    sizes = np.arange(FIRST, most + 1)
    means = np.cumsum(values)[FIRST - 1 :] / sizes
    spreads = np.sqrt(np.maximum(np.cumsum(values**2)[FIRST - 1 :] / sizes - means**2, 0))
    narrow = 1.96 * spreads / np.sqrt(sizes - 1) <= half
    until = int(np.argmax(narrow)) if narrow.any() else len(sizes) - 1
    covers = abs(means[until]) <= 1.96 * spreads[until] / np.sqrt(sizes[until] - 1)
    return found.low <= 0 <= found.high, found.half <= half * (1 + 1e-6), bool(covers)


def exact_alarms(rng: np.random.Generator, kind: str, half: float, most: int) -> tuple[bool]:
    """Whether the exact test shows a difference that is not there, over N seeds chosen so."""
    values = _KINDS[kind](rng, most)
    seeds = seeds_for_exact(values[:FIRST], half, most)
    return (sign_flip(values[:seeds])[0] < LEVEL,)


def new_data_covers(rng: np.random.Generator, seeds: int) -> tuple[bool, bool]:
    """Whether the corrected interval covers the true difference on new data, and the usual one:
    whether the test does not reject it.

    One data set of two classes; two classifiers that cut one of two equally good features each
    where the class means meet. Every seed trains and tests both on another split of the same
    samples. In the population neither is better.
    """
    classes = np.arange(SAMPLES) % 2
    features = rng.standard_normal((SAMPLES, 2)) + _SIGNAL * classes[:, None]
    differences = np.empty(seeds)
    for seed in range(seeds):
        order = rng.permutation(SAMPLES)
        tested, trained = order[:HELD_OUT], order[HELD_OUT:]
        own = features[trained]
        middle = (own[classes[trained] == 0].mean(axis=0) + own[classes[trained] == 1].mean(0)) / 2
        right = (features[tested] > middle) == classes[tested][:, None].astype(bool)
        differences[seed] = right[:, 0].mean() - right[:, 1].mean()
    corrected = new_data_interval(differences, HELD_OUT, SAMPLES - HELD_OUT)
    return corrected.low <= 0 <= corrected.high, sign_flip(differences)[0] >= LEVEL


def report(simulation: Simulation) -> Iterator[Line]:
    """Stein's coverage, the exact test's size, coverage for new data."""
    cases = [(0.7, 200), (0.5, 200), (0.5, 30)]
    found = simulation.shares(stein_covers, cases, STUDIES)
    for (half, most), ((covered, narrow, until), count) in zip(cases, found, strict=True):
        what = f"± {half} sd, at most {most} seeds"
        beside = f"as narrow {percent(narrow)}; who adds until it is narrow {percent(until)}"
        yield Line(STEIN, what, covered, count, low=0.94, beside=beside)
    of_kinds = [(kind, 0.7, 64) for kind in _KINDS]
    found = simulation.shares(exact_alarms, of_kinds, EXACT_STUDIES)
    for (kind, half, most), ((alarm,), count) in zip(of_kinds, found, strict=True):
        high = 1.0 if kind == "skewed" else LEVEL
        what = f"{kind}, ± {half} sd, at most {most} seeds"
        yield Line(EXACT, what, alarm, count, high=high)
    of_seeds = [(10,), (30,)]
    found = simulation.shares(new_data_covers, of_seeds, DATA_SETS)
    for (seeds,), ((covered, usual), count) in zip(of_seeds, found, strict=True):
        beside = f"the usual interval {percent(usual)}"
        yield Line(NEW_DATA, f"{seeds} seeds", covered, count, low=0.9, beside=beside)
