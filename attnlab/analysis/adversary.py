"""How different attention could have been with the same predictions.

Source: Jain & Wallace 2019, "Attention is not explanation", section 4.2.2: the attention that lies
as far as possible from the trained one, by the Jensen-Shannon divergence, while the predictions
move by at most ε. Deviations: they start anywhere and add a penalty to a loss; here the search
first goes along straight lines from each row's own attention towards attention that is very unlike
it, as far as ε allows, and from the best of these uphill along what leaves the predictions alone.
What it finds is a lower bound: attention that is so different exists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from attnlab.analysis.agreement import permuted
from attnlab.analysis.divergence import jensen_shannon, total_variation
from attnlab.analysis.weights import DISTRIBUTION, filled, normalised, require_distribution

EPSILON = 0.05
"""How far predictions may move, as the share of probability that changes class: between the 0.01
that Jain & Wallace take for many tasks and the 0.05 that they take for others."""

LONELY = 4
"""Attention on one position alone is tried at so many of those that have the least weight."""

DRAWN = 2
"""So many random orders of a row's own weights are tried."""

STEPS = 40
"""So many steps go uphill."""

_SHARES = (1.0, 0.75, 0.5, 0.25, 0.1)
_FLOOR = 1e-6
"""Weights below count as so large in the slope of the divergence, which has no end at 0."""

Predict = Callable[[np.ndarray], np.ndarray]
Slope = Callable[[np.ndarray, np.ndarray], np.ndarray]
Distance = Callable[[np.ndarray, np.ndarray], np.ndarray]


class Adversarial(NamedTuple):
    """For each row the largest divergence found (N,) in nats, how far its predictions moved (N,),
    and the attention that did it (N, n)."""

    divergence: np.ndarray
    moved: np.ndarray
    weights: np.ndarray


def adversary(
    predict: Predict,
    slope: Slope,
    weights: np.ndarray,
    valid: np.ndarray | None = None,
    *,
    epsilon: float = EPSILON,
    kind: str = DISTRIBUTION,
    distance: Distance = total_variation,
    seed: int = 0,
) -> Adversarial:
    """Search the attention furthest from `weights` (N, n) whose predictions stay within `epsilon`.

    `predict` takes attention (N, n) and gives predictions (N, ...) for the same N examples; `slope`
    takes attention and a factor for each prediction (N, ...), and gives the slope (N, n) of the sum
    of predictions times factors by the weights. `distance` takes two arrays of predictions and
    gives (N,), by default the total variation of probabilities (N, K); it grows with the absolute
    difference of each prediction. The divergence is 0 to log 2; 0 means that nothing else was
    found. NaN in a row without any weight. Raises NoDistributionError for gates, ValueError for an
    ε below 0.
    """
    require_distribution(kind, "the adversary")
    if epsilon < 0:
        raise ValueError(f"epsilon must be at least 0, got {epsilon}")
    own = normalised(weights, valid)
    hopeless = np.isnan(own).any(axis=-1)
    own = np.where(hopeless[:, None], 0.0, own)
    known = filled(own, valid)[1]
    wanted = predict(own)

    def moved_by(tried: np.ndarray) -> np.ndarray:
        return distance(wanted, predict(tried))

    def uphill(tried: np.ndarray) -> np.ndarray:
        return slope(tried, np.sign(predict(tried) - wanted))

    best = Adversarial(np.zeros(len(own)), np.zeros(len(own)), own.copy())
    for aim in _aims(own, known, np.random.default_rng(seed)):
        best = _towards(moved_by, own, aim, epsilon, best)
    best = _climbed(moved_by, uphill, own, known, epsilon, best)
    return best._replace(divergence=np.where(hopeless, np.nan, best.divergence))


def _aims(own: np.ndarray, known: np.ndarray, random: np.random.Generator) -> Iterator[np.ndarray]:
    """Attention (N, n) that is unlike the own one: alone on what has least, reversed, any order."""
    order = np.argsort(np.where(known, own, np.inf), axis=-1, kind="stable")
    counts = known.sum(axis=-1)[:, None]
    for number in range(min(LONELY, own.shape[-1])):
        alone = np.zeros_like(own)
        np.put_along_axis(alone, order[:, [number]], 1.0, axis=-1)
        yield np.where(number < counts, alone, own)
    place = np.arange(own.shape[-1])
    mirrored = np.where(place < counts, counts - 1 - place, place)
    reverse = np.array(own)  # the smallest gets the largest weight
    ascending = np.take_along_axis(own, order, axis=-1)
    np.put_along_axis(reverse, order, np.take_along_axis(ascending, mirrored, axis=-1), axis=-1)
    yield reverse
    for _ in range(DRAWN):
        yield permuted(own, known, random)


def _towards(
    moved_by: Predict, own: np.ndarray, aim: np.ndarray, epsilon: float, best: Adversarial
) -> Adversarial:
    """The best of before, or in a row what lies further on the line from its own to `aim`.

    After the furthest share that is allowed, a row is tried halfway to the next one.
    """
    reached, refused = np.zeros(len(own)), np.full(len(own), 2.0)
    for share in (*_SHARES, None, None):
        halfway = np.where(reached > 0, (reached + np.minimum(refused, 1.0)) / 2, reached)
        at = halfway if share is None else np.full(len(own), share)
        tried = own + at[:, None] * (aim - own)
        moved = moved_by(tried)
        allowed = moved <= epsilon
        reached = np.where(allowed, np.maximum(reached, at), reached)
        refused = np.where(~allowed & (at > reached), np.minimum(refused, at), refused)
        best = _better(best, own, tried, moved, allowed)
    return best


def _climbed(
    moved_by: Predict,
    uphill: Predict,
    own: np.ndarray,
    known: np.ndarray,
    epsilon: float,
    best: Adversarial,
) -> Adversarial:
    """The best after steps along the slope of the divergence, less what moves the predictions.

    A step that moves them too far is taken back along their own slope once. A row's steps grow
    while they help, and shrink when they do not.
    """
    length = np.full(len(own), 0.2)
    for _ in range(STEPS):
        now = best.weights
        middle = np.maximum((own + now) / 2, _FLOOR)
        wanted = _within(np.log(np.maximum(now, _FLOOR) / middle) / 2, now, known)
        moving = _within(uphill(now), now, known)
        square = np.maximum((moving**2).sum(axis=-1, keepdims=True), 1e-12)
        along = (wanted * moving).sum(axis=-1, keepdims=True) / square
        wanted = _within(wanted - np.maximum(along, 0.0) * moving, now, known)
        size = np.maximum(np.linalg.norm(wanted, axis=-1, keepdims=True), 1e-12)
        tried = _on_simplex(now + length[:, None] * wanted / size, known)
        moved = moved_by(tried)
        back = np.maximum(moved - 0.98 * epsilon, 0.0)[:, None] / square * 2
        returned = _on_simplex(tried - back * moving, known)
        tried = np.where((moved > epsilon)[:, None], returned, tried)
        moved = moved_by(tried)
        before = best.divergence
        best = _better(best, own, tried, moved, moved <= epsilon)
        length = np.where(best.divergence > before, np.minimum(1.5 * length, 0.5), 0.5 * length)
    return best


def _within(direction: np.ndarray, weights: np.ndarray, known: np.ndarray) -> np.ndarray:
    """The direction (N, n) without what would leave the simplex: it sums to 0 over the positions
    that may change, and takes nothing from those that have nothing."""
    free = np.array(known)
    for _ in range(2):
        mean = (direction * free).sum(-1, keepdims=True) / np.maximum(free.sum(-1), 1)[:, None]
        free &= (weights > 0) | (direction > mean)
    mean = (direction * free).sum(-1, keepdims=True) / np.maximum(free.sum(-1), 1)[:, None]
    return np.where(free, direction - mean, 0.0)


def _on_simplex(weights: np.ndarray, known: np.ndarray) -> np.ndarray:
    held = np.where(known, np.maximum(weights, 0.0), 0.0)
    total = held.sum(axis=-1, keepdims=True)
    return np.divide(held, total, out=held, where=total > 0)


def _better(
    best: Adversarial,
    own: np.ndarray,
    tried: np.ndarray,
    moved: np.ndarray,
    allowed: np.ndarray,
) -> Adversarial:
    """In every row what is allowed and further away, or what was best before."""
    far = jensen_shannon(own, tried)
    better = allowed & (far > best.divergence)
    return Adversarial(
        np.where(better, far, best.divergence),
        np.where(better, moved, best.moved),
        np.where(better[:, None], tried, best.weights),
    )
