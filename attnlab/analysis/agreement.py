"""Whether two orders of the same positions agree: attention and importance, or two seeds.

Rank correlations are Kendall's τ_b, which counts ties in neither: 1 is the same order, −1 the
reverse, 0 the chance level. Values that differ by the rounding of float32 alone are ties.
"""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np

from attnlab.analysis.weights import dense_ranks, filled
from attnlab.imports import importing

MOST_PAIRED = 256
"""Rows of more positions are compared one by one, by sorting, rather than pair by pair at once."""

_AT_ONCE = 2**22
"""So many pairs are held in memory at a time."""


def kendall_tau(
    first: np.ndarray, second: np.ndarray, valid: np.ndarray | None = None
) -> np.ndarray:
    """Kendall's τ_b of every row of two arrays (..., n), over the valid positions: (...).

    NaN in a row where either has but one value, as uniform weights and single positions have.
    Raises ValueError unless both have the same shape and only finite numbers. Equal to
    `scipy.stats.kendalltau` of each row. Source: Kendall 1945; Knight 1966 for long rows.
    """
    first, second = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if first.shape != second.shape or not first.ndim:
        raise ValueError(f"expected arrays of one shape, got {first.shape} and {second.shape}")
    _, known = filled(first, valid)
    lead, n = first.shape[:-1], first.shape[-1]
    one, other, known = (
        each.reshape(-1, n)
        for each in (dense_ranks(first, known), dense_ranks(second, known), known)
    )
    taus = _one_by_one(one, other, known) if n > MOST_PAIRED else _by_pairs(one, other, known)
    return taus.reshape(lead)


def permuted_tau(
    attention: np.ndarray,
    importance: np.ndarray,
    valid: np.ndarray | None = None,
    *,
    times: int = 10,
    seed: int = 0,
) -> np.ndarray:
    """The τ_b of each row (..., n) after its attention is permuted over the valid positions.

    The mean of `times` permutations, (...): the baseline beside `kendall_tau`, near 0, which shows
    how far chance goes with so few positions and examples. NaN where τ is.
    """
    if times < 1:
        raise ValueError(f"expected at least one permutation, got {times}")
    random = np.random.default_rng(seed)
    _, known = filled(attention, valid)
    drawn = [
        kendall_tau(permuted(attention, known, random), importance, known) for _ in range(times)
    ]
    return np.mean(drawn, axis=0)


def permuted(
    weights: np.ndarray, valid: np.ndarray | None, random: np.random.Generator
) -> np.ndarray:
    """The weights of each row (..., n) in another order of its valid positions; padding stays."""
    weights = np.asarray(weights)
    known = np.broadcast_to(True if valid is None else np.asarray(valid, bool), weights.shape)
    drawn = random.random(weights.shape)
    behind = np.where(known, drawn, 2.0)  # padding last, and in its order
    source = np.argsort(behind, axis=-1, kind="stable")
    target = np.argsort(~known, axis=-1, kind="stable")
    result = np.array(weights)
    np.put_along_axis(result, target, np.take_along_axis(weights, source, axis=-1), axis=-1)
    return result


def seeds_agreement(means: np.ndarray) -> float:
    """How far seeds agree: the mean Pearson correlation of every two mean traces (S, n).

    1 where all have the same profile, about 0 by chance. NaN for fewer than two seeds, and where no
    two have a profile: a trace that is the same at every position correlates with nothing.
    """
    means = np.asarray(means, dtype=float).reshape(len(means), -1)
    centred = means - means.mean(axis=1, keepdims=True)
    norms = np.linalg.norm(centred, axis=1)
    flat = norms <= 1e-6 * np.linalg.norm(means, axis=1)
    found = [
        float(centred[one] @ centred[other] / (norms[one] * norms[other]))
        for one, other in combinations(np.flatnonzero(~flat), 2)
    ]
    return float(np.mean(found)) if found else math.nan


def _by_pairs(first: np.ndarray, second: np.ndarray, known: np.ndarray) -> np.ndarray:
    n = first.shape[-1]
    one, other = np.triu_indices(n, 1)
    rows = max(1, _AT_ONCE // max(1, len(one)))
    taus = []
    for start in range(0, len(first), rows):
        cut = slice(start, start + rows)
        counted = known[cut][:, one] & known[cut][:, other]
        signs = [
            np.sign(ranks[cut][:, one] - ranks[cut][:, other]).astype(np.int8) * counted
            for ranks in (first, second)
        ]
        agreeing = (signs[0] * signs[1]).sum(axis=1, dtype=np.int64)
        untied = [(sign != 0).sum(axis=1, dtype=np.int64) for sign in signs]
        under = np.sqrt(untied[0].astype(float) * untied[1])
        taus.append(np.divide(agreeing, under, out=np.full(len(under), math.nan), where=under > 0))
    return np.concatenate(taus) if taus else np.empty(0)


def _one_by_one(first: np.ndarray, second: np.ndarray, known: np.ndarray) -> np.ndarray:
    with importing("scipy.stats"):
        from scipy.stats import kendalltau

    taus = np.full(len(first), math.nan)
    for row, of in enumerate(known):
        one, other = first[row, of], second[row, of]
        if len(np.unique(one)) > 1 and len(np.unique(other)) > 1:
            taus[row] = kendalltau(one, other).statistic
    return taus
