"""The rows of a forest of several tasks: the arms on each task, and the mean over all of them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pandas as pd

from attnlab.charts.palette import REFERENCE
from attnlab.charts.scale import ScoreScale
from attnlab.charts.verdicts import TOOLTIP, verdict_rows
from attnlab.results.model import StudyResult
from attnlab.results.verdict import Verdict

IN_EACH = "the reference on the same task"
"""What an axis of differences calls what arms on several tasks are compared with."""


def by_task(result: StudyResult, scale: ScoreScale) -> pd.DataFrame:
    """A row for the title of each task and below it one for each arm; last the means over the
    tasks. The columns of `verdicts.verdict_rows`, and is_heading."""
    groups = [(part.task_title, verdict_rows(part, scale)) for part in result.parts]
    means = [each.mean for each in result.over_tasks if not each.is_reference]
    if means:
        title = f"Mean over these {len(result.parts)} tasks"
        shown = replace(result, arms=tuple(means), parts=(), over_tasks=())
        groups.append((title, verdict_rows(shown, scale)))
    tables = [
        pd.DataFrame([_heading(title, rows), *_arms(rows).to_dict("records")])
        for title, rows in groups
    ]
    for place, table in enumerate(tables):
        tables[place] = table.assign(is_mean=place >= len(result.parts))
    return pd.concat(tables, ignore_index=True)


def _arms(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["verdict"] != Verdict.CONTROL].assign(is_heading=False)


def _heading(title: str, rows: pd.DataFrame) -> dict[str, Any]:
    """A row with a name alone."""
    empty = dict.fromkeys(rows.columns, math.nan)
    return {
        **empty,
        **dict.fromkeys(TOOLTIP, ""),
        "label": "",
        "is_reference": True,
        "verdict": Verdict.NO_PAIRS.value,
        "pairs": 0,
        "is_paired": True,
        "n": 0,
        "name": title,
        "colour": REFERENCE,
        "difference_words": "",
        "is_heading": True,
    }
