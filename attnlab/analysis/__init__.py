"""Analysis: rows of the store in, tables out. Pure functions over arrays and DataFrames."""

from attnlab.analysis.attention import found_truth
from attnlab.analysis.intervals import Interval, mean_interval
from attnlab.analysis.tables import results

__all__ = ["Interval", "found_truth", "mean_interval", "results"]
