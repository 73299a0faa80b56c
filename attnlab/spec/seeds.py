"""Seeds as people write them: a count, or a list."""

from __future__ import annotations

from numbers import Integral
from typing import Any

from attnlab.spec.parameters import SpecError, shown

MAX_SEEDS = 1000
LARGEST_SEED = 2**31 - 1


def read_seeds(given: Any) -> tuple[int, ...]:
    """The seeds that a count or a list names; raises SpecError for anything else."""
    if is_whole_number(given):
        if not 1 <= given <= MAX_SEEDS:
            raise SpecError(f"seeds must be at least 1 and at most {MAX_SEEDS}, got {shown(given)}")
        return tuple(range(given))
    if isinstance(given, (str, bytes, dict)) or not hasattr(given, "__iter__"):
        raise SpecError(f"seeds must be a count or a list of whole numbers, got {shown(given)}")
    seeds = tuple(given)
    if not seeds:
        raise SpecError("seeds must name at least one seed, got none")
    if len(seeds) > MAX_SEEDS:
        raise SpecError(f"seeds must name at most {MAX_SEEDS}, got {len(seeds)}")
    for seed in seeds:
        if not is_whole_number(seed) or not 0 <= seed <= LARGEST_SEED:
            raise SpecError(
                f"seeds must be whole numbers from 0 to {LARGEST_SEED}, got {shown(seed)}"
            )
    return tuple(int(seed) for seed in seeds)


def is_whole_number(value: Any) -> bool:
    """Whether this is an integer, of Python or NumPy, and no switch."""
    return isinstance(value, Integral) and not isinstance(value, bool)
