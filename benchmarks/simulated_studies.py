"""Studies whose scores are drawn, so that the truth is known, and what verdicts say of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from attnlab.analysis.flips import sign_flip
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


def p_of(differences: np.ndarray) -> float:
    """The p-value of paired differences."""
    return sign_flip(differences)[0]


def judged(
    study: Scores,
    *,
    most: int | None = None,
    looks: Sequence[int] = (),
    correction: str = "holm",
    margin: float = 0.0,
) -> list[ArmResult]:
    """The results of all arms but the reference, as a page has them; the rest as in `Rules`."""
    labels = [f"arm {number}" for number in range(len(study))]
    rows = pd.DataFrame(
        [(labels[arm], seed, study[arm, seed]) for arm, seed in np.ndindex(study.shape)],
        columns=["arm", "seed", "value"],
    )
    rules = Rules(
        planned=study.shape[1],
        most=most,
        looks=looks,
        seeds=range(study.shape[1]),
        explain=False,
        correction=correction,
        margin=margin,
    )
    return compare_arms(rows, labels, labels[0], rules)[1:]


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
