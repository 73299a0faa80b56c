"""Charts: a DataFrame in, an Altair chart out. Pure functions; nothing here knows a screen."""

from attnlab.charts.attention import (
    AttentionPanel,
    AttentionRow,
    attention_domains,
    attention_panel,
    attention_rows,
)
from attnlab.charts.choosing import ARM_PARAM, chosen_arm
from attnlab.charts.costs import Cost, module_costs, module_costs_spec, number_words
from attnlab.charts.curves import learning_curve, learning_curve_spec
from attnlab.charts.dose import dose
from attnlab.charts.forest import forest, forest_spec
from attnlab.charts.interaction import interaction
from attnlab.charts.measures import (
    measure_curve,
    measure_curve_spec,
    measure_title,
    measured_names,
    measured_places,
    measured_rows,
)
from attnlab.charts.overlay import overlay_curves
from attnlab.charts.palette import ATTENTION, REFERENCE, TRUTH, arm_colours, arm_names
from attnlab.charts.parallel import parallel
from attnlab.charts.pareto import pareto
from attnlab.charts.scale import Scale, chance_by_arm, scale_of
from attnlab.charts.seeds import per_seed, per_seed_spec
from attnlab.charts.skeleton import spec_of
from attnlab.charts.together import together
from attnlab.charts.words import place_title

__all__ = [
    "ARM_PARAM",
    "ATTENTION",
    "REFERENCE",
    "TRUTH",
    "AttentionPanel",
    "AttentionRow",
    "Cost",
    "Scale",
    "arm_colours",
    "arm_names",
    "attention_domains",
    "attention_panel",
    "attention_rows",
    "chance_by_arm",
    "chosen_arm",
    "dose",
    "forest",
    "forest_spec",
    "interaction",
    "learning_curve",
    "learning_curve_spec",
    "measure_curve",
    "measure_curve_spec",
    "measure_title",
    "measured_names",
    "measured_places",
    "measured_rows",
    "module_costs",
    "module_costs_spec",
    "number_words",
    "overlay_curves",
    "parallel",
    "pareto",
    "per_seed",
    "per_seed_spec",
    "place_title",
    "scale_of",
    "spec_of",
    "together",
]
