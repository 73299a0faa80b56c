"""What a person predicted, revealed with the verdict, and how often they were right so far."""

from __future__ import annotations

import streamlit as st

from attnlab.analysis.predictions import Outcome, outcome
from attnlab.judged import Judged


def revealed(found: Judged) -> None:
    """Say what was predicted of this study and what came of it; nothing without a prediction."""
    if found.study.prediction is None:
        return
    came = outcome(found.study, found.verdicts)
    factor, unit = (100, " points") if found.metric.share else (1, "")
    said = f"{came.predicted} by {factor * came.margin:.3g}{unit}"
    words = f"You predicted **{said}**. {_words(came, factor, unit)}"
    (st.success if came.right else st.info)(words, icon=":material/psychology:")


def _words(came: Outcome, factor: float, unit: str) -> str:
    if came.right is None:
        return "There is no verdict to hold it against yet."
    if came.predicted == came.winner:
        off = abs(came.margin - came.difference) * factor
        return f"That arm won, by {factor * came.difference:.3g}{unit}: {off:.2g}{unit} off."
    return f"**{came.winner}** came out ahead, by {factor * came.difference:.3g}{unit}."
