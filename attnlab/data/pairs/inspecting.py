"""The inspection of pairs of texts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from attnlab.data.inspection import InspectedColumn, Inspection, Reason
from attnlab.data.pairs.options import PairOptions
from attnlab.data.pairs.prepared import PreparedPairs, Side, prepared
from attnlab.data.pairs.reading import read_pairs
from attnlab.data.pairs.vocabulary import unknown_shares
from attnlab.data.tables.splits import Rows
from attnlab.wording import counted

MANY_UNKNOWN = 0.05
"""From this share of unknown tokens on, answers suffer from it."""

FEW = 1000
"""Fewer pairs than these teach a network little about a language."""


def inspect_pairs(path: str | Path, options: PairOptions, vocabulary: int) -> Inspection:
    """What pairs a path holds and what will be done with them.

    Where each seed divides the pairs anew, the splits are those of one seed. Raises PairsError and
    TableError for what cannot be used.
    """
    pairs = read_pairs(path, options.source, options.target)
    ready = prepared(pairs, options)
    rows = ready.divided(np.random.default_rng(0))
    read, unread = unknown_shares(ready, rows, vocabulary)
    return Inspection(
        kind="pairs",
        path=str(pairs.path),
        samples=len(ready.rows),
        classes=(),
        splits={split: {"rows": len(chosen)} for split, chosen in rows.items()},
        columns=(
            _side("source", "read", ready, ready.source, vocabulary),
            _side("target", "written", ready, ready.target, vocabulary),
        ),
        left_out=tuple(
            Reason(counted(count, what), reason)
            for (what, _, reason), count in (
                (why.partition(": "), count) for why, count in ready.left_out.items()
            )
        ),
        warnings=tuple(_warnings(ready, rows, read, unread)),
        chance=chance_of(ready),
        drawn_anew=ready.drawn_anew,
        called=("pair", "pairs"),
        read_as=dict(pairs.read_as),
    )


def chance_of(ready: PreparedPairs) -> float:
    """The share of right tokens of always writing the commonest one, the end of a text included."""
    numbers = ready.target.numbers
    lengths = (numbers >= 0).sum(axis=1)
    known = numbers[numbers >= 0]
    commonest = int(np.bincount(known).argmax())
    of_token = ((numbers == commonest).sum(axis=1) / (lengths + 1)).mean()
    of_end = (1 / (lengths + 1)).mean()
    return float(max(of_token, of_end))


def _side(
    name: str, done: str, ready: PreparedPairs, side: Side, vocabulary: int
) -> InspectedColumn:
    known = ready.vocabulary_size(side, vocabulary)
    beside = "" if known == len(side.tokens) else f" of {len(side.tokens):,}"
    treatment = (
        f"{done} in {side.kind}: {known:,}{beside} different, those of each seed's training pairs; "
        f"at most {side.length} in a text"
    )
    return InspectedColumn(name, side.kind, treatment)


def _warnings(ready: PreparedPairs, rows: Rows, read: float, written: float) -> Iterator[str]:
    if (count := _on_both_sides(ready, rows)) > 0:
        held = len(rows["validation"]) + len(rows["test"])
        yield (
            f"{count:,} of {held:,} pairs held out are read like one that is trained on: remove "
            "them, or divide by seed, which keeps them together."
        )
    several = len(ready.rows) - len(np.unique(ready.groups))
    if several:
        yield (
            f"{several:,} pairs have another answer to a text that occurs before: no network can "
            "get all of them right."
        )
    for share, which in ((read, "read"), (written, "to be written")):
        if share > MANY_UNKNOWN:
            yield (
                f"{100 * share:.0f} % of the tokens {which} in validation are unknown, because no "
                "training pair has them: gather more pairs, or cut texts into characters (tokens)."
            )
    if len(ready.rows) < FEW:
        yield (
            f"{len(ready.rows):,} pairs teach a network little about a language: expect few exact "
            "matches."
        )


def _on_both_sides(ready: PreparedPairs, rows: Rows) -> int:
    held = np.concatenate([rows["validation"], rows["test"]])
    return int(np.isin(ready.groups[held], ready.groups[rows["train"]]).sum())
