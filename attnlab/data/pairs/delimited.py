"""Pairs in a file of text whose columns end at a tab, a comma or a semicolon."""

from __future__ import annotations

import csv
import io
import re
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import babel.numbers  # noqa: F401  (else Babel imports it in the first thread that asks for a language)
from babel import Locale

from attnlab.data.pairs.errors import PairsError
from attnlab.data.pairs.options import MOST_PAIRS
from attnlab.data.tables.delimited import DELIMITERS, delimiter_of
from attnlab.data.tables.encodings import as_utf8

READ = ("source", "src", "input", "question", "original", "from", "en", "eng", "english")
WRITTEN = ("target", "tgt", "trg", "output", "answer", "translation", "to")
"""How people call the two columns, in small letters."""

_OTHER_NAMES = (
    *("id", "text", "sentence", "split", "group", "license", "attribution", "label", "context"),
)
_MOST_COLUMNS = 50
_LONGEST_NAME = 40
_WIDTH_OF_PAIRS = 3
_TOLD_BY = 500
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')


class PairRows(NamedTuple):
    """The names of columns, their cells as text (missing ones are empty), what was found out about
    the file, how many rows are left out because they have fewer columns, and whether the first row
    has names."""

    names: list[str]
    columns: list[list[str]]
    read_as: dict[str, str]
    short: int
    named: bool

    @property
    def look_like_pairs(self) -> bool:
        """Whether these are pairs rather than a table of another kind: their names say so, or there
        are none above two columns of texts that hardly repeat."""
        if self.named:
            first, second = (_words(name.lower()) for name in self.names[:2])
            languages = _languages()
            is_read, is_written = first & {*READ, *languages}, second & {*WRITTEN, *languages}
            return bool(is_read and is_written)
        return len(self.names) <= _WIDTH_OF_PAIRS and all(map(_are_texts, self.columns[:2]))


def rows_of(path: Path, content: bytes, wanted: tuple[str, ...]) -> PairRows:
    """Read text as columns; `wanted` are names that somebody gives for columns.

    Where columns end at tabs, quotation marks are part of the texts, as in the files of Tatoeba,
    unless a spreadsheet has doubled those inside. A first row is one of names where it says so:
    usual ones, languages, or those wanted. Raises PairsError for what has no two columns.
    """
    decoded = as_utf8(path, content)
    text = decoded.content.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    delimiter = "\t" if _has_tabs(text) else delimiter_of(text[: 2**16])
    rows = _tabbed(text) if delimiter == "\t" else _separated(path, text, delimiter)
    if not rows:
        raise PairsError(f"expected rows with two columns, got none: {path}")
    width = min(max(map(len, rows[:1000])), _MOST_COLUMNS)
    if width < 2:
        raise PairsError(
            f"expected two columns of text in {path}, with a tab, comma or semicolon between "
            "them; got one"
        )
    named = _are_names(rows[0], wanted)
    first = [cell.strip() for cell in rows[0][:width]] if named else []
    names = [(first[n] if n < len(first) else "") or f"column {n + 1}" for n in range(width)]
    if len(set(names)) < len(names):
        raise PairsError(f"expected another name for each column of {path}, got {names}")
    rows = rows[1:] if named else rows
    whole = [row for row in rows if len(row) > 1]
    if 2 * len(whole) < len(rows) or not whole:
        raise PairsError(f"expected rows with two columns, got {len(whole):,}: {path}")
    columns = [[row[n] if n < len(row) else "" for row in whole] for n in range(width)]
    read_as = {
        "format": "TSV" if delimiter == "\t" else "CSV",
        "delimiter": DELIMITERS[delimiter],
        "encoding": decoded.encoding,
        "first row": "names" if named else "a pair, columns have no names",
    }
    return PairRows(names, columns, read_as, len(rows) - len(whole), named)


def _are_texts(cells: list[str]) -> bool:
    """Whether the first cells have letters, and are mostly different."""
    sample = cells[:_TOLD_BY]
    with_letters = sum(any(map(str.isalpha, cell)) for cell in sample)
    return with_letters > 0.9 * len(sample) and len(set(sample)) > 0.5 * len(sample)


def _has_tabs(text: str) -> bool:
    """Whether most of the first lines have a tab."""
    lines = [line for line in text[: 2**16].split("\n")[:200] if line.strip()]
    return 2 * sum("\t" in line for line in lines) > len(lines)


def _tabbed(text: str) -> list[list[str]]:
    lines = (line for line in text.split("\n") if line.strip())
    return [
        [_unquoted(cell) for cell in line.split("\t", _MOST_COLUMNS)]
        for line in islice(lines, MOST_PAIRS + 1)
    ]


def _unquoted(cell: str) -> str:
    if '""' in cell and (found := _QUOTED.fullmatch(cell.strip())):
        return found[1].replace('""', '"')
    return cell


def _separated(path: Path, text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return list(islice((row for row in reader if row), MOST_PAIRS + 1))
    except csv.Error as error:
        raise PairsError(
            f"{path} cannot be read as a table, in line {reader.line_num:,}: {error}"
        ) from None


def _are_names(row: list[str], wanted: tuple[str, ...]) -> bool:
    """Whether a first row names the columns."""
    cells = [cell.strip().lower() for cell in row if cell.strip()]
    if any(name.lower() in cells for name in wanted):
        return True
    if len(cells) < 2 or max(map(len, cells)) > _LONGEST_NAME or len(set(cells)) < len(cells):
        return False
    known = {*READ, *WRITTEN, *_OTHER_NAMES, *_languages()}
    return sum(_words(cell) & known != set() for cell in cells[:2]) == 2


def _words(cell: str) -> set[str]:
    """A name, and the words in it: of source_text also source and text."""
    if re.search(r"[.!?。！？]", cell):
        return set()
    return {cell, *(re.split(r"[\s_.-]+", cell) if " " not in cell else ())}


def _languages() -> set[str]:
    """The codes of languages and their English names, in small letters."""
    names = Locale("en").languages
    return {part.lower() for pair in names.items() for part in pair if "_" not in part}
