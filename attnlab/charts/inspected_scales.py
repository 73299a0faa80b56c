"""The scales that charts of what was found inside runs share where they stand side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from attnlab.charts.inspected import Domains, adversary_rows, agreement_rows, reliance_rows
from attnlab.inspection.found import RunInspection


def shared_domains(found: Sequence[RunInspection], has_accuracy: bool) -> Domains:
    """The scales of charts that stand side by side: of "reliance", "removal", "agreement" and
    "adversary", as far as there is something to draw."""
    lost = pd.concat([reliance_rows(each, has_accuracy) for each in found])
    taus = pd.concat([agreement_rows(each) for each in found])
    scores = pd.concat([each.curves["score"] for each in found])
    counts = [
        int(adversary_rows(each, name.removesuffix("/adversary JSD"))["count"].max())
        for each in found
        for name in each.arrays
        if name.endswith("/adversary JSD")
    ]
    domains: Domains = {}
    for name, values, at_least in (
        ("reliance", lost[["value", "low", "high"]].to_numpy(float).ravel(), 0.0),
        ("removal", scores.to_numpy(float), np.nan),
        ("agreement", taus[["value", "low"]].to_numpy(float).ravel(), -0.25),
        ("adversary", np.array(counts, float), 0.0),
    ):
        known = values[np.isfinite(values)]
        if known.size:
            low, high = float(np.nanmin([known.min(), at_least])), float(known.max())
            margin = 0.04 * (high - low) or 0.01
            domains[name] = (low - margin * (low < 0), high + margin)
    return domains
