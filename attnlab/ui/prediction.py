"""What a person predicted, revealed with the verdict, and how often they were right so far."""

from __future__ import annotations

import math
from collections.abc import Iterator

import streamlit as st

from attnlab.analysis.predictions import Outcome, outcome, record
from attnlab.jobs import JobManager
from attnlab.judged import Judged, judged
from attnlab.store import Status, StoreError, StudyRow
from attnlab.ui import pictures

ENDED = (Status.FINISHED, Status.FAILED)
"""There is nothing left to train, though some of it may have failed."""


def revealed(manager: JobManager, found: Judged) -> None:
    """Say what was predicted of this study and what came of it; nothing without a prediction.

    Beside it: how often the predictions of all studies here were right.
    """
    if found.study.prediction is None:
        return
    came = outcome(found.study, found.verdicts)
    factor, unit = (100, " points") if found.metric.share else (1, "")
    said = came.predicted
    if came.margin:
        said += f" by {factor * came.margin:.3g}{unit}"
    words = f"You predicted **{said}**. {_words(came, factor, unit)}"
    (st.success if came.right else st.info)(words, icon=":material/psychology:")
    kept = record(_outcomes(manager))
    if kept.total > 1:
        off = f", {100 * kept.miss:.2g} points off on average" if kept.miss == kept.miss else ""
        st.caption(f"Your record: {kept.right} of {kept.total} predictions named the winner{off}.")


def _outcomes(manager: JobManager) -> Iterator[tuple[Outcome, bool]]:
    """What came of the prediction of every study that has ended, and whether of a share."""
    for row in manager.store.studies():
        if row.status not in ENDED or not _predicts(row):
            continue
        metric = row.study.judging.metric
        found = pictures.made_once(
            manager.store,
            row,
            ("judged", metric),
            lambda row=row, metric=metric: judged(manager.store, row.id, metric),
        )
        yield outcome(found.study, found.verdicts), found.metric.share


def _predicts(row: StudyRow) -> bool:
    try:
        return row.study.prediction is not None
    except StoreError:  # a plan that this version cannot read
        return False


def _words(came: Outcome, factor: float, unit: str) -> str:
    """What won, and what became of the arm that was predicted."""
    if came.right is None:
        return "There is no verdict to hold it against yet."
    own = ""
    if not came.right and math.isfinite(came.came):
        difference = f"{factor * came.came:+.3g}{unit}".replace("-", "−")
        own = f" {came.predicted} came to {difference}: {came.verdict}."
    return _winner(came, factor, unit) + own


def _winner(came: Outcome, factor: float, unit: str) -> str:
    if came.right and came.difference:
        off = f": {factor * came.miss:.2g}{unit} off" if came.margin else ""
        return f"That arm won, by {factor * came.difference:.3g}{unit}{off}."
    if not came.difference:
        right = "As you said: no" if came.right else "No"
        return f"{right} arm was shown to be better than its reference."
    return f"**{came.winner}** came out ahead, by {factor * came.difference:.3g}{unit}."
