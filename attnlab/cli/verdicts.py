"""What each arm was shown to do, and what that rests on, for people."""

from __future__ import annotations

import math
import textwrap

from attnlab.analysis.predictions import outcome
from attnlab.cli.words import WIDTH, columns
from attnlab.export.paper_words import rule_words
from attnlab.judged import Judged
from attnlab.spec import Metric


def verdict_lines(found: Judged) -> list[str]:
    """A line or some per arm that is compared with another one, and how a prediction came out."""
    compared = found.verdicts[~found.verdicts["is_reference"]]
    if compared.empty:
        return []
    several = compared["against"].nunique() > 1
    rows = [
        (
            f"{row.label} against {row.against}" if several else row.label,
            row.verdict,
            row.basis,
        )
        for row in compared.itertuples()
    ]
    head = f"Verdicts by {found.metric.title.lower()}"
    head += "" if several else f" against {compared['against'].iloc[0]}"
    if found.metric.kind not in ("size", "time"):
        head += f"; a run's score is that {rule_words(found.rule, found.study)}"
    return [
        *textwrap.wrap(f"{head}.", WIDTH),
        *columns(rows, wrap_last=True),
        *textwrap.wrap(_predicted(found), WIDTH),
    ]


def _predicted(found: Judged) -> str:
    if found.study.prediction is None:
        return ""
    came = outcome(found.study, found.verdicts)
    said = f"Predicted: {came.predicted}{_by(came.margin, found.metric)}"
    if came.right is None:
        return f"{said}. Not all verdicts are there yet."
    told = "as predicted" if came.right else "not as predicted"
    return f"{said}. It is {told}: {came.winner}{_by(came.difference, found.metric)}."


def _by(margin: float, metric: Metric) -> str:
    if not margin or not math.isfinite(margin):
        return ""
    if metric.share:
        return f" by {100 * margin:.3g} points"
    return f" by {margin:.3g} {metric.unit}".rstrip()
