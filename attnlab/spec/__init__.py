"""Specs: what a task, module, arm, training and study are. Imports nothing of attnlab else."""

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
    Training,
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
from attnlab.spec.study import MAX_SEEDS, Study, check_fit

__all__ = [
    "CONTROL",
    "MAX_SEEDS",
    "REGISTRY",
    "SLOT_UNITS",
    "Arm",
    "ControlParameters",
    "Measure",
    "ModuleEntry",
    "ModuleSpec",
    "Parameters",
    "SizeRule",
    "Slot",
    "SpecError",
    "Study",
    "TaskEntry",
    "TaskSpec",
    "Training",
    "check_fit",
    "choice",
    "load",
    "number",
    "split_short",
    "text",
    "unknown",
    "wording",
]
