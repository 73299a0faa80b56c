"""How attention is distributed: its means, and hit, mass, entropy, Gini index or spread."""

from __future__ import annotations

import warnings

import numpy as np

from attnlab.analysis.distributions import (
    SPREAD_MEASURES,
    by_class,
    mean_weights,
    of_rows,
)
from attnlab.analysis.divergence import heads_difference
from attnlab.analysis.rollout import rollout
from attnlab.inspection.collecting import MOST_KEPT_BYTES, Collected
from attnlab.inspection.places import Attention, Positions
from attnlab.inspection.subject import Subject
from attnlab.tasks.measures import coarse

HEADS, ROLLOUT = "heads differ", "rollout mass"


def measure(
    subject: Subject,
    attention: Attention,
    scores: np.ndarray,
    truth: np.ndarray | None,
    mask: np.ndarray | None,
    collected: Collected,
) -> None:
    """Add the measures of one trace that apply, each of every example.

    `scores` are (N, *leading, n) or maps; `truth` is (N, n), (N, Q, n) with a row for each query,
    or (N, H, W) at any resolution; None where it is not known. `mask` is (N, n), or (N, Q, n)
    where every query has its own positions, False on padding.
    """
    spec = attention.spec
    if truth is not None and spec.weighed == "place":
        truth = coarse(truth, (spec.shape[-2], spec.shape[-1])).reshape(len(truth), -1)
    rows = scores.reshape(*scores.shape[: 1 + len(spec.leading)], -1)
    for name, each in SPREAD_MEASURES.items():
        if spec.kind not in each.kinds or (each.needs_truth and truth is None):
            continue
        weights = _for_truth(rows, spec.leading, truth) if each.needs_truth else rows
        valid = _mask_for(mask, weights)
        planted = truth if each.needs_truth else None
        found = of_rows(name, weights, spec.kind, planted, valid)
        chance = each.chance_level(planted, None if planted is None else _mask_for(mask, planted))
        collected.examples(attention.axis, name, _by_example(found), chance)
    if "head" in spec.leading and spec.kind == "distribution":
        place = 1 + spec.leading.index("head")
        heads = np.moveaxis(rows, place, -2)
        found = heads_difference(heads, _mask_for(mask, heads[..., 0, :]))
        collected.examples(attention.axis, HEADS, _by_example(found), 0.0)


def measure_rollout(
    axis: str,
    scores: list[np.ndarray],
    truth: np.ndarray | None,
    mask: np.ndarray | None,
    collected: Collected,
) -> None:
    """Add the rollout of stacked self-attention, (N, h, T, T) a layer, averaged over the queries:
    its mean, and its share on the truth (N, T) where that is known."""
    valid = np.ones((len(scores[0]), scores[0].shape[-1]), bool) if mask is None else mask
    flow = rollout(scores, valid)
    asking = np.maximum(valid.sum(axis=-1, keepdims=True), 1)
    rows = flow.sum(axis=1) / asking
    collected.arrays[f"{axis}/rollout"] = mean_weights(rows, valid).astype(np.float32)
    if truth is not None:
        mass = of_rows("mass", rows, "distribution", truth, valid)
        chance = SPREAD_MEASURES["mass"].chance_level(truth, valid)
        collected.examples(axis, ROLLOUT, mass, chance)


def keep(
    subject: Subject,
    positions: Positions,
    rows: np.ndarray,
    labels: np.ndarray | None,
    collected: Collected,
) -> None:
    """Keep the mean attention (n,), that of each class (K, n), and that of each example."""
    axis, valid = positions.attention.axis, subject.valid(positions.attention, positions)
    arrays = collected.arrays
    arrays[f"{axis}/shape"] = np.array(positions.shape, np.int32)
    arrays[f"{axis}/mean"] = mean_weights(rows, valid).astype(np.float32)
    if labels is not None:
        means = by_class(rows, labels, valid)
        arrays[f"{axis}/classes"] = np.array(list(means), np.int32)
        arrays[f"{axis}/by class"] = np.stack(list(means.values())).astype(np.float32)
    if 2 * rows.size <= MOST_KEPT_BYTES:
        arrays[f"{axis}/attention"] = rows.astype(np.float16)


def _for_truth(rows: np.ndarray, leading: tuple[str, ...], truth: np.ndarray | None) -> np.ndarray:
    """Rows averaged over all leading axes but, where truth has a row for each, the first query."""
    queried = truth is not None and truth.ndim == 3
    kept = leading.index("query") if queried and "query" in leading else None
    return rows.mean(axis=tuple(1 + place for place in range(len(leading)) if place != kept))


def _mask_for(mask: np.ndarray | None, rows: np.ndarray) -> np.ndarray | None:
    """The mask with as many axes as the rows: one of each query stands before other axes."""
    if mask is None:
        return None
    if mask.ndim == 3 and rows.ndim == 2:
        return np.any(mask, axis=1)
    lead = mask.shape[1:-1]
    return mask.reshape(len(mask), *lead, *[1] * (rows.ndim - 2 - len(lead)), mask.shape[-1])


def _by_example(found: np.ndarray) -> np.ndarray:
    """The mean (N,) over all axes but the first, of what is defined."""
    rows = found.reshape(len(found), -1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # nothing but NaN gives NaN
        return np.nanmean(rows, axis=1) if rows.shape[1] > 1 else rows[:, 0]
