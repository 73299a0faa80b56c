"""What each arm was shown to do, and what that rests on, for people."""

from __future__ import annotations

import math
import textwrap

from attnlab.analysis.predictions import outcome
from attnlab.cli.words import WIDTH
from attnlab.export.paper_words import rule_words
from attnlab.judged import Judged
from attnlab.spec import Metric

_INDENT = "    "


def verdict_lines(found: Judged) -> list[str]:
    """The verdict of each arm that is compared with another one, below it what that rests on; and
    how a prediction came out."""
    compared = found.verdicts[~found.verdicts["is_reference"]]
    if compared.empty:
        return []
    several = compared["against"].nunique() > 1
    head = f"Verdicts by {found.metric.title.lower()}"
    head += "" if several else f" against {compared['against'].iloc[0]}"
    if found.metric.kind not in ("size", "time"):
        head += f"; a run's score is that {rule_words(found.rule, found.study)}"
    lines = textwrap.wrap(f"{head}.", WIDTH)
    for row in compared.itertuples():
        against = f" against {row.against}" if several else ""
        lines.append(f"{row.label}{against}: {row.verdict}")
        lines += textwrap.wrap(row.basis, WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT)
    return [*lines, *textwrap.wrap(_predicted(found), WIDTH)]


def _predicted(found: Judged) -> str:
    if found.study.prediction is None:
        return ""
    came = outcome(found.study, found.verdicts)
    said = f"Predicted: {came.predicted}{_by(came.margin, found.metric)}"
    if came.right is None:
        return f"{said}. There is no verdict on that yet."
    told = f"{came.winner} won{_by(came.difference, found.metric)}"
    if not came.difference:
        told = "no arm was shown to be better than its reference"
    return f"{said}. {'As' if came.right else 'Not as'} predicted: {told}."


def _by(margin: float, metric: Metric) -> str:
    if not margin or not math.isfinite(margin):
        return ""
    if metric.share:
        return f" by {100 * margin:.3g} points"
    return f" by {margin:.3g} {metric.unit}".rstrip()
