"""Studies whose scores are drawn, so that the truth is known, and what verdicts say of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from attnlab.analysis.flips import sign_flip
from attnlab.analysis.intervals import mean_interval
from attnlab.analysis.looks import adjusted_for_looks, counted
from attnlab.analysis.statistics import LEVEL, compare, holm
from attnlab.results.comparing import Rules, compare_arms
from attnlab.results.model import ArmResult

SEEDS = 10

BASE, BETWEEN_SEEDS, WITHIN = 0.8, 0.03, 0.02
"""A score: its level, how far seeds are apart, and how far an arm's scores are apart within one."""

Scores = np.ndarray  # (arms, seeds), the reference first


def scores(rng: np.random.Generator, arms: int, seeds: int) -> Scores:
    """Scores of arms that do not differ; every seed is easier or harder for all of them alike."""
    shared = BETWEEN_SEEDS * rng.standard_normal(seeds)
    return BASE + shared + WITHIN * rng.standard_normal((arms, seeds))


def shown(study: Scores) -> np.ndarray:
    """Which arms a verdict says help or hurt, by p alone."""
    reference, *others = study
    return holm([p_of(arm - reference) for arm in others]) < LEVEL


def p_of(differences: np.ndarray) -> float:
    """The p-value of paired differences."""
    return sign_flip(differences)[0]


def false_alarms(rng: np.random.Generator, arms: int) -> tuple[bool, bool, bool]:
    """Whether `compare_arms` says of any of `arms` equal arms that it helps or hurts.

    Then whether it would without Holm's correction, and whether `shown` says the same as it.
    """
    study = scores(rng, arms + 1, SEEDS)
    compared = judged(study)
    said = np.array([arm.verdict.is_difference for arm in compared])
    uncorrected = any(arm.difference.p < LEVEL for arm in compared)
    return bool(said.any()), uncorrected, bool((said == shown(study)).all())


def judged(study: Scores) -> list[ArmResult]:
    """The results of all arms but the reference, as a page has them."""
    labels = [f"arm {number}" for number in range(len(study))]
    rows = pd.DataFrame(
        [(labels[arm], seed, study[arm, seed]) for arm, seed in np.ndindex(study.shape)],
        columns=["arm", "seed", "value"],
    )
    seeds = study.shape[1]
    rules = Rules(planned=seeds, seeds=range(seeds), explain=False)
    return compare_arms(rows, labels, labels[0], rules)[1:]


def agrees(rng: np.random.Generator, arms: int, seeds: int) -> tuple[bool, bool, bool]:
    """Whether every interval agrees with its p, all of them cover together, and 95 % ones would.

    The arms differ from the reference by 0, 1, 2 … points.
    """
    study = scores(rng, arms + 1, seeds)
    truth = 0.01 * np.arange(arms)
    study[1:] += truth[:, None]
    compared = judged(study)
    ends = [(arm.difference.low, arm.difference.high) for arm in compared]
    single = [compare(arm, study[0]) for arm in study[1:]]
    return (
        all(
            (not low <= 0 <= high) == (arm.p_corrected < LEVEL)
            for arm, (low, high) in zip(compared, ends, strict=True)
        ),
        all(low <= true <= high for (low, high), true in zip(ends, truth, strict=True)),
        all(each.low <= true <= each.high for each, true in zip(single, truth, strict=True)),
    )


def _normal(rng: np.random.Generator, seeds: int) -> tuple[np.ndarray, np.ndarray, float]:
    reference, arm = scores(rng, 2, seeds)
    return arm, reference, 0.0


def _skewed(rng: np.random.Generator, seeds: int) -> tuple[np.ndarray, np.ndarray, float]:
    reference = scores(rng, 1, seeds)[0]
    return reference + 0.01 * rng.exponential(1, seeds), reference, 0.01


def _bounded(rng: np.random.Generator, seeds: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Accuracies near 1, of networks that differ from seed to seed: against the wall."""
    right = [rng.beta(mean * 60, (1 - mean) * 60, seeds) for mean in _NEAR_ONE]
    return right[1], right[0], _NEAR_ONE[1] - _NEAR_ONE[0]


def _discrete(rng: np.random.Generator, seeds: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Accuracies over 200 samples: many ties."""
    right = [rng.binomial(200, mean, seeds) for mean in _NEAR_TWO_THIRDS]
    return right[1] / 200, right[0] / 200, _NEAR_TWO_THIRDS[1] - _NEAR_TWO_THIRDS[0]


def _heavy(rng: np.random.Generator, seeds: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Differences of which a few are far from the others, on either side: t with 3 degrees."""
    reference = scores(rng, 1, seeds)[0]
    return reference + WITHIN * rng.standard_t(3, seeds), reference, 0.0


_NEAR_ONE = (0.95, 0.985)
_NEAR_TWO_THIRDS = (0.65, 0.68)
KINDS = {
    "normal": _normal,
    "bounded": _bounded,
    "discrete": _discrete,
    "heavy-tailed": _heavy,
    "skewed": _skewed,
}


def covers(rng: np.random.Generator, kind: str, seeds: int) -> tuple[bool, bool]:
    """Whether the interval covers the true difference, and whether the t-interval does."""
    arm, reference, truth = KINDS[kind](rng, seeds)
    found, student = compare(arm, reference), mean_interval(arm - reference)
    return found.low <= truth <= found.high, student.low <= truth <= student.high


def is_shown(rng: np.random.Generator, difference: float, arms: int, seeds: int) -> tuple[bool]:
    """Whether one of `arms` arms that is better by so much is said to help, the others equal."""
    study = scores(rng, arms + 1, seeds)
    study[1] += difference
    return (bool(shown(study)[0]),)


def alarms_when_adding(rng: np.random.Generator, arms: int, most: int) -> tuple[bool, bool, bool]:
    """False alarms of who adds seeds up to `most` if nothing was shown, by p-value alone.

    With the extension planned, not planned, and tested at 5 % both times.
    """
    reference, *others = scores(rng, arms + 1, most)
    first = [p_of((arm - reference)[:SEEDS]) for arm in others]
    every = [p_of(arm - reference) for arm in others]
    shown_first, shown_last = (bool((holm(p) < LEVEL).any()) for p in (first, every))
    return (
        _alarm([first], [SEEDS], most) or _alarm([first, every], [SEEDS, most], most),
        shown_first,  # what seeds added without a plan cannot change
        shown_first or shown_last,
    )


def _alarm(p_values: list[list[float]], looks: list[int], most: int) -> bool:
    kept = counted(looks, most, len(p_values[0]))
    by_arm = zip(*(p for p, look in zip(p_values, looks, strict=True) if look in kept), strict=True)
    return bool((holm([adjusted_for_looks(p, kept, most) for p in by_arm]) < LEVEL).any())
