"""Planned contrasts in a table for a paper: rows below those of the arms, and their sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from attnlab.analysis.rounding import MISSING
from attnlab.results import columns, paper_columns
from attnlab.results.contrasts import as_family
from attnlab.results.grounds import correction_text
from attnlab.results.model import ArmResult, StudyResult
from attnlab.results.table import Cell


class Place(NamedTuple):
    """A column of the table: its name, and the result that it is of."""

    column: str
    result: StudyResult


def contrast_rows(places: Sequence[Place]) -> list[list[Cell]]:
    """A row per planned contrast, "A − B": differences and p, a dash for what an arm alone has."""
    families = {id(place.result): as_family(place.result) for place in places}
    labels = list(families[id(places[0].result)].by_label) if places else []
    return [
        [_cell(place, families[id(place.result)].arm(label)) for place in places]
        for label in labels
    ]


def _cell(place: Place, contrast: ArmResult) -> Cell:
    if place.column == columns.ARM.name:
        return Cell(contrast.title)
    if place.column == paper_columns.DIFFERENCE:
        written = paper_columns.bare_difference(place.result, contrast)
        return replace(written, mark=contrast.verdict.mark)
    if place.column == paper_columns.P:
        return columns.p_cell(place.result, contrast)
    return Cell(MISSING)


def contrasts_sentence(results: Sequence[StudyResult]) -> list[str]:
    """What a reader must know of these rows."""
    study = results[0].study
    count = len(study.contrasts)
    if not count:
        return []
    after = f", after {correction_text(study.judging.correction, count)}" if count > 1 else ""
    return [f"Rows “A − B”: planned contrasts, a family of their own{after}."]
