"""Charts: a result or its rows in, an Altair chart out. Nothing here knows a screen.

Each collects its numbers first, as a small frozen value, and then draws them.
"""

from attnlab.charts.attention import (
    AttentionPanel,
    AttentionRow,
    attention_domains,
    attention_panel,
    attention_rows,
)
from attnlab.charts.axis_titles import place_title
from attnlab.charts.choosing import ARM_PARAM, chosen_arm
from attnlab.charts.class_counts import class_counts_spec, number_counts_spec
from attnlab.charts.concatenated import concatenated
from attnlab.charts.confusion import confusion, confusion_spec, drawn_classes
from attnlab.charts.costs import ModuleCost, count_text, module_costs, module_costs_spec
from attnlab.charts.curves import at_epoch, learning_curve, learning_curve_spec
from attnlab.charts.dose import dose, dose_spec
from attnlab.charts.forest import contrasts_forest, contrasts_spec, forest, forest_spec
from attnlab.charts.interaction import interaction, interaction_spec
from attnlab.charts.measures import (
    measure_curve,
    measure_curve_spec,
    measure_title,
    measured_names,
    measured_places,
    measured_rows,
)
from attnlab.charts.overlay import drawn_together, overlay_curves
from attnlab.charts.palette import (
    ATTENTION,
    NOTE,
    NOTE_ON_DARK,
    REFERENCE,
    TRUTH,
    arm_colours,
    arm_names,
)
from attnlab.charts.parallel import parallel, parallel_spec
from attnlab.charts.pareto import pareto, pareto_spec
from attnlab.charts.profiles import profiles, profiles_spec
from attnlab.charts.recalls import recalls, recalls_spec
from attnlab.charts.scale import ScoreScale, scale_of
from attnlab.charts.seeds import per_seed, per_seed_spec
from attnlab.charts.skeleton import spec_of
from attnlab.charts.tuning import rates, rates_spec

__all__ = [
    "ARM_PARAM",
    "ATTENTION",
    "NOTE",
    "NOTE_ON_DARK",
    "REFERENCE",
    "TRUTH",
    "AttentionPanel",
    "AttentionRow",
    "ModuleCost",
    "ScoreScale",
    "arm_colours",
    "arm_names",
    "at_epoch",
    "attention_domains",
    "attention_panel",
    "attention_rows",
    "chosen_arm",
    "class_counts_spec",
    "concatenated",
    "confusion",
    "confusion_spec",
    "contrasts_forest",
    "contrasts_spec",
    "count_text",
    "dose",
    "dose_spec",
    "drawn_classes",
    "drawn_together",
    "forest",
    "forest_spec",
    "interaction",
    "interaction_spec",
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
    "number_counts_spec",
    "overlay_curves",
    "parallel",
    "parallel_spec",
    "pareto",
    "pareto_spec",
    "per_seed",
    "per_seed_spec",
    "place_title",
    "profiles",
    "profiles_spec",
    "rates",
    "rates_spec",
    "recalls",
    "recalls_spec",
    "scale_of",
    "spec_of",
]
