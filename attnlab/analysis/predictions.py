"""Predictions held against verdicts: who was expected to win, and who did."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

import pandas as pd

from attnlab.analysis.deciding import HELPS, HIGHER, NO_PAIRS, NOT_ENOUGH
from attnlab.spec import Study


@dataclass(frozen=True)
class Outcome:
    """A prediction and what came: titles of the arms, differences to the reference.

    `difference` is that of the winner; `came` and `verdict` are those of the predicted arm, NaN and
    "" where it is a reference or there is no verdict.

    `right` is whether the predicted arm won: the arm with the largest difference among those that
    were shown to be better, or the reference where none was. None while there is no verdict: before
    the study has ended, and where nothing was shown of arms that had too few seeds to show it.
    """

    predicted: str
    margin: float
    winner: str
    difference: float
    right: bool | None
    came: float = math.nan
    verdict: str = ""

    @property
    def miss(self) -> float:
        """How far the margin was off; NaN unless an arm was predicted and won."""
        won = self.right and self.difference > 0
        return abs(self.margin - self.difference) if won else math.nan


@dataclass(frozen=True)
class Record:
    """How predictions came out so far: how many there were, and how many named the winner.

    `miss` is how far the margins of the winners were off, on average, NaN without any; of scores
    between 0 and 1 alone, as others have units of their own.
    """

    total: int
    right: int
    miss: float = math.nan


def record(outcomes: Iterable[tuple[Outcome, bool]]) -> Record:
    """Count the outcomes that have a verdict; beside each, whether it is of a share."""
    known = [(each, share) for each, share in outcomes if each.right is not None]
    misses = [each.miss for each, share in known if share and math.isfinite(each.miss)]
    right = sum(bool(each.right) for each, _ in known)
    return Record(len(known), right, fmean(misses) if misses else math.nan)


def outcome(study: Study, verdicts: pd.DataFrame) -> Outcome:
    """Hold the study's prediction against its verdicts (see `verdicts.verdicts`).

    Raises ValueError for a study without a prediction.
    """
    if study.prediction is None:
        raise ValueError("the study has no prediction")
    predicted = study.arm(study.prediction.winner)
    compared = verdicts[~verdicts["is_reference"]]
    if compared.empty or not compared["final"].all():
        return Outcome(predicted.title, study.prediction.margin, "", math.nan, None)
    shown = compared[compared["verdict"].isin([HELPS, HIGHER])]
    if shown.empty and compared["verdict"].isin([NOT_ENOUGH, NO_PAIRS]).any():
        return Outcome(predicted.title, study.prediction.margin, "", math.nan, None)
    if shown.empty:
        winner, difference = study.arm(study.reference), 0.0
        right = predicted.label not in study.references
    else:
        best = shown.loc[shown["planned_difference"].abs().idxmax()]
        winner, difference = study.arm(best["label"]), abs(best["planned_difference"])
        right = winner.label == predicted.label
    own = compared[compared["label"] == predicted.label]
    came, verdict = math.nan, ""
    if not own.empty:
        came, verdict = float(own["planned_difference"].iloc[0]), own["verdict"].iloc[0]
    margin = study.prediction.margin
    return Outcome(predicted.title, margin, winner.title, difference, right, came, verdict)
