"""What the catalogue declares about a module and a task."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from attnlab import imports
from attnlab.spec.about import About
from attnlab.spec.parameters import Parameters, SpecError

Slot = Literal["features", "image", "steps", "alignment"]
"""What a module receives: features (B, D), an image (B, H, W, C), a sequence (B, T, D), or the
queries (B, Q, D) and values (B, T, D) of an alignment between two sequences."""

ACCURACY = "accuracy"
"""What says how well most tasks are solved."""

SLOT_SHAPES: Mapping[str, str] = MappingProxyType(
    {
        "features": "(B, D)",
        "image": "(B, H, W, C)",
        "steps": "(B, T, D)",
        "alignment": "(B, Q, D) with (B, T, D)",
    }
)
SLOT_UNITS: Mapping[str, str] = MappingProxyType(
    {"features": "features", "image": "channels", "steps": "features", "alignment": "features"}
)


def load(path: str) -> Any:
    """Import the object at "package.module:name"; safe from any thread."""
    module, _, name = path.partition(":")
    return getattr(imports.module(module), name)


@dataclass(frozen=True)
class SizeRule:
    """What a parameter of a module requires of the number of units at its slot.

    `holds` takes the parameter's value and that number; `requirement` says it in words.
    """

    parameter: str
    holds: Callable[[int, int], bool]
    requirement: str


@dataclass(frozen=True)
class ModuleEntry:
    """One attention module of the catalogue.

    `layer` is the import path of its Keras layer ("" for the empty slot); the layer's constructor
    takes the fields of `params` by name. `about` is what people read about it, `size_rule` what its
    parameters require of the slot, if anything. `learns` is False where the layer has no weights,
    whatever its parameters. A control of another module has no layer of its own: `control` is the
    import path of what takes that module's layer and the shape of its inputs, and gives the layer
    that stands in its place. `weights` says whether what it weighs with sums to one, or is free in
    0..1 at each position. `stacks` is False for a module whose seeds only train one after another.

    `parts` says what can be left out of the module with these parameters, to see what each part is
    worth: by words that follow "without", the arm that is left, in the short form of specs. All
    else stays as it is, and what is off already is not named. No arm has more parameters than the
    module, except one without a bottleneck, whose hidden layer is as wide as its input.
    """

    name: str
    title: str
    family: str
    fits: frozenset[Slot]
    params: type[Parameters]
    layer: str
    summary: str
    about: About
    source: str = ""
    size_rule: SizeRule | None = None
    learns: bool = True
    control: str = ""
    weights: Literal["distribution", "gate"] = "distribution"
    stacks: bool = True
    parts: Callable[[Any], Mapping[str, str]] = lambda params: {}

    @property
    def fills(self) -> bool:
        """Whether it puts a layer into its slot: all but the empty slot do."""
        return bool(self.layer or self.control)

    def first(self, slot: Slot) -> Parameters:
        """The parameters that people begin with at this slot: mostly the defaults."""
        return self.params(**self.about.first(slot))

    def check_size(self, params: Parameters, unit: str, size: int) -> None:
        """Raise SpecError if these parameters do not go with a slot of `size` units."""
        rule = self.size_rule
        if rule is None:
            return
        value = getattr(params, rule.parameter)
        if not rule.holds(value, size):
            raise SpecError(
                f"{self.name}: {rule.requirement}: {unit}={size}, {rule.parameter}={value}"
            )


@dataclass(frozen=True)
class Measure:
    """What an objective measures besides loss and accuracy: name, title, a line of help.

    `better` is 1 where more is better, else −1. A `share` lies between 0 and 1 and is shown in
    percent. `top` is the highest value there can be, None where there is none.
    """

    name: str
    title: str
    help: str
    better: Literal[-1, 1] = 1
    share: bool = True
    top: float | None = 1.0


class SplitSizes(NamedTuple):
    """How many samples of a fixed data set a seed trains on, and holds out.

    `drawn_anew` says whether each seed cuts the splits anew; some folders bring their own.
    """

    train: int
    validation: int
    test: int
    drawn_anew: bool = True

    @property
    def total(self) -> int:
        """How many samples there are in all."""
        return self.train + self.validation + self.test


class Streamed(NamedTuple):
    """Samples that are read from a file when they are needed: the bytes of it on `disk`, and those
    that one seed's data hold in `memory` meanwhile."""

    disk: int
    memory: int


Asks = Literal["", "text", "features", "drawing", "row", "picture", "series"]
"""What people can give to the networks of a task."""


@dataclass(frozen=True)
class TaskEntry:
    """One task of the catalogue: a data set, a backbone for it, and a good first experiment.

    `data` and `backbone` are import paths; `slot_sizes` gives the features or channels at each
    slot of the backbone, `chance` what guessing scores by `main`, `nbytes` an upper bound of the
    bytes that one seed's data hold (float32 inputs and int32 labels of all three splits),
    `truth_axis` the trace axis of the planted truth ("" where nothing is planted), `truth` its
    positions there, if they are the same in every sample, and `truth_words` what they are called;
    `found_words` names the part of it that the results are about, where that is not all;
    `has_truth` says whether these parameters name a truth, where only somebody may know it.
    `slot_sizes` reads no data: it is empty where only they tell, and `read_sizes` reads them.
    `own_data` gives the parameters that choose the data set at a path, as somebody types it, and
    `suggested` others that the data say, for whoever does not give them;
    `takes` says whether the task could read what lies there, and opens nothing; `recognises` says
    whether that, with the parameters given beside it, is data for this task rather than for those
    after it in the catalogue, and may open it. `inspect` is the import path of what takes the
    parameters and gives an `Inspection` of the data. `input_names` names the features that a
    network gets, empty where they have no names.
    `awaits` says what must still be downloaded, "" if nothing. `example` is the import path of what
    shows a sample (see `attnlab.tasks.examples`), `asks` what somebody can give to its networks,
    "" for nothing, and `asked` that of what reads it (see `attnlab.tasks.asking.given`), `step`
    what a step of a sequence is called, and `same_positions` whether the same step means the same
    in every sample, so that a mean over samples says something.
    `fixed_data` names the parameters that choose a data set whose samples are the same at every
    seed, which only splits them anew; None where each seed draws fresh samples. `split_sizes` gives
    the sizes of their splits, None where there are none to know (yet).
    `carried` is the import path of what takes the parameters and gives the data set, to be sent to
    other machines: see `attnlab.tasks.carrying`; empty where they have it. `path` names the
    parameter that says where a person's own data are, and `fingerprint` is the import path of what
    takes the parameters and gives their state: see `attnlab.data.states`; `advice` that of what
    takes them and gives sentences on what in the data may mislead.
    `prepares` is that of what takes them and makes the data ready, step by step, where that takes
    long (see `attnlab.tasks.preparing`); `streamed` says how data are held of which one seed's take
    more memory than there should be, None where they do not.
    `objective` is the import path of what the network is trained for, and `extra_metrics` says what
    that measures besides loss and accuracy, in its order. `main` is what says how well the task is
    solved: accuracy, or that of the `extra_metrics` of a task without accuracy. `has_classes` says
    whether each answer is one of several classes, of which more is then measured, and `class_names`
    what these are called, in their order: nothing where that is not known (yet). `end_metrics` says
    what is measured besides at the end of a run, and not of each epoch. `arms` and
    `training` are the experiment to begin with, and `seeds` those that a form begins with.
    """

    name: str
    title: str
    slot: Slot
    params: type[Parameters]
    data: str
    backbone: str
    slot_sizes: Callable[[Any], tuple[int, ...]]
    chance: Callable[[Any], float]
    nbytes: Callable[[Any], int]
    summary: str
    read_sizes: Callable[[Any], tuple[int, ...]] | None = None
    truth_axis: str = ""
    has_truth: Callable[[Any], bool] = lambda params: True
    truth: Callable[[Any], tuple[int, ...]] = lambda params: ()
    truth_words: str = ""
    found_words: str = ""
    awaits: Callable[[Any], str] = lambda params: ""
    example: str = ""
    asks: Asks = ""
    asked: str = ""
    step: str = "step"
    same_positions: bool = True
    fixed_data: tuple[str, ...] | None = None
    split_sizes: Callable[[Any], SplitSizes | None] = lambda params: None
    carried: str = ""
    path: str = ""
    fingerprint: str = ""
    advice: str = ""
    prepares: str = ""
    streamed: Callable[[Any], Streamed | None] = lambda params: None
    takes: Callable[[str], bool] = lambda path: False
    recognises: Callable[[str, Mapping[str, Any]], bool] = lambda path, given: True
    inspect: str = ""
    own_data: Callable[[str], Mapping[str, Any]] | None = None
    suggested: Callable[[str], Mapping[str, Any]] = lambda path: {}
    input_names: Callable[[Any], tuple[str, ...]] = lambda params: ()
    objective: str = "attnlab.training.objective:Classification"
    extra_metrics: tuple[Measure, ...] = ()
    end_metrics: tuple[Measure, ...] = ()
    main: str = ACCURACY
    has_classes: Callable[[Any], bool] = lambda params: True
    class_names: Callable[[Any], Sequence[str]] = lambda params: ()
    arms: tuple[str, ...] = ("none",)
    training: Mapping[str, int | float] = field(default_factory=dict)
    seeds: int = 10

    @property
    def sought(self) -> str:
        """What the results say attention found or did not find."""
        return self.found_words or self.truth_words
