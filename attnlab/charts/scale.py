"""What a study is scored by, as charts show it: with a title, a unit, and which way is better."""

from __future__ import annotations

import math
from dataclasses import dataclass

from attnlab.analysis.rounding import MISSING, difference_text, mean_text, percent_text, points_text
from attnlab.results.guessing import chance_by_arm
from attnlab.results.model import StudyResult

PERCENT = "%"


@dataclass(frozen=True)
class ScoreScale:
    """How a score is drawn: `factor` times what was measured, in `unit`.

    `better` is 1 where more is better, −1 where less is, 0 where neither is, as of
    all that is no performance. `chance` is what
    guessing would score, None where that is not known.
    """

    title: str
    unit: str = ""
    factor: float = 1.0
    better: int = 1
    chance: float | None = None

    @property
    def axis_title(self) -> str:
        """ "Validation accuracy, %"."""
        return f"{self.title}, {self.unit}" if self.unit else self.title

    @property
    def difference_unit(self) -> str:
        """What differences are counted in: those of percent in percentage points."""
        return "percentage points" if self.unit == PERCENT else self.unit

    def difference_title(self, reference: str) -> str:
        """ "Difference to No attention, percentage points"."""
        unit = f", {self.difference_unit}" if self.unit else ""
        return f"Difference to {reference}{unit}"

    def score_text(self, score: float, low: float, high: float, n: int) -> str:
        """A mean score with half the width of its interval: "35.1 ± 2.8 %"."""
        if self.unit == PERCENT:
            share = self.factor / 100
            return percent_text(share * score, share * (high - low) / 2, n)
        text = mean_text(self.factor * score, self.factor * (high - low) / 2, n)
        return f"{text} {self.unit}" if self.unit and math.isfinite(score) else text

    def difference_text(self, difference: float, low: float, high: float) -> str:
        """A difference with its interval: "+3.1 (+1.2 to +5.0)"."""
        if self.unit == PERCENT:
            share = self.factor / 100
            return points_text(share * difference, share * low, share * high)
        return difference_text(self.factor * difference, self.factor * low, self.factor * high)

    def with_unit(self, text: str) -> str:
        """The text of a difference with what it is counted in."""
        return f"{text} {self.difference_unit}" if self.unit and text != MISSING else text

    def value_text(self, value: float) -> str:
        """One seed's score: "35.1 %"."""
        return self.score_text(value, math.nan, math.nan, 1).replace(" (n = 1)", "")


def scale_of(result: StudyResult) -> ScoreScale:
    """How the scores of a result are drawn; it has no one chance where its arms differ in it."""
    metric, levels = result.metric, set(chance_by_arm(result).values())
    chance = levels.pop() if len(levels) == 1 else None
    unit, factor = (PERCENT, 100.0) if metric.share else (metric.unit, 1.0)
    return ScoreScale(metric.title, unit, factor, metric.helping, chance)
