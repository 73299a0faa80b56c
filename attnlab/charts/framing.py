"""How far the scale of a forest reaches, and what ends at its edge."""

from __future__ import annotations

import numpy as np
import pandas as pd

from attnlab.charts import skeleton
from attnlab.charts.scale import ScoreScale

_MOST_BAND = 1.5
"""How far a band may reach beyond the intervals before it is cut off."""
_FEW_PAIRS, _MOST_OF_FEW = 3, 3.0
"""The interval of two pairs is six times as wide as that of many. Of fewer than so many pairs it
reaches at most so many times as far as all else that is drawn; an arrow says that it goes on."""


def domain_of(table: pd.DataFrame, scale: ScoreScale, margin: float) -> tuple[float, float]:
    """What x reaches over: 0, the margin, all intervals, and of the bands, and of the intervals of
    few pairs, what does not squeeze those."""
    few = table["pairs"] < _FEW_PAIRS
    ends = np.concatenate(
        [table["difference"], table.loc[~few, "low"], table.loc[~few, "high"]], dtype=float
    )
    known = [-margin, margin, *ends[np.isfinite(ends)].tolist()]
    lowest, highest = min(known), max(known)
    reach = _MOST_OF_FEW * max(-lowest, highest)
    ends = table.loc[few, ["low", "high"]].to_numpy(dtype=float)
    if reach > 0 and np.isfinite(ends).any():
        lowest = min(lowest, max(-reach, float(np.nanmin(ends))))
        highest = max(highest, min(reach, float(np.nanmax(ends))))
    band = float(table["band"].max()) if table["band"].notna().any() else 0.0
    most = _MOST_BAND * max(-lowest, highest)
    band = min(band, most) if most > 0 else band
    lowest, highest = min(lowest, -band), max(highest, band)
    if lowest == highest:  # nothing differs, or nothing is known
        return -0.01 * scale.factor, 0.01 * scale.factor
    beyond = 0.04 * (highest - lowest)
    return -_steady(beyond - lowest), _steady(beyond + highest)


def _steady(reach: float) -> float:
    return skeleton.steady_top(reach) if reach > 0 else reach


def arrows(ranges: pd.DataFrame, lowest: float, highest: float) -> pd.DataFrame:
    """A row for each end of an interval that lies beyond the scale: where, and which way."""
    below, above = ranges[ranges["low"] < lowest], ranges[ranges["high"] > highest]
    columns = ["middle", "colour", "dimmed"]
    return pd.concat(
        [
            below[columns].assign(difference=lowest, way="left"),
            above[columns].assign(difference=highest, way="right"),
        ]
    )
