"""Analysis: rows of the store in, tables out. Pure functions over arrays and DataFrames."""

from attnlab.analysis.attention import found_truth
from attnlab.analysis.intervals import Interval, mean_interval
from attnlab.analysis.tables import results

__all__ = ["LATE", "Interval", "found_truth", "mean_interval", "results"]

LATE = (
    "scipy.special",
    "scipy.stats",
    "scipy.optimize",
    "scipy.integrate",
    "statsmodels.stats.power",
)
"""What verdicts need and a first page is drawn without: a second of imports."""
