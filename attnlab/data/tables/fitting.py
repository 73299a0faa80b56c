"""A table's columns as the inputs of networks, with statistics of the training split alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from attnlab.data.tables.prepared import Prepared
from attnlab.data.tables.single_precision import single
from attnlab.data.tables.splits import Rows
from attnlab.data.tables.treatment import InputPart


@dataclass(frozen=True, eq=False)
class Fitting:
    """What is done to the parts of a table's columns, with statistics of its training rows.

    `seen` are the codes that training rows have, by the number of the part.
    """

    parts: tuple[InputPart, ...]
    seen: Mapping[int, np.ndarray]
    transformer: ColumnTransformer
    order: np.ndarray

    @classmethod
    def of(cls, table: Prepared, train: np.ndarray) -> Fitting:
        """Median, most frequent value, mean and standard deviation of these rows."""
        parts = tuple(part for column in table.treated for part in column.parts)
        seen = {
            number: np.unique(part.values[train])
            for number, part in enumerate(parts)
            if part.role == "codes"
        }
        transformer = _transformer(parts).fit(_known(parts, seen, _values(parts, train)))
        return cls(parts, seen, transformer, _input_order(parts))

    def inputs(self, values: np.ndarray) -> np.ndarray:
        """The inputs (N, D) as float32 for a value of each part (N, P), NaN where it is missing."""
        raw = _known(self.parts, self.seen, values)
        return single(self.transformer.transform(raw)[:, self.order])


def inputs_of(table: Prepared, rows: Rows) -> dict[str, np.ndarray]:
    """The inputs (N, D) of each split as float32, in the order of `table.inputs`.

    Median, most frequent value, mean and standard deviation are those of the training rows. A
    category that no training row has is as unknown as one that the table never named: it is one of
    the others, and all its inputs are 0 where there is no input for others.
    """
    fitting = Fitting.of(table, rows["train"])
    return {split: fitting.inputs(_values(fitting.parts, chosen)) for split, chosen in rows.items()}


def _values(parts: Sequence[InputPart], rows: np.ndarray) -> np.ndarray:
    """A column for each part (N, P), NaN where it is missing."""
    raw = np.empty((len(rows), len(parts)))
    for number, part in enumerate(parts):
        raw[:, number] = part.values[rows]
    return raw


def _known(
    parts: Sequence[InputPart], seen: Mapping[int, np.ndarray], values: np.ndarray
) -> np.ndarray:
    """The values (N, P), where categories without a training row count as others."""
    raw = values.copy()
    for number, codes in seen.items():
        others = [
            place for place, name in enumerate(parts[number].inputs) if name.endswith(": other")
        ]
        unseen = ~np.isin(raw[:, number], codes)
        raw[unseen, number] = others[-1] if others else -1
    return raw


def _transformer(parts: Sequence[InputPart]) -> ColumnTransformer:
    places = {role: [n for n, part in enumerate(parts) if part.role == role] for role in _ROLES}
    slots = [np.arange(float(len(parts[number].inputs))) for number in places["codes"]]
    median = SimpleImputer(strategy="median", keep_empty_features=True)
    commonest = SimpleImputer(strategy="most_frequent", keep_empty_features=True)
    return ColumnTransformer(
        [
            ("number", make_pipeline(median, StandardScaler()), places["number"]),
            ("plain", commonest, places["plain"]),
            ("flag", "passthrough", places["flag"]),
            (
                "codes",
                OneHotEncoder(categories=slots, handle_unknown="ignore", sparse_output=False),
                places["codes"],
            ),
        ],
        sparse_threshold=0,
    )


_ROLES = ("number", "plain", "flag", "codes")


def _input_order(parts: Sequence[InputPart]) -> np.ndarray:
    """Where the inputs, column by column, stand among those that the transformer gives role by
    role."""
    starts = np.cumsum([0, *(len(part.inputs) for part in parts)])
    given = [
        np.arange(starts[number], starts[number + 1])
        for role in _ROLES
        for number, part in enumerate(parts)
        if part.role == role
    ]
    return np.argsort(np.concatenate(given))
