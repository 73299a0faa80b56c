"""Whether attention finds the truth, and how concentrated it is: one number a row; in NumPy.

Every function takes weights (..., n): a row is one sample's weights of `n` positions. `truth`
(..., n) is True where the signal is planted, `valid` (..., n) is False on padding; both broadcast
to the weights. Rows where a measure is undefined (no truth, nothing but padding) give NaN.
Positions that tie share the score, so equal weights score exactly the chance level. Whatever
compares weights has one rule for ties: see `FLOAT32_TIE`.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from attnlab.spec.metrics import METRICS

FLOAT32_TIE = 1e-6
"""Weights this close, relative to the larger, are the same: they were float32 once."""

SHUT, OPEN = 0.1, 0.9
"""A gate below the first lets hardly anything through, above the second nearly all."""

CHANCE = {"auc": 0.5, "entropy": 1.0, "gini": 0.0}
"""The scores of equal weights. Hit, mass and rank accuracy have |M| / n, stored as "chance"."""

BY_SHARE = ("hit", "mass", "rank")
"""The measures whose chance level is |M| / n."""

OF_TRUTH = ("hit", "mass", "rank", "auc")
OF_DISTRIBUTIONS = ("entropy", "gini")
OF_GATES = ("sd", "shut", "open")
NAMES = (*OF_TRUTH, *OF_DISTRIBUTIONS, *OF_GATES)

ABOUT = {name: METRICS[name] for name in NAMES}
"""The title and the help of each measure, for people."""


def chance(truth: np.ndarray, valid: np.ndarray | None = None) -> np.ndarray:
    """The chance level |M| / n of hit, mass and rank accuracy (...)."""
    planted, n = _counts(truth, valid)
    return _ratio(planted, n, planted > 0)


def hit(weights: np.ndarray, truth: np.ndarray, valid: np.ndarray | None = None) -> np.ndarray:
    """Whether attention peaks at the truth: 1 if the largest weight is in M, else 0.

    Several equal largest weights give the share of them that is in M. Chance level: |M| / n.
    """
    weights, truth, _ = _rows(weights, truth, valid)
    return _top_share(weights, truth, np.ones(weights.shape[:-1], int))


def rank_accuracy(
    weights: np.ndarray, truth: np.ndarray, valid: np.ndarray | None = None
) -> np.ndarray:
    """Share of the |M| largest weights that lies in M; ties are shared. Chance level: |M| / n."""
    weights, truth, _ = _rows(weights, truth, valid)
    return _top_share(weights, truth, truth.sum(axis=-1))


def mass(weights: np.ndarray, truth: np.ndarray, valid: np.ndarray | None = None) -> np.ndarray:
    """Share of the attention that lies on the truth: Σ over M / Σ over all. Chance level: |M| / n.

    For a distribution this is Σ α_i over M; for a gate, the share of the total gate weight.
    """
    weights, truth, valid = _rows(weights, truth, valid)
    held = np.where(valid, weights, 0)
    return _ratio((held * truth).sum(axis=-1), held.sum(axis=-1), np.any(truth, axis=-1))


def auc(weights: np.ndarray, truth: np.ndarray, valid: np.ndarray | None = None) -> np.ndarray:
    """ROC-AUC of the weights as a score for being in M; chance level 0.5.

    NaN where M is everything, too. Source: the Mann-Whitney statistic, counted pair by pair: the
    planted are few.
    """
    weights, truth, valid = _rows(weights, truth, valid)
    planted, n = truth.sum(axis=-1), valid.sum(axis=-1)
    most = max(int(planted.max(initial=0)), 1)
    order = np.argsort(~truth, axis=-1, kind="stable")[..., :most]  # the planted come first
    mine = np.take_along_axis(weights, order, axis=-1)[..., None]
    against = (
        (np.take_along_axis(truth, order, axis=-1)[..., None]) & (valid & ~truth)[..., None, :]
    )
    others = weights[..., None, :]
    won = np.where(_tie(mine, others), 0.5, mine > others)
    pairs = (won * against).sum(axis=(-1, -2))
    return _ratio(pairs, planted * (n - planted), _is_finite(weights, valid))


def normalised_entropy(weights: np.ndarray, valid: np.ndarray | None = None) -> np.ndarray:
    """Entropy of a distribution over its largest possible value, H / log n.

    0 is one position alone, 1 is uniform. The weights are rescaled to sum to one over the valid
    positions. NaN below two of them.
    """
    weights, _, valid = _rows(weights, False, valid)
    held = np.where(valid, weights, 0.0)
    total = held.sum(axis=-1, keepdims=True)
    share = held / np.where(total > 0, total, np.nan)
    logs = np.log(share, out=np.zeros_like(share), where=share > 0)  # 0 log 0 = 0
    n = valid.sum(axis=-1)
    return _ratio(-(share * logs).sum(axis=-1), np.log(np.maximum(n, 1)), n > 1) + 0.0


def gini(weights: np.ndarray, valid: np.ndarray | None = None) -> np.ndarray:
    """Gini index Σ(2i − n − 1) a_(i) / (n Σ a), ascending: 0 is uniform, (n − 1) / n one alone.

    Source: Hurley & Rickard 2009, "Comparing measures of sparsity".
    """
    weights, _, valid = _rows(weights, False, valid)
    n = valid.sum(axis=-1)
    ascending = np.sort(weights, axis=-1)  # padding comes first
    place = np.arange(1, weights.shape[-1] + 1) - (weights.shape[-1] - n)[..., None]
    ascending = np.where(place > 0, ascending, 0.0)
    total = n * ascending.sum(axis=-1)
    return _ratio(((2 * place - n[..., None] - 1) * ascending).sum(axis=-1), total, total > 0)


def spread(gates: np.ndarray, valid: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """How far apart a gate holds its positions.

    "sd" is their standard deviation, "shut" the share below 0.1, "open" the share above 0.9; a
    gate that ties with the limit is neither.
    """
    gates, _, valid = _rows(gates, False, valid)
    held, n = np.where(valid, gates, 0.0), valid.sum(axis=-1)
    known = (n > 0) & _is_finite(gates, valid)
    mean = _ratio(held.sum(axis=-1), n, known)
    squares = np.where(valid, (held - mean[..., None]) ** 2, 0).sum(axis=-1)
    return {
        "sd": np.sqrt(_ratio(squares, n, known)),
        "shut": _ratio((valid & (gates < SHUT) & ~_tie(gates, SHUT)).sum(axis=-1), n, known),
        "open": _ratio((valid & (gates > OPEN) & ~_tie(gates, OPEN)).sum(axis=-1), n, known),
    }


def of_trace(
    weights: np.ndarray,
    kind: str,
    leading: Sequence[str] = (),
    truth: np.ndarray | None = None,
    valid: np.ndarray | None = None,
) -> dict[str, float]:
    """Measure one trace of several samples; every number is a mean over those it applies to.

    Arguments:
        weights: (P, *leading, n), or (P, *leading, H, W) for places.
        kind: "distribution" or "gate".
        leading: The names of the axes between samples and positions: "head", "query". In a
            document each sentence is a query, and so is each word in it: "query", "head", "query".
        truth: What it should find: (P, n), (P, Q, n) with a row for each query (of the first
            "query" axis), or (P, H', W') for places, at any resolution. The weights are averaged
            over all other axes before they are compared with it.
        valid: (P, n), or (P, Q, n) with a row for each query, False on padding.

    Returns the measures that apply, by name, and "chance", the level of hit, mass and rank.
    """
    weights = np.asarray(weights)
    places = 1 + len(leading)
    if truth is not None and weights.ndim == places + 2:
        truth = coarse(truth, weights.shape[-2:]).reshape(len(weights), -1)
    weights = weights.reshape(*weights.shape[:places], -1)
    if valid is not None:
        rows = valid.shape[1:-1] or (1,)
        sizes = (rows[0] if place == _row_axis(leading) else 1 for place in range(len(leading)))
        valid = valid.reshape(len(valid), *sizes, valid.shape[-1])
    values: dict[str, np.ndarray] = {}
    if truth is not None:
        values = _against_truth(weights, leading, truth, valid)
    if kind == "distribution":
        values["entropy"] = normalised_entropy(weights, valid)
        values["gini"] = gini(weights, valid)
    else:
        values |= spread(weights, valid)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # nothing but NaN gives NaN
        return {name: float(np.nanmean(rows)) for name, rows in values.items()}


def coarse(truth: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """A mask of places (P, H, W) at the resolution (h, w) of a map.

    A cell belongs to the truth where the truth covers at least half as much of it as of the cell
    that it covers most.
    """
    shares = []
    for size, cells in zip(truth.shape[1:], shape, strict=True):
        cell = np.arange(size) * cells // size
        one_hot = (cell == np.arange(cells)[:, None]).astype(float)
        shares.append(one_hot / np.maximum(one_hot.sum(axis=1, keepdims=True), 1))
    covered = shares[0] @ truth.astype(float) @ shares[1].T
    most = covered.max(axis=(1, 2), keepdims=True)
    return (covered >= most / 2) & (most > 0)


def _against_truth(
    weights: np.ndarray, leading: Sequence[str], truth: np.ndarray, valid: np.ndarray | None
) -> dict[str, np.ndarray]:
    """The measures of truth of weights (P, *leading, n), and the chance level."""
    kept = _row_axis(leading) if truth.ndim == 3 else None
    averaged = tuple(1 + place for place in range(len(leading)) if place != kept)
    weights = weights.mean(axis=averaged)
    if valid is not None:
        valid = np.any(valid, axis=averaged)
    functions = {"hit": hit, "mass": mass, "rank": rank_accuracy, "auc": auc}
    values = {name: measure(weights, truth, valid) for name, measure in functions.items()}
    return values | {"chance": chance(truth, valid)}


def _row_axis(leading: Sequence[str]) -> int | None:
    """The leading axis that a mask has rows for: the first that is not of heads."""
    return next((place for place, name in enumerate(leading) if name != "head"), None)


def _rows(
    weights: np.ndarray, truth: np.ndarray | bool, valid: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights with −∞ on padding, truth and validity, all of the same shape."""
    weights = np.asarray(weights, dtype=float)
    valid = np.broadcast_to(True if valid is None else np.asarray(valid, bool), weights.shape)
    planted = np.broadcast_to(np.asarray(truth, bool), weights.shape) & valid
    return np.where(valid, weights, -np.inf), planted, valid


def _counts(truth: np.ndarray, valid: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """How many positions are planted, and how many there are, both without padding."""
    truth = np.asarray(truth, bool)
    valid = np.broadcast_to(True if valid is None else np.asarray(valid, bool), truth.shape)
    return (truth & valid).sum(axis=-1), valid.sum(axis=-1)


def _top_share(weights: np.ndarray, truth: np.ndarray, k: np.ndarray) -> np.ndarray:
    """Expected share of the top `k` (...) that lies in the truth when ties are broken by lot."""
    known = truth.any(axis=-1) & ~np.isnan(weights).any(axis=-1) & ~np.isposinf(weights).any(-1)
    k = np.maximum(k, 1)[..., None]
    threshold = np.take_along_axis(np.sort(weights, axis=-1), weights.shape[-1] - k, axis=-1)
    tied = _tie(weights, threshold)
    above = (weights > threshold) & ~tied
    lots = _ratio((truth & tied).sum(axis=-1), tied.sum(axis=-1), known)
    won = (truth & above).sum(axis=-1) + lots * (k[..., 0] - above.sum(axis=-1))
    return _ratio(won, k[..., 0], known)


def _tie(some: np.ndarray, others: np.ndarray | float) -> np.ndarray:
    """Where two weights are the same but for the rounding of float32; False where one is not
    finite, as on padding."""
    some, others = np.broadcast_arrays(some, others)
    known = np.isfinite(some) & np.isfinite(others)
    some, others = np.where(known, some, 0.0), np.where(known, others, 0.0)
    reach = FLOAT32_TIE * np.maximum(np.abs(some), np.abs(others))
    return known & (np.abs(some - others) <= reach)


def _is_finite(weights: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Whether all weights of a row but those on padding are finite."""
    return (np.isfinite(weights) | ~valid).all(axis=-1)


def _ratio(over: np.ndarray, under: np.ndarray, known: np.ndarray) -> np.ndarray:
    """over / under where it is `known` and there is something to divide by, NaN elsewhere."""
    over, under = np.asarray(over, float), np.asarray(under, float)
    result = np.full(np.broadcast(over, under).shape, np.nan)
    return np.divide(over, under, out=result, where=np.asarray(known) & (under > 0))
