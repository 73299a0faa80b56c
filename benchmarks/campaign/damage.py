"""Every column of text and of bytes damaged in turn, in several ways."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from attnlab.cli import report
from attnlab.export import attention_csv, curves_csv, measures_csv
from attnlab.store import Store, StoreError
from attnlab.store.checking import check
from benchmarks.campaign.line import Asked, BrokenPromiseError, Outcome
from tests.store.damaging import Cell, columns, keep_study

GARBAGE = "garbage"
WAYS: dict[str, Callable[[object], object]] = {
    GARBAGE: lambda value: b"{\xffbad",
    "empty": lambda value: "",
    "nothing": lambda value: None,
    "long": lambda value: "x" * 10**6,
    "shortened": lambda value: value[:-3] if isinstance(value, (str, bytes)) else b"",
    "of another kind": lambda value: 10**12,
    "nested": lambda value: "[" * 10_000,
}
"""What is put in the place of a value, by what it is."""


LISTED, FOUND, REFUSED = "listed as damaged", "found by check", "refused with its name"


def shown(store: Store, study_id: str) -> str:
    """All that is said of a study."""
    return json.dumps(report.study_json(store, study_id), sort_keys=True) + "".join(
        write(store, study_id) for write in (curves_csv, measures_csv, attention_csv)
    )


def damaged_columns(asked: Asked) -> Outcome:
    """Damage a cell of each column; the other study must be as ever, whatever becomes of this."""
    store = Store(asked.folder / "columns")
    hurt, other = keep_study(store, "first"), keep_study(store, "second")
    home = _Home(store, hurt, other, shown(store, other))
    counts = dict.fromkeys((LISTED, FOUND, REFUSED), 0)
    outcome, refused_by_sqlite = Outcome(), 0
    ways = dict(list(WAYS.items())[:1]) if asked.quick else WAYS
    for table, column in columns():
        cell = Cell(store.home / "attnlab.db", table, column, hurt)
        for way, of in ways.items():
            try:
                cell.put(of(cell.value))
            except sqlite3.IntegrityError:
                refused_by_sqlite += 1
                continue
            outcome.tried += 1
            try:
                for what in _judged(home, cell, way):
                    counts[what] += 1
            except Exception as error:
                outcome.broken.append(f"{table}.{column}, {way}: {error!r}"[:300])
            finally:
                cell.put(cell.value)
    if findings := check(store.home).findings:
        outcome.broken.append(f"not as before: {findings[0]}")
    store.close()
    told = ", ".join(f"{count} {what}" for what, count in counts.items())
    outcome.figures = f"{len(columns())} columns: {told}; {refused_by_sqlite} not taken by SQLite"
    return outcome


@dataclass(frozen=True)
class _Home:
    """Two studies, of which one is damaged; `as_ever` is what is said of the other before."""

    store: Store
    hurt: str
    other: str
    as_ever: str


def _judged(home: _Home, cell: Cell, way: str) -> list[str]:
    """What came of a damaged cell. Raises BrokenPromiseError, or what is no error for people."""
    home.store.recover()
    rows = home.store.studies()
    report.list_text(rows, more=0)
    status = {row["id"]: row["status"] for row in report.list_json(rows)}
    if status.pop(home.other, None) != "finished" or len(status) != 1:
        raise BrokenPromiseError(f"{home.other} is not listed as finished, or not with one other")
    [listed] = status.values()
    if (cell.table, way) == ("studies", GARBAGE) and listed != "damaged":
        raise BrokenPromiseError("it is not listed as damaged")
    is_key = cell.column in ("id", "study_id")
    findings = str(check(home.store.home).findings)
    is_found = "Finding(" in findings
    if is_found and home.hurt not in findings and not is_key:
        raise BrokenPromiseError(f"check does not name the study: {findings}")
    if way == GARBAGE and not is_found:
        raise BrokenPromiseError("check finds nothing")
    came = [LISTED] * (listed == "damaged") + [FOUND] * is_found
    try:
        shown(home.store, home.hurt)
    except StoreError as error:
        if home.hurt not in str(error) and not is_key:
            raise BrokenPromiseError(f"the message does not name the study: {error}") from None
        if not is_found:
            raise BrokenPromiseError(f"it is refused, and check finds nothing: {error}") from None
        came.append(REFUSED)
    # a seed that a study unheard of has seen is not the other's any more
    is_ledger = (cell.table, cell.column) == ("spent_seeds", "study_id")
    if not is_ledger and shown(home.store, home.other) != home.as_ever:
        raise BrokenPromiseError("the other study is shown otherwise")
    return came
