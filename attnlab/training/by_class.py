"""What a run's answers are worth class by class, as its last event tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from attnlab.tasks.class_measures import class_measures
from attnlab.training.objective import Objective


def by_class(
    objective: Objective, labels: Mapping[str, np.ndarray], answers: Mapping[str, np.ndarray]
) -> dict[str, Any]:
    """`RunEnd.at_end` and `RunEnd.confusion`, from the labels (N,) and the answers (N, ...) of each
    split, by what goes before the names of its measures."""
    values: dict[str, float] = {}
    counts = []
    for prefix, of_split in answers.items():
        measured = class_measures(
            labels[prefix],
            objective.classes_answered(of_split),
            objective.predictions(of_split),
        )
        values |= {f"{prefix}{name}": value for name, value in measured.values.items()}
        counts.append(measured.counts)
    return {"at_end": values, "confusion": np.stack(counts).astype(np.int32)}
