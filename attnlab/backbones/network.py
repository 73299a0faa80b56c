"""A network: a task's backbone with an arm's module in its slots."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import keras
import numpy as np

from attnlab.spec import ModuleSpec, TaskSpec, load

MODULE_PREFIX = "attention"


@dataclass(frozen=True)
class TraceSpec:
    """One trace of a network: its axes ("channel", "head,step", "block2/channel"), kind, shape."""

    axis: str
    kind: str
    shape: tuple[int, ...]

    @property
    def slot(self) -> str:
        """Where it was taken: "block2" of "block2/channel", "" in a network with one slot."""
        return self.axis.rpartition("/")[0]

    @property
    def weighed(self) -> str:
        """The axis that there is one weight for: "step" of "head,step"."""
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
    """Fills the slots of one backbone with an arm's module and collects its scores."""

    module: ModuleSpec
    several: bool
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
        """Put the module on `x`; the empty slot gives `x` back.

        Where there are several slots each has a `number`, counted from 1, and what it is called in
        traces, `place`, "block1" by default. `mask` is True where `x` (B, T, D) is not padding, for
        an alignment where the values are not. With several sequences a sample, `folded` of them in
        the batch axis (B * folded, T, D), the scores have an axis of their own for them.

        With `values` the slot is an alignment: `x` (B, Q, D) are the queries, and what comes back
        is the context (B, Q, D) that the module finds for them in the values (B, T, D). The empty
        slot finds none and gives None, so that the backbone leaves the context out.
        """
        entry = self.module.entry
        if not entry.layer:
            return x if values is None else None
        name = f"{MODULE_PREFIX}{number}" if self.several else MODULE_PREFIX
        layer = load(entry.layer)(**self.module.params.model_dump(), name=name)
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

    @staticmethod
    def attend(
        layer: keras.layers.Layer, x: Any, values: Any = None, mask: Any = None
    ) -> tuple[Any, tuple[Any, ...]]:
        """What a layer that stands in a slot gives for `x`, and its scores."""
        inputs = x if values is None else [x, values]
        masks = {} if mask is None else {"mask": mask if values is None else [None, mask]}
        outputs, scores = layer(inputs, return_attention_scores=True, **masks)
        return outputs, scores if isinstance(scores, tuple) else (scores,)


@dataclass(frozen=True)
class Network:
    """Two models that share all weights, and what their traces mean.

    `model` maps inputs to its answers, mostly logits alone; `traced` (None without attention) to
    [*answers, *scores], with the scores in the order of `traces`. A network that writes has
    `decode` too: it takes inputs and gives the tokens it writes by itself (B, T), int32, and its
    scores while writing, in the order of `traces`.
    """

    model: keras.Model
    traced: keras.Model | None
    traces: tuple[TraceSpec, ...]
    decode: Callable[[Any], tuple[Any, ...]] | None = None

    @property
    def full(self) -> keras.Model:
        """The model that gives all there is: [*answers, *scores], or the answers alone."""
        return self.traced or self.model

    @property
    def answers(self) -> int:
        """How many of the outputs are answers."""
        return len(self.model.outputs)

    @cached_property
    def modules(self) -> tuple[keras.layers.Layer, ...]:
        """The layers that stand in the slots."""
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
        """What `model.variables` were built with; stays so when `file_with` assigns others."""
        return tuple(variable.numpy() for variable in self.model.variables)

    def file_with(self, weights: Sequence[np.ndarray]) -> bytes:
        """The bytes of a .keras file of the model with these weights, in `model.variables` order.

        The model keeps them.
        """
        _ = self.built  # kept before it is gone
        for variable, value in zip(self.model.variables, weights, strict=True):
            variable.assign(value)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "model.keras")
            self.model.save(path)
            return path.read_bytes()

    def describe(self) -> list[dict[str, Any]]:
        """The layers in order, for a picture: name, type, output shape, parameters, in a slot?"""
        return [
            {
                "name": layer.name,
                "type": type(layer).__name__,
                "shape": [int(size) for size in layer.output[0].shape[1:]]
                if isinstance(layer.output, (list, tuple))
                else [int(size) for size in layer.output.shape[1:]],
                "parameters": layer.count_params(),
                "module": is_module(layer),
            }
            for layer in self.model.layers
        ]


def is_module(layer: keras.layers.Layer) -> bool:
    """Whether a layer of a backbone stands in a slot."""
    return layer.name.startswith(MODULE_PREFIX)


def build(task: TaskSpec, module: ModuleSpec) -> Network:
    """Build the task's backbone with the module in its slots."""
    backbone: Callable[[Any, Slots], tuple[Any, ...]] = load(task.entry.backbone)
    slots = Slots(module, several=len(task.entry.slot_sizes(task.params)) > 1)
    inputs, answers, *decode = backbone(task.params, slots)
    model = keras.Model(inputs, answers, name="network")
    traced = None
    if slots.traces:
        traced = keras.Model(inputs, [*model.outputs, *slots.scores], name="traced")
    return Network(model, traced, tuple(slots.traces), *decode)
