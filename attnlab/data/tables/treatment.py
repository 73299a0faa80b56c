"""How each column is treated: what it is, and which inputs of a network it becomes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from attnlab.data.tables.columns import Column, Dates, Numbers, Texts, number_text
from attnlab.data.tables.errors import TableError
from attnlab.data.tables.limits import LARGEST_NUMBER
from attnlab.data.tables.options import ColumnKind

Role = Literal["number", "plain", "flag", "codes"]
"""How the values of a part become inputs: imputed and standardised, imputed alone, as they are, or
one input for each code."""

MOST_CATEGORIES = 20
"""Categories of a column that have an input each; the others share one."""

MOST_EMBEDDED = 100
"""Categories of an embedded column, which costs one weight more for each."""

FEWEST_ROWS = 20
"""Below so many rows, values that all differ say nothing about what a column is."""

_ID = re.compile(
    r"(^|[ _.-])(id|ids|idx|index|no|nr|number|row|key|uuid|guid|code)$|^unnamed", re.IGNORECASE
)
_YES = {"yes": "no", "true": "false", "y": "n", "t": "f", "ja": "nein", "oui": "non", "on": "off"}
_WORDS_OF_A_TEXT = 4


class InputPart(NamedTuple):
    """What a column gives: a value for each row (N,), NaN where it is missing, and the names of the
    inputs that it becomes. Codes count the inputs; -1 is none of them."""

    role: Role
    values: np.ndarray
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class Treated:
    """A column that a network gets: what it is, what is done to it, and the parts it is made of."""

    name: str
    kind: str
    treatment: str
    missing: int
    parts: tuple[InputPart, ...]

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the inputs that it becomes."""
        return tuple(name for part in self.parts for name in part.inputs)


@dataclass(frozen=True)
class LeftOut:
    """A column that a network does not get: what it is, and why."""

    name: str
    kind: str
    reason: str


def treated(
    name: str,
    column: Column,
    rows: np.ndarray,
    kind: ColumnKind | None = None,
    most: int = MOST_CATEGORIES,
) -> Treated | LeftOut:
    """What is done with a column, judged by these rows alone: those that may be trained on.

    `kind` is what somebody says that it is: then it holds values of that kind (see
    `attnlab.data.tables.by_hand`). At most `most` categories have an input each.

    Only what exists is read from them (the kind of values, the names of the categories, whether any
    is missing): means, medians and the like come from the training split of each seed.
    """
    if isinstance(column, Numbers):
        return _treated_number(name, column, rows, kind)
    if isinstance(column, Dates):
        return _treated_date(name, column, rows)
    if isinstance(column, Texts):
        return _treated_text(name, column, rows, kind, most)
    return LeftOut(name, "other", f"holds values of type {column.what}")


def _treated_number(
    name: str, column: Numbers, rows: np.ndarray, kind: ColumnKind | None
) -> Treated | LeftOut:
    values, beyond = column.values, np.abs(column.values) > LARGEST_NUMBER
    if beyond.any():
        values = np.where(beyond, np.nan, values)
    missing = np.isnan(values)
    known = values[rows][~missing[rows]]
    different = np.unique(known)
    if odd := _hardly_any(name, [number_text(value) for value in different[:2]], missing, rows):
        return odd
    whole = bool(np.all(known == np.floor(known)))
    if kind is None and whole and _counts_rows(name, known, len(different), len(rows)):
        return LeftOut(name, "id-like", "another number in every row")
    if kind != "number" and len(different) == 2 and set(different) == {0, 1}:
        parts = [InputPart("plain", values, (name,))]
        return _with_flag(name, "yes/no", "0 or 1 as it is", parts, missing, rows)
    parts = [InputPart("number", values, (name,))]
    return _with_flag(name, "number", "standardised", parts, missing, rows)


def _counts_rows(name: str, known: np.ndarray, different: int, rows: int) -> bool:
    if rows < FEWEST_ROWS or different < rows:
        return False
    steps = np.diff(known)
    return bool(_ID.search(name.strip())) or bool(np.all(steps == 1))


def _treated_date(name: str, column: Dates, rows: np.ndarray) -> Treated | LeftOut:
    missing = column.missing
    different = np.unique(column.values[rows][~missing[rows]])
    if odd := _hardly_any(name, [str(value) for value in different[:2]], missing, rows):
        return odd
    parts = date_parts(name, column.values)
    varied = [part for part in parts if len(np.unique(part.values[rows][~missing[rows]])) > 1]
    if not varied:
        return LeftOut(name, "date", "differs in days of a month alone, or in seconds")
    names = dict.fromkeys(part.inputs[0].removeprefix(f"{name}: ").split(" ")[0] for part in varied)
    return _with_flag(name, "date", f"split into {', '.join(names)}", varied, missing, rows)


def date_parts(name: str, values: np.ndarray) -> list[InputPart]:
    """The year of dates (N,), and waves of the month, the day of the week and the hour."""
    when = pd.DatetimeIndex(values)
    of_year = (when.month.to_numpy(float) - 1) / 12, "month"
    of_week = when.day_of_week.to_numpy(float) / 7, "weekday"
    of_day = (when.hour.to_numpy(float) + when.minute.to_numpy(float) / 60) / 24, "hour"
    parts = [InputPart("number", when.year.to_numpy(float), (f"{name}: year",))]
    for turn, unit in (of_year, of_week, of_day):
        for wave, short in ((np.sin, "sin"), (np.cos, "cos")):
            values = np.round(wave(2 * np.pi * turn), 12)
            parts.append(InputPart("plain", values, (f"{name}: {unit} ({short})",)))
    return parts


def _treated_text(
    name: str, column: Texts, rows: np.ndarray, kind: ColumnKind | None, most: int
) -> Treated | LeftOut:
    missing = column.missing
    codes = column.codes[rows]
    counts = np.bincount(codes[codes >= 0], minlength=len(column.texts))
    present = np.flatnonzero(counts)
    few = [str(column.texts[int(code)]) for code in present[:2]]
    if odd := _hardly_any(name, few, missing, rows):
        return odd
    reason = _no_category(name, column, present, int(counts.sum()), most)
    if kind is None and reason is not None:
        return reason
    texts = {int(code): str(column.texts[int(code)]) for code in present}
    if kind == "yes/no":
        return _treated_pair(name, column, rows, texts)
    if kind is None and len(present) == 2 and not missing[rows].any():
        pair = {text.lower(): code for code, text in texts.items()}
        for yes, no in _YES.items():
            if pair.keys() == {yes, no}:
                values = np.where(missing, np.nan, (column.codes == pair[yes]).astype(float))
                part = InputPart("plain", values, (f"{name}: {texts[pair[yes]]}",))
                return Treated(name, "yes/no", f"1 for {texts[pair[yes]]}, else 0", 0, (part,))
    return _treated_category(name, column, rows, texts, counts, most)


def _treated_pair(name: str, column: Texts, rows: np.ndarray, texts: Mapping[int, str]) -> Treated:
    """Two texts as 1 and 0: 1 for yes and the like, or else for the later one."""
    if len(texts) != 2:
        raise TableError(
            f"as_yes_no: expected two different values in the column {name}, got {len(texts):,}"
        )
    missing = column.missing
    _, yes = sorted(texts, key=lambda code: (texts[code].lower() in _YES, texts[code]))
    values = np.where(missing, np.nan, (column.codes == yes).astype(float))
    parts = [InputPart("plain", values, (f"{name}: {texts[yes]}",))]
    return _with_flag(name, "yes/no", f"1 for {texts[yes]}, else 0", parts, missing, rows)


def _no_category(
    name: str, column: Texts, present: np.ndarray, known: int, most: int
) -> LeftOut | None:
    """Why a column of texts is none of categories; None if it is."""
    different = len(present)
    if known < FEWEST_ROWS:
        return None
    texts = column.texts.take(present)
    words = pc.mean(pc.add(pc.count_substring(texts, " "), 1)).as_py()
    share = different / known
    if words >= _WORDS_OF_A_TEXT and share > 0.1:
        return LeftOut(name, "text", f"free text of about {words:.0f} words")
    if different <= most:
        return None
    if share > 0.95 or (share > 0.5 and _ID.search(name.strip())):
        return LeftOut(name, "id-like", "another text in nearly every row")
    if share > 0.5:
        many = f"{different:,} different texts in {known:,} rows"
        return LeftOut(name, "text", f"{many}: too many for categories")
    return None


def _treated_category(
    name: str,
    column: Texts,
    rows: np.ndarray,
    texts: dict[int, str],
    counts: np.ndarray,
    most: int,
) -> Treated:
    """An input for each of the most frequent categories, one for the others, one for no value."""
    frequent = sorted(texts, key=lambda code: (-counts[code], texts[code]))[:most]
    own = sorted(frequent, key=lambda code: texts[code])
    inputs = [f"{name}: {texts[code]}" for code in own]
    places = np.full(len(column.texts) + 1, -1.0)
    places[own] = np.arange(len(own))
    treatment = f"one input for each of {len(own)} categories"
    if len(texts) > len(own):
        places[[code for code in range(len(column.texts)) if places[code] < 0]] = len(inputs)
        inputs.append(f"{name}: other")
        treatment = f"one input for each of the {len(own)} most frequent categories, one for others"
    missing = column.missing
    count = int(missing[rows].sum())
    if count:
        places[-1] = len(inputs)
        inputs.append(f"{name} is missing")
        treatment += ", one for a missing value"
    part = InputPart("codes", places[column.codes], tuple(inputs))
    return Treated(name, "category", treatment, count, (part,))


def _hardly_any(
    name: str, different: list[str], missing: np.ndarray, rows: np.ndarray
) -> Treated | LeftOut | None:
    """What is done with a column of one value or none; None where there are more."""
    if not different:
        return LeftOut(name, "empty", "has no value")
    if len(different) > 1:
        return None
    if not missing[rows].any():
        return LeftOut(name, "constant", f"always {different[0]}")
    part = InputPart("plain", (~missing).astype(float), (f"{name}: {different[0]}",))
    treatment = f"1 for {different[0]}, 0 where nothing is given"
    return Treated(name, "yes/no", treatment, int(missing[rows].sum()), (part,))


def _with_flag(
    name: str,
    kind: str,
    treatment: str,
    parts: list[InputPart],
    missing: np.ndarray,
    rows: np.ndarray,
) -> Treated:
    """The parts, and one that says where the value is missing, if any may be."""
    count = int(missing[rows].sum())
    if count:
        parts = [*parts, InputPart("flag", missing.astype(float), (f"{name} is missing",))]
        by = {"number": " by the median", "yes/no": " by the commonest"}.get(kind, "")
        treatment += f"; missing values imputed{by}, with an input that says so"
    return Treated(name, kind, treatment, count, tuple(parts))


def at_rows(column: Treated, rows: np.ndarray) -> Treated:
    """The column at these rows alone, some or all in their order."""
    if all(len(part.values) == len(rows) for part in column.parts):
        return column
    parts = tuple(part._replace(values=part.values[rows]) for part in column.parts)
    return Treated(column.name, column.kind, column.treatment, column.missing, parts)
