"""Specs: what a task, module, arm, training and study are. Imports only lower layers."""

from attnlab.spec.about import About, Given, Paper, Shape, Step, Symbol, each_shape
from attnlab.spec.alike import Unlike, first_on, unlike
from attnlab.spec.arms import MAX_ARMS, Arm
from attnlab.spec.components import (
    CONTROL,
    ControlParameters,
    ModuleSpec,
    TaskSpec,
)
from attnlab.spec.contrasts import AGAINST, Contrast, is_control_of
from attnlab.spec.entries import (
    SLOT_UNITS,
    Measure,
    ModuleEntry,
    SizeRule,
    Slot,
    SplitSizes,
    Streamed,
    TaskEntry,
    load,
)
from attnlab.spec.fitting import check_fit, check_read_sizes, fits
from attnlab.spec.inspected import INSPECTED, SCORED_BY
from attnlab.spec.judging import (
    ON_TEST,
    Judging,
    Prediction,
    is_possible,
    metrics_as_read,
    usual_score,
)
from attnlab.spec.layers import NetworkLayer
from attnlab.spec.metrics import (
    METRICS,
    RECALL,
    TESTED,
    VALIDATED,
    Metric,
    as_tested,
    metric_of,
    metrics_of,
    recalls_of,
)
from attnlab.spec.older import as_meant_then
from attnlab.spec.own import SOURCE
from attnlab.spec.own_modules import OwnModule, brought_in
from attnlab.spec.own_source import OwnSource
from attnlab.spec.own_tasks import OwnTask, all_brought_in, own_task, tasks_brought_in
from attnlab.spec.parameters import (
    Parameters,
    SpecError,
    brief,
    choice,
    number,
    shown,
    some_of,
    text,
    unknown,
    wording,
)
from attnlab.spec.reading import Value, number_in, read_mapping, value_in
from attnlab.spec.registry import REGISTRY
from attnlab.spec.seeds import MAX_SEEDS
from attnlab.spec.several import ALSO_ON, alike_in
from attnlab.spec.short_form import split_short
from attnlab.spec.sizes import INPUTS, Input, Size
from attnlab.spec.study import Study
from attnlab.spec.titles import titles_of
from attnlab.spec.training import Training

__all__ = [
    "AGAINST",
    "ALSO_ON",
    "CONTROL",
    "INPUTS",
    "INSPECTED",
    "MAX_ARMS",
    "MAX_SEEDS",
    "METRICS",
    "ON_TEST",
    "RECALL",
    "REGISTRY",
    "SCORED_BY",
    "SLOT_UNITS",
    "SOURCE",
    "TESTED",
    "VALIDATED",
    "About",
    "Arm",
    "Contrast",
    "ControlParameters",
    "Given",
    "Input",
    "Judging",
    "Measure",
    "Metric",
    "ModuleEntry",
    "ModuleSpec",
    "NetworkLayer",
    "OwnModule",
    "OwnSource",
    "OwnTask",
    "Paper",
    "Parameters",
    "Prediction",
    "Shape",
    "Size",
    "SizeRule",
    "Slot",
    "SpecError",
    "SplitSizes",
    "Step",
    "Streamed",
    "Study",
    "Symbol",
    "TaskEntry",
    "TaskSpec",
    "Training",
    "Unlike",
    "Value",
    "alike_in",
    "all_brought_in",
    "as_meant_then",
    "as_tested",
    "brief",
    "brought_in",
    "check_fit",
    "check_read_sizes",
    "choice",
    "each_shape",
    "first_on",
    "fits",
    "is_control_of",
    "is_possible",
    "load",
    "metric_of",
    "metrics_as_read",
    "metrics_of",
    "number",
    "number_in",
    "own_task",
    "read_mapping",
    "recalls_of",
    "shown",
    "some_of",
    "split_short",
    "tasks_brought_in",
    "text",
    "titles_of",
    "unknown",
    "unlike",
    "usual_score",
    "value_in",
    "wording",
]
