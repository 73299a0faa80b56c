"""A network: a task's backbone with an arm's module in its slots."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import keras
import numpy as np

from attnlab.spec import ModuleSpec, NetworkLayer, TaskSpec, load
from attnlab.spec.slots import ALL, takes_module

MODULE_PREFIX = "attention"


@dataclass(frozen=True)
class TraceSpec:
    """One trace of a network: its axes ("channel", "head,step", "block2/channel"), kind, shape."""

    axis: str
    kind: str
    shape: tuple[int, ...]

    @property
    def slot(self) -> str:
        """The slot it is from: "block2" of "block2/channel", "" in a network with one slot."""
        return self.axis.rpartition("/")[0]

    @property
    def weighed(self) -> str:
        """The axis with one weight for each position: "step" of "head,step"."""
        return self._names[-1]

    @property
    def leading(self) -> tuple[str, ...]:
        """The axes before it: ("head",) of "head,step"."""
        return self._names[:-1]

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(self.axis.rpartition("/")[2].split(","))


@dataclass
class Slots:
    """Fills the slots of one backbone with an arm's module and collects its scores.

    `filled` says which of them take it: see `attnlab.spec.slots`. What the backbone says of its
    layers is noted here too: `given` and `rates` of a `Network`.
    """

    module: ModuleSpec
    several: bool
    filled: str = ALL
    given: set[str] = field(default_factory=set)
    rates: dict[str, float] = field(default_factory=dict)
    layers: list[keras.layers.Layer] = field(default_factory=list)
    scores: list[Any] = field(default_factory=list)
    traces: list[TraceSpec] = field(default_factory=list)

    def __call__(
        self,
        x: Any,
        values: Any = None,
        *,
        number: int = 1,
        place: str = "",
        mask: Any = None,
        folded: int | None = None,
    ) -> Any:
        """Apply the module to `x`; the empty slot, and one that does not take it, returns `x`.

        Where there are several slots each has a `number`, counted from 1, and a name in traces,
        `place`, "block1" by default. `mask` is True where `x` (B, T, D) is not padding, for
        an alignment where the values are not. Where the batch axis holds several sequences of a
        sample, (B * S, T, D), `folded` is S, and the scores have an axis for them: each is a query.

        With `values` the slot is an alignment: `x` (B, Q, D) are the queries, and the result is the
        context (B, Q, D) that the module finds for them in the values (B, T, D). The empty slot
        returns None, and the backbone then leaves the context out.
        """
        if not self.module.entry.fills or not takes_module(self.filled, number):
            return x if values is None else None
        name = f"{MODULE_PREFIX}{number}" if self.several else MODULE_PREFIX
        layer = make_layer(
            self.module, name, x.shape if values is None else [x.shape, values.shape]
        )
        self.layers.append(layer)
        x, scores = self.attend(layer, x, values, mask)
        for trace, score in zip(layer.traces, scores, strict=True):
            axis = trace.name
            if folded is not None:
                score = keras.ops.reshape(score, (-1, folded, *score.shape[1:]))
                axis = f"query,{axis}"
            if self.several:
                axis = f"{place or f'block{number}'}/{axis}"
            self.traces.append(TraceSpec(axis, trace.kind, tuple(score.shape[1:])))
            self.scores.append(score)
        return x

    def watch(self, scores: Any, axis: str, kind: str, *, place: str) -> None:
        """Collect scores that the backbone has itself, in every arm: they are a trace too.

        `place` is the first part of the trace's name, as for one of several slots.
        """
        self.traces.append(TraceSpec(f"{place}/{axis}", kind, tuple(scores.shape[1:])))
        self.scores.append(scores)

    @staticmethod
    def attend(
        layer: keras.layers.Layer, x: Any, values: Any = None, mask: Any = None
    ) -> tuple[Any, tuple[Any, ...]]:
        """The outputs of a layer in a slot for `x`, and its scores."""
        inputs = x if values is None else [x, values]
        masks = {} if mask is None else {"mask": mask if values is None else [None, mask]}
        outputs, scores = layer(inputs, return_attention_scores=True, **masks)
        return outputs, scores if isinstance(scores, tuple) else (scores,)


@dataclass(frozen=True)
class Network:
    """Two models that share all weights, and the meaning of their traces.

    `model` maps inputs to its answers, mostly logits alone; `traced` (None without attention) to
    [*answers, *scores], with the scores in the order of `traces`. A network that writes has
    `decode` too: it takes inputs and gives the tokens it writes by itself (B, T), int32, and its
    scores while writing, in the order of `traces`. Layers with names in `given` start with the
    weights that they were built with, at every seed; `rates` are factors of the learning rate, by
    the layer's name, of those that are trained more slowly. `sources` are the hashes of what
    somebody brought to it.
    """

    model: keras.Model
    traced: keras.Model | None
    traces: tuple[TraceSpec, ...]
    decode: Callable[[Any], tuple[Any, ...]] | None = None
    given: frozenset[str] = frozenset()
    rates: Mapping[str, float] = field(default_factory=dict)
    sources: tuple[str, ...] = ()

    @property
    def full(self) -> keras.Model:
        """The model with all outputs: [*answers, *scores], or the answers alone."""
        return self.traced or self.model

    @property
    def answers(self) -> int:
        """How many of the outputs are answers."""
        return len(self.model.outputs)

    @cached_property
    def modules(self) -> tuple[keras.layers.Layer, ...]:
        """The layers in the slots."""
        return tuple(layer for layer in self.model.layers if is_module(layer))

    @property
    def parameters(self) -> int:
        """All parameters of the network, moving statistics counted."""
        return self.model.count_params()

    @property
    def attention_parameters(self) -> int:
        """The parameters of the modules in the slots."""
        return sum(layer.count_params() for layer in self.modules)

    @cached_property
    def built(self) -> tuple[np.ndarray, ...]:
        """The first values of `model.variables`; `file_with` assigns others, these stay."""
        return tuple(variable.numpy() for variable in self.model.variables)

    def file_with(self, weights: Sequence[np.ndarray]) -> bytes:
        """The bytes of a .keras file of the model with these weights, in `model.variables` order.

        The model has them from then on.
        """
        _ = self.built  # read before other values are assigned
        for variable, value in zip(self.model.variables, weights, strict=True):
            variable.assign(value)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "model.keras")
            self.model.save(path)
            return path.read_bytes()

    def describe(self) -> tuple[NetworkLayer, ...]:
        """The layers in order, for a picture."""
        return tuple(map(_described, self.model.layers))


def _described(layer: keras.layers.Layer) -> NetworkLayer:
    output = layer.output[0] if isinstance(layer.output, (list, tuple)) else layer.output
    return NetworkLayer(
        name=layer.name,
        type=type(layer).__name__,
        shape=tuple(int(size) for size in output.shape[1:]),
        parameters=layer.count_params(),
        module=is_module(layer),
    )


def make_layer(module: ModuleSpec, name: str, input_shape: Any) -> keras.layers.Layer:
    """The layer for a slot with inputs of this shape, or of these shapes.

    A control of a module is made from the layer that the module would have there.
    """
    entry = module.entry
    if module.of is None:
        return load(entry.layer)(**module.arguments, name=name)
    return load(entry.control)(make_layer(module.of, name, input_shape), input_shape)


def is_module(layer: keras.layers.Layer) -> bool:
    """Whether a layer of a backbone is in a slot: no other one has such a name, see `is_taken`."""
    return is_taken(layer.name)


def is_taken(name: str) -> bool:
    """Whether a layer in a slot may have this name: "attention", or "attention2" of several."""
    return name.rstrip("0123456789") == MODULE_PREFIX


def build(task: TaskSpec, module: ModuleSpec) -> Network:
    """Build the task's backbone with the module in its slots."""
    own = task.own_backbone
    brought = [*module.every_own, *(each for each in (own, task.own) if each is not None)]
    if own is not None:
        network = _made(*load("attnlab.backbones.own:own_network")(own, task, module))
    else:
        slots = Slots(module, several=len(task.slot_sizes) > 1, filled=task.slots)
        network = _made(slots, *load(task.entry.backbone)(task.params, slots))
    return replace(network, sources=tuple(each.source.digest for each in brought))


def _made(slots: Slots, inputs: Any, answers: Any, *decode: Any) -> Network:
    model = keras.Model(inputs, answers, name="network")
    traced = None
    if slots.traces:
        traced = keras.Model(inputs, [*model.outputs, *slots.scores], name="traced")
    network = Network(model, traced, tuple(slots.traces), *decode)
    return replace(network, given=frozenset(slots.given), rates=dict(slots.rates))
