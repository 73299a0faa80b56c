"""The parts of an arm's seeds that train at once on different workers."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from attnlab.spec import Study

PARTS = 4
"""A study of fewer arms is divided into about so many parts, so that each finds a core."""

FEWEST_SEEDS = 5
"""In a part; seeds that train together gain the more the more there are (see `benchmarks`)."""

FEWEST_EPOCHS = 100
"""In a part, over all its seeds: for less, another trace takes longer than it saves."""


def parts(study: Study, seeds: Sequence[int]) -> list[tuple[int, ...]]:
    """Divide the seeds of each arm, in parts of about equal size.

    Which seeds train together decides the last bits of their numbers, so it depends on the plan
    alone: not on the machine, nor on which runs are left.
    """
    epochs = study.training.epochs
    number = min(
        -(-PARTS // len(study.arms)),
        len(seeds) // FEWEST_SEEDS,
        len(seeds) * epochs // FEWEST_EPOCHS,
    )
    number = max(1, number)
    cuts = [round(len(seeds) * part / number) for part in range(number + 1)]
    return [tuple(seeds[first:last]) for first, last in itertools.pairwise(cuts)]
