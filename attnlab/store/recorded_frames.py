"""The part of the store that returns what training recorded as DataFrames."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from attnlab.imports import importing
from attnlab.store import shown_samples
from attnlab.store.listed_studies import ListedStudies
from attnlab.store.shown_samples import ShownSamples

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


class RecordedFrames(ListedStudies):
    """The studies in a database, and their recorded runs, epochs and traces as DataFrames.

    Every method of its own raises StoreError for an unknown study.
    """

    def runs(self, ids: str | Iterable[str]) -> pd.DataFrame:
        """One row a run: study, arm, seed, status, epoch, kept_epoch, seconds, error, and the kept
        epoch's loss, accuracy, val_loss, val_accuracy (NaN where there is none), what the task
        measures besides, such as val_exact_match, and the same on the test samples, such as
        test_accuracy. Of classes val_balanced_accuracy, val_macro_f1, val_roc_auc and val_log_loss
        follow, and the same of the test samples; runs of before these were measured have none.

        `epoch` is the latest; `kept_epoch` the one whose weights the run has: the latest too, or
        after early stopping an earlier one.
        """
        with importing("attnlab.store.reading"):
            from attnlab.store import reading

        with self._read() as connection:
            return reading.runs(connection, _listed(ids))

    def curves(self, ids: str | Iterable[str]) -> pd.DataFrame:
        """One row a run and epoch: study, arm, task, module, params, seed, epoch, loss, accuracy,
        val_loss, val_accuracy, seconds, and what the task measures besides, such as
        val_exact_match; sorted by arm position, seed and epoch."""
        with importing("attnlab.store.reading"):
            from attnlab.store import reading

        with self._read() as connection:
            return reading.curves(connection, _listed(ids))

    def confusions(self, study_id: str) -> dict[tuple[str, int], np.ndarray]:
        """By arm and seed the counts (2, K, K) of a run's answers on the validation and the test
        samples, true classes down and answers across; without the runs that have none."""
        with importing("attnlab.store.reading"):
            from attnlab.store import reading

        with self._read() as connection:
            return reading.confusions(connection, study_id)

    def traces(self, study_id: str, epoch: int | Literal["last"] | None = None) -> pd.DataFrame:
        """One row a weight: study, arm, seed, epoch, axis, kind, index, weight, shape.

        `epoch` chooses, in each run: "last" the kept one (the latest, or an earlier one after early
        stopping), a number that epoch or the latest before it, None all. `index` is the place in
        the flattened weights, whose shape is in `shape` as JSON ("[7, 7]").
        """
        with importing("attnlab.store.reading"):
            from attnlab.store import reading

        with self._read() as connection:
            return reading.traces(connection, study_id, epoch)

    def shown_samples(
        self, study_id: str, epoch: int | Literal["last"]
    ) -> dict[tuple[str, int], ShownSamples]:
        """By arm and seed what a run answers to a few samples, and how it weighs them, at an epoch
        chosen as for `traces`; without the runs that kept none of it, as those of before."""
        with self._read() as connection:
            return shown_samples.read(connection, study_id, epoch)

    def measures(self, study_id: str, epoch: int | Literal["last"] | None = None) -> pd.DataFrame:
        """One row a measure of attention: study, arm, seed, epoch, axis, kind, name, value.

        The names are those of `attnlab.tasks.measures`, and "chance", the level of hit, mass and
        rank; each value is a mean over samples. `epoch` chooses as it does for `traces`.
        """
        with importing("attnlab.store.reading"):
            from attnlab.store import reading

        with self._read() as connection:
            return reading.measures(connection, study_id, epoch)


def _listed(ids: str | Iterable[str]) -> list[str]:
    return [ids] if isinstance(ids, str) else list(dict.fromkeys(ids))
