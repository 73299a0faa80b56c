"""A layer under check: made with some parameters, on random inputs of a slot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from attnlab.spec import Slot
from attnlab.spec.arithmetic import worked_out
from attnlab.spec.own_modules import LETTERS

SIZES: Mapping[Slot, tuple[Mapping[str, int], ...]] = {
    "features": ({"D": 16}, {"D": 32}),
    "image": ({"H": 6, "W": 5, "C": 16}, {"H": 4, "W": 7, "C": 32}),
    "steps": ({"T": 7, "D": 16}, {"T": 4, "D": 32}),
    "alignment": ({"Q": 5, "D": 16, "T": 7, "E": 16}, {"Q": 3, "D": 32, "T": 4, "E": 32}),
}
"""The sizes at which a module is tried; no two of a kind alike, nor like the batch."""

BATCH = 3


class Refused(Exception):  # noqa: N818  (it is the outcome of a check, not an error)
    """A promise is not kept; the message says what was seen, and what was expected."""


@dataclass(frozen=True)
class TriedLayer:
    """A class with its declaration, for inputs of these sizes."""

    kind: type
    declared: Mapping[str, Any]
    slot: Slot
    sizes: Mapping[str, int]

    @property
    def defaults(self) -> dict[str, Any]:
        """The parameters as they are by default."""
        return {name: each["default"] for name, each in self.declared["parameters"].items()}

    @property
    def others(self) -> Iterator[dict[str, Any]]:
        """The parameters with one of them at a bound, or at another option, in turn."""
        for name, each in self.declared["parameters"].items():
            for value in _ends(each):
                params = {**self.defaults, name: value}
                if value != each["default"] and self.goes(params):
                    yield params

    def goes(self, params: Mapping[str, Any]) -> bool:
        """Whether the parameters go with these sizes, by the module's own rule."""
        rule = self.declared["requires"]
        units = self.sizes["C" if self.slot == "image" else "D"]
        return not rule or bool(worked_out(rule[1], {**params, "units": units}))

    @property
    def shape(self) -> Any:
        """The shape of the inputs with an open batch, or the shapes of queries and values."""
        sizes = tuple(self.sizes[each] for each in LETTERS[self.slot])
        if self.slot == "alignment":
            return [(None, *sizes[:2]), (None, *sizes[2:])]
        return (None, *sizes)

    @property
    def output(self) -> tuple[int, ...]:
        """The shape of the outputs of a sample, as declared, with the defaults."""
        return self.output_with(self.defaults)

    def output_with(self, params: Mapping[str, Any]) -> tuple[int, ...]:
        """The same with these parameters."""
        if self.declared["output"]:
            values = {**self.sizes, **params}
            parts = self.declared["output"].split(",")
            return tuple(int(worked_out(each, values)) for each in parts)
        if self.slot == "alignment":
            return (self.sizes["Q"], self.sizes["E"])
        return tuple(self.shape[1:])

    @property
    def values(self) -> Mapping[str, Any]:
        """What arithmetic of the declaration may use, with the defaults."""
        return {**self.sizes, **self.defaults}

    def made(self, params: Mapping[str, Any] | None = None, **more: Any) -> Any:
        """The layer, built, with these parameters or the defaults."""
        layer = self.kind(**(self.defaults if params is None else params), **more)
        self.answered(layer, self.inputs())
        return layer

    def inputs(self, batch: int = BATCH, scale: float = 1.0, seed: int = 0) -> Any:
        """Random inputs, normal with this scale."""
        random = np.random.default_rng(seed)

        def drawn(shape: tuple[Any, ...]) -> Any:
            array = random.normal(0, scale, (batch, *shape[1:])).astype("float32")
            return keras.ops.convert_to_tensor(array)

        if self.slot == "alignment":
            return [drawn(each) for each in self.shape]
        return drawn(self.shape)

    def answered(self, layer: Any, inputs: Any, **more: Any) -> tuple[Any, tuple[Any, ...]]:
        """The outputs and the scores. Raises TypeError where the layer returns something else."""
        given = layer(inputs, return_attention_scores=True, **more)
        if not isinstance(given, tuple) or len(given) != 2:
            raise TypeError(
                "with return_attention_scores=True call must return a pair of outputs and scores, "
                f"it returns {_told(given)}"
            )
        outputs, scores = given
        return outputs, tuple(scores) if isinstance(scores, (tuple, list)) else (scores,)


def moved(layer: Any, seed: int = 0, scale: float = 0.3) -> Any:
    """The layer with its trained weights moved by normal numbers, as training would."""
    random = np.random.default_rng(seed)
    for weight in layer.trainable_weights:
        weight.assign(weight.numpy() + random.normal(0, scale, weight.shape))
    return layer


def array(tensor: Any) -> np.ndarray:
    """The numbers of a tensor, as float32."""
    return np.asarray(keras.ops.convert_to_numpy(keras.ops.cast(tensor, "float32")))


def _told(given: Any) -> str:
    shape = getattr(given, "shape", None)
    return f"a tensor of shape {tuple(shape)}" if shape is not None else type(given).__name__


def _ends(declared: Mapping[str, Any]) -> list[Any]:
    if declared["kind"] == "choice":
        return list(declared["options"])
    if declared["kind"] == "switch":
        return [True, False]
    return [declared["low"], declared["high"]]
