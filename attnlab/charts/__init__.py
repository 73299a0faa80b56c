"""Charts: a DataFrame in, an Altair chart out. Pure functions; nothing here knows a screen."""

from attnlab.charts.attention import (
    AttentionPanel,
    AttentionRow,
    attention_domains,
    attention_panel,
    attention_rows,
    axis_title,
    trace_shapes,
)
from attnlab.charts.costs import Cost, module_costs, module_costs_spec, number_words
from attnlab.charts.curves import learning_curve, learning_curve_spec
from attnlab.charts.overlay import overlay_curves
from attnlab.charts.palette import ATTENTION, REFERENCE, TRUTH, arm_colours, arm_names

__all__ = [
    "ATTENTION",
    "REFERENCE",
    "TRUTH",
    "AttentionPanel",
    "AttentionRow",
    "Cost",
    "arm_colours",
    "arm_names",
    "attention_domains",
    "attention_panel",
    "attention_rows",
    "axis_title",
    "learning_curve",
    "learning_curve_spec",
    "module_costs",
    "module_costs_spec",
    "number_words",
    "overlay_curves",
    "trace_shapes",
]
