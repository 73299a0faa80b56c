"""The Python surface: train a study, and read what it gave as DataFrames."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab import export
from attnlab.cli.foreground import carry_out
from attnlab.cli.progress import Bar, Lines, Reporter
from attnlab.spec import Study
from attnlab.store import Owner, Store
from attnlab.training import memory

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Result:
    """A study that was trained, read from the store whenever asked. Methods raise StoreError."""

    id: str
    store: Store

    @property
    def study(self) -> Study:
        """The plan."""
        return self.store.study(self.id).study

    @property
    def status(self) -> str:
        """ "finished", "failed" (some runs), "stopped", "interrupted", "running" or "queued"."""
        return str(self.store.study(self.id).status)

    def curves(self) -> pd.DataFrame:
        """A row per run and epoch: the columns of the curves CSV."""
        return export.curves(self.store, self.id)

    def attention(self) -> pd.DataFrame:
        """A row per run, epoch and position: the columns of the attention CSV."""
        return export.attention(self.store, self.id)

    def measures(self) -> pd.DataFrame:
        """A row per run, epoch, axis and measure of attention: what was found, how concentrated."""
        return export.attention_measures(self.store, self.id)

    def table(self) -> pd.DataFrame:
        """A row per arm, compared with the reference; see `attnlab.analysis.tables.results`."""
        from attnlab.analysis.tables import ArmParameters, results

        parameters = {
            arm.label: ArmParameters(arm.attention_parameters, arm.parameters)
            for arm in self.store.arms(self.id)
            if arm.parameters is not None
        }
        return results(
            self.study,
            self.store.runs(self.id),
            parameters,
            self.store.traces(self.id, "last"),
            self.store.measures(self.id, "last"),
        )

    def __repr__(self) -> str:
        return f"<attnlab study {self.id}: {self.status}>"


def run(
    study: Study | Mapping[str, Any] | str | PathLike[str],
    *,
    name: str = "",
    home: Path | str | None = None,
    progress: bool | None = None,
) -> Result:
    """Train a study in this thread and return what it gave.

    `study` may also be a mapping of what `Study` takes, or the path of a YAML or JSON file.
    `home` is the folder that keeps the study (ATTNLAB_HOME by default). `progress` shows how far
    it is on standard error, as a bar on a terminal and as lines elsewhere; by default only on a
    terminal. A run that fails makes the status "failed"; the others are kept.

    Raises SpecError for a study that cannot be trained or does not fit into memory, and StoreError
    when results cannot be kept. Ctrl-C raises KeyboardInterrupt once the study is stopped; finished
    runs are kept, and `attnlab resume ID` trains the rest.
    """
    plan = _plan(study)
    memory.check(plan)
    store = Store(home)
    store.recover()
    study_id = store.create_study(plan, name=name, owner=Owner.current())
    if carry_out(store, study_id, _reporter(store, study_id, progress)):
        raise KeyboardInterrupt(f"study {study_id} was stopped: attnlab resume {study_id}")
    return Result(study_id, store)


def open(id_or_prefix: str, *, home: Path | str | None = None) -> Result:
    """The study with this id, or the only one whose id starts so. Raises StoreError."""
    store = Store(home)
    store.recover()
    return Result(store.study(id_or_prefix).id, store)


def _plan(study: Study | Mapping[str, Any] | str | PathLike[str]) -> Study:
    if isinstance(study, Study):
        return study
    if isinstance(study, Mapping):
        return Study(**{str(key): value for key, value in study.items()})
    return Study.from_file(Path(study))


def _reporter(store: Store, study_id: str, progress: bool | None) -> Reporter:
    terminal = sys.stderr is not None and sys.stderr.isatty()
    if progress is False or (progress is None and not terminal):
        return Reporter(store, study_id)
    kind = Bar if terminal else Lines
    return kind(store, study_id, sys.stderr)
