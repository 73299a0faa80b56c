"""The wide form: a column for each arm, a row for each seed."""

from __future__ import annotations

import numpy as np

from attnlab.scores.cells import NumberCells, ScoreCells, columns_text, is_numeric, numbers_of
from attnlab.scores.errors import ScoresError
from attnlab.scores.metrics import metric_called, scale_of_values
from attnlab.scores.naming import SEED, TASK, bare, column_for, seeds_named
from attnlab.scores.table import GivenRun, ScoreOptions, ScoreTable, left_out

UNNAMED = "value"
"""What is measured, where a table of arms side by side does not say."""

FEWEST_SORTED = 4
"""So many numbers in order are no accident."""

_BESIDE = {"", "index", "unnamed: 0", "#", "no", "no.", "row", "id"}

ROWS_ARE_SEEDS = (
    "The table names no seeds: the numbers of a row count as the same seed in all arms. If rows "
    "mean nothing, ask for the unpaired test."
)


def wide_scores(cells: ScoreCells, named: ScoreOptions) -> ScoreTable:
    """The runs of such a table. An empty cell is a run that there is not.

    Raises ScoresError for fewer than two arms, and for a score that is not finite.
    """
    seed = named.seed or column_for(cells.columns, SEED)
    task = named.task or column_for(cells.columns, TASK)
    arms = [
        name
        for name in cells.columns
        if name not in (seed, task) and not (bare(name) in _BESIDE or name.startswith("column "))
    ]
    if len(arms) < 2 or not any(is_numeric(cells, name) for name in arms):
        raise ScoresError(
            f"expected a column for the arm, one for the seed and one for the score, or a column "
            f"of scores for each arm; got {columns_text(cells)}: {cells.source}"
        )
    columns = {name: numbers_of(cells, name) for name in arms}
    every = np.concatenate([each.values for each in columns.values()])
    metric = named.metric or UNNAMED
    signs = {each.has_percent for each in columns.values()}
    if len(signs) > 1:
        raise ScoresError(
            f"expected percent signs in all columns of {cells.source}, or in none of them"
        )
    scale = scale_of_values(metric, every, signs == {True})
    has_seeds, notes = True, [ROWS_ARE_SEEDS]
    if seed:
        if "" in cells.columns[seed]:
            place = cells.columns[seed].index("")
            raise ScoresError(f"{cells.where(place)} of {cells.source} has no {seed}")
        numbers = seeds_named(cells.columns[seed])
        seeds, notes = [numbers[text] for text in cells.columns[seed]], []
    else:
        seeds = _places(cells, task)
        has_seeds = not _is_ragged(columns) and not _is_sorted(columns)
        notes = notes if has_seeds else []
    runs, lost = [], []
    for place in range(len(cells.rows)):
        for arm, column in columns.items():
            if column.is_empty[place]:
                continue
            value = column.values[place]
            where = f"{cells.where(place)}, column {arm}"
            if not np.isfinite(value):
                lost.append(_lost(cells, arm, where, place, named))
                continue
            on = cells.columns[task][place] if task else ""
            runs.append(GivenRun(arm, seeds[place], scale.factor * float(value), where, on))
    told = (*cells.read_as, ("form", "wide: a column an arm"))
    return ScoreTable(
        source=cells.source,
        metric=metric_called(metric, scale, named.better),
        runs=tuple(runs),
        read_as=(*told, *([("scores", scale.words)] if scale.words else [])),
        metrics=(metric,),
        has_seeds=has_seeds,
        margin_factor=scale.factor,
        notes=(*notes, *left_out(lost)),
    )


def _lost(cells: ScoreCells, arm: str, where: str, place: int, named: ScoreOptions) -> str:
    if not named.without_missing:
        raise ScoresError(
            f"{where} of {cells.source}: {cells.columns[arm][place]!r} is no finite score; leave "
            "runs without a score out (--without-missing), or give what such a run is worth"
        )
    return where


def _places(cells: ScoreCells, task: str) -> list[int]:
    """The number of each row, on its task."""
    seen: dict[str, int] = {}
    places = []
    for text in cells.columns[task] if task else [""] * len(cells.rows):
        places.append(seen.setdefault(text, 0))
        seen[text] += 1
    return places


def _is_ragged(columns: dict[str, NumberCells]) -> bool:
    """Whether arms have unlike numbers of runs."""
    return len({int((~each.is_empty).sum()) for each in columns.values()}) > 1


def _is_sorted(columns: dict[str, NumberCells]) -> bool:
    """Whether the numbers of two columns or more stand in order, so that rows mean nothing."""
    found = 0
    for each in columns.values():
        known = np.diff(each.values[np.isfinite(each.values)])
        is_long = len(known) >= FEWEST_SORTED - 1 and bool(np.any(known))
        found += is_long and bool(np.all(known >= 0) or np.all(known <= 0))
    return found > 1
