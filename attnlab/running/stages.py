"""What takes a study that asks for a precision from its first stage to its second."""

from __future__ import annotations

from attnlab.imports import importing
from attnlab.store import Store


def seeds_needed(store: Store, study_id: str) -> int:
    """How many seeds the precision asked for takes: see `attnlab.results.stages.seeds_needed`,
    which imports what a training does without."""
    with importing("attnlab.results.stages"):
        from attnlab.results import stages

    return stages.seeds_needed(store, study_id)
