"""Predictions held against results: who was expected to win, and who did."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

from attnlab.results.model import StudyResult
from attnlab.results.verdict import WITHHELD, Verdict

_NO_VERDICT = (Verdict.NOT_ENOUGH, Verdict.NO_PAIRS, *WITHHELD)


@dataclass(frozen=True)
class PredictionOutcome:
    """A prediction and what became of it: titles of the arms, differences to the reference.

    `difference` is that of the winner; `own_difference` and `own_verdict` are those of the
    predicted arm, NaN and None where it is a reference or there is no verdict.

    `right` is whether the predicted arm won: the arm with the largest difference among those that
    were shown to be better (higher, where neither direction is), or the reference where none was.
    None while there is no verdict: before the study has ended, and where nothing was shown of arms
    that had too few seeds to show it, or that get no verdict.
    """

    predicted: str
    margin: float
    winner: str
    difference: float
    right: bool | None
    own_difference: float = math.nan
    own_verdict: Verdict | None = None

    @property
    def miss(self) -> float:
        """How far the margin was off; NaN unless an arm was predicted and won."""
        won = self.right and self.difference > 0
        return abs(self.margin - self.difference) if won else math.nan


@dataclass(frozen=True)
class PredictionRecord:
    """What became of predictions so far: how many there were, and how many named the winner.

    `miss` is how far the margins of the winners were off, on average, NaN without any; of scores
    between 0 and 1 alone, as others have units of their own.
    """

    total: int
    right: int
    miss: float = math.nan


def record(outcomes: Iterable[tuple[PredictionOutcome, bool]]) -> PredictionRecord:
    """Count the outcomes that have a verdict; beside each, whether it is of a share."""
    known = [(each, share) for each, share in outcomes if each.right is not None]
    misses = [each.miss for each, share in known if share and math.isfinite(each.miss)]
    right = sum(bool(each.right) for each, _ in known)
    return PredictionRecord(len(known), right, fmean(misses) if misses else math.nan)


def prediction_outcome(result: StudyResult) -> PredictionOutcome:
    """Hold the study's prediction against its result.

    Raises ValueError for a study without a prediction.
    """
    if result.parts:
        return prediction_outcome(result.parts[0])
    study, compared = result.study, result.compared
    if study.prediction is None:
        raise ValueError("the study has no prediction")
    predicted, margin = study.arm(study.prediction.winner), study.prediction.margin
    waiting = PredictionOutcome(predicted.title, margin, "", math.nan, None)
    if not compared or not all(arm.is_final for arm in compared):
        return waiting
    preferred = Verdict.LOWER if result.metric.better < 0 else Verdict.HIGHER
    better = [arm for arm in compared if arm.verdict in (Verdict.HELPS, preferred)]
    if not better and any(arm.verdict in _NO_VERDICT for arm in compared):
        return waiting
    if better:
        best = max(better, key=lambda arm: abs(arm.difference.mean))
        winner, difference = study.arm(best.label), abs(best.difference.mean)
        right = winner.label == predicted.label
    else:
        winner, difference = study.arm(study.reference), 0.0
        right = predicted.label not in study.references
    own_difference, own_verdict = math.nan, None
    for arm in compared:
        if arm.label == predicted.label:
            own_difference, own_verdict = arm.difference.mean, arm.verdict
    return PredictionOutcome(
        predicted.title, margin, winner.title, difference, right, own_difference, own_verdict
    )
