"""The tables of results on the pages: the playground's, and that of the verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape

from attnlab.charts.palette import arm_colours
from attnlab.results import columns, contrast_columns
from attnlab.results.contrasts import as_family, families_by_question
from attnlab.results.model import StudyResult
from attnlab.results.table import Cell, Column, Heading, ResultTable, tabulate
from attnlab.results.tuning import LEARNING_RATE
from attnlab.spec import AGAINST
from attnlab.ui.html import TABLE_STYLE, swatch, table_classes

_VERDICTS_STYLE = """<style>
.lab-verdicts td:last-child {white-space: normal; text-align: left; min-width: 18rem}
.lab-verdicts th:last-child {text-align: left}
</style>"""

_JUDGED_STYLE = """<style>
.lab-judged td:first-child {min-width: 6.5rem; overflow-wrap: anywhere}
.lab-judged td:last-child {min-width: 13rem}
</style>"""


def accuracy_table(result: StudyResult) -> str:
    """A row per arm of a study judged by accuracy: what it costs, scores and finds, as HTML.

    A chance level stands in the head of its column, or in the cells where the arms differ in it.
    """
    used = [
        columns.ARM,
        LEARNING_RATE,
        columns.PARAMETERS,
        columns.ACCURACY,
        columns.KEPT,
        *columns.extra_columns(result),
        columns.DIFFERENCE,
        columns.HIT,
        columns.ON_TRUTH,
        columns.SECONDS,
    ]
    table = tabulate((column, result) for column in used)
    return _html(table, arm_colours(result), "results", TABLE_STYLE)


def verdicts_table(result: StudyResult) -> str:
    """A row per arm: score, p, effect size, and the verdict with what it rests on, as HTML."""
    used = [
        columns.ARM,
        LEARNING_RATE,
        columns.SCORE,
        columns.P,
        columns.EFFECT_SIZE,
        columns.PAIRS_WON,
        columns.VERDICT,
    ]
    table = tabulate((column, result) for column in used)
    style = f"{TABLE_STYLE}{_VERDICTS_STYLE}"
    return _html(table, arm_colours(result), "verdicts", style, "lab-verdicts")


def judged_table(result: StudyResult) -> str:
    """A row per arm of scores from elsewhere, as HTML: what fits beside the scores."""
    used = [columns.ARM, columns.SCORE, columns.P, columns.VERDICT]
    table = tabulate((column, result) for column in used)
    style = f"{TABLE_STYLE}{_VERDICTS_STYLE}{_JUDGED_STYLE}"
    return _html(table, arm_colours(result), "judged", style, "lab-verdicts lab-judged")


def contrasts_table(result: StudyResult) -> str:
    """A row per planned contrast: difference, p, effect size, and the verdict with what it rests
    on, as HTML."""
    by_question = families_by_question(result).values()
    ordered = tuple(arm for family in by_question for arm in family.arms)
    family = replace(as_family(result), arms=ordered)
    return _contrasts(family, contrast_columns.PLANNED, arm_colours(result), "contrasts")


def pair_table(result: StudyResult, pair: StudyResult) -> str:
    """The same of two arms of the result, whether or not somebody planned to compare them."""
    return _contrasts(pair, contrast_columns.LOOKED_AT, arm_colours(result), "pair")


def _contrasts(
    family: StudyResult, used: Sequence[Column], colours: Mapping[str, str], test_id: str
) -> str:
    own = {label: colours[label.split(AGAINST)[0]] for label in family.by_label}
    table = tabulate((column, family) for column in used)
    return _html(table, own, test_id, f"{TABLE_STYLE}{_VERDICTS_STYLE}", "lab-verdicts")


def _html(
    table: ResultTable, colours: Mapping[str, str], test_id: str, style: str, more_classes: str = ""
) -> str:
    """A table as HTML; the first cell of each row has the colour of its arm."""
    classes = f"{table_classes(len(table.rows))} {more_classes}".rstrip()
    head = "".join(f"<th>{_heading(heading)}</th>" for heading in table.headings)
    body = "".join(_row(cells, colours[label]) for label, cells in table.rows.items())
    return (
        f'{style}<div class="{classes}"><table data-testid="{test_id}">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _heading(heading: Heading) -> str:
    return f"{escape(heading.title)}<small>{escape(heading.note)}</small>"


def _row(cells: tuple[Cell, ...], colour: str) -> str:
    first, *others = map(_cell, cells)
    written = "".join(f"<td>{cell}</td>" for cell in (f"{swatch(colour)}{first}", *others))
    return f"<tr>{written}</tr>"


def _cell(cell: Cell) -> str:
    text = escape(cell.text)
    text = f"<b>{text}</b>" if cell.is_strong else text
    notes = escape(", ".join(cell.notes))
    return f"{text}<small>{notes}</small>" if cell.notes else text
