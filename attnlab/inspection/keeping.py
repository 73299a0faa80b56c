"""What was found of a run as a file beside it."""

from __future__ import annotations

import json
import logging
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from attnlab.inspection.attended import ATTENDED_VERSION, RunAttention
from attnlab.inspection.found import CURVES, ROWS, RunInspection, Settings
from attnlab.store import Store

log = logging.getLogger(__name__)

ATTENDED = f"attended-{ATTENDED_VERSION}.npz"
_TEXT, _ARRAY = "found", "array"
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile)


def file_name(settings: Settings) -> str:
    """The name of the file of an inspection with these settings: another version of the measures
    has another name."""
    return f"inspection-{settings.key}.npz"


def keep(
    store: Store, study_id: str, arm: str, seed: int, settings: Settings, found: RunInspection
) -> None:
    """Write an inspection beside its run. Raises StoreError."""
    text = {
        "about": dict(found.about),
        "table": found.table.values.tolist(),
        "curves": found.curves.values.tolist(),
    }
    _write(store, (study_id, arm, seed), file_name(settings), text, found.arrays)


def kept(
    store: Store, study_id: str, arm: str, seed: int, settings: Settings
) -> RunInspection | None:
    """The inspection of a run with these settings; None where there is none, or it is damaged.

    Raises StoreError for an unknown study or run.
    """
    path = store.artifact(study_id, arm, seed, file_name(settings))
    if path is None:
        return None
    try:
        plain, arrays = _read(path)
        return RunInspection(
            plain["about"],
            pd.DataFrame(plain["table"], columns=list(ROWS)),
            pd.DataFrame(plain["curves"], columns=list(CURVES)),
            arrays,
        )
    except _UNREADABLE as error:
        log.warning("the inspection in %s cannot be read and is made again: %s", path, error)
        return None


def keep_attention(store: Store, study_id: str, arm: str, seed: int, found: RunAttention) -> None:
    """Write beside a run where it looks. Raises StoreError."""
    text = {"about": dict(found.about), "kinds": dict(found.kinds)}
    _write(store, (study_id, arm, seed), ATTENDED, text, found.arrays)


def kept_attention(store: Store, study_id: str, arm: str, seed: int) -> RunAttention | None:
    """Where a run looks, as it was kept; None where it was not, or the file is damaged.

    Raises StoreError for an unknown study or run.
    """
    path = store.artifact(study_id, arm, seed, ATTENDED)
    if path is None:
        return None
    try:
        plain, arrays = _read(path)
        return RunAttention(plain["about"], plain["kinds"], arrays)
    except _UNREADABLE as error:
        log.warning("the attention in %s cannot be read and is made again: %s", path, error)
        return None


def _write(
    store: Store,
    run: tuple[str, str, int],
    name: str,
    text: Mapping[str, Any],
    arrays: Mapping[str, np.ndarray],
) -> None:
    content = np.frombuffer(json.dumps({**text, "arrays": list(arrays)}).encode(), np.uint8)
    numbered = {f"{_ARRAY}{place}": each for place, each in enumerate(arrays.values())}

    def write(path: Path) -> None:
        np.savez_compressed(path, **{_TEXT: content, **numbered})  # type: ignore[arg-type]

    store.add_artifact(*run, name, write)


def _read(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    with np.load(path) as file:
        plain = json.loads(file[_TEXT].tobytes().decode())
        arrays = {name: file[f"{_ARRAY}{place}"] for place, name in enumerate(plain["arrays"])}
    return plain, arrays
