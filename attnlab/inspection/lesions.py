"""Lesions: what the trained network answers with its module bypassed, or its weights spoilt.

A lesion takes away what the rest of the network was trained with; the retrained ablation lets it do
without. Reliance on a module is not the need of it.
"""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np

from attnlab.analysis.weights import DISTRIBUTION, GATE
from attnlab.backbones import Network, build
from attnlab.inspection.changes import Changed, with_network, with_weights, without_context
from attnlab.inspection.collecting import Collected
from attnlab.inspection.errors import InspectionError
from attnlab.inspection.subject import Subject, Weights
from attnlab.modules.layer import AttentionLayer
from attnlab.modules.trace import Trace
from attnlab.spec import ModuleSpec, TaskSpec
from attnlab.training import keras_settings

BYPASSED, UNIFORM, PERMUTED = "lesion bypassed", "lesion uniform", "lesion permuted"
PERMUTATIONS = 5
_EMPTY = "none"


def measure(subject: Subject, task: TaskSpec, collected: Collected) -> None:
    """Add how much worse the answers are for each lesion: the accuracy lost, or, where there is no
    accuracy, the loss added; 0 where the network does not rely on what it lost."""

    def cost(changed: Changed) -> np.ndarray:
        if task.has_accuracy:
            return subject.right - changed.right
        return changed.losses - subject.losses

    lesions: dict[str, Callable[[], list[Changed]]] = {
        BYPASSED: lambda: [bypassed(subject, task)],
        UNIFORM: lambda: [with_weights(subject, uniform_weights(subject))],
        PERMUTED: lambda: [
            with_weights(subject, permuted_weights(subject, seed)) for seed in range(PERMUTATIONS)
        ],
    }
    for name, lesion in lesions.items():
        try:
            if name != BYPASSED:
                for layer in subject.layers:
                    subject.check_weights(layer)
            costs = [cost(changed) for changed in lesion()]
        except InspectionError as error:
            collected.missing("", name, str(error))
            continue
        by_example = np.mean(costs, axis=0)
        if task.has_accuracy:
            collected.examples("", name, by_example, chance=0.0)
        else:  # losses are means of batches
            collected.number("", name, by_example.mean(), len(subject), chance=0.0)


def bypassed(subject: Subject, task: TaskSpec) -> Changed:
    """What the network gives when its module is bypassed: its slot is empty, and all else as
    trained. Raises InspectionError where what follows the module cannot take what enters it."""
    if task.entry.slot == "alignment":
        return without_context(subject)
    return with_network(subject, emptied(subject.network, task))


def emptied(network: Network, task: TaskSpec) -> keras.Model:
    """The network of the task with empty slots and the weights of this one."""
    with keras_settings.needed():
        empty = build(task, ModuleSpec.model_validate(_EMPTY)).model
    trained = {layer.name: layer for layer in network.model.layers}
    for layer in empty.layers:
        if not layer.variables:
            continue
        own = trained[layer.name].variables
        if [each.shape for each in own] != [each.shape for each in layer.variables]:
            raise InspectionError(
                f"the module cannot be bypassed: {layer.name} was trained on something of another "
                "size than what enters the module"
            )
        for variable, value in zip(layer.variables, own, strict=True):
            variable.assign(value)
    return empty


def uniform_weights(subject: Subject) -> Weights:
    """The weights of every layer, alike at all positions: a distribution over those that are no
    padding; gates the mean of the example's own."""

    def uniform(own: np.ndarray, valid: np.ndarray, kind: str) -> np.ndarray:
        total = own.sum(axis=-1, keepdims=True)
        return valid * total / np.maximum(valid.sum(axis=-1, keepdims=True), 1)

    return _changed(subject, uniform)


def permuted_weights(subject: Subject, seed: int) -> Weights:
    """The weights of every layer from another example, no example keeping its own.

    Of a distribution what lies on padding goes, and the rest is scaled to sum to one; a row without
    any is uniform.
    """
    n = len(subject)
    order = np.random.default_rng(seed).permutation(n)
    source = np.empty(n, int)
    source[order] = np.roll(order, 1)

    def permuted(own: np.ndarray, valid: np.ndarray, kind: str) -> np.ndarray:
        folded = len(own) // n  # sequences of an example, where there are several
        given = own[(source[:, None] * folded + np.arange(folded)).ravel()] * valid
        if kind == GATE:
            return given
        total = given.sum(axis=-1, keepdims=True)
        even = valid / np.maximum(valid.sum(axis=-1, keepdims=True), 1)
        scaled = np.divide(given, total, out=np.array(even), where=total > 0)
        return scaled * (own.sum(axis=-1, keepdims=True) > 0)

    return _changed(subject, permuted)


Change = Callable[[np.ndarray, np.ndarray, str], np.ndarray]


def _changed(subject: Subject, change: Change) -> Weights:
    """The weights of every layer after a change of rows (B, ..., n), of which a mask of the same
    shape says which positions are no padding, and a kind what they are."""
    return {
        layer: tuple(
            _changed_one(subject, layer, trace, own, change)
            for trace, own in zip(layer.traces, weights, strict=True)
        )
        for layer, weights in subject.weights.items()
    }


def _changed_one(
    subject: Subject, layer: AttentionLayer, trace: Trace, own: np.ndarray, change: Change
) -> np.ndarray:
    by_feature = trace.axis == "step" and own.ndim == 3 and not trace.leading  # (B, T, D)
    rows = own.swapaxes(1, 2) if by_feature else own
    if trace.axis == "place":  # of each place, or of the places for each of several that look
        leading = own.shape[:-2] if trace.kind == DISTRIBUTION else own.shape[:1]
        rows = rows.reshape(*leading, -1)
    mask = subject.mask_of(layer) if trace.axis == "step" else None
    valid = np.ones(rows.shape)
    if mask is not None:
        valid = valid * mask.reshape(len(mask), *[1] * (rows.ndim - 2), -1)
    changed = change(rows.astype(float), valid, trace.kind)
    if by_feature:
        return changed.swapaxes(1, 2)
    return changed.reshape(own.shape)
