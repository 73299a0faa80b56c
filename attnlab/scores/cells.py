"""The cells of a file or of pasted text, as texts, and the rows that they stand in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from attnlab.data.tables.columns import Column, Numbers, Texts, number_text
from attnlab.data.tables.delimited import DELIMITERS, cells_of, looks_like_numbers
from attnlab.data.tables.encodings import as_utf8
from attnlab.data.tables.excel import OLD, ZIP, sheet_of
from attnlab.data.tables.limits import MOST_BYTES
from attnlab.data.tables.opening import content_of, too_large
from attnlab.data.tables.parquet import PARQUET
from attnlab.data.tables.values import MISSING, Mark, parsed_numbers
from attnlab.scores.errors import ScoresError
from attnlab.wording import counted, listed

MOST_CELLS = 2_000_000

NOT_FINITE = ("inf", "+inf", "-inf", "infinity", "-infinity", "nan", "-nan", "+nan")


class ScoreCells(NamedTuple):
    """Columns of texts by name, "" where a cell is empty; `rows` are the numbers that people see
    beside them, the names being row 1."""

    source: str
    columns: dict[str, list[str]]
    rows: list[int]
    read_as: tuple[tuple[str, str], ...]
    delimiter: str

    def where(self, place: int) -> str:
        """What people call a row."""
        return f"row {self.rows[place]}"


class NumberCells(NamedTuple):
    """Numbers (rows,), NaN where a cell is empty or not finite; which cells are empty; whether any
    has a percent sign."""

    values: np.ndarray
    is_empty: np.ndarray
    has_percent: bool


def cells_of_file(path: str | Path) -> ScoreCells:
    """Read a file. Raises TableError for what is no table, ScoresError for one without names."""
    try:
        where = Path(path).expanduser()
    except RuntimeError as error:  # there is no such home
        raise ScoresError(f"cannot read the scores {path}: {error}") from None
    return cells_in(content_of(where), str(path))


def cells_in(content: bytes, source: str) -> ScoreCells:
    """The cells of a file's content, or of text as UTF-8. Raises what `cells_of_file` does."""
    path = Path(source)
    if len(content) > MOST_BYTES:
        raise ScoresError(too_large(path))
    if not content.strip():
        raise ScoresError(f"expected a table of scores, got nothing: {source}")
    if content.startswith((PARQUET, OLD)):
        raise ScoresError(f"expected scores as CSV or Excel (.xlsx), got another format: {source}")
    if content.startswith(ZIP):
        sheet = sheet_of(path, content, "")
        _check_size(source, sheet.columns)
        texts = [_texts(column) for column in sheet.columns]
        told: tuple[tuple[str, str], ...] = (("format", "Excel"), ("sheet", sheet.title))
        rows = [*range(2, 2 + len(texts[0] if texts else []))]
        return _named(ScoreCells(source, {}, rows, told, ""), sheet.names, texts)
    decoded = as_utf8(path, content)
    cells = cells_of(path, decoded.content)
    told = (("delimiter", DELIMITERS[cells.delimiter]), ("encoding", decoded.encoding))
    _check_size(source, cells.columns)
    texts = [_texts(column) for column in cells.columns]
    rows = _rows(decoded.content, len(texts[0]))
    return _named(ScoreCells(source, {}, rows, told, cells.delimiter), cells.names, texts)


def _check_size(source: str, columns: Sequence[Column]) -> None:
    count = len(columns) * len(columns[0].missing) if columns else 0
    if count > MOST_CELLS:
        raise ScoresError(
            f"expected {MOST_CELLS:,} cells of scores at most, got {count:,}: {source}"
        )


def numbers_of(cells: ScoreCells, name: str) -> NumberCells:
    """The numbers of a column, with a decimal comma or point and percent signs.

    Raises ScoresError, with its row, for what is no number.
    """
    texts = [text.replace("−", "-").replace("\xa0", " ").strip() for text in cells.columns[name]]
    has_percent = [text.endswith("%") for text in texts]
    bare = [text.removesuffix("%").strip() for text in texts]
    is_empty = np.array([not text for text in bare], bool)
    without = {*MISSING} | {"na", "none", "null"}
    is_lost = np.array([text in without or text.lower() in NOT_FINITE for text in bare], bool)
    values = np.full(len(bare), np.nan)
    known = [place for place in range(len(bare)) if not is_lost[place]]
    if known:
        written = [bare[place] for place in known]
        values[known] = parsed_numbers(pa.array(written, pa.string()), _mark(written, cells))
    for place in known:
        if not np.isfinite(values[place]):
            hint = ": a score is one number, of one run" if "±" in bare[place] else ""
            raise ScoresError(
                f"{cells.where(place)} of {cells.source}: expected a number in the column {name}, "
                f"got {bare[place]!r}{hint}"
            )
    percent = [has_percent[place] for place in known]
    if any(percent) and not all(percent):
        place = known[percent.index(not percent[0])]
        raise ScoresError(
            f"{cells.where(place)} of {cells.source}: expected percent signs behind all numbers of "
            f"the column {name} or behind none, got {texts[place]!r}"
        )
    return NumberCells(values, is_empty, any(percent))


def is_numeric(cells: ScoreCells, name: str) -> bool:
    """Whether a column holds numbers, but for cells that are empty or not finite."""
    try:
        return bool(np.isfinite(numbers_of(cells, name).values).any())
    except ScoresError:
        return False


def _mark(texts: Sequence[str], cells: ScoreCells) -> Mark:
    """The decimal mark to suppose: a comma where columns end at something else."""
    has_comma = any("," in text for text in texts) and not any("." in text for text in texts)
    return "," if has_comma and cells.delimiter != "," else "."


def _texts(column: Column) -> list[str]:
    if isinstance(column, Numbers):
        return ["" if np.isnan(value) else number_text(float(value)) for value in column.values]
    if isinstance(column, Texts):
        known = [str(text) for text in column.texts.to_pylist()]
        return [known[code].strip() if code >= 0 else "" for code in column.codes]
    return ["" if each is None else str(each) for each in column.first(len(column.missing))]


def _rows(content: bytes, count: int) -> list[int]:
    """The numbers of the lines below the names; where cells hold line ends, those of the rows."""
    lines = [number for number, line in enumerate(content.split(b"\n"), 1) if line.strip(b"\r")]
    is_said = content.startswith(b"sep=")
    below = lines[2 if is_said else 1 :]
    return below if len(below) == count else [*range(2, 2 + count)]


def _named(empty: ScoreCells, names: list[str], texts: list[list[str]]) -> ScoreCells:
    """The cells with their names; columns without a name or any value are left out."""
    source = empty.source
    if looks_like_numbers(names):
        raise ScoresError(
            f"expected the names of the columns in the first row of {source}, got numbers "
            f"({', '.join(names[:3])}): put a row of names above them"
        )
    if not empty.rows:
        raise ScoresError(f"expected rows below the names of the columns, got none: {source}")
    pairs = [(name, each) for name, each in zip(names, texts, strict=True) if name or any(each)]
    counts = Counter(name for name, _ in pairs)
    twice = [name for name, count in counts.items() if count > 1 and name]
    if twice:
        raise ScoresError(f"two columns of {source} are called {twice[0]!r}: rename one")
    known = {name or f"column {place}": each for place, (name, each) in enumerate(pairs, 1)}
    some = [
        place for place in range(len(empty.rows)) if any(each[place] for each in known.values())
    ]
    return empty._replace(
        columns={name: [each[place] for place in some] for name, each in known.items()},
        rows=[empty.rows[place] for place in some],
    )


def columns_text(cells: ScoreCells) -> str:
    """The names of the columns, for a message."""
    names = [*cells.columns]
    more = [counted(len(names) - 8, "more column")] if len(names) > 8 else []
    return listed([*names[:8], *more])
