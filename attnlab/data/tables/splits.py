"""Which rows are trained on, which are for validation, and which for testing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from attnlab.data.tables.columns import Column, Other, Texts
from attnlab.data.tables.errors import TableError
from attnlab.data.tables.limits import FEWEST_OF_A_CLASS
from attnlab.data.tables.options import SplitKind

SPLITS = ("train", "validation", "test")

USUAL = {
    **dict.fromkeys(("train", "training", "trn", "tr", "fit"), "train"),
    **dict.fromkeys(("validation", "valid", "val", "dev", "development"), "validation"),
    **dict.fromkeys(("test", "testing", "tst", "eval", "evaluation", "holdout"), "test"),
}
"""How people call the splits, in small letters."""

Rows = dict[str, np.ndarray]
"""The numbers of the rows of each split."""


class Fixed(NamedTuple):
    """How rows are divided before a seed decides anything: `given` rows of splits that are not
    divided further, or the `groups` (N,) of rows that stay together."""

    given: Rows
    groups: np.ndarray | None = None

    @property
    def trainable(self) -> np.ndarray | None:
        """The rows that some seed may train on; None for all."""
        return self.given.get("train")


def fixed_by(
    kind: SplitKind, name: str, column: Column | None, rows: np.ndarray, share: float
) -> Fixed:
    """How these rows of a table are divided by a column, in numbers that count `rows`.

    Raises TableError for a column that says nothing of the kind.
    """
    if kind == "stratified" or column is None:
        return Fixed({})
    if kind == "column":
        return Fixed(_named(name, column, rows))
    values = _order(name, column, rows, kind)
    if kind == "group":
        return Fixed({}, np.unique(values, return_inverse=True)[1])
    order = np.argsort(values, kind="stable")
    held = max(1, round(share * len(order)))
    if len(order) < 2 * held + 1:
        raise TableError(f"expected more rows to divide by time, got {len(order)}")
    train, rest = order[: -2 * held], order[-2 * held :]
    return Fixed({"train": train, "validation": rest[:held], "test": rest[held:]})


def divided(
    fixed: Fixed,
    target: np.ndarray,
    classes: int,
    share: float,
    random: np.random.Generator,
) -> Rows:
    """The rows of the three splits, in random order.

    `target` (N,) are class numbers; without classes (0) rows are divided alike. What a column gives
    is kept; a split that it does not give is cut out class by class, so that every seed has as many
    of each: validation and test from training, or test as half of validation. Groups stay
    together, and are taken at random until the share is reached.
    """
    if fixed.groups is not None:
        return _by_groups(fixed.groups, share, random)
    given = dict(fixed.given) or {"train": np.arange(len(target))}
    labels = target if classes else np.zeros(len(target), int)
    kinds = max(classes, 1)
    of_given = {split: np.bincount(labels[rows], minlength=kinds) for split, rows in given.items()}
    counts = shares_of(of_given, share)
    origin = {"train": "train"}
    origin["validation"] = "validation" if "validation" in given else "train"
    origin["test"] = "test" if "test" in given else origin["validation"]
    chosen: dict[str, list[np.ndarray]] = {split: [] for split in SPLITS}
    for source, rows in given.items():
        for label in range(kinds):
            rest = random.permutation(rows[labels[rows] == label])
            for split in SPLITS:
                if origin[split] == source:
                    count = counts[split][label]
                    chosen[split].append(rest[:count])
                    rest = rest[count:]
    return {split: random.permutation(np.concatenate(chosen[split])) for split in SPLITS}


def shares_of(given: Mapping[str, np.ndarray], share: float) -> dict[str, np.ndarray]:
    """How many rows of each class (K,) the three splits get, from those that are given."""
    train, validation, test = given["train"], given.get("validation"), given.get("test")
    if validation is None:
        parts = 2 if test is None else 1
        most = np.maximum((train - 1) // parts, 0)
        validation = np.minimum(np.maximum(np.rint(share * train).astype(int), 1), most)
        train = train - parts * validation
        test = validation if test is None else test
    elif test is None:
        test = validation // 2
        validation = validation - test
    return {"train": train, "validation": validation, "test": test}


def spread(fixed: Fixed, target: np.ndarray) -> float:
    """How far the numbers to predict (N,) are from what someone says who always says their mean:
    the root of the mean squared distance. Of given splits that is the training rows' mean, on the
    validation rows; where seeds divide the rows it is the standard deviation."""
    train = target[fixed.given.get("train", np.arange(len(target)))]
    held_out = target[fixed.given["validation"]] if "validation" in fixed.given else train
    return float(np.sqrt(np.mean((held_out - train.mean()) ** 2)))


def check_classes(classes: tuple[str, ...], counts: Mapping[str, np.ndarray], share: float) -> None:
    """Raise TableError for classes with too few rows, and splits that get none; `counts` are those
    of the splits that are given."""
    if len(counts) == 1:
        few = [
            f"{name} ({count})"
            for name, count in zip(classes, counts["train"], strict=True)
            if count < FEWEST_OF_A_CLASS
        ]
        if few:
            more = f" and {len(few) - 5} more" if len(few) > 5 else ""
            raise TableError(
                f"expected at least {FEWEST_OF_A_CLASS} rows of each class, for training, "
                f"validation and test; got fewer of {', '.join(few[:5])}{more}: leave these rows "
                "out, or give them another class"
            )
    for split, of_split in shares_of(counts, share).items():
        if not of_split.sum():
            raise TableError(f"expected rows for {split}, got none: give it more, or other splits")


def _named(name: str, column: Column, rows: np.ndarray) -> Rows:
    if not isinstance(column, Texts):
        raise TableError(
            f"expected train, validation and test in the split column {name}, got other values"
        )
    kinds = [USUAL.get(str(text).lower()) for text in column.texts.to_pylist()]
    codes = column.codes[rows]
    present = np.unique(codes)
    odd = [str(column.texts[int(code)]) for code in present if kinds[code] is None]
    if odd:
        raise TableError(
            f"expected train, validation and test in the split column {name}, got "
            f"{', '.join(odd[:5])}"
        )
    found = np.array(kinds, dtype=object)[codes]
    given = {split: np.flatnonzero(found == split) for split in SPLITS}
    given = {split: each for split, each in given.items() if len(each)}
    if "train" not in given:
        raise TableError(f"expected rows for training in the split column {name}, got none")
    return given


def _order(name: str, column: Column, rows: np.ndarray, kind: str) -> np.ndarray:
    if isinstance(column, Other):
        raise TableError(f"expected values in the column {name}, got {column.what}")
    if kind == "time" and isinstance(column, Texts):
        raise TableError(
            f"expected dates or numbers in the time column {name}, got texts such as "
            f"{column.texts[0].as_py()!r}"
        )
    return column.codes[rows] if isinstance(column, Texts) else column.values[rows]


def _by_groups(groups: np.ndarray, share: float, random: np.random.Generator) -> Rows:
    sizes = np.bincount(groups)
    if len(sizes) < 3:
        raise TableError(
            f"expected at least three groups, for training, validation and test; got {len(sizes)}"
        )
    order = random.permutation(len(sizes))
    wanted = share * len(groups)
    split_of = np.zeros(len(sizes), int)
    place = 0
    for split, behind in ((2, 2), (1, 1)):  # test, then validation; a group is left for the others
        taken = 0
        while place < len(order) - behind:
            group = order[place]
            if taken and taken + sizes[group] / 2 > wanted:
                break
            split_of[group] = split
            taken += sizes[group]
            place += 1
    of_row = split_of[groups]
    return {
        name: random.permutation(np.flatnonzero(of_row == number))
        for number, name in enumerate(SPLITS)
    }
