"""What an execution asks of whatever keeps its runs: the store, or what stands before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from attnlab.spec import NetworkLayer
from attnlab.store import EpochRecord, StudyRow

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


class RunStore(Protocol):
    """The part of `attnlab.store.Store` that an execution uses; see there."""

    def study(self, id_or_prefix: str, /) -> StudyRow: ...

    def runs(self, ids: str, /) -> pd.DataFrame: ...

    def heartbeat(self, study_id: str, activity: str) -> bool: ...

    def is_paused(self, study_id: str) -> bool: ...

    def describe_arm(
        self,
        study_id: str,
        label: str,
        network: Sequence[NetworkLayer],
        parameters: int,
        attention_parameters: int,
        /,
    ) -> None: ...

    def start_run(self, study_id: str, arm: str, seed: int) -> None: ...

    def record_epochs(self, study_id: str, records: Sequence[EpochRecord]) -> None: ...

    def finish_run(
        self,
        study_id: str,
        arm: str,
        seed: int,
        seconds: float,
        kept_epoch: int | None = None,
        tested: Mapping[str, float] | None = None,
        at_end: Mapping[str, float] | None = None,
        confusion: np.ndarray | None = None,
        trained_by: str | None = None,
    ) -> None: ...

    def fail_run(self, study_id: str, arm: str, seed: int, error: str) -> None: ...

    def save_artifacts(
        self, study_id: str, arm: str, seed: int, files: Mapping[str, Callable[[Path], None]], /
    ) -> None: ...
