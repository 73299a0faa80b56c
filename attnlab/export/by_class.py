"""What the runs of a study answered class by class, as CSV."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from attnlab.export.files import ExportError
from attnlab.export.spreadsheets import csv_text
from attnlab.results.by_class import SPLITS, confusion_frame, recall_frame, why_unknown
from attnlab.store import Store


def confusion_csv(store: Store, study_id: str) -> str:
    """The mean confusion matrix of every arm on validation and test as CSV text: see
    `results.by_class.confusion_frame`.

    Raises StoreError for an unknown study, and ExportError where nothing is known class by class.
    """
    return _csv(store, study_id, confusion_frame)


def recall_csv(store: Store, study_id: str) -> str:
    """The recall of every arm and class on validation and test, with its spread over the seeds, as
    CSV text: see `results.by_class.recall_frame`. Raises as `confusion_csv` does."""
    return _csv(store, study_id, recall_frame)


def _csv(store: Store, study_id: str, frame: Callable[..., pd.DataFrame]) -> str:
    study = store.study(study_id).study
    table = frame(store, study, study_id, tuple(SPLITS))
    if table.empty:
        raise ExportError(f"there is nothing to export class by class: {why_unknown(study)}")
    return csv_text(table)
