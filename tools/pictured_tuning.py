"""The picture of two arms by their learning rate: what a common rate says, and each arm's own."""

from __future__ import annotations

import altair as alt
import pandas as pd

from attnlab import Study
from attnlab.charts import rates
from attnlab.charts.palette import TRUTH
from attnlab.results.tuning import tuned
from attnlab.spec.tuning_runs import TuningRun

COMMON = 0.0003
"""The rate that the plan begins with."""

_MEASURED = {
    "none": {
        3e-05: (0.2705, 0.294),
        9e-05: (0.4445, 0.4165),
        COMMON: (0.8015, 0.7905),
        0.0009: (1.0, 1.0),
        0.003: (1.0, 1.0),
    },
    "dense": {
        3e-05: (0.2335, 0.2825),
        9e-05: (0.3275, 0.398),
        COMMON: (0.966, 0.957),
        0.0009: (1.0, 0.9995),
        0.003: (1.0, 1.0),
    },
}
"""Validation accuracies at seeds 20 and 21 of the second command on the page."""


def tuning() -> alt.LayerChart:
    """The scores that chose the rates, with a line at the rate that both arms had before."""
    study = Study(
        task={"name": "planted-features", "features": 32, "classes": 5},
        arms=list(_MEASURED),
        epochs=10,
        learning_rate=COMMON,
        tuning={"rates": list(_MEASURED["none"]), "seeds": [20, 21]},
    ).tuned({"none": 0.0009, "dense": 0.003})
    runs = [
        TuningRun(arm, rate, seed, score)
        for arm, by_rate in _MEASURED.items()
        for rate, scores in by_rate.items()
        for seed, score in zip((20, 21), scores, strict=True)
    ]
    result = tuned(study, runs)
    assert result is not None  # the plan has a tuning
    chart = rates(result)
    at = pd.DataFrame({"rate": [COMMON]})
    chart.layer.append(alt.Chart(at).mark_rule(color=TRUTH, strokeDash=[4, 3]).encode(x="rate:Q"))
    chart.title = alt.TitleParams(
        "A common learning rate favours one of them",
        subtitle="Orange: the rate that both had before; ring: the best of each arm",
        anchor="start",
        fontSize=14,
        subtitleFontSize=12,
    )
    return chart
