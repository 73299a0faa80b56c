"""Inspecting a run: in a worker, unless it was kept."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from typing import TypeVar

import pandas as pd

from attnlab import workers
from attnlab.inspection import keeping
from attnlab.inspection.beside import rows_beside
from attnlab.inspection.errors import InspectionError
from attnlab.inspection.found import RunInspection, Settings, Share
from attnlab.inspection.loading import check_finished
from attnlab.spec import SpecError
from attnlab.store import Status, Store, StoreError
from attnlab.workers import WorkersError

log = logging.getLogger(__name__)

Found = TypeVar("Found")

_TRACES = "traces.npz"
_MEASURING = "attnlab.inspection.measuring:inspected"


def inspectable(store: Store, study_id: str, seed: int | None = None) -> list[tuple[str, int]]:
    """The finished runs of a study that have attention, arm and seed, in the study's order; of one
    seed, if that is named. Raises StoreError for an unknown study."""
    runs = store.runs(study_id)
    finished = runs[runs["status"] == Status.FINISHED]
    found = zip(finished["arm"], finished["seed"], strict=True)
    return [
        (str(arm), int(own))
        for arm, own in found
        if seed in (None, own) and store.artifact(study_id, arm, own, _TRACES) is not None
    ]


def kept_inspection(
    store: Store, study_id: str, arm: str, seed: int, settings: Settings | None = None
) -> RunInspection | None:
    """What was found of a run before, with what stands beside it; None where it was not inspected.

    Raises what `inspecting` does.
    """
    check_inspectable(store, study_id, arm, seed)
    found = keeping.kept(store, study_id, arm, seed, settings or Settings())
    return None if found is None else _with_others(store, found)


def inspecting(
    store: Store, study_id: str, arm: str, seed: int, settings: Settings | None = None
) -> Generator[Share | RunInspection, None, None]:
    """Inspect a finished run: yields how far it is, and at last what was found, which is kept.

    What was kept comes at once. A worker measures (see `attnlab.workers.stream`); closing this
    leaves it, and keeps nothing. Raises SpecError for an arm or seed that is not there, StoreError
    for an unknown study and a run without a trained network, InspectionError where there is no
    attention, and WorkersError.
    """
    wanted = settings or Settings()
    before = kept_inspection(store, study_id, arm, seed, wanted)
    if before is not None:
        yield before
        return
    values = workers.stream(_MEASURING, str(store.home), study_id, arm, seed, *wanted.plain)
    with closing(values):
        for value in in_words(values):
            if isinstance(value, RunInspection):
                keeping.keep(store, study_id, arm, seed, wanted, value)
                yield _with_others(store, value)
            else:
                yield value


def in_words(values: Iterator[Found]) -> Iterator[Found]:
    """The values; what fails in the worker for a reason of its own, as memory does, is said."""
    try:
        yield from values
    except (InspectionError, SpecError, StoreError, WorkersError):
        raise
    except Exception as error:
        log.exception("an inspection failed")
        reason = next(iter(str(error).splitlines()), "") or type(error).__name__
        raise InspectionError(f"this run could not be inspected: {reason}") from error


def inspect_run(
    store: Store,
    study_id: str,
    arm: str,
    seed: int,
    settings: Settings | None = None,
    tell: Callable[[Share], None] = lambda share: None,
) -> RunInspection:
    """What a finished run's attention is worth. `tell` is told how far it is.

    Raises what `inspecting` does.
    """
    with closing(inspecting(store, study_id, arm, seed, settings)) as values:
        for value in values:
            if isinstance(value, RunInspection):
                return value
            tell(value)
    raise AssertionError("an inspection ends with what was found")


def check_inspectable(store: Store, study_id: str, arm: str, seed: int) -> None:
    """Raise what `inspecting` does for a run that cannot be inspected."""
    check_finished(store, study_id, arm, seed)
    if store.artifact(study_id, arm, seed, _TRACES) is None:
        others = ", ".join(dict.fromkeys(label for label, _ in inspectable(store, study_id)))
        able = f"; of this study, {others} can be inspected" if others else ""
        raise InspectionError(f"arm {arm} has no attention to inspect{able}")


def _with_others(store: Store, found: RunInspection) -> RunInspection:
    """The same with the rows of other seeds and of the arm without the module: they are looked up
    every time, as more runs may have finished."""
    beside = rows_beside(store, str(found.about["study"]), str(found.about["arm"]))
    return replace(found, table=pd.concat([found.table, beside], ignore_index=True))
