"""Specs: what a task, module, arm, training and study are. Imports nothing of attnlab else."""

from attnlab.spec.about import About, Given, Paper, Shape, Step, Symbol, each_shape
from attnlab.spec.parameters import (
    Parameters,
    SpecError,
    choice,
    number,
    text,
    unknown,
    wording,
)
from attnlab.spec.parts import (
    CONTROL,
    Arm,
    ControlParameters,
    ModuleSpec,
    TaskSpec,
    split_short,
)
from attnlab.spec.registry import (
    REGISTRY,
    SLOT_UNITS,
    Measure,
    ModuleEntry,
    SizeRule,
    Slot,
    TaskEntry,
    load,
)
from attnlab.spec.sizes import INPUTS, Input, Size
from attnlab.spec.study import MAX_SEEDS, Study, check_fit
from attnlab.spec.training import Training

__all__ = [
    "CONTROL",
    "INPUTS",
    "MAX_SEEDS",
    "REGISTRY",
    "SLOT_UNITS",
    "About",
    "Arm",
    "ControlParameters",
    "Given",
    "Input",
    "Measure",
    "ModuleEntry",
    "ModuleSpec",
    "Paper",
    "Parameters",
    "Shape",
    "Size",
    "SizeRule",
    "Slot",
    "SpecError",
    "Step",
    "Study",
    "Symbol",
    "TaskEntry",
    "TaskSpec",
    "Training",
    "check_fit",
    "choice",
    "each_shape",
    "load",
    "number",
    "split_short",
    "text",
    "unknown",
    "wording",
]
