"""A table for a paper with a row and a column per value of two parameters that a study varies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attnlab.analysis.rounding import MISSING, level_text, number_text
from attnlab.analysis.varied import Varied, varied
from attnlab.export.files import ExportError
from attnlab.export.judgements import judgements
from attnlab.export.paper_rows import Cell, Table, best, chance, score_text, unit
from attnlab.export.paper_words import MARKS, caption
from attnlab.judged import Judged
from attnlab.spec import ModuleSpec
from attnlab.store import Store


def grids(store: Store, study_id: str, metrics: Sequence[str] | None = None) -> list[Table]:
    """A table per metric, by default for what the study is judged by.

    Raises ExportError for a study that doesn't vary exactly two parameters, StoreError and
    SpecError.
    """
    study = store.study(study_id).study
    found = varied(study)
    if len(found) != 2:
        names = ", ".join(each.name for each in found) or "none"
        raise ExportError(f"a pivot takes a study that varies two parameters; this one: {names}")
    down, across = found
    names = [study.judging.metric] if metrics is None else metrics
    return [
        _grid(each, chance(store, study_id, each), down, across)
        for each in judgements(store, study_id, names)
    ]


def _grid(found: Judged, levels: Mapping[str, float], down: Varied, across: Varied) -> Table:
    columns, places, cells = _values(across), _places(down, across), _cells(found)
    head = [down.title, *map(_plain, columns)]
    rows = [
        [Cell(_plain(value)), *(cells.get(places.get((value, x)), Cell(MISSING)) for x in columns)]
        for value in _values(down)
    ]
    titled = f"{found.metric.title}{unit(found.metric)}. {caption([found])}"
    if levels:
        write = level_text if found.metric.share else number_text
        titled += f" Chance: {write(levels.values())}."
    return Table(
        groups=[("", 1), (across.title, len(columns))],
        head=head,
        flat_head=[f"{down.title} ↓ {across.title} →", *head[1:]],
        rows=rows,
        caption=f"{titled}{_beside(found, cells, set(places.values()))}",
    )


def _places(down: Varied, across: Varied) -> dict[tuple[Any, Any], str]:
    """The label of the arm with these two values; of several alike, the first."""
    places: dict[tuple[Any, Any], str] = {}
    for label, value in down.values.items():
        places.setdefault((value, across.values[label]), label)
    return places


def _cells(found: Judged) -> dict[str | None, Cell]:
    """Each arm's score by its label."""
    bold = best(found)
    return {
        row.label: Cell(
            score_text(found.metric, row), row.label in bold, MARKS.get(row.verdict, "")
        )
        for row in found.verdicts.itertuples()
    }


def _beside(found: Judged, cells: Mapping[str | None, Cell], placed: set[str]) -> str:
    """The scores of arms that have no place in the grid: references, controls, other modules."""
    parts = []
    for label, title in zip(found.verdicts["label"], found.verdicts["title"], strict=True):
        if label not in placed:
            cell = cells[label]
            mark = f" {cell.mark}" if cell.mark else ""
            parts.append(f"{title} {cell.words}{mark}{' (best)' if cell.bold else ''}")
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
