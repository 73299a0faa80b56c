"""Which column of a table holds the texts, and whether a table is one of texts at all."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pyarrow.compute as pc

from attnlab.data.tables.columns import Column, Texts
from attnlab.data.tables.errors import TableError
from attnlab.data.tables.labels import USUAL, Label, found, label_of
from attnlab.data.tables.splits import USUAL as SPLIT_NAMES
from attnlab.data.tables.table import Table
from attnlab.data.tables.treatment import LeftOut, treated

USUAL_TEXTS = (
    *("text", "texts", "review", "reviews", "sentence", "comment", "content", "message", "tweet"),
    *("body", "post", "document", "description", "headline", "title", "question", "utterance"),
    *("文本", "内容", "评论", "句子", "テキスト", "本文", "文章"),
)
"""How people call the column of texts, the commonest first."""

USUAL_LABELS = ("sentiment", "polarity", "rating", "stars", "emotion", "topic", "intent", "genre")
"""How people call the class of a text, besides what they call any label."""

USUAL_KEYWORDS = ("keywords", "keyword", "rationale", "rationales", "highlights", "truth")
"""How people call a column of the words that matter."""

_WORDS = 3
_LETTERS = 6
"""So many words on average, or so many letters where they have no spaces, make a text."""

_DIFFERENT = 0.2
"""There are more different texts than this share of the rows; categories come again."""


def label_beside_texts(table: Table, name: str, taken: Collection[str]) -> Label:
    """The label of this name, or the likeliest: by its name, or the last column that is no text.

    Raises TableError as `attnlab.data.tables.labels.label_of` does.
    """
    if name:
        return label_of(table, name)
    free = [each for each in table.columns if each not in taken]
    by_lower = {each.lower().strip(): each for each in reversed(free)}
    for usual in (*USUAL, *USUAL_LABELS):
        if usual in by_lower:
            return label_of(table, by_lower[usual])._replace(guessed="by its name")
    every = np.arange(table.rows)
    for each in reversed(free):
        column = table.columns[each]
        if each.lower().strip() in (*USUAL_TEXTS, *USUAL_KEYWORDS):
            continue
        if not (isinstance(column, Texts) and _are_texts(column, every)):
            return label_of(table, each)._replace(guessed="as the last column that is no text")
    raise TableError(
        f"expected a column with the class of each text in {table.path.name}, got none: its "
        f"columns are {', '.join([*table.columns][:8])}"
    )


def text_column(table: Table, name: str, taken: Collection[str]) -> tuple[str, str]:
    """The column of this name, or the likeliest beside those that are taken, and then why.

    Raises TableError for a column that holds no texts, and where there is none.
    """
    if name:
        _check_texts(table, found(table, name, "text"), "text", taken)
        return name, ""
    columns = {
        each: column
        for each, column in table.columns.items()
        if isinstance(column, Texts) and len(column.texts) and each not in taken
    }
    if not columns:
        raise TableError(
            f"expected a column of texts in {table.path.name} beside the label, got none: its "
            f"columns are {', '.join([*table.columns][:8])}"
        )
    by_lower = {each.lower().strip(): each for each in reversed(columns)}
    for usual in USUAL_TEXTS:
        if usual in by_lower:
            return by_lower[usual], "by its name"
    return max(columns, key=lambda each: _mean_length(columns[each])), "as the longest texts"


def keyword_column(table: Table, name: str, taken: Collection[str]) -> str:
    """The column of keywords, empty for none; raises TableError for one without texts."""
    if name:
        _check_texts(table, found(table, name, "truth"), "truth", taken)
    return name


def is_of_texts(table: Table, label: str, taken: Collection[str] = ()) -> bool:
    """Whether a network could learn from nothing in a table but its texts.

    The label, the columns that are `taken` for other purposes, those that say nothing (ids,
    constants), and those with the usual names of splits and keywords aside, all columns must be
    texts of several words that mostly differ.
    """
    chosen = label_beside_texts(table, label, taken)
    if not chosen.classes:
        return False
    rows = np.flatnonzero(chosen.known)
    texts = 0
    for name, column in table.columns.items():
        if name in (chosen.name, *taken) or name.lower().strip() in USUAL_KEYWORDS:
            continue
        if isinstance(column, Texts) and _are_texts(column, rows):
            texts += 1
        elif not (_names_splits(column) or _says_nothing(name, column, rows)):
            return False
    return texts > 0


def _check_texts(table: Table, name: str, what: str, taken: Collection[str]) -> None:
    if name in taken:
        raise TableError(f"{what}: expected another column, got {name}, which is in use already")
    column = table.columns[name]
    if not isinstance(column, Texts) or not len(column.texts):
        got = type(column).__name__.lower() if not isinstance(column, Texts) else "none"
        raise TableError(f"{what}: expected texts in the column {name}, got {got}")


def _mean_length(column: Texts) -> float:
    lengths = np.append(np.asarray(pc.utf8_length(column.texts), float), 0)
    return float(lengths[column.codes].mean())


def _are_texts(column: Texts, rows: np.ndarray) -> bool:
    codes = column.codes[rows]
    codes = codes[codes >= 0]
    if not len(codes):
        return False
    spaces = np.asarray(pc.count_substring_regex(column.texts, r"\s+"), float)[codes]
    beyond = np.asarray(pc.count_substring_regex(column.texts, r"[^\x00-\x{24F}\s]"), float)[codes]
    long = spaces.mean() + 1 >= _WORDS or beyond.mean() >= _LETTERS
    return long and len(np.unique(codes)) > _DIFFERENT * len(codes)


def _names_splits(column: Column) -> bool:
    if not isinstance(column, Texts) or len(column.texts) > len(SPLIT_NAMES):
        return False
    return all(str(text).lower() in SPLIT_NAMES for text in column.texts.to_pylist())


def _says_nothing(name: str, column: Column, rows: np.ndarray) -> bool:
    way = treated(name, column, rows)
    return isinstance(way, LeftOut) and way.kind in ("id-like", "constant", "empty", "other")
