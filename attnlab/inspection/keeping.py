"""An inspection as a file beside its run."""

from __future__ import annotations

import json
import logging
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

from attnlab.inspection.found import CURVES, ROWS, RunInspection, Settings
from attnlab.store import Store

log = logging.getLogger(__name__)

_TEXT, _ARRAY = "found", "array"


def file_name(settings: Settings) -> str:
    """The name of the file of an inspection with these settings: another version of the measures
    has another name."""
    return f"inspection-{settings.key}.npz"


def keep(
    store: Store, study_id: str, arm: str, seed: int, settings: Settings, found: RunInspection
) -> None:
    """Write an inspection beside its run. Raises StoreError."""
    text = json.dumps(
        {
            "about": dict(found.about),
            "table": found.table.values.tolist(),
            "curves": found.curves.values.tolist(),
            "arrays": list(found.arrays),
        }
    )
    numbered = {f"{_ARRAY}{place}": each for place, each in enumerate(found.arrays.values())}

    def write(path: Path) -> None:
        content = np.frombuffer(text.encode(), np.uint8)
        np.savez_compressed(path, **{_TEXT: content, **numbered})  # type: ignore[arg-type]

    store.add_artifact(study_id, arm, seed, file_name(settings), write)


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
        with np.load(path) as file:
            plain = json.loads(file[_TEXT].tobytes().decode())
            arrays = {name: file[f"{_ARRAY}{place}"] for place, name in enumerate(plain["arrays"])}
        return RunInspection(
            plain["about"],
            pd.DataFrame(plain["table"], columns=list(ROWS)),
            pd.DataFrame(plain["curves"], columns=list(CURVES)),
            arrays,
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        log.warning("the inspection in %s cannot be read and is made again: %s", path, error)
        return None
