"""What the counts of somebody's own data say: the sizes of splits, and what guessing scores."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from attnlab import imports
from attnlab.catalog.task_entries.shared import kept
from attnlab.spec import SpecError, SplitSizes

P = TypeVar("P")
ClassCounts = Mapping[str, Sequence[int]]
"""How many samples of each class the splits have: "train", "validation" and "test"."""


def divided_counts(given: Mapping[str, Any], share: float) -> ClassCounts:
    """How many samples of each class the three splits get, of those that are there (K,) by the
    splits that are given; of groups about so many."""
    splits: Any = imports.module("attnlab.data.tables.splits")
    shares = splits.shares_of(given, share)
    return {split: [int(count) for count in of_split] for split, of_split in shares.items()}


def guessing(counts: Callable[[P], ClassCounts]) -> Callable[[P], float]:
    """What gives the validation accuracy of always giving the commonest answer, from what counts;
    NaN where the data cannot be read."""

    def chance(params: P) -> float:
        try:
            validated = counts(params)["validation"]
        except SpecError:
            return math.nan
        return max(validated) / sum(validated)

    return chance


def sizes_of(counts: ClassCounts, imbalance: int, drawn_anew: bool) -> SplitSizes:
    """The sizes of the splits, after imbalance has left out training samples."""
    train = counts["train"]
    trained = kept(train, imbalance) if imbalance > 1 else sum(train)
    return SplitSizes(trained, sum(counts["validation"]), sum(counts["test"]), drawn_anew)
