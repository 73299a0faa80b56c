"""Deletion and insertion: what the answers are worth while positions go, or come."""

from __future__ import annotations

import numpy as np

from attnlab.analysis.curves import ORDERS, RANDOM, TOP, aopc, area, kept, removal_order, shares_of
from attnlab.inspection.changes import predictions_with
from attnlab.inspection.collecting import Collected
from attnlab.inspection.places import Positions
from attnlab.inspection.subject import Subject

DELETION, INSERTION = "deletion", "insertion"
LOTS = 3
"""So many random orders make the chance level."""

PLANTED = "drop without the planted"


def curves_of(
    subject: Subject, positions: Positions, weights: np.ndarray, order: str, curve: str
) -> tuple[np.ndarray, np.ndarray]:
    """The shares (k,), and the score (N, k) of the whole network's answers at each of them."""
    shares = shares_of(positions.count)
    valid = subject.valid(positions.attention, positions)
    lots = range(LOTS if order == RANDOM else 1)
    scores = np.zeros((len(subject), len(shares)))
    for seed in lots:
        places = removal_order(weights, order, valid, seed=seed)
        for number, share in enumerate(shares):
            there = kept(places, share, valid, inserting=curve == INSERTION)
            left = predictions_with(subject, positions, there)
            scores[:, number] += subject.score(left)
    return shares, scores / len(lots)


def measure(
    subject: Subject,
    positions: Positions,
    weights: np.ndarray,
    curve: str,
    collected: Collected,
) -> None:
    """Add the curve of each order, and the area under that of the largest weights first, beside
    that of random order; of deletion the mean drop (AOPC), too."""
    axis = positions.attention.axis
    areas, drops = {}, {}
    for order in ORDERS:
        shares, scores = curves_of(subject, positions, weights, order, curve)
        collected.curve(axis, curve, order, shares, scores.mean(axis=0))
        areas[order], drops[order] = area(scores, shares), aopc(scores)
    collected.examples(axis, f"{curve} area", areas[TOP], float(areas[RANDOM].mean()))
    for order in ORDERS[1:]:
        collected.number(axis, f"{curve} area, {order}", areas[order].mean(), len(subject))
    if curve == DELETION:
        collected.examples(axis, "deletion AOPC", drops[TOP], float(drops[RANDOM].mean()))


def measure_planted(
    subject: Subject, positions: Positions, truth: np.ndarray, collected: Collected
) -> None:
    """Add how much the score falls without the planted positions (N, n), beside that without as
    many others, drawn at random."""
    whole = subject.score(subject.whole)
    valid = subject.valid(positions.attention, positions)
    free = ~truth if valid is None else valid & ~truth
    drawn = removal_order(free.astype(float), RANDOM, free)
    others = (drawn < truth.sum(axis=-1, keepdims=True)) & free
    without = [
        whole - subject.score(predictions_with(subject, positions, ~gone))
        for gone in (truth, others)
    ]
    collected.examples(positions.attention.axis, PLANTED, without[0], float(without[1].mean()))
