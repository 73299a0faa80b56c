"""Predictions held against verdicts: who was expected to win, and who did."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from attnlab.analysis.deciding import HELPS, HIGHER
from attnlab.spec import Study


@dataclass(frozen=True)
class Outcome:
    """A prediction and what came: titles of the arms, differences to the reference.

    `right` is whether the predicted arm won: the arm with the largest difference among those that
    were shown to be better, or the reference where none was. None while there is no verdict.
    """

    predicted: str
    margin: float
    winner: str
    difference: float
    right: bool | None


@dataclass(frozen=True)
class Record:
    """How predictions came out so far: how many there were, and how many named the winner."""

    total: int
    right: int


def record(outcomes: Iterable[Outcome]) -> Record:
    """Count the outcomes that have a verdict."""
    known = [each.right for each in outcomes if each.right is not None]
    return Record(len(known), sum(known))


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
    if shown.empty:
        winner, difference = study.arm(study.reference), 0.0
        right = predicted.label not in study.references
    else:
        best = shown.loc[shown["planned_difference"].abs().idxmax()]
        winner, difference = study.arm(best["label"]), abs(best["planned_difference"])
        right = winner.label == predicted.label
    return Outcome(predicted.title, study.prediction.margin, winner.title, difference, right)
