"""A study that was trained again from a capsule, compared with the capsule's numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from attnlab.capsules.reading import KEYS, NO_METRICS, Capsule
from attnlab.capsules.writing import HASH, runs, versions
from attnlab.imports import importing
from attnlab.store import Status, Store

if TYPE_CHECKING:
    import pandas as pd

TOLERANCE = 1e-4
"""Curves no further apart than this, in any metric at any epoch, nearly match."""

MATCH, DRIFT, FAILED = "match", "drift", "failed"
NEARLY = f"match within {TOLERANCE:g}"
NOTHING_BEFORE = "nothing to compare"


def compare(capsule: Capsule, store: Store, study_id: str) -> pd.DataFrame:
    """Compare a study that was trained from a capsule's plan with the capsule.

    A row per run of the plan: arm, seed; outcome; by each metric of the curves the largest absolute
    difference over the epochs; `largest`, that of all of them; weights, whether they are the same
    numbers (missing where not known). The outcome is `MATCH` where every number of the curves is
    the same bit for bit, `NEARLY` within `TOLERANCE`, else `DRIFT`; `FAILED` for a run that has not
    finished now, and `NOTHING_BEFORE` for one that had not finished in the capsule. Raises
    StoreError.
    """
    with importing("pandas"):
        import pandas as pd

    before, now = capsule.curves, store.curves(study_id)
    metrics = [name for name in before.columns if name not in NO_METRICS]
    ends_before, ends_now = _ends_of_runs(capsule.runs), _ends_of_runs(runs(store, study_id))
    curves_before, curves_now = (dict(list(each.groupby(KEYS))) for each in (before, now))
    rows: list[dict[str, Any]] = []
    for arm in capsule.study.arms:
        for seed in capsule.study.seeds:
            key = (arm.label, seed)
            old, new = ends_before.get(key), ends_now.get(key)
            outcome = _without_comparison(old, new)
            differences = dict.fromkeys([*metrics, "largest"], math.nan)
            same_weights = None
            if not outcome:
                differences = _differences(curves_before[key], curves_now[key], metrics)
                outcome = _outcome(differences["largest"])
                same_weights = _same_weights(old, new)
            rows.append(
                {
                    "arm": arm.label,
                    "seed": seed,
                    "outcome": outcome,
                    **differences,
                    "weights": pd.NA if same_weights is None else same_weights,
                }
            )
    return pd.DataFrame(rows)


def differing(capsule: Capsule) -> dict[str, tuple[str | None, str | None]]:
    """The versions that differ, by name: that of the capsule and that of this environment."""
    here = versions()
    return {
        name: (capsule.versions.get(name), here.get(name))
        for name in sorted({*capsule.versions, *here})
        if capsule.versions.get(name) != here.get(name)
    }


class _RunEnd(NamedTuple):
    """How a run ended: its status and the hash of its weights, None where there is none."""

    status: str
    weights: str | None

    @property
    def is_finished(self) -> bool:
        return self.status == Status.FINISHED


def _without_comparison(old: _RunEnd | None, new: _RunEnd | None) -> str:
    """The outcome of a run that cannot be compared; empty for one that can."""
    if new is None or not new.is_finished:
        return FAILED
    return "" if old is not None and old.is_finished else NOTHING_BEFORE


def _differences(before: pd.DataFrame, now: pd.DataFrame, metrics: list[str]) -> dict[str, float]:
    """The largest absolute difference by metric; infinite where only one has a value."""
    with importing("numpy"):
        import numpy as np

    before, now = before.set_index("epoch"), now.set_index("epoch")
    epochs = before.index.union(now.index)
    largest: dict[str, float] = {}
    for metric in metrics:
        values_now = now[metric] if metric in now else now["loss"] * math.nan
        old, new = (each.reindex(epochs).to_numpy(float) for each in (before[metric], values_now))
        with np.errstate(invalid="ignore"):
            differences = np.where(old == new, 0.0, np.abs(old - new))
        differences = np.where(np.isnan(old) & np.isnan(new), 0.0, differences)
        largest[metric] = float(np.where(np.isnan(differences), math.inf, differences).max())
    if len(before) != len(now):
        largest["loss"] = math.inf
    return largest | {"largest": max(largest.values())}


def _outcome(largest: float) -> str:
    if largest == 0:
        return MATCH
    return NEARLY if largest <= TOLERANCE else DRIFT


def _same_weights(old: _RunEnd | None, new: _RunEnd | None) -> bool | None:
    """Whether the weights are the same numbers; None where they are not known."""
    if old is None or new is None or old.weights is None or new.weights is None:
        return None
    return old.weights == new.weights


def _ends_of_runs(table: pd.DataFrame) -> dict[tuple[str, int], _RunEnd]:
    columns = (table[name] for name in (*KEYS, "status", HASH))
    return {
        (arm, seed): _RunEnd(status, weights if isinstance(weights, str) else None)
        for arm, seed, status, weights in zip(*columns, strict=True)
    }
