"""Analysis: pure statistics and measures of attention over arrays."""

from attnlab.analysis.attention import found_truth
from attnlab.analysis.intervals import Interval, mean_interval

__all__ = ["LATE", "Interval", "found_truth", "mean_interval"]

LATE = (
    "scipy.special",
    "scipy.stats",
    "scipy.optimize",
    "scipy.integrate",
    "statsmodels.stats.power",
)
"""What verdicts need and a first page is drawn without: a second of imports."""
