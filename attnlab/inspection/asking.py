"""Asking the networks of finished runs one input: in a worker, which keeps them loaded."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from attnlab import workers
from attnlab.imports import importing
from attnlab.inspection.errors import InspectionError
from attnlab.spec import load
from attnlab.store import Store

KEPT_NETWORKS = 32
"""So many networks stay loaded in a process: those that were asked last."""

Inputs = tuple[np.ndarray, ...]


@dataclass(frozen=True)
class ArmAnswer:
    """What one network says to one input.

    `prediction` are probabilities (K,), tokens (T,) or a number (); `weights` is (1, ...) by the
    axis of each trace, and `kinds` says what these are.
    """

    prediction: np.ndarray
    weights: Mapping[str, np.ndarray]
    kinds: Mapping[str, str]


_one_at_a_time = threading.Lock()
"""Somebody who types asks faster than a new process starts; the one that has the networks waits
for the next question."""


def answers_of(
    store: Store, study_id: str, seed: int, inputs: Mapping[str, Inputs]
) -> dict[str, ArmAnswer]:
    """What the network of each arm says to its inputs, each (1, ...), at this seed.

    A first question waits for the networks to be loaded. Raises what `trained_network` does, and
    WorkersError.
    """
    with _one_at_a_time:
        found: dict[str, ArmAnswer] = workers.call(
            "attnlab.inspection.asking:answered", str(store.home), study_id, seed, dict(inputs)
        )
    return found


Answering = Callable[[Sequence[np.ndarray]], ArmAnswer]

_loaded: OrderedDict[tuple[str, str, str, int], Answering] = OrderedDict()


def answered(
    home: str, study_id: str, seed: int, inputs: Mapping[str, Inputs]
) -> dict[str, ArmAnswer]:
    """The same in this process, which needs TensorFlow."""
    found = {}
    for arm, given in inputs.items():
        key = home, study_id, arm, seed
        if key not in _loaded:
            _loaded[key] = _load(*key)
        _loaded.move_to_end(key)
        found[arm] = _loaded[key](given)
    while len(_loaded) > KEPT_NETWORKS:
        _loaded.popitem(last=False)
    return found


def _load(home: str, study_id: str, arm: str, seed: int) -> Answering:
    with importing("attnlab.inspection.loading", "tensorflow"):
        import tensorflow as tf

        from attnlab.inspection.loading import check_finished, trained_network
        from attnlab.training import keras_settings

    store = Store(home)
    try:
        check_finished(store, study_id, arm, seed)
        task = store.study(study_id).study.task_of(arm)
        network = trained_network(store, study_id, arm, seed)
    finally:
        store.close()
    width = int(network.model.outputs[0].shape[-1])
    objective = load(task.entry.objective)(width if width > 1 else 2, task.params)

    def run(*given: Any) -> tuple[Any, ...]:
        inputs = given if len(given) > 1 else given[0]
        if network.decode:  # it writes by itself: nobody knows the right tokens before each
            written, *scores = network.decode(inputs)
            return objective.answer([], written), *scores
        outputs = tf.nest.flatten(network.full(inputs, training=False))
        answers, scores = outputs[: network.answers], outputs[network.answers :]
        return objective.answer(answers, None), *scores

    signature = [tf.TensorSpec([1, *x.shape[1:]], x.dtype) for x in network.model.inputs]
    with keras_settings.needed():
        traced = tf.function(run, input_signature=signature, autograph=False)
        traced = traced.get_concrete_function()

    def answer(given: Sequence[np.ndarray]) -> ArmAnswer:
        taken = [tuple(spec.shape[1:]) for spec in signature]
        if (came := [x.shape[1:] for x in given]) != taken:
            raise InspectionError(
                f"the network takes inputs of shapes {taken}, and this one has {came}: the data "
                "are not those that it was trained on"
            )
        found, *scores = traced(*map(tf.convert_to_tensor, given))
        axes = [spec.axis for spec in network.traces]
        return ArmAnswer(
            np.asarray(objective.predictions(found.numpy())[0]),
            {axis: each.numpy() for axis, each in zip(axes, scores, strict=True)},
            {spec.axis: spec.kind for spec in network.traces},
        )

    return answer
