"""Several runs of a study at once: measured one after the other, and averaged over seeds."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

import numpy as np
import pandas as pd

from attnlab import workers
from attnlab.analysis.intervals import mean_interval
from attnlab.inspection import keeping
from attnlab.inspection.attended import RunAttention
from attnlab.inspection.beside import NEEDED, SEEDS_AGREE
from attnlab.inspection.found import CURVES, ROWS, RunInspection, Settings, Share
from attnlab.inspection.running import (
    Found,
    check_inspectable,
    in_words,
    inspecting,
    kept_inspection,
)
from attnlab.store import Store

Run = tuple[str, int]
"""An arm and a seed."""

_ATTENDING = "attnlab.inspection.attending:attended"
_OF_THE_STUDY = (NEEDED, SEEDS_AGREE)
"""Measures that rest on all seeds already: they are the same beside each run."""


def attending(
    store: Store, study_id: str, arm: str, seed: int
) -> Generator[Share | RunAttention, None, None]:
    """Look where a finished run looks: yields how far it is, and at last what was found.

    As `inspecting`: what was kept comes at once; else a worker computes it and it is kept. Raises
    what that raises.
    """
    check_inspectable(store, study_id, arm, seed)
    before = keeping.kept_attention(store, study_id, arm, seed)
    if before is not None:
        yield before
        return
    samples = Settings().samples
    values = workers.stream(_ATTENDING, str(store.home), study_id, arm, seed, samples)
    with closing(values):
        for value in in_words(values):
            if isinstance(value, RunAttention):
                keeping.keep_attention(store, study_id, arm, seed, value)
            yield value


def attending_runs(
    store: Store, study_id: str, runs: Sequence[Run]
) -> Generator[Share | RunAttention, None, None]:
    """Look where some runs look: yields how far all of it is, and each as it is found. What was
    found is kept, so that leaving between two runs loses nothing of the first."""
    for number, (arm, seed) in enumerate(runs):
        with closing(attending(store, study_id, arm, seed)) as values:
            yield from _of_all(values, number, len(runs), f"{arm}, seed {seed}")


def inspecting_runs(
    store: Store, study_id: str, runs: Sequence[Run]
) -> Generator[Share | RunInspection, None, None]:
    """The same of `inspecting`, with the settings as they are by default."""
    for number, (arm, seed) in enumerate(runs):
        with closing(inspecting(store, study_id, arm, seed)) as values:
            yield from _of_all(values, number, len(runs), f"{arm}, seed {seed}")


def kept_inspections(
    store: Store, study_id: str, arm: str, seeds: Sequence[int]
) -> list[RunInspection]:
    """What was found before of these seeds of an arm, of those that were inspected."""
    found = (kept_inspection(store, study_id, arm, seed) for seed in seeds)
    return [each for each in found if each is not None]


def over_seeds(found: Sequence[RunInspection]) -> RunInspection:
    """The mean over the runs of one arm, as an inspection: `half` is the half-width of the 95 %
    t-interval over seeds, and `n` how many seeds have a value.

    What rests on all seeds already, the retrained ablation and how far seeds agree, stays. Curves
    are means, and what each example has is put together. A single run is given back as it is.
    Raises ValueError for none.
    """
    if not found:
        raise ValueError("expected at least one inspection, got none")
    first = found[0]
    if len(found) == 1:
        return first
    about = {**first.about, "seeds": len(found)}
    curves = pd.concat([each.curves for each in found], ignore_index=True)
    keys = ["axis", "curve", "order", "share"]
    means = curves.groupby(keys, sort=False)["score"].mean().reset_index()
    return replace(
        first,
        about=about,
        table=_mean_table(found),
        curves=means[list(CURVES)],
        arrays=_together(found),
    )


def _mean_table(found: Sequence[RunInspection]) -> pd.DataFrame:
    rows = []
    every = pd.concat([each.table for each in found], ignore_index=True)
    for (axis, measure), own in every.groupby(["axis", "measure"], sort=False):
        if measure in _OF_THE_STUDY:
            rows.append(tuple(own.iloc[0][list(ROWS)]))
            continue
        mean = mean_interval(own["value"])
        note = "" if mean.n else own["note"].iloc[0]
        rows.append((axis, measure, mean.mean, mean.half, own["chance"].mean(), mean.n, note))
    return pd.DataFrame(rows, columns=list(ROWS))


def _together(found: Sequence[RunInspection]) -> dict[str, np.ndarray]:
    """Measures of each example one behind the other; means and importance averaged."""
    names = [name for name in found[0].arrays if all(name in each.arrays for each in found)]
    arrays: dict[str, np.ndarray] = {}
    for name in names:
        own = [each.arrays[name] for each in found]
        if name.endswith(("/shape", "/classes")):
            arrays[name] = own[0]
        elif name.endswith(("/mean", "/rollout", "/permutation importance")):
            arrays[name] = np.mean(own, axis=0)
        elif not name.endswith(("/by class", "/attention")):
            arrays[name] = np.concatenate(own)
    return arrays


def _of_all(
    values: Iterator[Share | Found], number: int, runs: int, run: str
) -> Iterator[Share | Found]:
    """The values of one of several runs, with how far all of them are."""
    for value in values:
        if isinstance(value, Share):
            doing = f"{run}: {value.doing}" if runs > 1 else value.doing
            yield Share((number + value.share) / runs, doing)
        else:
            yield value
