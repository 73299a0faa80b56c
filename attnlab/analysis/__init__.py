"""Analysis: pure statistics and measures of attention over arrays."""

from attnlab.analysis.attention import found_truth
from attnlab.analysis.intervals import Interval, mean_interval

__all__ = ["Interval", "found_truth", "mean_interval"]
