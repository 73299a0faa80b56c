"""A chart's data as Weights & Biases exports them: a row a step, a column a run."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from attnlab.scores.cells import ScoreCells, numbers_of
from attnlab.scores.errors import ScoresError
from attnlab.scores.metrics import direction_of, metric_called, scale_of_values
from attnlab.scores.naming import run_named
from attnlab.scores.table import GivenRun, ScoreOptions, ScoreTable, left_out

_STEPS = ("step", "_step", "epoch", "relative time (process)", "relative time (wall)", "wall time")
_OF_RUN = re.compile(r"^(?P<run>.+) - (?P<metric>.+?)(?P<end>__MIN|__MAX)?$")


class _Series(NamedTuple):
    column: str
    run: str
    metric: str


def is_history(cells: ScoreCells) -> bool:
    """Whether a table is one: a first column of steps, and columns "run - metric"."""
    first, *others = cells.columns
    return first.lower() in _STEPS and any(_OF_RUN.match(each) for each in others)


def history_measures(cells: ScoreCells) -> tuple[str, ...]:
    """The metrics that it has."""
    return tuple(dict.fromkeys(each.metric for each in _series(cells)))


def _series(cells: ScoreCells) -> list[_Series]:
    found = [(name, _OF_RUN.match(name)) for name in cells.columns]
    return [
        _Series(name, match["run"], match["metric"])
        for name, match in found
        if match is not None and not match["end"]
    ]


def history_scores(cells: ScoreCells, named: ScoreOptions) -> ScoreTable:
    """The final or best value of each run. Raises ScoresError for a run whose name says no arm and
    seed, for several metrics of which none was named, and for best of a metric with no direction.
    """
    series, known = _series(cells), history_measures(cells)
    if named.metric and named.metric not in known:
        raise ScoresError(
            f"{cells.source} has no metric {named.metric!r}: it has {', '.join(known)}"
        )
    if len(known) > 1 and not named.metric:
        raise ScoresError(
            f"{cells.source} has several measures, {', '.join(known)}: say which is judged "
            "(--metric)"
        )
    metric = named.metric or known[0]
    numbers = [numbers_of(cells, each.column) for each in series if each.metric == metric]
    every = np.concatenate([each.values for each in numbers])
    scale = scale_of_values(metric, every, any(each.has_percent for each in numbers))
    runs, lost = [], []
    own = [each for each in series if each.metric == metric]
    for each, column in zip(own, numbers, strict=True):
        where = f"column {each.column!r}"
        name = run_named(each.run)
        if name is None:
            raise ScoresError(
                f"{where} of {cells.source}: expected an arm and a seed in the name of the run, "
                f"such as baseline-seed0, got {each.run!r}"
            )
        values = column.values[np.isfinite(column.values)]
        if not len(values):
            if not named.without_missing:
                raise ScoresError(
                    f"{where} of {cells.source} has no finite value; leave runs without a score "
                    "out (--without-missing)"
                )
            lost.append(where)
            continue
        value = scale.factor * picked(values, metric, named)
        runs.append(GivenRun(name.arm, name.seed, value, where))
    told = (*cells.read_as, ("form", f"history of runs: {named.value} values"))
    return ScoreTable(
        source=cells.source,
        metric=metric_called(metric, scale, named.better),
        runs=tuple(runs),
        read_as=(*told, *([("scores", scale.words)] if scale.words else [])),
        metrics=known,
        margin_factor=scale.factor,
        notes=(*left_out(lost), *best_note(named)),
    )


def picked(values: np.ndarray, metric: str, named: ScoreOptions) -> float:
    """The last of these values (steps,), or the best. Raises ScoresError where nobody said which
    way is better."""
    if named.value != "best":
        return float(values[-1])
    better = named.better or direction_of(metric)
    if not better:
        raise ScoresError(
            f"the best value of {metric}: say whether more of it is better (--higher-is-better) or "
            "less (--lower-is-better)"
        )
    return float(values.max() if better > 0 else values.min())


def best_note(named: ScoreOptions) -> tuple[str, ...]:
    """What best values are to be read with."""
    if named.value != "best":
        return ()
    return (
        "Best values of a curve flatter every arm, and an arm that varies more from epoch to epoch "
        "more: what decides should be fixed beforehand, or read on samples that chose nothing.",
    )
