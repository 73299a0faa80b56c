"""The tidy CSV of curves, attention and its measures; activations."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from attnlab.export.spreadsheets import csv_text
from attnlab.imports import importing
from attnlab.store import Store
from attnlab.tasks import measures

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

CURVES = (
    *("study", "arm", "task", "module", "params", "seed", "epoch"),
    *("loss", "accuracy", "val_loss", "val_accuracy", "seconds"),
)
MEASURES = ("study", "arm", "seed", "epoch", "axis", "kind", "measure", "value", "chance")
ATTENTION = ("study", "arm", "seed", "epoch", "axis", "index", "weight", "truth")

_WEIGHT_DIGITS = "%.6g"
"""Weights are means of float32, so that further digits carry no information."""


def curves(store: Store, ids: str | Iterable[str]) -> pd.DataFrame:
    """A row per run and epoch of these studies: the columns `CURVES`, then what a task measures
    besides, such as val_exact_match.

    `task` is the arm's; `params` are the module's as JSON, and under "set" what the arm changes
    and the learning rate that was chosen for it.
    Raises StoreError for an unknown study.
    """
    frame = store.curves(ids)
    return frame[[*CURVES, *frame.columns.difference(list(CURVES), sort=False)]]


def attention(store: Store, study_id: str) -> pd.DataFrame:
    """A row per run, epoch and position, with the columns `ATTENTION`.

    `index` is the position in the flattened weights of the axis; `truth` is 1 where the arm's task
    planted its signal, 0 elsewhere on that axis, and missing on an axis without truth or where
    every sample has one of its own. Raises
    StoreError for an unknown study, or one whose plan this version cannot read.
    """
    with importing("pandas", "attnlab.analysis.attention"):
        import pandas as pd

        from attnlab.analysis.attention import truth_on

    study = store.study(study_id).study
    weights = store.traces(study_id)
    weights["truth"] = pd.Series(pd.NA, index=weights.index, dtype="Int64")
    for names, rows in weights.groupby(["arm", "axis", "shape"], sort=False):
        arm, axis, shape = map(str, names)
        if planted := truth_on(study, arm, axis):
            positions = rows["index"] % json.loads(shape)[-1]  # several heads have a row each
            weights.loc[rows.index, "truth"] = positions.isin(planted).astype("Int64")
    return weights[list(ATTENTION)]


def attention_measures(store: Store, study_id: str) -> pd.DataFrame:
    """A row per run, epoch, axis and measure of attention, with the columns `MEASURES`.

    `value` is a mean over samples of the validation split, `chance` what equal weights would have;
    missing where there is no such level. Raises StoreError for an unknown study.
    """
    frame = store.measures(study_id)
    keys = ["arm", "seed", "epoch", "axis"]
    levels = frame[frame["name"] == "chance"].set_index(keys)["value"].rename("level")
    frame = frame[frame["name"] != "chance"].join(levels, on=keys)
    fixed = frame["name"].map(measures.CHANCE)
    frame["chance"] = fixed.fillna(frame["level"].where(frame["name"].isin(measures.BY_SHARE)))
    return frame.rename(columns={"name": "measure"})[list(MEASURES)].reset_index(drop=True)


def curves_csv(store: Store, ids: str | Iterable[str]) -> str:
    """The curves as CSV text, every number at full resolution. Raises StoreError."""
    return csv_text(curves(store, ids))


def attention_csv(store: Store, study_id: str) -> str:
    """The attention as CSV text, weights at six significant digits. Raises StoreError."""
    table = attention(store, study_id)
    return csv_text(table, _WEIGHT_DIGITS)


def measures_csv(store: Store, study_id: str) -> str:
    """The measures of attention as CSV text, at six significant digits. Raises StoreError."""
    table = attention_measures(store, study_id)
    return csv_text(table, _WEIGHT_DIGITS)


def activations_csv(activations: np.ndarray) -> str:
    """Activations (N, ...) as CSV text, a row per sample and position, at six significant digits.

    `index` is the position in a sample's flattened activations.
    """
    with importing("numpy", "pandas"):
        import numpy as np
        import pandas as pd

    flat = activations.reshape(len(activations), -1)
    sample, index = np.indices(flat.shape)
    table = {"sample": sample.ravel(), "index": index.ravel(), "value": flat.ravel()}
    return csv_text(pd.DataFrame(table), _WEIGHT_DIGITS)


def activations_npz(activations: np.ndarray) -> bytes:
    """Activations as the bytes of an .npz file with one array, `activations`."""
    with importing("numpy"):
        import numpy as np

    file = io.BytesIO()
    np.savez_compressed(file, activations=activations)
    return file.getvalue()
