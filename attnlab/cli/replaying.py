"""The outcome of a replay, for people and as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from attnlab.analysis.rounding import MISSING
from attnlab.capsules import DRIFT, FAILED, MATCH, NEARLY, NOTHING_BEFORE, TOLERANCE
from attnlab.cli.text import columns

Differing = Mapping[str, tuple[str | None, str | None]]

_KEYS = ("arm", "seed", "outcome", "largest", "weights")


def is_reproduced(table: pd.DataFrame) -> bool | None:
    """Whether no run drifted or failed; None where no run could be compared."""
    if (table["outcome"] == NOTHING_BEFORE).all():
        return None
    return not table["outcome"].isin([DRIFT, FAILED]).any()


def replay_text(study_id: str, table: pd.DataFrame, differing: Differing) -> str:
    """A row per run with its outcome and the largest difference of each metric, the counts, and the
    versions that differ; and a sentence where no run could be compared."""
    metrics = [name for name in table.columns if name not in _KEYS]
    rows = [("arm", "seed", "outcome", *metrics, "weights")]
    for row in table.to_dict("records"):
        differences = (_difference(row[name]) for name in metrics)
        weights = _weights(row["weights"])
        rows.append((row["arm"], str(row["seed"]), row["outcome"], *differences, weights))
    lines = columns(rows, right=(1, *range(3, 3 + len(metrics))))
    notes = [_NOTHING] if is_reproduced(table) is None else []
    return "\n".join([_counts(study_id, table), *notes, "", *lines, "", _versions(differing)])


def replay_json(study_id: str, table: pd.DataFrame, differing: Differing) -> dict[str, Any]:
    """The same as JSON values; an infinite difference is null, like an unknown one.

    "same" is null where no run could be compared.
    """
    return {
        "study": study_id,
        "same": is_reproduced(table),
        "runs": json.loads(table.to_json(orient="records", double_precision=15)),
        "versions": {name: {"capsule": was, "here": now} for name, (was, now) in differing.items()},
    }


def _counts(study_id: str, table: pd.DataFrame) -> str:
    counts = table["outcome"].value_counts()
    order: Sequence[str] = (MATCH, NEARLY, DRIFT, FAILED)
    named = [*order, *(each for each in counts.index if each not in order)]
    parts = [f"{counts[each]} {_OUTCOMES.get(each, each)}" for each in named if each in counts]
    return f"Trained again as study {study_id}, {len(table)} runs: {', '.join(parts)}"


_NOTHING = (
    "This says nothing about the capsule: no run had finished when it was made, so that there is "
    "nothing to compare with."
)
_OUTCOMES = {
    MATCH: "match bit for bit",
    NEARLY: f"equal to rounding (within {TOLERANCE:g})",
    DRIFT: "drift",
}


def _difference(value: float) -> str:
    if math.isnan(value):
        return MISSING
    return "0" if value == 0 else f"{value:.1e}" if math.isfinite(value) else "missing"


def _weights(value: Any) -> str:
    return MISSING if pd.isna(value) else "same" if value else "differ"


def _versions(differing: Differing) -> str:
    if not differing:
        return "Versions and platform are those of the capsule."
    parts = [
        f"{name} {was or '–'} there, {now or '–'} here" for name, (was, now) in differing.items()
    ]
    return f"What differs from the capsule: {'; '.join(parts)}."
