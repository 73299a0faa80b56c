"""What is taken away of judged scores: a table for a paper, and the numbers as CSV."""

from __future__ import annotations

from attnlab.export.paper import in_html, in_latex, in_markdown
from attnlab.export.paper_table import PaperTable, table_of
from attnlab.export.spreadsheets import csv_text
from attnlab.results.frames import scores_frame, verdicts_frame
from attnlab.results.model import StudyResult
from attnlab.results.task_sentences import over_tasks_frame

LABEL = "tab:judged"


def judged_markdown(result: StudyResult) -> str:
    """A table with a row per arm, its caption and what its marks mean: see `paper.markdown`."""
    return in_markdown(_table(result))


def judged_latex(result: StudyResult) -> str:
    """The same as a `table` of LaTeX, which needs the package booktabs."""
    return in_latex(_table(result), LABEL)


def judged_html(result: StudyResult) -> str:
    """The same as a `table` of HTML, without a style of its own."""
    return in_html(_table(result))


def judged_csv(result: StudyResult) -> str:
    """The verdicts as CSV text, every number at full resolution: see `verdicts_frame`."""
    return csv_text(verdicts_frame(result).assign(metric=result.metric.name))


def judged_scores_csv(result: StudyResult) -> str:
    """The scores as they were judged, a row per run: arm, seed, value."""
    return csv_text(scores_frame(result))


def judged_tasks_csv(result: StudyResult) -> str:
    """What follows for all tasks together, a row per arm: see `over_tasks_frame`."""
    return csv_text(over_tasks_frame(result))


def _table(result: StudyResult) -> PaperTable:
    return table_of([result], [{}])
