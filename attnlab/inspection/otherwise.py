"""Whether attention could have been otherwise: the adversary on a trained network."""

from __future__ import annotations

import numpy as np

from attnlab.analysis.adversary import adversary
from attnlab.analysis.weights import GATE, NoDistributionError, require_distribution
from attnlab.inspection.changes import weight_slopes, with_weights
from attnlab.inspection.collecting import Collected
from attnlab.inspection.errors import InspectionError
from attnlab.inspection.places import Positions
from attnlab.inspection.subject import SAME, Subject

ADVERSARY = "adversary JSD"
_NO_ROW = "the adversary changes one distribution an example; this attention has one for each query"


def measure(
    subject: Subject,
    positions: Positions,
    weights: np.ndarray,
    epsilon: float,
    collected: Collected,
) -> None:
    """Add how different attention (N, n) could have been, by the Jensen-Shannon divergence, with
    predictions that move by at most `epsilon`: 0 to log 2."""
    attention = positions.attention
    try:
        require_distribution(attention.spec.kind, "the adversary")
        found = _search(subject, positions, weights, epsilon)
    except (InspectionError, NoDistributionError) as error:
        collected.missing(attention.axis, ADVERSARY, str(error))
        return
    collected.examples(attention.axis, ADVERSARY, found)


def _search(
    subject: Subject, positions: Positions, weights: np.ndarray, epsilon: float
) -> np.ndarray:
    attention = positions.attention
    if attention.spec.kind == GATE or "query" in attention.spec.leading:
        raise InspectionError(_NO_ROW)
    layer = attention.layer
    subject.check_weights(layer)
    own = subject.weights[layer]
    shape = own[attention.number].shape[1:]
    if attention.spec.weighed == "place" and len(shape) > 2:
        raise InspectionError(_NO_ROW)

    def of_layer(rows: np.ndarray) -> dict[object, tuple[np.ndarray, ...]]:
        """The rows as the layer takes them: heads share them, and so do features of steps."""
        given = list(own)
        given[attention.number] = _as_taken(rows, shape, attention.spec.leading)
        return {layer: tuple(given)}

    def predict(rows: np.ndarray) -> np.ndarray:
        return with_weights(subject, of_layer(rows)).predictions

    def slope(rows: np.ndarray, factors: np.ndarray) -> np.ndarray:
        slopes = weight_slopes(subject, of_layer(rows), factors)[attention.number]
        if attention.spec.leading:
            return slopes.sum(axis=1)
        return slopes.sum(axis=2) if slopes.ndim == 3 else slopes

    moved = subject.distance(predict(weights), subject.whole)
    if not moved.max(initial=0.0) <= SAME:
        raise InspectionError(
            "the adversary needs attention that all features share; this has weights for each"
        )
    valid = subject.valid(attention, positions)
    found = adversary(
        predict,
        slope,
        weights,
        valid,
        epsilon=epsilon,
        distance=subject.distance,
    )
    return found.divergence


def _as_taken(rows: np.ndarray, shape: tuple[int, ...], leading: tuple[str, ...]) -> np.ndarray:
    if leading == ("head",):
        return np.broadcast_to(rows[:, None], (len(rows), *shape))
    if len(shape) == 2:
        return np.broadcast_to(rows[:, :, None], (len(rows), *shape))
    return rows.reshape(len(rows), *shape)
