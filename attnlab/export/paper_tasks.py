"""Several tasks in a table for a paper: rows with the mean over them, and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from attnlab.analysis.rounding import MISSING
from attnlab.export.paper_contrasts import Place
from attnlab.results import columns, paper_columns
from attnlab.results.model import StudyResult
from attnlab.results.over_tasks import OverTasks
from attnlab.results.table import Cell
from attnlab.results.task_sentences import MIDDLE, holds_text, middle_words


def mean_rows(places: Sequence[Place]) -> list[list[Cell]]:
    """A row per module that is compared: the mean over the tasks of its differences, with p."""
    results = {id(place.result): place.result for place in places}
    first = next(iter(results.values()), None)
    if first is None:
        return []
    labels = [each.labels[0] for each in first.over_tasks if not each.is_reference]
    return [[_cell(place, label) for place in places] for label in labels]


def _cell(place: Place, label: str) -> Cell:
    result = place.result
    if place.column == paper_columns.TASK.name:
        return Cell(f"mean over {len(result.parts)} tasks")
    found = [each for each in result.over_tasks if each.labels[0] == label]
    if not found:
        return Cell(MISSING)
    [each] = found
    if place.column == columns.ARM.name:
        return Cell(each.title)
    if place.column == paper_columns.DIFFERENCE:
        written = paper_columns.bare_difference(result, each.mean)
        return replace(written, mark=each.mean.verdict.mark)
    if place.column == paper_columns.P:
        return columns.p_cell(result, each.mean)
    return Cell(MISSING)


def tasks_sentences(results: Sequence[StudyResult]) -> list[str]:
    """What a reader must know of several tasks, by the first of the metrics."""
    first = results[0]
    if not first.over_tasks:
        return []
    holds = [_holds(each, first) for each in first.over_tasks if not each.is_reference]
    middles = [f"{each.title} {middle_words(each, first.metric)}" for each in first.over_tasks]
    return [
        "p and intervals on a task: corrected for the arms there. Mean over tasks: sign flips "
        "within task and seed, corrected for the modules by Holm's method.",
        f"Partial conjunction, corrected for tasks and modules: {'; '.join(holds)}.",
        f"Interquartile means, 95 % interval: {'; '.join(middles)}. {MIDDLE}",
    ]


def _holds(each: OverTasks, result: StudyResult) -> str:
    if each.holds is None:
        return f"{each.title}: no word ({each.mean.verdict})"
    return f"{each.title} {holds_text(each.holds, result.metric)}"
