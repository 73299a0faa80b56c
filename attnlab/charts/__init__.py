"""Charts: a DataFrame in, an Altair chart out. Pure functions; nothing here knows a screen."""

from attnlab.charts.attention import (
    AttentionPanel,
    AttentionRow,
    attention_domains,
    attention_panel,
    attention_rows,
)
from attnlab.charts.curves import learning_curve, learning_curve_spec
from attnlab.charts.measures import (
    measure_curve,
    measure_curve_spec,
    measure_title,
    measured_names,
    measured_places,
)
from attnlab.charts.overlay import overlay_curves
from attnlab.charts.palette import REFERENCE, TRUTH, arm_colours, arm_names
from attnlab.charts.words import place_title

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
    "learning_curve",
    "learning_curve_spec",
    "measure_curve",
    "measure_curve_spec",
    "measure_title",
    "measured_names",
    "measured_places",
    "overlay_curves",
    "place_title",
]
