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
from attnlab.charts.curves import learning_curve, learning_curve_spec
from attnlab.charts.overlay import overlay_curves
from attnlab.charts.palette import REFERENCE, TRUTH, arm_colours, arm_names

__all__ = [
    "REFERENCE",
    "TRUTH",
    "AttentionPanel",
    "AttentionRow",
    "arm_colours",
    "arm_names",
    "attention_domains",
    "attention_panel",
    "attention_rows",
    "axis_title",
    "learning_curve",
    "learning_curve_spec",
    "overlay_curves",
    "trace_shapes",
]
