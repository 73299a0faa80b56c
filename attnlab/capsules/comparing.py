"""A study trained again from a capsule, held against what the capsule says, number by number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

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
    """Hold a study that was trained from a capsule's plan against the capsule.

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
    ended = _by_run(runs(store, study_id))
    ended_before = _by_run(capsule.runs)
    by_run_before, by_run_now = (dict(list(each.groupby(KEYS))) for each in (before, now))
    rows = []
    for arm in capsule.study.arms:
        for seed in capsule.study.seeds:
            key = (arm.label, seed)
            row = {"arm": arm.label, "seed": seed, "outcome": ""}
            row |= dict.fromkeys([*metrics, "largest"], math.nan)
            row |= {"weights": pd.NA}
            was, ran = ended_before.get(key, {}), ended.get(key, {})
            row["outcome"] = _not_compared(was, ran)
            if not row["outcome"]:
                row |= _differences(by_run_before[key], by_run_now[key], metrics)
                row |= {"outcome": _outcome(row["largest"]), "weights": _same_weights(was, ran)}
            rows.append(row)
    return pd.DataFrame(rows)


def differing(capsule: Capsule) -> dict[str, tuple[str | None, str | None]]:
    """What differs of the versions: by name, that of the capsule and that here."""
    here = versions()
    return {
        name: (capsule.versions.get(name), here.get(name))
        for name in sorted({*capsule.versions, *here})
        if capsule.versions.get(name) != here.get(name)
    }


def _not_compared(was: Mapping[str, Any], ran: Mapping[str, Any]) -> str:
    if ran.get("status") != Status.FINISHED:
        return FAILED
    return "" if was.get("status") == Status.FINISHED else NOTHING_BEFORE


def _differences(before: pd.DataFrame, now: pd.DataFrame, metrics: list[str]) -> dict[str, float]:
    """The largest absolute difference by metric; infinite where one has a value more."""
    with importing("numpy"):
        import numpy as np

    before, now = before.set_index("epoch"), now.set_index("epoch")
    epochs = before.index.union(now.index)
    found = {}
    for metric in metrics:
        ours = now[metric] if metric in now else now["loss"] * math.nan
        old, new = (each.reindex(epochs).to_numpy(float) for each in (before[metric], ours))
        with np.errstate(invalid="ignore"):
            apart = np.where(old == new, 0.0, np.abs(old - new))
        apart = np.where(np.isnan(old) & np.isnan(new), 0.0, apart)
        found[metric] = float(np.where(np.isnan(apart), math.inf, apart).max())
    if len(before) != len(now):
        found["loss"] = math.inf
    return found | {"largest": max(found.values())}


def _outcome(largest: float) -> str:
    if largest == 0:
        return MATCH
    return NEARLY if largest <= TOLERANCE else DRIFT


def _same_weights(was: Mapping[str, Any], ran: Mapping[str, Any]) -> Any:
    with importing("pandas"):
        import pandas as pd

    old, new = was.get(HASH), ran.get(HASH)
    return old == new if isinstance(old, str) and isinstance(new, str) else pd.NA


def _by_run(table: pd.DataFrame) -> dict[tuple[str, int], dict[str, Any]]:
    return {(row["arm"], row["seed"]): row for row in table.to_dict("records")}
