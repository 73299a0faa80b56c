"""A table of results before it is written as HTML, text, Markdown or LaTeX: columns by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from attnlab.results.model import ArmResult, StudyResult
from attnlab.wording import in_sentence


@dataclass(frozen=True)
class Cell:
    """What stands in a cell.

    - text: on a page, with `notes` in small letters below it
    - line: the same where a cell is one line; the text, unless it says something else
    - is_strong: whether it stands out; mark: a sign behind it, for a legend to explain
    """

    text: str
    notes: tuple[str, ...] = ()
    line: str = ""
    is_strong: bool = False
    mark: str = ""

    @property
    def one_line(self) -> str:
        """What stands in it where there is room for one line."""
        return self.line or self.text


@dataclass(frozen=True)
class Heading:
    """What a column is called: on a page with a `note` in small letters, or `short` in text."""

    title: str
    note: str = ""
    short: str = ""

    @property
    def one_line(self) -> str:
        """What it is called where there is room for one line."""
        return self.short or in_sentence(self.title)


def always(_: StudyResult) -> bool:
    """For columns that every result has."""
    return True


@dataclass(frozen=True)
class Column:
    """A column, declared once for every kind of table.

    - name: what code calls it
    - heading: what people read above it, for a result
    - cell: what it has for an arm
    - applies: whether a result has it at all
    - is_text: whether it holds words, which start at the left; numbers end at the right
    """

    name: str
    heading: Callable[[StudyResult], Heading]
    cell: Callable[[StudyResult, ArmResult], Cell]
    applies: Callable[[StudyResult], bool] = always
    is_text: bool = False


@dataclass(frozen=True)
class ResultTable:
    """Columns side by side: their names and headings, and by the label of each arm its cells."""

    names: tuple[str, ...]
    headings: tuple[Heading, ...]
    is_text: tuple[bool, ...]
    rows: dict[str, tuple[Cell, ...]]


def tabulate(
    columns: Iterable[tuple[Column, StudyResult]], labels: Iterable[str] | None = None
) -> ResultTable:
    """Put columns side by side, each of a result of the same study; a row per arm.

    A column that its result does not have is left out. `labels` are the arms; by default those of
    the first result.
    """
    used = [(column, result) for column, result in columns if column.applies(result)]
    if labels is None:
        labels = [arm.label for arm in used[0][1].arms]
    return ResultTable(
        tuple(column.name for column, _ in used),
        tuple(column.heading(result) for column, result in used),
        tuple(column.is_text for column, _ in used),
        {
            label: tuple(column.cell(result, result.arm(label)) for column, result in used)
            for label in labels
        },
    )
