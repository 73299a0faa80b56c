"""The rows that say which seeds a study has spent, on the data of each of its tasks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attnlab.spec import Study


def spent_rows(
    study_id: str, name: str, study: Study, created_at: float, seeds: Iterable[int]
) -> list[dict[str, Any]]:
    """The rows of `schema.spent_seeds` for these seeds of a study: one for each stream of data."""
    about = {
        "study_id": study_id,
        "study_name": name,
        "question": study.question,
        "created_at": created_at,
    }
    streams = study.data_streams
    return [{**about, "stream": stream, "seed": seed} for seed in seeds for stream in streams]
