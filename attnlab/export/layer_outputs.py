"""The outputs of any layer of a trained network for some inputs, from the weights of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from attnlab import workers
from attnlab.imports import importing
from attnlab.inspection.loading import trained
from attnlab.spec import SpecError, unknown
from attnlab.store import Store
from attnlab.training import keras_settings

if TYPE_CHECKING:
    import keras

SAMPLES = 64
"""The default number of inputs, the first of the validation split."""

BATCH = 256


def activations(
    store: Store,
    study_id: str,
    arm: str,
    seed: int,
    layer: str,
    inputs: Any = None,
    samples: int = SAMPLES,
) -> np.ndarray:
    """The outputs of `layer` for `inputs` in the run of this arm and seed, (N, ...).

    A layer inside another one is named after it: "attention/score". Of a layer that gives several
    things, as attention does on request, these are the first; of one that is called several times,
    the calls stand in an axis of their own behind the samples, (N, calls, ...). `inputs` are as the
    network takes them, one array (N, ...) or a sequence of several; by default the first `samples`
    of the run's own validation split, or as many as it has.

    A worker process computes them: see `attnlab.workers.call`. Raises SpecError for an arm, seed or
    layer that is not there, which lists those that are, and for inputs that do not fit; StoreError
    for an unknown study and for a run that has not finished.
    """
    if isinstance(samples, bool) or not isinstance(samples, int) or samples < 1:
        raise SpecError(f"samples must be a whole number of at least 1, got {samples!r}")
    run = (str(store.home), study_id, arm, seed)
    given: np.ndarray = workers.call(f"{__name__}:_activations", *run, layer, inputs, samples)
    return given


def layers(
    store: Store, study_id: str, arm: str, seed: int
) -> dict[str, tuple[str, tuple[int, ...]]]:
    """The type of every layer that `activations` knows, and the shape of its output for a sample.

    Raises what `activations` does.
    """
    listed: dict[str, tuple[str, tuple[int, ...]]] = workers.call(
        f"{__name__}:_layers", str(store.home), study_id, arm, seed
    )
    return listed


def _activations(
    home: str, study_id: str, arm: str, seed: int, layer: str, inputs: Any, samples: int
) -> np.ndarray:
    store = Store(home)
    model = trained(store, study_id, arm, seed)
    known = sublayers(model)
    if layer not in known:
        raise SpecError(unknown("layer", layer, known))
    if inputs is None:
        inputs = _head(store, study_id, arm, seed, samples)
    return _given(model, {layer: known[layer]}, _checked(model, inputs))[layer]


def _layers(
    home: str, study_id: str, arm: str, seed: int
) -> dict[str, tuple[str, tuple[int, ...]]]:
    store = Store(home)
    model = trained(store, study_id, arm, seed)
    known = sublayers(model)
    given = _given(model, known, _checked(model, _head(store, study_id, arm, seed, 1)))
    return {name: (type(known[name]).__name__, array.shape[1:]) for name, array in given.items()}


def sublayers(model: keras.Model) -> dict[str, keras.layers.Layer]:
    """The layers of a network by name, and those inside them: "attention", "attention/score"."""
    with importing("keras"):
        import keras

    with importing("attnlab.compat.keras"):
        from attnlab.compat.keras import sublayers

    by_name: dict[str, keras.layers.Layer] = {}

    def add(layer: keras.layers.Layer, name: str) -> None:
        by_name[name] = layer
        if not isinstance(layer, keras.layers.RNN):  # its cell runs inside a loop
            for part in sublayers(layer):
                add(part, f"{name}/{part.name}")

    for layer in model.layers:
        if not isinstance(layer, keras.layers.InputLayer):
            add(layer, layer.name)
    return by_name


def _head(store: Store, study_id: str, arm: str, seed: int, samples: int) -> Any:
    with importing("attnlab.tasks", "attnlab.tasks.data"):
        from attnlab.tasks import make
        from attnlab.tasks.data import arrays_in, with_fewest_tests

    task = with_fewest_tests(store.study(study_id).study.task_of(arm))
    inputs = arrays_in(make(task, seed).validation.x)
    return [np.asarray(each[:samples]) for each in inputs]  # images may be read from disk


def _checked(model: keras.Model, inputs: Any) -> list[np.ndarray]:
    """The inputs as arrays in the order of the network's; raises SpecError if they do not fit."""
    wanted = model.inputs
    given = [inputs] if len(wanted) == 1 and not _holds_one(inputs, wanted[0]) else inputs
    if not isinstance(given, Sequence) or len(given) != len(wanted):
        raise SpecError(f"the network takes {len(wanted)} inputs, one array each")
    arrays = []
    for each, tensor in zip(given, wanted, strict=True):
        expected = ", ".join(["N", *map(str, tensor.shape[1:])])
        expected = f"{expected})" if len(tensor.shape) > 1 else f"{expected},)"
        try:
            array = np.asarray(each, dtype=tensor.dtype)
        except (TypeError, ValueError):
            raise SpecError(f"inputs must be numbers of shape ({expected}") from None
        if array.shape[1:] != tuple(tensor.shape[1:]) or array.ndim == 0:
            raise SpecError(f"inputs must have shape ({expected}, got {array.shape}")
        if not len(array):
            raise SpecError(f"inputs must hold at least one sample, got {array.shape}")
        arrays.append(array)
    if len({len(array) for array in arrays}) > 1:
        raise SpecError("the inputs must hold as many samples each")
    return arrays


def _holds_one(inputs: Any, tensor: Any) -> bool:
    """Whether these are the network's one input in a sequence, rather than that input."""
    return (
        isinstance(inputs, (list, tuple))
        and len(inputs) == 1
        and np.ndim(inputs[0]) == len(tensor.shape)
    )


@keras_settings.needed()
def _given(
    model: keras.Model, wanted: Mapping[str, keras.layers.Layer], inputs: list[np.ndarray]
) -> dict[str, np.ndarray]:
    """The outputs of these layers for the inputs, by name, without layers that nothing calls."""
    batches: dict[str, list[np.ndarray]] = {}
    for first in range(0, len(inputs[0]), BATCH):
        batch = [array[first : first + BATCH] for array in inputs]
        with ExitStack() as stack:
            recorded = {
                name: stack.enter_context(_recorded(layer)) for name, layer in wanted.items()
            }
            model(batch[0] if len(batch) == 1 else batch, training=False)
        for name, calls in recorded.items():
            if calls:
                arrays = calls[0] if len(calls) == 1 else np.stack(calls, axis=1)
                batches.setdefault(name, []).append(arrays)
    return {name: np.concatenate(parts) for name, parts in batches.items()}


@contextmanager
def _recorded(layer: keras.layers.Layer) -> Iterator[list[np.ndarray]]:
    """Collect the outputs of every call of the layer while the block runs."""
    calls: list[np.ndarray] = []
    original = layer.call

    def call(*args: Any, **kwargs: Any) -> Any:
        outputs = original(*args, **kwargs)
        calls.append(np.asarray(outputs[0] if isinstance(outputs, (tuple, list)) else outputs))
        return outputs

    layer.call = call
    try:
        yield calls
    finally:
        del layer.call
