"""Specs: what a task, module, arm, training and study are. Imports nothing of attnlab else."""

from attnlab.spec.about import About, Paper, Shape, Step, Symbol
from attnlab.spec.parameters import Parameters, SpecError, choice, number, unknown, wording
from attnlab.spec.parts import Arm, ModuleSpec, TaskSpec, Training, split_short
from attnlab.spec.registry import REGISTRY, SLOT_UNITS, ModuleEntry, Slot, TaskEntry, load
from attnlab.spec.sizes import INPUTS, Input, Size
from attnlab.spec.study import MAX_SEEDS, Study, check_fit

__all__ = [
    "INPUTS",
    "MAX_SEEDS",
    "REGISTRY",
    "SLOT_UNITS",
    "About",
    "Arm",
    "Input",
    "ModuleEntry",
    "ModuleSpec",
    "Paper",
    "Parameters",
    "Shape",
    "Size",
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
    "load",
    "number",
    "split_short",
    "unknown",
    "wording",
]
