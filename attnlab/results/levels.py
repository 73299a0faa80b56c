"""How tables write what guessing gives."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from attnlab.analysis.rounding import level_text, number_text
from attnlab.results.model import StudyResult

Text = Callable[[Sequence[float]], str]


def level_in_head(levels: Sequence[float], text: Text = level_text) -> list[str]:
    """What to note of chance in the head of a column, where all arms have the same."""
    return [f"chance {text(levels)}"] if len(levels) == 1 else []


def level_in_cell(levels: Sequence[float], level: float, text: Text = level_text) -> list[str]:
    """What to note of chance in a cell, where arms differ in it."""
    return [f"chance {text([level])}"] if len(levels) > 1 and not math.isnan(level) else []


def level(result: StudyResult) -> Text:
    """How a level is written: in percent, where the metric is a share."""
    return level_text if result.metric.share else number_text
