"""What a person predicted, revealed with the verdict, and how often they were right so far."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from attnlab.analysis.predictions import Outcome, outcome, record
from attnlab.jobs import JobManager
from attnlab.judged import Judged, judged
from attnlab.store import Status, StoreError, StudyRow
from attnlab.ui import pictures


def revealed(manager: JobManager, found: Judged) -> None:
    """Say what was predicted of this study and what came of it; nothing without a prediction.

    Beside it: how often the predictions of all studies here were right.
    """
    if found.study.prediction is None:
        return
    came = outcome(found.study, found.verdicts)
    factor, unit = (100, " points") if found.metric.share else (1, "")
    said = f"{came.predicted} by {factor * came.margin:.3g}{unit}"
    words = f"You predicted **{said}**. {_words(came, factor, unit)}"
    (st.success if came.right else st.info)(words, icon=":material/psychology:")
    kept = record(_outcomes(manager))
    if kept.total > 1:
        st.caption(f"Your record: {kept.right} of {kept.total} predictions named the winner.")


def _outcomes(manager: JobManager) -> Iterator[Outcome]:
    """What came of the prediction of every study that has finished."""
    for row in manager.store.studies():
        if row.status != Status.FINISHED or not _predicts(row):
            continue
        metric = row.study.judging.metric
        found = pictures.made_once(
            manager.store,
            row,
            ("judged", metric),
            lambda row=row, metric=metric: judged(manager.store, row.id, metric),
        )
        yield outcome(found.study, found.verdicts)


def _predicts(row: StudyRow) -> bool:
    try:
        return row.study.prediction is not None
    except StoreError:  # a plan that this version cannot read
        return False


def _words(came: Outcome, factor: float, unit: str) -> str:
    if came.right is None:
        return "There is no verdict to hold it against yet."
    if came.predicted == came.winner:
        off = abs(came.margin - came.difference) * factor
        return f"That arm won, by {factor * came.difference:.3g}{unit}: {off:.2g}{unit} off."
    return f"**{came.winner}** came out ahead, by {factor * came.difference:.3g}{unit}."
