"""Pairs made ready for splitting: cut into tokens, within the limits, and numbered."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from attnlab.data.pairs.columns import column_named
from attnlab.data.pairs.errors import PairsError
from attnlab.data.pairs.options import PairOptions
from attnlab.data.pairs.reading import Pairs
from attnlab.data.pairs.tokens import Kind, cut, kind_of
from attnlab.data.tables.columns import Column
from attnlab.data.tables.splits import SPLITS, Fixed, Rows, divided, fixed_by, shares_of

FEWEST_PAIRS = 10
"""Fewer cannot be divided into three splits that say anything."""

_SAMPLE = 2000
"""Pairs by which the script of a side is told."""


@dataclass(frozen=True, eq=False)
class Side:
    """One side of the pairs: `numbers` (N, L) of the tokens of each text among all the different
    `tokens`, -1 behind its end; L is the length of the longest. `kind` says how texts are cut."""

    kind: Kind
    tokens: tuple[str, ...]
    numbers: np.ndarray

    @property
    def length(self) -> int:
        """How many tokens the longest text has."""
        return int(self.numbers.shape[1])


@dataclass(frozen=True, eq=False)
class PreparedPairs:
    """Pairs as a task takes them.

    `rows` (N,) are the pairs in use, among those of `pairs`; all that follows counts them. `texts`
    are their answers. `left_out` says how many pairs are not in use, by the reason.
    """

    pairs: Pairs
    options: PairOptions
    rows: np.ndarray
    source: Side
    target: Side
    texts: tuple[str, ...]
    fixed: Fixed
    groups: np.ndarray
    left_out: dict[str, int]

    @property
    def drawn_anew(self) -> bool:
        """Whether each seed divides the pairs in another way."""
        return len(self.fixed.given) < len(SPLITS)

    @property
    def nbytes(self) -> int:
        """Bytes of the numbers of all tokens."""
        return int(self.source.numbers.nbytes + self.target.numbers.nbytes)

    def divided(self, random: np.random.Generator) -> Rows:
        """The pairs of the three splits, in random order.

        By seed, pairs that are read alike stay on one side, and the splits are as large at every
        seed, as far as pairs that stand alone allow it.
        """
        if self.options.split == "stratified":
            held = self.counts["test"]
            return _by_source(self.groups, held, random)
        nothing = np.zeros(len(self.rows), np.int32)
        return divided(self.fixed, nothing, 0, self.options.share, random)

    @property
    def counts(self) -> dict[str, int]:
        """How many pairs each split has; of groups about so many."""
        given = self.fixed.given or {"train": np.arange(len(self.rows))}
        shares = shares_of(
            {split: np.array([len(rows)]) for split, rows in given.items()}, self.options.share
        )
        return {split: int(count[0]) for split, count in shares.items()}

    @property
    def trainable(self) -> np.ndarray:
        """The pairs that some seed may train on."""
        given = self.fixed.trainable
        return np.arange(len(self.rows)) if given is None else given

    def vocabulary_size(self, side: Side, most: int) -> int:
        """How many tokens a network has numbers for on one side, the same at every seed."""
        different = np.unique(side.numbers[self.trainable])
        return min(most, int((different >= 0).sum()))


@lru_cache(maxsize=2)
def prepared(pairs: Pairs, options: PairOptions) -> PreparedPairs:
    """Make pairs ready; raises PairsError and TableError for what cannot be divided."""
    left_out = dict(pairs.left_out)
    kinds = [_kind(texts, options) for texts in (pairs.sources, pairs.targets)]
    by, column = _split_column(pairs, options)
    known = np.ones(len(pairs.sources), bool)
    if column is not None:
        known = ~column.missing
        left_out[f"pair: nothing in {by}"] = int((~known).sum())
    rows = np.flatnonzero(known)
    sources = [cut(pairs.sources[row], kinds[0]) for row in rows]
    targets = [cut(pairs.targets[row], kinds[1]) for row in rows]
    lengths = np.array(
        [max(len(first), len(second)) for first, second in zip(sources, targets, strict=True)], int
    )
    short = lengths <= options.length
    left_out[f"pair: a text of more than {options.length} tokens (length)"] = int((~short).sum())
    chosen = np.flatnonzero(short)
    if len(chosen) > options.most:
        left_out[f"pair: beyond the {options.most:,} in use (most)"] = len(chosen) - options.most
        # The same at every seed: only which of them are trained on depends on that.
        chosen = np.sort(np.random.default_rng(0).choice(chosen, options.most, replace=False))
    if len(chosen) < FEWEST_PAIRS:
        raise PairsError(
            f"expected at least {FEWEST_PAIRS} pairs of texts of at most {options.length} tokens, "
            f"got {len(chosen)}: {pairs.path}"
        )
    rows = rows[chosen]
    fixed = fixed_by(options.split, by, column, rows, options.share)
    alike: dict[str, int] = {}
    groups = np.array([alike.setdefault(pairs.sources[row], len(alike)) for row in rows])
    result = PreparedPairs(
        pairs,
        options,
        rows,
        _side(kinds[0], [sources[n] for n in chosen]),
        _side(kinds[1], [targets[n] for n in chosen]),
        tuple(pairs.targets[row] for row in rows),
        fixed,
        groups,
        {why: count for why, count in left_out.items() if count},
    )
    for split, count in result.counts.items():
        if count < 1:
            raise PairsError(f"expected pairs for {split}, got none: give it more, or other splits")
    return result


def _kind(texts: tuple[str, ...], options: PairOptions) -> Kind:
    return kind_of(texts[:_SAMPLE]) if options.tokens == "auto" else options.tokens


def _side(kind: Kind, texts: list[tuple[str, ...]]) -> Side:
    known: dict[str, int] = {}
    numbers = np.full((len(texts), max(map(len, texts))), -1, np.int32)
    for row, tokens in zip(numbers, texts, strict=True):
        row[: len(tokens)] = [known.setdefault(token, len(known)) for token in tokens]
    return Side(kind, tuple(known), numbers)


def _split_column(pairs: Pairs, options: PairOptions) -> tuple[str, Column | None]:
    """The name of the column that decides about the splits, and the column; none where none
    does."""
    if options.split == "stratified":
        return "", None
    if not options.split_column:
        raise PairsError(f"split_column is missing: name the column for split={options.split}")
    if not pairs.columns:
        raise PairsError(f"split_column: {pairs.path} has no column beside its texts")
    name = column_named(pairs.path, list(pairs.columns), options.split_column, "split_column")
    return name, pairs.columns[name]


def _by_source(groups: np.ndarray, held: int, random: np.random.Generator) -> Rows:
    """Whole groups of pairs that are read alike, at random: `held` pairs for testing, as many for
    validation, the rest for training."""
    sizes = np.bincount(groups)
    split_of = np.zeros(len(sizes), int)
    order = random.permutation(len(sizes))
    for split in (2, 1):  # test, then validation
        left = held
        for group in order:
            if split_of[group] == 0 and sizes[group] <= left:
                split_of[group] = split
                left -= sizes[group]
    of_row = split_of[groups]
    return {
        name: random.permutation(np.flatnonzero(of_row == number))
        for number, name in enumerate(SPLITS)
    }
