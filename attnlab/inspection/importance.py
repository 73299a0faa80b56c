"""Whether attention agrees with other measures of importance, position by position.

All are changes of the margin of the network's own answer: its log-odds, or the number it gives.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from attnlab.analysis.agreement import kendall_tau, permuted_tau
from attnlab.inspection.changes import class_activation, margins_with, slopes_with
from attnlab.inspection.collecting import Collected
from attnlab.inspection.places import Positions
from attnlab.inspection.subject import Subject

GRADIENT, INTEGRATED = "tau gradient times input", "tau integrated gradients"
LEAVE_ONE_OUT, CLASS_ACTIVATION = "tau leave-one-out", "tau Grad-CAM"
PERMUTATION = "tau permutation importance"

NO_ORDER = "what weighs all positions alike puts them in no order"

INTEGRATION_STEPS = 16
REPEATS = 5
"""So often a column is permuted: as scikit-learn does by default."""

MOST_LEFT_OUT = 2**16
"""So many examples with one position left out are answered at most: fewer examples where each has
many positions."""


def gradient_times_input(subject: Subject, positions: Positions) -> np.ndarray:
    """|slope × (input − baseline)| of each position, (N, n), summed over its features first.

    Source: Shrikumar et al. 2016.
    """
    return np.abs(slopes_with(subject, positions, np.ones((len(subject), positions.count))))


def integrated_gradients(
    subject: Subject, positions: Positions, steps: int = INTEGRATION_STEPS
) -> np.ndarray:
    """|the mean slope on the straight way from the baseline × the way| of each position, (N, n).

    By the midpoint rule; before the absolute value the positions sum to the difference of the
    margin to that of the baseline. Source: Sundararajan et al. 2017.
    """
    return np.abs(signed_integrated_gradients(subject, positions, steps))


def signed_integrated_gradients(
    subject: Subject, positions: Positions, steps: int = INTEGRATION_STEPS
) -> np.ndarray:
    """The same with its sign."""
    total = np.zeros((len(subject), positions.count))
    for step in range(steps):
        total += slopes_with(subject, positions, np.full(total.shape, (step + 0.5) / steps))
    return total / steps


def leave_one_out(subject: Subject, positions: Positions) -> np.ndarray:
    """|the change of the margin| without each position, (N, n). Source: Li et al. 2016."""
    there = np.ones((len(subject), positions.count))
    whole = margins_with(subject, positions, there)
    changes = np.empty_like(there)
    for position in range(positions.count):
        there[:, position] = 0
        changes[:, position] = whole - margins_with(subject, positions, there)
        there[:, position] = 1
    return np.abs(changes)


def permutation_importance(
    subject: Subject, positions: Positions, repeats: int = REPEATS, seed: int = 0
) -> np.ndarray:
    """How much worse answers are with a feature's values permuted between examples, (n,).

    The accuracy lost, or, where there is none, the loss added, the mean over `repeats`: as
    `sklearn.inspection.permutation_importance`. Source: Breiman 2001.
    """

    def answered(inputs: list[Any], targets: Any, x: Any) -> Any:
        return subject.measured(targets, subject.outputs([x, *inputs[1:]])[0])

    random, x = np.random.default_rng(seed), subject.inputs[0]
    has_accuracy = bool(np.isfinite(subject.right).all())
    best = subject.right.mean() if has_accuracy else -subject.losses.mean()
    scores = np.empty((repeats, positions.count))
    for feature in range(positions.count):
        for repeat in range(repeats):
            permuted = np.array(x)
            permuted[:, feature] = permuted[random.permutation(len(x)), feature]
            found = subject.run("other input", answered, permuted)
            scores[repeat, feature] = (
                found["right"].mean() if has_accuracy else -found["losses"].mean()
            )
    return best - scores.mean(axis=0)


def measure(
    subject: Subject, positions: Positions, weights: np.ndarray, collected: Collected
) -> None:
    """Add Kendall's τ of attention (N, n) with gradient × input and integrated gradients, each
    beside the mean τ of permuted attention."""
    valid = subject.valid(positions.attention, positions)
    for name, importance in (
        (GRADIENT, gradient_times_input(subject, positions)),
        (INTEGRATED, integrated_gradients(subject, positions)),
    ):
        _add(collected, positions.attention.axis, name, weights, importance, valid)


def measure_left_out(
    subject: Subject, positions: Positions, weights: np.ndarray, collected: Collected
) -> None:
    """Add Kendall's τ of attention (N, n) with leave-one-out importance of the first examples, as
    many as `MOST_LEFT_OUT` allows, beside that of permuted attention."""
    few = subject.first(max(2, MOST_LEFT_OUT // positions.count))
    valid = few.valid(positions.attention, positions)
    importance = leave_one_out(few, positions)
    _add(
        collected,
        positions.attention.axis,
        LEAVE_ONE_OUT,
        weights[: len(few)],
        importance,
        valid,
    )


def measure_permutation(
    subject: Subject, positions: Positions, weights: np.ndarray, collected: Collected
) -> None:
    """Add Kendall's τ of the mean attention with permutation importance: one number."""
    importance = permutation_importance(subject, positions)
    mean = weights.mean(axis=0)
    axis = positions.attention.axis
    tau = float(kendall_tau(mean, importance))
    if np.isnan(tau):
        collected.missing(axis, PERMUTATION, NO_ORDER)
    else:
        baseline = float(permuted_tau(mean, importance, times=100))
        collected.number(axis, PERMUTATION, tau, len(subject), baseline)
    collected.arrays[f"{axis}/permutation importance"] = importance.astype(np.float32)


def measure_class_activation(
    subject: Subject, positions: Positions, weights: np.ndarray, collected: Collected
) -> None:
    """Add Kendall's τ of spatial attention (N, n) with Grad-CAM on the map that it weighs."""
    assert positions.layer is not None  # places are weighed in a module
    maps = class_activation(subject, positions.layer).reshape(len(subject), -1)
    _add(collected, positions.attention.axis, CLASS_ACTIVATION, weights, maps, None)


def _add(
    collected: Collected,
    axis: str,
    name: str,
    weights: np.ndarray,
    importance: np.ndarray,
    valid: np.ndarray | None,
) -> None:
    taus = kendall_tau(weights, importance, valid)
    baseline = permuted_tau(weights, importance, valid, times=3)
    known = baseline[np.isfinite(baseline)]
    chance = float(known.mean()) if known.size else float("nan")
    collected.examples(axis, name, taus, chance, NO_ORDER)
