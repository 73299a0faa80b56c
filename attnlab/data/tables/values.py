"""What cells of text mean: numbers, dates, or the texts themselves."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from attnlab.data.tables.columns import Column, Dates, Numbers, Texts

MISSING = (
    *("", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "-nan", "NAN", "NULL", "null", "None"),
    *("?", "-", "--", "."),
)
"""What stands for a missing value."""

Mark = Literal[".", ","]

_WHOLE, _DIGITS = r"[+-]?\d+", r"^\d+$"
_EXPONENT = r"([eE][+-]?\d+)?"
_GROUPED = {
    ".": rf"^[+-]?([1-9]\d{{0,2}}(,\d{{3}})+(\.\d*)?|\d+(\.\d*)?|\.\d+){_EXPONENT}$",
    ",": rf"^[+-]?([1-9]\d{{0,2}}(\.\d{{3}})+(,\d*)?|\d+(,\d*)?|,\d+){_EXPONENT}$",
}
"""Numbers by their decimal mark, with or without marks of thousands."""

_UNSURE = r"^[+-]?[1-9]\d{0,2},\d{3}$"
"""One comma before three digits: 1,234 is a thousand to some and about one to others."""

_LEADING_ZERO = r"^0\d+$"
_DATE = r"^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}([T ].*)?$"
_FORMATS = ("%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d-%m-%Y", "%Y/%m/%d")
_SLASHED = ("%d/%m/%Y", "%m/%d/%Y", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M")


class Read(NamedTuple):
    """The columns in their order, their decimal mark, and what could not be decided."""

    columns: list[Column]
    decimal: Mark
    unsure: list[str]


def as_columns(names: list[str], texts: list[Texts]) -> Read:
    """What columns of text mean.

    A decimal comma is taken for one where a column's numbers leave no other reading, or where other
    columns of the table have it; marks of thousands likewise. What stays unsure stays text. The
    list of `texts` is emptied, so that a large table is not in memory twice.
    """
    for number, each in enumerate(texts):
        texts[number] = _cleaned(each)
    marks = [_mark(each.texts) for each in texts]
    seen = {mark for mark in marks if mark}
    of_table = seen.pop() if len(seen) == 1 else None
    columns, unsure = [], []
    for name, mark in zip(names, marks, strict=True):
        column, doubt = _column(texts.pop(0), mark or of_table)
        if doubt:
            unsure.append(f"{name} {doubt}")
        columns.append(column)
    return Read(columns, "," if "," in marks else ".", unsure)


def encoded(cells: pa.ChunkedArray) -> Texts:
    """Cells (N,), missing where they are null, by the numbers of the different ones."""
    found = cells.unify_dictionaries() if pa.types.is_dictionary(cells.type) else cells
    if not pa.types.is_dictionary(found.type):
        found = found.dictionary_encode()
    if not found.num_chunks:
        return Texts(np.empty(0, np.int32), pa.array([], pa.string()))
    codes = [pc.fill_null(chunk.indices, -1).to_numpy() for chunk in found.chunks]
    texts = pc.cast(found.chunk(0).dictionary, pa.string())
    return Texts(np.concatenate(codes).astype(np.int32), texts)


def _cleaned(cells: Texts) -> Texts:
    """Texts without the spaces around them, accents composed (NFC), missing ones marked."""
    trimmed = pc.utf8_normalize(pc.utf8_trim_whitespace(cells.texts), "NFC")
    absent = pc.is_in(trimmed, value_set=pa.array(MISSING))
    known = pc.if_else(absent, pa.scalar(None, pa.string()), trimmed).dictionary_encode()
    codes = pc.fill_null(known.indices, -1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Texts(np.append(codes, np.int32(-1))[cells.codes], known.dictionary)


def _mark(texts: pa.Array) -> Mark | None:
    """The decimal mark that the numbers of a column leave no doubt about; None where they are no
    numbers, or could have either."""
    if not len(texts):
        return None
    with_comma, with_point = _all(texts, _GROUPED[","]), _all(texts, _GROUPED["."])
    if with_comma and not with_point:
        return ","
    return "." if with_point and not with_comma else None


def _column(texts: Texts, mark: Mark | None) -> tuple[Column, str]:
    """What the texts of a column mean, and what is doubtful about that."""
    different = texts.texts
    if not len(different):
        return Numbers(np.full(len(texts.codes), np.nan)), ""
    if _any(different, _LEADING_ZERO) and _all(different, _DIGITS):
        return texts, ""  # codes such as 007 are no numbers
    if mark is None and _any(different, _UNSURE) and _all_or_whole(different, _UNSURE):
        return texts, "has commas that may be decimal or mark thousands: write 1.234 or 1234"
    order: tuple[Mark, ...] = (",", ".") if mark == "," else (".", ",")
    for each in order:
        if _all(different, _GROUPED[each]):
            return Numbers(_taken(_parsed(different, each), texts.codes, np.nan)), ""
    if (special := _special_numbers(different)) is not None:
        return Numbers(_taken(special, texts.codes, np.nan)), ""
    return _dates(texts)


def parsed_numbers(texts: pa.Array, mark: Mark) -> np.ndarray:
    """The number that each text is (N,), NaN where it is none; those that leave no doubt about
    their decimal mark are read by the other one where all have it."""
    other: Mark = "." if mark == "," else ","
    found = {each: pc.match_substring_regex(texts, _GROUPED[each]) for each in (mark, other)}
    if pc.sum(found[other]).as_py() > pc.sum(found[mark]).as_py():
        mark = other
    known = np.asarray(pc.fill_null(found[mark], False))
    values = np.full(len(texts), np.nan)
    if known.any():
        values[known] = _parsed(texts.filter(pa.array(known)), mark)
    return values


def parsed_dates(cells: pd.Series) -> np.ndarray:
    """The date that each text is (N,), NaT where it is none, in the form that fits most of them;
    of those that fit equally, the one with the day first."""
    forms = ("ISO8601", *_FORMATS, *_SLASHED)
    tried = [pd.to_datetime(cells, format=form, errors="coerce", utc=True) for form in forms]
    best = max(tried, key=lambda dates: int(dates.notna().sum()))
    return np.asarray(best.dt.tz_localize(None).to_numpy().astype("datetime64[us]"))


def _parsed(different: pa.Array, mark: Mark) -> np.ndarray:
    other = "." if mark == "," else ","
    plain = pc.replace_substring(different, other, "")
    if mark == ",":
        plain = pc.replace_substring(plain, ",", ".")
    plain = pc.replace_substring_regex(plain, r"^\+", "")
    return np.asarray(pc.cast(plain, pa.float64()))


def _special_numbers(different: pa.Array) -> np.ndarray | None:
    """Numbers among which some are infinite."""
    try:
        return np.asarray(pc.cast(different, pa.float64()))
    except pa.ArrowInvalid:
        return None


def _dates(texts: Texts) -> tuple[Column, str]:
    """Texts as dates, if all are; days and months whose order is unsure stay text."""
    different = texts.texts
    if not _all(different, _DATE):
        return texts, ""
    cells = pd.Series(different.to_pylist(), dtype=object)
    found = [dates for form in ("ISO8601", *_FORMATS) if (dates := _as_dates(cells, form))]
    if not found:
        found = [dates for form in _SLASHED if (dates := _as_dates(cells, form))]
        if len(found) > 1:
            return texts, "has dates whose day and month may be either: write 2024-12-31"
    if not found:
        return texts, ""
    return Dates(_taken(found[0].values, texts.codes, np.datetime64("NaT"))), ""


class _Found(NamedTuple):
    values: np.ndarray


def _as_dates(cells: pd.Series, form: str) -> _Found | None:
    """The dates, if all cells have this form."""
    try:
        dates = pd.to_datetime(cells, format=form, errors="coerce", utc=True)
    except (ValueError, OverflowError):
        return None
    if dates.isna().any():
        return None
    return _Found(dates.dt.tz_localize(None).to_numpy().astype("datetime64[us]"))


def _taken(values: np.ndarray, codes: np.ndarray, missing: object) -> np.ndarray:
    """The value of each row by its code, -1 for a missing one."""
    return np.append(values, np.array([missing], values.dtype))[codes]


def _all(texts: pa.Array, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(texts, pattern)).as_py())


def _any(texts: pa.Array, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(texts, pattern)).as_py())


def _all_or_whole(texts: pa.Array, pattern: str) -> bool:
    return _all(texts, f"({pattern})|(^{_WHOLE}$)")
