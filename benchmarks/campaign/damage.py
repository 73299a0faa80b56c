"""Every column of text and of bytes damaged in turn, in several ways."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable

from attnlab.cli import report
from attnlab.export import attention_csv, curves_csv, measures_csv
from attnlab.store import Store, StoreError
from attnlab.store.checking import check
from benchmarks.campaign.line import Asked, Outcome
from tests.store.damaging import Cell, columns, keep_study

WAYS: dict[str, Callable[[object], object]] = {
    "garbage": lambda value: b"{\xffbad",
    "empty": lambda value: "",
    "nothing": lambda value: None,
    "long": lambda value: "x" * 10**6,
    "shortened": lambda value: value[:-3] if isinstance(value, (str, bytes)) else b"",
    "of another kind": lambda value: 10**12,
    "nested": lambda value: "[" * 10_000,
}
"""What is put in the place of a value, by what it is."""


def shown(store: Store, study_id: str) -> str:
    """All that is said of a study."""
    return json.dumps(report.study_json(store, study_id), sort_keys=True) + "".join(
        write(store, study_id) for write in (curves_csv, measures_csv, attention_csv)
    )


def damaged_columns(asked: Asked) -> Outcome:
    """Damage a cell of each column; the other study must be as ever, whatever becomes of this."""
    store = Store(asked.folder / "columns")
    hurt, other = keep_study(store, "first"), keep_study(store, "second")
    as_ever, outcome, found, refused = shown(store, other), Outcome(), 0, 0
    ways = dict(list(WAYS.items())[:1]) if asked.quick else WAYS
    for table, column in columns():
        cell = Cell(store.home / "attnlab.db", table, column, hurt)
        for way, of in ways.items():
            try:
                cell.put(of(cell.value))
            except sqlite3.IntegrityError:
                refused += 1
                continue
            outcome.tried += 1
            try:
                wrong = _after(store, hurt, other, as_ever, column)
                found += bool(check(store.home).findings)
                if wrong:
                    outcome.broken.append(f"{table}.{column}, {way}: {wrong}")
            except Exception as error:
                outcome.broken.append(f"{table}.{column}, {way}: {error!r}"[:300])
            finally:
                cell.put(cell.value)
    if findings := check(store.home).findings:
        outcome.broken.append(f"not as before: {findings[0]}")
    store.close()
    outcome.figures = (
        f"{len(columns())} columns, {found} found by check, {refused} refused by SQLite itself"
    )
    return outcome


def _after(store: Store, hurt: str, other: str, as_ever: str, column: str) -> str:
    """What is wrong now, "" if nothing is."""
    store.recover()
    report.list_text(store.studies(), more=0)
    if report.list_json([store.study(other)])[0]["status"] != "finished":
        return "the other study is not finished any more"
    try:
        shown(store, hurt)
    except StoreError as error:
        if hurt not in str(error) and column not in ("id", "study_id"):
            return f"the message does not name the study: {error}"
    if column != "study_id" and shown(store, other) != as_ever:
        return "the other study is shown otherwise"
    return ""
