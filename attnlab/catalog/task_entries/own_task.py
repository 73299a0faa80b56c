"""The entry of a task that somebody brings, made of what its decorator declares.

The parameters of its file stand beside those of the backbone that it names.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from attnlab.catalog.task_entries.networks import CNNParameters, NetworkParameters, slot_widths
from attnlab.catalog.task_entries.places import place_slots
from attnlab.catalog.task_entries.shared import NUMBER_MEASURES, LabelParameters, array_bytes
from attnlab.catalog.task_entries.steps import StepsParameters
from attnlab.catalog.task_entries.text import EmbeddingParameters
from attnlab.spec import OwnTask, Parameters, Slot, SpecError, TaskEntry, Training
from attnlab.spec.arithmetic import LONGEST, worked_out
from attnlab.spec.own import OwnParameters, check_name, parameters_of

On = Literal["features", "image", "channels", "steps", "text"]
"""What the inputs of a task are, which says which backbones it can have."""


class OwnTaskParameters(OwnParameters):
    """What a file declares of its task, worked out with these parameters."""

    @property
    def inputs(self) -> On:
        """What the inputs are."""
        on: On = self.own.declared["on"]
        return on

    @property
    def arguments(self) -> dict[str, Any]:
        """What the function of the file takes besides the seed."""
        return {name: getattr(self, name) for name in self.own.declared["parameters"]}

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one input."""
        written = self.own.declared["shape"]
        if len(written) > LONGEST:  # splitting takes time by the square of the length
            raise SpecError(f"shape has at most {LONGEST} characters, got {len(written)}")
        parts = re.split(r",(?![^(]*\))", written)  # no comma in brackets
        return tuple(self._whole(each, "shape") for each in parts)

    @property
    def answers(self) -> int:
        """How many classes there are; 0 where the answer is a number."""
        written = self.own.declared["classes"]
        return self._whole(written, "classes") if written else 0

    @property
    def tokens(self) -> int:
        """How many tokens texts have, padding included; 0 for other inputs."""
        written = self.own.declared["tokens"]
        return self._whole(written, "tokens") if written else 0

    @property
    def all_samples(self) -> int:
        """How many samples the three splits have together, at most."""
        return self._whole(self.own.declared["samples"], "samples")

    @property
    def guessing(self) -> float:
        """What guessing scores."""
        written = self.own.declared["chance"]
        return float(worked_out(written, self.arguments)) if written else 1 / self.answers

    @property
    def wrong_labels(self) -> float:
        """The share of training labels that are replaced."""
        return float(getattr(self, "label_noise", 0.0))

    @property
    def rarer(self) -> int:
        """How many times rarer the last class is than the first in training."""
        return int(getattr(self, "imbalance", 1))

    def _whole(self, written: str, what: str) -> int:
        value = worked_out(written, self.arguments)
        if isinstance(value, bool) or int(value) != value or value < 1:
            raise SpecError(f"{what} must be whole numbers from 1, got {value} of {written!r}")
        return int(value)


@dataclass(frozen=True)
class _Family:
    """What tasks on one kind of inputs have in common."""

    slot: Slot
    sizes: tuple[str, ...]
    axis: str
    base: type[Parameters]
    slot_sizes: Callable[[Any], tuple[int, ...]]
    arms: tuple[str, ...]
    training: Mapping[str, int | float]


def _of_image(params: Any) -> tuple[int, ...]:
    return place_slots(params) if params.own.declared["truth"] else slot_widths(params)


FAMILIES: Mapping[str, _Family] = {
    "features": _Family(
        slot="features",
        sizes=("features",),
        axis="feature",
        base=Parameters,
        slot_sizes=lambda params: params.input_shape,
        arms=("none", "dense"),
        training={"epochs": 20, "batch_size": 64, "learning_rate": 1e-3},
    ),
    "image": _Family(
        slot="image",
        sizes=("height", "width", "channels"),
        axis="place",
        base=CNNParameters,
        slot_sizes=_of_image,
        arms=("none", "se:ratio=4"),
        training={"epochs": 12, "batch_size": 32, "learning_rate": 2e-3},
    ),
    "channels": _Family(
        slot="image",
        sizes=("height", "width", "channels"),
        axis="channel",
        base=Parameters,
        slot_sizes=lambda params: params.input_shape[-1:],
        arms=("none", "se:ratio=4"),
        training={"epochs": 12, "batch_size": 32, "learning_rate": 2e-3},
    ),
    "steps": _Family(
        slot="steps",
        sizes=("steps", "features"),
        axis="step",
        base=StepsParameters,
        slot_sizes=lambda params: (params.units,),
        arms=("none", "attention-pool"),
        training={"epochs": 15, "batch_size": 64, "learning_rate": 3e-3},
    ),
    "text": _Family(
        slot="steps",
        sizes=("words",),
        axis="step",
        base=EmbeddingParameters,
        slot_sizes=lambda params: (params.units,),
        arms=("none", "attention-pool"),
        training={"epochs": 15, "batch_size": 64, "learning_rate": 1e-2},
    ),
}
"""By what the inputs are."""

TAKEN = frozenset(
    {"name", "seed", "source", "task", "data", "params", "own", "test_samples"}
    | {"backbone", "slots", "after", "saved", "weights", "weights_file", "tuned", "slower"}
    | {"label_noise", "imbalance"}
    | {"study", "arm", "names", "module", "seeds"}  # in a link that reopens a set-up
    | {"embed", "embed_options"}  # Streamlit's own in every link
)
"""Names that no parameter of a task can have, beside those of its backbone and of the training:
attnlab reads them of every task."""


def entry_of(own: OwnTask) -> TaskEntry:
    """The entry of the catalogue. Raises SpecError where the declaration is not one."""
    declared = own.declared
    check_name(own.name, "two-rings")
    try:
        family = FAMILIES[declared["on"]]
        params = _parameters(own, family)
        source = own.source.provide()
        names = tuple(declared["class_names"])
        has_classes = bool(declared["classes"])
        entry = TaskEntry(
            name=own.name,
            title=declared["title"],
            slot=family.slot,
            params=params,
            data="attnlab.tasks.own_task:own_task_data",
            example="attnlab.tasks.own_task:own_task_example",
            backbone="attnlab.backbones.own_task:own_task_network",
            slot_sizes=family.slot_sizes,
            chance=lambda params: params.guessing,
            class_names=lambda params: names or tuple(map(str, range(params.answers))),
            nbytes=_nbytes,
            truth_axis=family.axis if declared["truth"] else "",
            truth_words=declared["truth"],
            summary=declared["summary"] or f"A task of your own, from {source.file}.",
            has_classes=lambda params: has_classes,
            arms=tuple(declared["arms"]) or family.arms,
            training={**family.training, **declared["training"]},
            same_positions=declared["on"] != "text",
            step="word" if declared["on"] == "text" else "step",
            **({} if has_classes else _OF_NUMBERS),
        )
    except (KeyError, TypeError, IndexError) as error:
        raise SpecError(f"the declaration of {own.name} is not whole: {error}") from None
    _check(own, entry, family)
    return entry


_OF_NUMBERS: Mapping[str, Any] = {
    "objective": "attnlab.training.regression:Regression",
    "extra_metrics": NUMBER_MEASURES,
    "main": "rmse",
}


def _parameters(own: OwnTask, family: _Family) -> Any:
    base: Any = family.base
    if own.declared["on"] == "image" and own.declared["truth"]:
        base = NetworkParameters
    labels = (LabelParameters,) if own.declared["classes"] else ()
    kinds: Any = (OwnTaskParameters, *labels, *(() if base is Parameters else (base,)))
    known: set[str] = {*TAKEN, *Training.model_fields}
    for kind in kinds:
        known |= kind.model_fields.keys()
    for name, declared in own.declared["parameters"].items():
        if name in known or any(hasattr(kind, name) for kind in kinds):
            raise SpecError(f"the parameter {name!r} needs another name: attnlab has one of that")
        counts = name == "samples" or (name == "size" and base is NetworkParameters)
        if counts and not (declared["kind"] == "whole" and declared["low"] >= 1):
            raise SpecError(
                f"the parameter {name!r} must be a whole number from 1, as attnlab reckons with "
                f"it: declare it by number(...), or give it another name"
            )
    return parameters_of(own, own.declared["function"].title().replace("_", ""), kinds)


def _check(own: OwnTask, entry: TaskEntry, family: _Family) -> None:
    """Raise SpecError where what is declared cannot be worked out with the defaults."""
    params: Any = entry.params()
    if len(params.input_shape) != len(family.sizes):
        raise SpecError(
            f"shape must be {', '.join(family.sizes)} for inputs that are {own.declared['on']}, "
            f"got {own.declared['shape']!r}"
        )
    if not own.declared["classes"] and not own.declared["chance"]:
        raise SpecError(
            "chance must say what guessing the mean scores where the answer is a number"
        )
    if own.declared["classes"] and params.answers < 2:
        raise SpecError(f"classes must be at least 2, got {params.answers}")
    names = own.declared["class_names"]
    if names and len(names) != params.answers:
        raise SpecError(f"class_names must be {params.answers} names, got {len(names)}")
    if own.declared["on"] == "text" and not own.declared["tokens"]:
        raise SpecError('tokens must say how many tokens there are, such as "words + 1"')
    words = own.declared["words"]
    if words and len(words) != params.tokens:
        raise SpecError(f"words must be {params.tokens} words, one a token, got {len(words)}")
    if not math.isfinite(params.guessing):
        raise SpecError(f"chance must be a number, got {params.guessing}")
    _ = entry.nbytes(params), entry.slot_sizes(params)


def _nbytes(params: Any) -> int:
    """Of the three splits."""
    values = math.prod(params.input_shape)
    if params.inputs == "steps":
        values += params.input_shape[0]
    return array_bytes(params.all_samples, values)
