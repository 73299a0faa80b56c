"""Texts with their labels, from a table or from files in folders, and how they are divided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from attnlab.data.images.errors import first_few
from attnlab.data.images.file_names import TEXTS
from attnlab.data.images.listing import Listing, listing
from attnlab.data.inspection import InspectedColumn, Reason
from attnlab.data.tables.columns import Texts
from attnlab.data.tables.errors import TableError
from attnlab.data.tables.prepared import classes_in, split_column
from attnlab.data.tables.splits import Fixed, Rows, check_classes, divided, fixed_by
from attnlab.data.tables.table import Table, read_table
from attnlab.data.texts.columns import keyword_column, label_beside_texts, text_column
from attnlab.data.texts.files import contents_of
from attnlab.data.texts.limits import MOST_IN_ALL
from attnlab.data.texts.options import Source
from attnlab.data.texts.words import has_tokens
from attnlab.wording import counted

NO_WORD = "no word in it"


@dataclass(frozen=True, eq=False)
class TextSet:
    """Texts in use: `texts`, each with a word at least, and the numbers of their classes `target`
    (N,) as int32.

    `keywords` holds what a column says of each text, None where no column does. `fixed` and `share`
    say how they are divided, `read_as` and `columns` what was found out, `left_out` what is not
    among them, `warnings` what a person should check. `text` and `label` name the columns, and say
    why they were chosen where nobody did. Another `stamp` means that the files have changed.
    """

    path: Path
    stamp: str
    texts: Sequence[str]
    keywords: Sequence[str] | None
    classes: tuple[str, ...]
    target: np.ndarray
    fixed: Fixed
    share: float
    read_as: dict[str, str]
    columns: tuple[InspectedColumn, ...] = ()
    left_out: tuple[Reason, ...] = ()
    warnings: tuple[str, ...] = ()
    text: tuple[str, str] = ("", "")
    label: tuple[str, str] = ("", "")

    @property
    def nbytes(self) -> int:
        """About the bytes that the texts hold."""
        return 2 * sum(map(len, self.texts))

    @property
    def drawn_anew(self) -> bool:
        """Whether each seed divides the texts in another way."""
        return len(self.fixed.given) < 3

    def divided(self, random: np.random.Generator) -> Rows:
        """The texts of the three splits, by their numbers."""
        return divided(self.fixed, self.target, len(self.classes), self.share, random)

    def counts(self, rows: np.ndarray) -> np.ndarray:
        """How many of these texts there are of each class (K,)."""
        return np.bincount(self.target[rows], minlength=len(self.classes))

    @property
    def given_counts(self) -> dict[str, np.ndarray]:
        """How many texts of each class (K,) the splits have that are given, all of them "train"
        where none is."""
        given = self.fixed.given or {"train": np.arange(len(self.target))}
        return {split: self.counts(rows) for split, rows in given.items()}

    @property
    def trainable(self) -> np.ndarray:
        """The texts that some seed may train on."""
        rows = self.fixed.trainable
        return np.arange(len(self.target)) if rows is None else rows


_brought: dict[tuple[str, Source], TextSet] = {}
"""Texts that another machine has read, by the path that a plan has for them and how it is read."""


def text_set(path: str | Path, source: Source) -> TextSet:
    """The texts at a path: of a table, or of the files in a folder or zip archive.

    They are read anew only when they have changed. Raises TableError or ImageSetError for what
    cannot be used.
    """
    if (brought := _brought.get((str(path), source))) is not None:
        return brought
    path = Path(path)
    if path.is_dir() or path.suffix.lower() == ".zip":
        return texts_of_files(path, source)
    return texts_of_table(path, source)


def bring_texts(path: str | Path, source: Source, texts: TextSet | None) -> None:
    """Let `text_set` give these texts for these arguments, whatever is there; None ends that."""
    if texts is None:
        _brought.pop((str(path), source), None)
    else:
        _brought[str(path), source] = texts


def texts_of_table(path: Path, source: Source) -> TextSet:
    """The texts in a column of a table; raises TableError."""
    return _from_table(read_table(path, source.sheet), source)


def texts_of_files(path: Path, source: Source) -> TextSet:
    """The texts in a folder or archive with a subfolder of `.txt` files for each class; raises
    ImageSetError, and TableError for what says something of columns."""
    table = source.table
    if source.text or source.truth or source.sheet or table.label or table.split != "stratified":
        raise TableError(
            f"text, label, truth, sheet and split are of the columns of a table, and {path} holds "
            "files in folders: leave them out"
        )
    names = listing(path, source.folders, source.encoding, kind=TEXTS)
    return _from_files(names, table.share)


@lru_cache(maxsize=2)
def _from_table(table: Table, source: Source) -> TextSet:
    options = source.table
    known = {
        source.text,
        source.truth,
        options.split_column if options.split != "stratified" else "",
    }
    label = label_beside_texts(table, options.label, known)
    if not label.classes:
        raise TableError(
            f"expected classes in the label column {label.name}, got a quantity of "
            f"{len(np.unique(label.target)):,} different numbers: name another label"
        )
    by = split_column(table, options, label)
    taken = {label.name, by, source.truth}
    text, guessed = text_column(table, source.text, taken)
    truth = keyword_column(table, source.truth, {label.name, by, text})
    column = table.columns[text]
    assert isinstance(column, Texts)  # as text_column has found out
    telling = np.array([*(has_tokens(each) for each in column.texts.to_pylist()), False])
    reasons = {
        f"no label in {label.name}": ~label.known,
        f"nothing in {text}": column.missing,
        f"{NO_WORD} ({text})": ~column.missing & ~telling[column.codes],
    }
    by_column = table.columns[by] if by else None
    if by_column is not None:
        reasons[f"nothing in {by}"] = by_column.missing
    in_use = np.ones(table.rows, bool)
    left_out = []
    for why, missing in reasons.items():
        if count := int((in_use & missing).sum()):
            left_out.append(Reason(counted(count, "row"), why))
        in_use &= ~missing
    rows = np.flatnonzero(in_use)
    if not len(rows):
        why = "; ".join(each.reason for each in left_out)
        raise TableError(f"expected texts to learn from, got none: every row has {why}")
    target = label.target[rows]
    if len(np.unique(target)) < len(label.classes):
        label, target = classes_in(label, target)
    fixed = fixed_by(options.split, by, by_column, rows, options.share)
    texts = _taken(column, rows)
    _check_size(table.path, texts)
    used = {text: "text", label.name: "classes", by: "split", truth: "keywords"}
    result = TextSet(
        table.path,
        str(table.stamp),
        texts,
        _taken(table.columns[truth], rows) if truth else None,
        label.classes,
        target,
        fixed,
        options.share,
        {name: said for name, said in table.read_as.items() if name != "decimal mark"},
        _columns(table, used),
        (
            *(Reason(f"column {name}", "not read") for name in table.columns if name not in used),
            *left_out,
        ),
        tuple(f"{each}." for each in table.unsure if each.split(" has ")[0] in used),
        (text, guessed),
        (label.name, label.guessed),
    )
    if fixed.groups is None:
        check_classes(result.classes, result.given_counts, options.share)
    return result


@lru_cache(maxsize=2)
def _from_files(names: Listing, share: float) -> TextSet:
    every = [(split, name, label) for split, of in names.splits.items() for name, label in of]
    contents = contents_of(names, [name for _, name, _ in every])
    kept = [number for number, text in enumerate(contents.texts) if has_tokens(text)]
    texts = [contents.texts[number] for number in kept]
    _check_size(names.path, texts)
    empty = [every[number][1] for number in set(range(len(every))) - set(kept)]
    left_out = [
        Reason(f"{counted(note.count, 'file')} ({note.named})", note.reason)
        for note in names.left_out
    ]
    if empty:
        left_out.append(
            Reason(f"{counted(len(empty), 'file')} ({first_few(sorted(empty))})", NO_WORD)
        )
    origins = np.array([every[number][0] for number in kept])
    given = {split: np.flatnonzero(origins == split) for split in names.splits}
    result = TextSet(
        names.path,
        str(hash(names.stamp)),
        texts,
        None,
        names.classes,
        np.array([every[number][2] for number in kept], np.int32),
        Fixed(given if len(given) > 1 else {}),
        share,
        {
            "format": "folder of texts" if names.path.is_dir() else "zip archive of texts",
            "encoding": contents.encoding,
        },
        left_out=tuple(left_out),
        warnings=tuple(f"{each}." for each in names.warnings),
    )
    check_classes(result.classes, result.given_counts, share)
    return result


def _taken(column: object, rows: np.ndarray) -> list[str]:
    """The texts of these rows; the same string for the same text, empty where it is missing."""
    assert isinstance(column, Texts)
    different = [*column.texts.to_pylist(), ""]
    return [different[code] for code in column.codes[rows]]


def _check_size(path: Path, texts: Sequence[str]) -> None:
    total = sum(map(len, texts))
    if total > MOST_IN_ALL:
        raise TableError(
            f"{path} holds {total / 1e6:.0f} million characters of text, and at most "
            f"{MOST_IN_ALL / 1e6:.0f} million are read: take fewer texts"
        )


def _columns(table: Table, used: dict[str, str]) -> tuple[InspectedColumn, ...]:
    treatments = {
        "text": "cut into tokens",
        "classes": "the label",
        "split": "decides about the splits",
        "keywords": "the truth that attention is held against",
        "other": "left out: not read",
    }
    return tuple(
        InspectedColumn(name, kind, treatments[kind], (), int(column.missing.sum()))
        for name, column in table.columns.items()
        for kind in [used.get(name, "other")]
    )
