"""A table for a paper with a row and a column per value of two parameters that a study varies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attnlab.analysis.rounding import MISSING, level_text, number_text
from attnlab.analysis.varied import Varied, varied
from attnlab.export.files import ExportError
from attnlab.export.paper_caption import caption
from attnlab.export.paper_table import PaperTable, chance, metric_title
from attnlab.results.judge import judge_by_each
from attnlab.results.model import StudyResult
from attnlab.results.paper_columns import bare_score
from attnlab.results.table import Cell
from attnlab.spec import ModuleSpec
from attnlab.store import Store


def grids(store: Store, study_id: str, metrics: Sequence[str] | None = None) -> list[PaperTable]:
    """A table per metric, by default for what the study is judged by.

    Raises ExportError for a study that doesn't vary exactly two parameters, StoreError and
    SpecError.
    """
    study = store.study(study_id).study
    parameters = varied(study)
    if len(parameters) != 2:
        names = ", ".join(each.name for each in parameters) or "none"
        raise ExportError(f"a pivot takes a study that varies two parameters; this one: {names}")
    down, across = parameters
    judged_by = [study.judging.metric] if metrics is None else metrics
    return [
        _grid(result, chance(store, study_id, result), down, across)
        for result in judge_by_each(store, study_id, judged_by)
    ]


def _grid(
    result: StudyResult, levels: Mapping[str, float], down: Varied, across: Varied
) -> PaperTable:
    columns, places = _values(across), _places(down, across)
    cells = {arm.label: bare_score(result, arm) for arm in result.arms}
    head = [down.title, *map(_plain, columns)]
    rows = [
        [
            Cell(_plain(value)),
            *(cells.get(places.get((value, x), ""), Cell(MISSING)) for x in columns),
        ]
        for value in _values(down)
    ]
    titled = f"{metric_title(result)}. {caption([result], has_contrasts=False)}"
    if levels:
        write = level_text if result.metric.share else number_text
        titled += f" Chance: {write(levels.values())}."
    return PaperTable(
        groups=[("", 1), (across.title, len(columns))],
        head=head,
        flat_head=[f"{down.title} ↓ {across.title} →", *head[1:]],
        is_text=[place == 0 for place in range(len(head))],
        rows=rows,
        caption=f"{titled}{_beside(result, cells, set(places.values()))}",
    )


def _places(down: Varied, across: Varied) -> dict[tuple[Any, Any], str]:
    """The label of the arm with these two values; of several alike, the first."""
    places: dict[tuple[Any, Any], str] = {}
    for label, value in down.values.items():
        places.setdefault((value, across.values[label]), label)
    return places


def _beside(result: StudyResult, cells: Mapping[str, Cell], placed: set[str]) -> str:
    """The scores of arms that have no place in the grid: references, controls, other modules."""
    parts = []
    for arm in result.arms:
        if arm.label not in placed:
            cell = cells[arm.label]
            mark = f" {cell.mark}" if cell.mark else ""
            parts.append(f"{arm.title} {cell.text}{mark}{' (best)' if cell.is_strong else ''}")
    return f" Beside the grid: {'; '.join(parts)}." if parts else ""


def _values(parameter: Varied) -> list[Any]:
    """Each value once: numbers ascending, others in the order of the plan."""
    values = list(dict.fromkeys(parameter.values.values()))
    return sorted(values) if parameter.is_number else values


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, ModuleSpec):
        return value.short
    return f"{value:g}" if isinstance(value, float) else str(value)
