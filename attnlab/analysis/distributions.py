"""How attention is spread over its positions, each measure with its kinds and its chance level.

Every measure takes weights (..., n) and gives one number a row (...), NaN where it is undefined;
`truth` (..., n) is True where the signal is planted, `valid` (..., n) False on padding. The numbers
are those of `attnlab.tasks.measures`, which a training computes after every epoch; here each knows
which kind of attention it goes with and what attention scores that knows nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from attnlab.analysis.weights import DISTRIBUTION, GATE, require_distribution
from attnlab.tasks import measures

OfWeights = Callable[[np.ndarray, np.ndarray | None, np.ndarray | None], np.ndarray]


def entropy(
    weights: np.ndarray, valid: np.ndarray | None = None, kind: str = DISTRIBUTION
) -> np.ndarray:
    """Normalised entropy H / log n (...): 1 is uniform, which is its chance level, 0 one position.

    NaN with fewer than two valid positions. Raises NoDistributionError for gates.
    """
    require_distribution(kind, "entropy")
    return measures.normalised_entropy(weights, valid)


def gini(
    weights: np.ndarray, valid: np.ndarray | None = None, kind: str = DISTRIBUTION
) -> np.ndarray:
    """Gini index (...): 0 is uniform, which is its chance level, (n − 1) / n one position alone.

    Raises NoDistributionError for gates. Source: Hurley & Rickard 2009.
    """
    require_distribution(kind, "the Gini index")
    return measures.gini(weights, valid)


def spread(weights: np.ndarray, valid: np.ndarray | None = None) -> np.ndarray:
    """Standard deviation of a row's gates (...): 0 where all are alike, which is its chance level;
    at most 0.5."""
    return measures.spread(weights, valid)["sd"]


@dataclass(frozen=True)
class SpreadMeasure:
    """A measure of one row of weights: the kinds of attention it goes with, whether it needs a
    truth, its function of (weights, truth, valid), and its chance level of (truth, valid) or as a
    number."""

    kinds: tuple[str, ...]
    needs_truth: bool
    function: OfWeights
    chance: float | None = None

    def chance_level(self, truth: np.ndarray | None, valid: np.ndarray | None) -> float:
        """What attention that knows nothing scores, the mean over rows."""
        if self.chance is not None or truth is None:
            return float("nan") if self.chance is None else self.chance
        return mean_of(measures.chance(truth, valid))


def _with_truth(
    function: Callable[[np.ndarray, np.ndarray, np.ndarray | None], np.ndarray],
) -> OfWeights:
    def measured(
        weights: np.ndarray, truth: np.ndarray | None, valid: np.ndarray | None
    ) -> np.ndarray:
        if truth is None:
            raise ValueError("expected a truth (..., n) to compare attention with, got none")
        return function(weights, truth, valid)

    return measured


BOTH = (DISTRIBUTION, GATE)

SPREAD_MEASURES: Mapping[str, SpreadMeasure] = MappingProxyType(
    {
        "hit": SpreadMeasure(BOTH, True, _with_truth(measures.hit)),
        "mass": SpreadMeasure(BOTH, True, _with_truth(measures.mass)),
        "entropy": SpreadMeasure(
            (DISTRIBUTION,), False, lambda weights, _, valid: entropy(weights, valid), 1.0
        ),
        "gini": SpreadMeasure(
            (DISTRIBUTION,), False, lambda weights, _, valid: gini(weights, valid), 0.0
        ),
        "sd": SpreadMeasure((GATE,), False, lambda weights, _, valid: spread(weights, valid), 0.0),
    }
)
"""By name: hit and mass of both kinds where a truth is known, entropy and Gini index of
distributions, the standard deviation of gates."""


def of_rows(
    name: str,
    weights: np.ndarray,
    kind: str,
    truth: np.ndarray | None = None,
    valid: np.ndarray | None = None,
) -> np.ndarray:
    """One of `SPREAD_MEASURES` of every row (...).

    Raises NoDistributionError for gates where only a distribution makes sense, and ValueError for
    an unknown name, a missing truth, and a measure of gates of a distribution.
    """
    if name not in SPREAD_MEASURES:
        raise ValueError(f"expected one of {', '.join(SPREAD_MEASURES)}, got {name!r}")
    measure = SPREAD_MEASURES[name]
    if kind not in measure.kinds:
        require_distribution(kind, name)
        raise ValueError(f"{name} is a measure of gates, got a {kind}")
    return measure.function(weights, truth, valid)


def mean_of(rows: np.ndarray) -> float:
    """The mean of the numbers that are defined; NaN where none is."""
    known = np.asarray(rows, dtype=float)
    known = known[np.isfinite(known)]
    return float(known.mean()) if known.size else float("nan")


def mean_weights(weights: np.ndarray, valid: np.ndarray | None = None) -> np.ndarray:
    """The mean attention (n,) over examples (N, n), of each position over those that have it.

    0 at a position that is padding in every example.
    """
    weights = np.asarray(weights, dtype=float)
    known = np.broadcast_to(True if valid is None else np.asarray(valid, bool), weights.shape)
    counts = known.sum(axis=0)
    total = np.where(known, weights, 0.0).sum(axis=0)
    return np.divide(total, counts, out=np.zeros(weights.shape[1:]), where=counts > 0)


def by_class(
    weights: np.ndarray, labels: Sequence[int] | np.ndarray, valid: np.ndarray | None = None
) -> dict[int, np.ndarray]:
    """The mean attention (n,) over the examples (N, n) of each class that occurs in labels (N,)."""
    labels = np.asarray(labels)
    weights = np.asarray(weights)
    if labels.shape != weights.shape[:1]:
        raise ValueError(f"expected {len(weights)} labels, got an array of shape {labels.shape}")
    filled = None if valid is None else np.broadcast_to(valid, weights.shape)
    return {
        int(label): mean_weights(weights[of], None if filled is None else filled[of])
        for label in np.unique(labels)
        if (of := labels == label).any()
    }
