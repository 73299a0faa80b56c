"""The steps of a real layer with their numbers, read from its own operations; in a worker.

The layer is called with symbols in place of numbers, so that Keras notes every operation on the
way, at any depth, and which earlier ones it takes. The same operations then compute the numbers.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import keras
import numpy as np

from attnlab.backbones.network import MODULE_PREFIX, make_layer
from attnlab.compat.keras import Origin, origin
from attnlab.inspection.operation_words import TURNED, Words, is_plain, turned, turns, words_of
from attnlab.inspection.worked import SEEDS, WorkedExample, WorkedStep, first_inputs
from attnlab.modules.layer import AttentionLayer
from attnlab.spec import ModuleSpec
from attnlab.spec.own_errors import first_line, where
from attnlab.training import keras_settings
from attnlab.training.initial_weights import drawn_weights

KEPT = 32
"""So many layers stay built in a process: those that were asked last."""

Computing = Callable[[Sequence[np.ndarray]], WorkedExample]

_built: OrderedDict[Any, Computing] = OrderedDict()


def worked_here(
    module: ModuleSpec, letters: Sequence[str], inputs: Sequence[np.ndarray]
) -> WorkedExample:
    """What `attnlab.inspection.worked.worked` gives, in this process. Raises ValueError where the
    layer fails."""
    try:
        return _worked(module, letters, inputs)
    except Exception as error:  # a layer may raise anything
        source = module.own.source if module.own else None
        said = where(error, source) if source else first_line(error)
        raise ValueError(f"the module cannot be followed: {said}") from error


def _worked(
    module: ModuleSpec, letters: Sequence[str], inputs: Sequence[np.ndarray]
) -> WorkedExample:
    shapes = tuple(each.shape for each in inputs)
    key = module.model_dump_json(), shapes  # which names the source of somebody's module
    if key not in _built:
        _built[key] = _build(module, letters, shapes)
    _built.move_to_end(key)
    while len(_built) > KEPT:
        _built.popitem(last=False)
    return _built[key](inputs)


def _build(module: ModuleSpec, letters: Sequence[str], shapes: Sequence[Any]) -> Computing:
    with keras_settings.needed():
        given = [
            keras.Input(batch_shape=(1, *shape), name=name)
            for shape, name in zip(shapes, letters, strict=True)
        ]
        inputs = given if len(given) > 1 else given[0]
        whole = [each.shape for each in given] if len(given) > 1 else given[0].shape
        layer = make_layer(module, MODULE_PREFIX, whole)
        outputs, scores = _pair(layer(inputs, return_attention_scores=True))
        model = keras.Model(given, [outputs, *scores])
        names = dict(zip(map(id, given), letters, strict=True))

        def drawn_from(seed: int) -> Computing:
            _draw_weights(model, seed)  # first: some layers look their weights up while being read
            inner, inner_scores = _pair(layer.call(inputs, return_attention_scores=True))
            steps = _Steps(dict(names)).read(inner, inner_scores)
            tensors = [*(step.tensor for step in steps), outputs, *scores]
            return partial(_computed, seed, steps, keras.Function(given, tensors))

        return _that_shows_something(drawn_from, first_inputs(tuple(shapes)))


def _computed(
    seed: int, steps: Sequence[_Step], compute: keras.Function, inputs: Sequence[np.ndarray]
) -> WorkedExample:
    with keras_settings.needed():
        arrays = [each[None].astype(np.float32) for each in inputs]
        numbers = [keras.ops.convert_to_numpy(each)[0] for each in compute(arrays)]
    worked = tuple(
        WorkedStep(*step.words, step.takes, value, step.weighs, step.comes_out)
        for step, value in zip(steps, numbers, strict=False)
    )
    return WorkedExample(seed, worked, numbers[len(steps)], tuple(numbers[len(steps) + 1 :]))


def _that_shows_something(
    drawn_from: Callable[[int], Computing], inputs: Sequence[np.ndarray]
) -> Computing:
    """By the first seed by which no step is all zeros for these inputs; by the very first where
    each has such a step."""
    for seed in SEEDS:
        computing = drawn_from(seed)
        if all(step.value.any() for step in computing(inputs).steps):
            return computing
    return drawn_from(SEEDS[0])


def _pair(given: Any) -> tuple[Any, tuple[Any, ...]]:
    """The output of a layer, and its scores as a tuple."""
    outputs, scores = given
    return outputs, scores if isinstance(scores, tuple) else (scores,)


def _draw_weights(model: keras.Model, seed: int) -> None:
    drawn = drawn_weights(model, seed)
    for variable in model.variables:
        if id(variable) in drawn:
            variable.assign(drawn[id(variable)])


@dataclass
class _Step:
    tensor: Any
    words: Words
    takes: tuple[str, ...]
    weighs: bool = False
    comes_out: bool = False


@dataclass
class _Steps:
    """Reads the operations that lead to a tensor. `names` are those of tensors in formulas, by
    identity: what only changes a shape has the name of what goes in."""

    names: dict[int, str]
    steps: list[_Step] = field(default_factory=list)
    by_name: dict[str, _Step] = field(default_factory=dict)

    def read(self, outputs: Any, scores: Sequence[Any]) -> list[_Step]:
        """The steps to the scores and the outputs, in the order in which they can be done."""
        for tensor in (*scores, outputs):
            self._visit(tensor)
        for tensor in scores:
            if (step := self._step_of(tensor)) is not None:
                step.weighs = True
        if (step := self._step_of(outputs)) is not None:
            step.comes_out = True
        return self.steps

    def _step_of(self, tensor: Any) -> _Step | None:
        """The step that gives the numbers of a tensor; None of an input."""
        return self.by_name.get(self.names[id(tensor)].removesuffix(TURNED))

    def _visit(self, tensor: Any) -> None:
        if id(tensor) in self.names:
            return
        operation, node = origin(tensor)
        for each in node.arguments.keras_tensors:
            self._visit(each)
        if isinstance(operation, AttentionLayer):
            self._look_into(operation, node)
        elif is_plain(operation, node):
            name = self.names[id(node.arguments.keras_tensors[0])]
            self.names[id(tensor)] = turned(name) if turns(operation, tensor) else name
        else:
            self._add(Origin(operation, node))

    def _look_into(self, layer: AttentionLayer, node: Any) -> None:
        """Read a module within a module, such as the halves of CBAM, operation by operation."""
        inner = layer.call(*node.arguments.args, **node.arguments.kwargs)
        flat = keras.tree.flatten(inner)
        for outside, inside in zip(node.outputs, flat, strict=True):
            self._visit(inside)
            self.names[id(outside)] = self.names[id(inside)]

    def _add(self, made: Origin) -> None:
        operation, node = made
        for number, tensor in enumerate(node.outputs):
            name = f"s{len(self.steps) + 1}"
            takes = [self.names[id(each)] for each in node.arguments.keras_tensors]
            words = words_of(operation, node, name, takes, number)
            known = dict.fromkeys(each.removesuffix(TURNED) for each in takes)
            step = _Step(tensor, words, tuple(known))
            self.names[id(tensor)] = name
            self.by_name[name] = step
            self.steps.append(step)
