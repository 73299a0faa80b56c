"""What stands in a table for a paper, before it is written as Markdown or LaTeX: a row per arm."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from attnlab.export.given_caption import given_caption
from attnlab.export.paper_caption import caption
from attnlab.export.paper_contrasts import Place, contrast_rows
from attnlab.export.paper_tasks import mean_rows
from attnlab.results import columns, paper_columns
from attnlab.results.given import GivenScores
from attnlab.results.guessing import chance_by_arm
from attnlab.results.judge import judge_by_each
from attnlab.results.model import StudyResult
from attnlab.results.table import Cell, Column, ResultTable, tabulate
from attnlab.results.tuning import LEARNING_RATE
from attnlab.store import Store
from attnlab.tasks import measures


@dataclass(frozen=True)
class PaperTable:
    """`groups` are titles above so many columns each, "" where there is none; `head` names each
    column below them, `flat_head` without them; `is_text` says which columns hold words.
    `contrasts` are rows below a rule: planned contrasts, and the means over several tasks."""

    groups: list[tuple[str, int]]
    head: list[str]
    flat_head: list[str]
    is_text: list[bool]
    rows: list[list[Cell]]
    caption: str
    contrasts: Sequence[Sequence[Cell]] = ()


def paper_table(store: Store, study_id: str, metrics: Sequence[str] | None = None) -> PaperTable:
    """A row per arm, a group of columns per metric. Raises StoreError and SpecError."""
    results = judge_by_each(store, study_id, metrics)
    return table_of(results, [chance(store, study_id, result) for result in results])


def table_of(results: Sequence[StudyResult], levels: Sequence[Mapping[str, float]]) -> PaperTable:
    """The same of results of one study by several metrics, or of scores from elsewhere.

    `levels` are those of chance for each result, by label.
    """
    first, is_single = results[0], len(results) == 1
    is_given = isinstance(first.plan, GivenScores)
    before = _part([paper_columns.TASK, columns.ARM, columns.AGAINST], first)
    costs = [] if is_given else [LEARNING_RATE, columns.PARAMETERS]
    behind = _part([columns.FINISHED, *costs], first)
    groups = [
        (metric_title(result), _part(paper_columns.metric_columns(by_chance), result))
        for result, by_chance in zip(results, levels, strict=True)
    ]
    parts = [before, *(part for _, part in groups), behind]
    places = [
        Place(name, result)
        for part, result in zip(parts, [first, *results, first], strict=True)
        for name in part.names
    ]
    return PaperTable(
        groups=[
            ("", len(before.names)),
            *((title, len(part.names)) for title, part in groups),
            ("", len(behind.names)),
        ],
        head=[heading.one_line for part in parts for heading in part.headings],
        flat_head=[
            *(heading.one_line for heading in before.headings),
            *(
                _flat(title, name, heading.one_line, is_single)
                for title, part in groups
                for name, heading in zip(part.names, part.headings, strict=True)
            ),
            *(heading.one_line for heading in behind.headings),
        ],
        is_text=[is_text for part in parts for is_text in part.is_text],
        rows=[[cell for part in parts for cell in part.rows[arm.label]] for arm in first.arms],
        caption=given_caption(first) if is_given else caption(results),
        contrasts=[*contrast_rows(places), *mean_rows(places)],
    )


def metric_title(result: StudyResult) -> str:
    """What the scores are, with their unit: "Validation accuracy (%)"."""
    return f"{result.metric.title}{paper_columns.unit_suffix(result.metric)}"


def chance(store: Store, study_id: str, result: StudyResult) -> dict[str, float]:
    """The score of guessing, or of equal weights, by the label of each arm that has one."""
    metric = result.metric
    levels: Mapping[str, float] = chance_by_arm(result)
    if metric.name in measures.BY_SHARE:
        measured = store.measures(study_id, "last")
        means = measured[measured["name"] == "chance"].groupby("arm")["value"].mean()
        levels = {str(label): float(level) for label, level in means.items()}
    elif metric.name in measures.CHANCE:
        levels = {arm.label: measures.CHANCE[metric.name] for arm in result.arms if arm.scores}
    return {label: level for label, level in levels.items() if math.isfinite(level)}


def _part(used: Sequence[Column], result: StudyResult) -> ResultTable:
    return tabulate((column, result) for column in used)


def _flat(title: str, column: str, heading: str, is_single: bool) -> str:
    """A column's name where nothing stands above it."""
    if column == paper_columns.BARE_SCORE:
        return title
    return heading if is_single else f"{title.partition(' (')[0]}: {heading}"
