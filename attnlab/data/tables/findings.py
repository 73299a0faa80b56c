"""What a person should know of a table before it is trained on: warnings that say what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from sklearn.metrics import r2_score, recall_score
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from attnlab.data.tables.columns import Numbers
from attnlab.data.tables.limits import LARGEST_NUMBER
from attnlab.data.tables.prepared import Prepared
from attnlab.data.tables.splits import Rows

GIVES_AWAY = 0.98
"""The balanced accuracy, or R² of a number, from which one column alone tells the label almost
perfectly."""

FEW = 5
"""Fewer samples of a class than these say little about it."""

UNBALANCED = 3
"""How many times commoner one class may be than another before guessing it pays noticeably."""

_SAMPLE = 2000
"""Rows that a column is tried on."""

_LEAVES, _FEWEST_TRIED = 100, 30
"""Steps by which a column may tell a number, and the rows that it takes to say so."""


def warnings_about(table: Prepared, rows: Rows) -> list[str]:
    """Warnings about a table divided into these rows, the gravest first."""
    counts = {split: table.counts(chosen) for split, chosen in rows.items()}
    return [
        *_giveaways(table),
        *_duplicates(table, rows),
        *class_warnings(table.classes, counts),
        *_ids(table),
        *_constants(table),
        *_beyond(table),
        *(f"{each}." for each in table.table.unsure),
    ]


def class_warnings(classes: tuple[str, ...], counts: Mapping[str, np.ndarray]) -> list[str]:
    """Warnings about classes that a split lacks, that are small, and of very different size, by how
    many samples of each (K,) the splits have; none without classes."""
    if not classes:
        return []
    return [*_absent(classes, counts), *_few(classes, counts), *_unbalanced(classes, counts)]


def repeated(table: Prepared, rows: Rows) -> int:
    """How many rows of validation and test have the same inputs as a training row."""
    parts = [part.values for column in table.treated for part in column.parts]
    hashes = np.zeros(len(table.rows), np.uint64)
    for values in parts:  # column by column: a copy of all would take as much memory again
        hashes = hashes * np.uint64(1_099_511_628_211) + pd.util.hash_array(values + 0.0)
    known = np.unique(hashes[rows["train"]])
    held = np.concatenate([rows["validation"], rows["test"]])
    return int(np.isin(hashes[held], known).sum())


def telling_alone(table: Prepared) -> list[str]:
    """The columns that tell the label almost perfectly, each alone.

    A small decision tree learns from half of at most 2,000 rows, by one column, and is tried on the
    other half.
    """
    random = np.random.default_rng(0)
    chosen = random.permutation(len(table.rows))[:_SAMPLE]
    first, second = chosen[::2], chosen[1::2]
    if len(second) < (2 * len(table.classes) or _FEWEST_TRIED):
        return []
    telling = []
    for column in table.treated:
        values = np.column_stack([_ordered(part.values) for part in column.parts])
        tree = _tree(table).fit(values[first].astype(np.float32), table.target[first])
        answers = tree.predict(values[second].astype(np.float32))
        if _score(table, table.target[second], answers) >= GIVES_AWAY:
            telling.append(column.name)
    return telling


def _score(table: Prepared, target: np.ndarray, answers: np.ndarray) -> float:
    if not table.classes:
        return float(r2_score(target, answers))
    # The balanced accuracy; scikit-learn's own warns where a class is answered that does not occur.
    return float(recall_score(target, answers, labels=np.unique(target), average="macro"))


def _tree(table: Prepared) -> DecisionTreeClassifier | DecisionTreeRegressor:
    if table.classes:
        return DecisionTreeClassifier(max_leaf_nodes=max(8, 2 * len(table.classes)), random_state=0)
    return DecisionTreeRegressor(max_leaf_nodes=_LEAVES, random_state=0)


def _ordered(values: np.ndarray) -> np.ndarray:
    """Values small enough for float32, in their order; missing ones are below most."""
    return np.nan_to_num(np.clip(values, -1e38, 1e38), nan=-9.0)


def _giveaways(table: Prepared) -> Iterator[str]:
    for name in telling_alone(table):
        yield (
            f"{name} alone tells {table.label.name} almost perfectly: leave it out if it is known "
            "only after the fact."
        )


def _duplicates(table: Prepared, rows: Rows) -> Iterator[str]:
    count = repeated(table, rows)
    if count:
        held = len(rows["validation"]) + len(rows["test"])
        yield (
            f"{count:,} of {held:,} rows held out have the same inputs as a training row: remove "
            "duplicates, or split by a group so that they stay on one side."
        )


def _absent(classes: tuple[str, ...], counts: Mapping[str, np.ndarray]) -> Iterator[str]:
    for split, of_split in counts.items():
        absent = [name for name, count in zip(classes, of_split, strict=True) if not count]
        if absent:
            yield (
                f"{split} has no row of {_few_names(absent)}: choose other splits, or leave the "
                "class out."
            )


def _few(classes: tuple[str, ...], counts: Mapping[str, np.ndarray]) -> Iterator[str]:
    totals = sum(counts.values(), np.zeros(len(classes), int))
    few = [f"{name} ({count})" for name, count in zip(classes, totals, strict=True) if count < FEW]
    if few:
        yield (
            f"{_few_names(few)} {'has' if len(few) == 1 else 'have'} fewer than {FEW} samples: "
            "gather more, or join classes."
        )


def _unbalanced(classes: tuple[str, ...], counts: Mapping[str, np.ndarray]) -> Iterator[str]:
    totals = sum(counts.values(), np.zeros(len(classes), int))
    if totals.max() >= UNBALANCED * totals.min():
        most, least = int(totals.argmax()), int(totals.argmin())
        yield (
            f"{classes[most]} has {totals[most]:,} samples and {classes[least]} "
            f"{totals[least]:,}: judge by balanced accuracy, for which guessing the commonest "
            "class does not pay."
        )


def _ids(table: Prepared) -> Iterator[str]:
    for column in table.left_out:
        if column.kind == "id-like":
            yield (
                f"{column.name} looks like an id ({column.reason}) and is left out: split by group "
                "if rows of one belong together."
            )


def _constants(table: Prepared) -> Iterator[str]:
    names = [column.name for column in table.left_out if column.kind in ("constant", "empty")]
    if names:
        one = len(names) == 1
        told = "never differs and tells nothing" if one else "never differ and tell nothing"
        yield f"{_few_names(names)} {told}."


def _beyond(table: Prepared) -> Iterator[str]:
    for each in table.treated:
        column = table.table.columns[each.name]
        if isinstance(column, Numbers):
            count = int((np.abs(column.values[table.rows]) > LARGEST_NUMBER).sum())
            if count:
                yield f"{each.name} has {count:,} infinite or huge numbers: they count as missing."


def _few_names(names: list[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more
