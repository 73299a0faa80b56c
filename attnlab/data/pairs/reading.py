"""The pairs of a path: a table of any kind, a gettext catalogue, or many of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from attnlab.data.pairs.catalogues import language_in, messages_of, plain_language
from attnlab.data.pairs.columns import texts_in, two_columns
from attnlab.data.pairs.delimited import rows_of
from attnlab.data.pairs.errors import PairsError
from attnlab.data.pairs.files import Found, catalogues_at, contents_of
from attnlab.data.pairs.options import CATALOGUE, MOST_PAIRS
from attnlab.data.pairs.tokens import normalised
from attnlab.data.tables.columns import Column, Texts
from attnlab.data.tables.opening import content_of, stamp_of
from attnlab.data.tables.parquet import PARQUET
from attnlab.data.tables.table import read_table
from attnlab.data.tables.values import as_columns, encoded

_FILE, _CONTEXT = "file", "context"
_MOST_NAMED = 12
_ZIP = b"PK\x03\x04"

_brought: dict[tuple[str, str, str], Pairs] = {}
"""Pairs that another machine has read, by the path and columns that a plan has for them."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of texts: `sources` to be read and `targets` to be written, both (N,), normalised.

    `columns` (N,) are the others, which may divide them. `read_as` says what was found out, for
    people, `left_out` how many are not there, by what they are and the reason ("pair: repeated").
    `stamp` changes with the files.
    """

    path: Path
    stamp: tuple
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    columns: Mapping[str, Column]
    read_as: Mapping[str, str]
    left_out: Mapping[str, int] = field(default_factory=dict)


def read_pairs(path: str | Path, source: str = "", target: str = "") -> Pairs:
    """Read pairs of texts, anew only when a file has changed.

    `source` and `target` name columns of a table, or give their numbers; empty for those with usual
    names, or else the first two. Of catalogues `target` is the language, and may be empty where
    there is one. Raises PairsError and TableError for what cannot be used.
    """
    if (brought := _brought.get((str(path), source, target))) is not None:
        return brought
    path = Path(path).expanduser().absolute()
    if path.is_dir() or is_archive(path):
        found = tuple(catalogues_at(path))
        return _from_catalogues(path, found, target)
    if path.name.lower().endswith(CATALOGUE):
        return _from_catalogue(path, tuple(stamp_of(path)), target)
    return _from_table(path, tuple(stamp_of(path)), source, target)


def bring_pairs(path: str | Path, source: str, target: str, pairs: Pairs | None) -> None:
    """Let `read_pairs` give these pairs for this path, whatever is there; None ends that."""
    if pairs is None:
        _brought.pop((str(path), source, target), None)
    else:
        _brought[str(path), source, target] = pairs


def are_catalogues(path: Path) -> bool:
    """Whether a path is a gettext catalogue, or a folder or archive that has any."""
    if path.name.lower().endswith(CATALOGUE):
        return True
    try:
        return (path.is_dir() or is_archive(path)) and bool(catalogues_at(path))
    except (OSError, PairsError):
        return False


def looks_like_pairs(path: Path) -> bool:
    """Whether a file of text has two columns to be read and written: one of sentence pairs has no
    names above them, or those of languages, or says which is the source. Raises PairsError and
    TableError for what cannot be read."""
    content = content_of(path)
    if content.startswith((PARQUET, _ZIP)):
        return False
    return rows_of(path, content, ()).look_like_pairs


class Choices(NamedTuple):
    """What may be chosen of a path: the columns of a table, or the languages of catalogues."""

    columns: list[str]
    languages: list[str]


def choices_at(path: Path) -> Choices:
    """What may be chosen of a path; raises PairsError and TableError for what cannot be read."""
    if are_catalogues(path):
        if path.is_file() and not is_archive(path):
            return Choices([], [])
        return Choices([], sorted({language_in(each.name) for each in catalogues_at(path)} - {""}))
    content = content_of(path)
    if content.startswith((PARQUET, _ZIP)):
        return Choices(list(read_table(path).columns), [])
    return Choices(rows_of(path, content, ()).names, [])


def is_archive(path: Path) -> bool:
    """Whether a path is a zip archive that is no workbook."""
    if not path.is_file() or path.name.lower().endswith((".xlsx", ".xlsm")):
        return False
    with open(path, "rb") as file:
        return file.read(len(_ZIP)) == _ZIP


@lru_cache(maxsize=2)
def _from_catalogue(path: Path, stamp: tuple, target: str) -> Pairs:
    found = messages_of(str(path), content_of(path))
    said = plain_language(found.language) or language_in(path.name)
    if target and said and plain_language(target) != said:
        raise PairsError(f"target: expected {said}, the language of {path}, got {target!r}")
    triples = [(*each, path.name) for each in found.triples]
    return _of_triples(path, stamp, triples, said, 1, found.left_out)


@lru_cache(maxsize=2)
def _from_catalogues(path: Path, found: tuple[Found, ...], target: str) -> Pairs:
    wanted = plain_language(target)
    by_name = {each.name: language_in(each.name) for each in found}
    chosen = chosen_of(found, target)
    known = {language for language in by_name.values() if language}
    if not wanted and len(known) > 1:
        raise PairsError(_which_language(path, known))
    triples: list[tuple[str, str, str, str]] = []
    left_out: Counter[str] = Counter()
    languages = set()
    for name, content in contents_of(path, chosen):
        messages = messages_of(f"{path}: {name}", content)
        language = by_name[name] or plain_language(messages.language)
        if wanted and language != wanted:
            known.add(language)
            continue
        languages.add(language)
        left_out += messages.left_out
        triples += [(*each, name) for each in messages.triples]
        if len(triples) > MOST_PAIRS:
            raise PairsError(f"{path} has more than {MOST_PAIRS:,} messages: give fewer files")
    if not languages or len(languages) > 1:
        raise PairsError(_which_language(path, (known | languages) - {""}, target))
    files = len({each[-1] for each in triples})
    return _of_triples(path, found, triples, languages.pop(), files, left_out)


def chosen_of(found: Sequence[Found], target: str) -> list[Found]:
    """The catalogues that may be of a language, by their names; all of them where it is empty."""
    wanted = plain_language(target)
    return [each for each in found if not wanted or language_in(each.name) in ("", wanted)]


def _which_language(path: Path, known: set[str], target: str = "") -> str:
    names = sorted(known)
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    got = f", got {target!r}" if target else ""
    return (
        f"target: expected one of the languages in {path}, "
        f"{', '.join(names[:_MOST_NAMED])}{more}{got}"
    )


def _of_triples(
    path: Path,
    stamp: tuple,
    triples: list[tuple[str, str, str, str]],
    language: str,
    files: int,
    left_out: Counter[str],
) -> Pairs:
    texts = [(normalised(each[0]), normalised(each[1])) for each in triples]
    columns = {_CONTEXT: [each[2] for each in triples], _FILE: [each[3] for each in triples]}
    read_as = {"format": f"gettext catalogues ({CATALOGUE})", "files": f"{files:,}"}
    if language:
        read_as["language"] = language
    reasons = {f"message: {why}": count for why, count in left_out.items()}
    return _filled(path, stamp, texts, columns, read_as, reasons)


@lru_cache(maxsize=2)
def _from_table(path: Path, stamp: tuple, source: str, target: str) -> Pairs:
    content = content_of(path)
    given = tuple(name for name in (source, target) if name)
    if content.startswith((PARQUET, _ZIP)):
        table = read_table(path)
        names, read_as, short = list(table.columns), dict(table.read_as), 0
        as_text = {name: texts_in(column) for name, column in table.columns.items()}
        texts = {name: cells for name, cells in as_text.items() if cells is not None}
        usable = [name for name, each in table.columns.items() if isinstance(each, Texts)]
    else:
        rows = rows_of(path, content, given)
        names, read_as, short = rows.names, rows.read_as, rows.short
        texts = dict(zip(names, rows.columns, strict=True))
        usable = names
    first, second = two_columns(path, names, usable, source, target)
    for name in (first, second):
        if name not in texts:
            raise PairsError(f"expected texts or numbers in the column {name}, got other values")
    read_as |= {"source": first, "target": second}
    pairs = [
        (normalised(left), normalised(right))
        for left, right in zip(texts[first], texts[second], strict=True)
    ]
    if len(pairs) > MOST_PAIRS:
        raise PairsError(f"{path} has more than {MOST_PAIRS:,} pairs, the most that it may have")
    others = {name: cells for name, cells in texts.items() if name not in (first, second)}
    left_out = {"row: one column alone": short} if short else {}
    return _filled(path, stamp, pairs, others, read_as, left_out)


def _filled(
    path: Path,
    stamp: tuple,
    texts: list[tuple[str, str]],
    others: dict[str, list[str]],
    read_as: dict[str, str],
    left_out: dict[str, int],
) -> Pairs:
    """The pairs that have both texts, each once."""
    first_of: dict[tuple[str, str], int] = {}
    empty = 0
    for place, pair in enumerate(texts):
        if all(pair):
            first_of.setdefault(pair, place)
        else:
            empty += 1
    repeated = len(texts) - empty - len(first_of)
    reasons = {**left_out, "pair: an empty text": empty, "pair: the same as another": repeated}
    if not first_of:
        raise PairsError(f"expected pairs of texts, got none in {path}")
    kept = list(first_of.values())
    names = list(others)
    cells = [encoded(pa.chunked_array([[others[name][n] for n in kept]])) for name in names]
    columns = dict(zip(names, as_columns(names, cells).columns, strict=True))
    sources, targets = zip(*first_of, strict=True)
    known = {why: count for why, count in reasons.items() if count}
    return Pairs(path, stamp, sources, targets, columns, read_as, known)
