"""What a person predicted, shown with the verdict, and how often they were right so far."""

from __future__ import annotations

import math
from collections.abc import Iterator

import streamlit as st

from attnlab.analysis.rounding import figures_text
from attnlab.jobs import JobManager
from attnlab.results.model import StudyResult
from attnlab.results.predictions import PredictionOutcome, prediction_outcome, record
from attnlab.results.wording import winning
from attnlab.spec import Metric
from attnlab.store import COMPLETE, Wanted
from attnlab.ui import judgements
from attnlab.ui.plain_text import plain_but_bold
from attnlab.ui.study_summary import is_readable

REMEMBERED = 50
"""The record is that of so many of the newest predictions: each has to be judged."""


def revealed(manager: JobManager, result: StudyResult) -> None:
    """Show what was predicted of this study and how it turned out; nothing without a prediction.

    With it: how often the newest predictions here were right.
    """
    if result.study.prediction is None:
        return
    outcome = prediction_outcome(result)
    factor, unit = _unit(result.metric)
    predicted = outcome.predicted
    if outcome.margin:
        predicted += f" by {figures_text(factor * outcome.margin)}{unit}"
    told = f"You predicted **{predicted}**. {_outcome_sentence(outcome, result.metric)}"
    sentence = plain_but_bold(told)
    if outcome.right:
        st.success(sentence, icon=":material/psychology:")
    else:
        st.info(sentence, icon=":material/psychology:")
    kept = record(_outcomes(manager))
    if kept.total > 1:
        off = (
            f", {figures_text(100 * kept.miss, 2)} points off on average"
            if kept.miss == kept.miss
            else ""
        )
        st.caption(f"Your record: {kept.right} of {kept.total} predictions named the winner{off}.")


def _outcomes(manager: JobManager) -> Iterator[tuple[PredictionOutcome, bool]]:
    """The outcomes of the newest complete studies that predict, and whether each is of a share."""
    wanted = Wanted(statuses=COMPLETE, predicts=True)
    for row in manager.store.studies(wanted, most=REMEMBERED):
        if not is_readable(row):
            continue
        result = judgements.by_metric(manager.store, row, row.study.judging.metric)
        yield prediction_outcome(result), result.metric.share


def _unit(metric: Metric) -> tuple[float, str]:
    return (100, " points") if metric.share else (1, "")


def _outcome_sentence(outcome: PredictionOutcome, metric: Metric) -> str:
    """Which arm won, and how the predicted arm did."""
    if outcome.right is None:
        return "There is no verdict to hold it against."
    (factor, unit), predicted_arm = _unit(metric), ""
    if not outcome.right and math.isfinite(outcome.own_difference):
        difference = f"{factor * outcome.own_difference:+.3g}{unit}".replace("-", "−")
        predicted_arm = f" {outcome.predicted} came to {difference}: {outcome.own_verdict}."
    return _winner(outcome, metric) + predicted_arm


def _winner(outcome: PredictionOutcome, metric: Metric) -> str:
    (factor, unit), words = _unit(metric), winning(metric)
    if outcome.right and outcome.difference:
        off = f": {figures_text(factor * outcome.miss, 2)}{unit} off" if outcome.margin else ""
        return f"That arm {words.won}, by {figures_text(factor * outcome.difference)}{unit}{off}."
    if not outcome.difference:
        right = "As you said: no" if outcome.right else "No"
        return f"{right} arm was shown to be {words.better} than its reference."
    ahead = "came out ahead" if metric.is_performance else words.won
    return f"**{outcome.winner}** {ahead}, by {figures_text(factor * outcome.difference)}{unit}."
