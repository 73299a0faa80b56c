"""The long form: a row for each run, as trackers export it, too."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from attnlab.scores.cells import ScoreCells, columns_text, is_numeric, numbers_of
from attnlab.scores.errors import ScoresError
from attnlab.scores.metrics import direction_of, metric_called, scale_of_values
from attnlab.scores.naming import (
    ARM,
    METRIC,
    RUN_NAME,
    SEED,
    TASK,
    VALUE,
    bare,
    column_for,
    is_metric_of_tracker,
    is_setting_of_tracker,
    run_named,
    seeds_named,
)
from attnlab.scores.table import GivenRun, ScoreOptions, ScoreTable, left_out
from attnlab.wording import listed

Keys = tuple[list[str], list[int] | None]
"""The arm of each row, and its seed where the file says one."""


class _Measure(NamedTuple):
    """What is judged: the column of its numbers, the rows of it, and what it is called."""

    column: str
    places: list[int]
    name: str


def is_long(cells: ScoreCells, named: ScoreOptions) -> bool:
    """Whether a table has a row for each run: a column says the arm, or the name of the run."""
    if named.arm or column_for(cells.columns, ARM):
        return True
    name = column_for(cells.columns, RUN_NAME)
    return bool(name) and not is_numeric(cells, name)


def long_scores(cells: ScoreCells, named: ScoreOptions) -> ScoreTable:
    """The runs of such a table.

    Raises ScoresError for several measures of which none was named, and, with its row, for a run
    without an arm, a seed or a finite score.
    """
    task = named.task or column_for(cells.columns, TASK)
    measure, known = _measure(cells, named)
    arms, seeds = _keys(cells, named, measure.places)
    numbers = numbers_of(cells, measure.column)
    scale = scale_of_values(measure.name, numbers.values[measure.places], numbers.has_percent)
    runs, lost = [], []
    counts: dict[tuple[str, str], int] = {}
    for number, place in enumerate(measure.places):
        on = cells.columns[task][place] if task else ""
        arm = arms[number]
        if seeds is None:
            seed = counts.setdefault((on, arm), 0)
            counts[on, arm] += 1
        else:
            seed = seeds[number]
        where = cells.where(place)
        if not np.isfinite(numbers.values[place]):
            which = f"{arm}, seed {seed}" if seeds is not None else arm
            lost.append(f"{where}: {which}")
            if not named.without_missing:
                raise ScoresError(_missing(cells, measure.column, where, which, place))
            continue
        score = scale.factor * float(numbers.values[place])
        runs.append(GivenRun(arm, seed, score, where, on))
    told = (*cells.read_as, ("form", "long: a row a run"), ("score", measure.column))
    return ScoreTable(
        source=cells.source,
        metric=metric_called(measure.name, scale, named.better),
        runs=tuple(runs),
        read_as=(*told, *([("scores", scale.words)] if scale.words else [])),
        metrics=known,
        has_seeds=seeds is not None,
        margin_factor=scale.factor,
        notes=left_out(lost),
    )


def _missing(cells: ScoreCells, column: str, where: str, which: str, place: int) -> str:
    written = cells.columns[column][place]
    what = f"{written!r} is no finite score" if written else "there is no score"
    return (
        f"{where} ({which}) of {cells.source}: {what}; leave runs without a score out "
        "(--without-missing), or give what such a run is worth"
    )


def long_measures(cells: ScoreCells, named: ScoreOptions) -> tuple[str, ...]:
    """What such a table could be judged by; empty where its scores have no name.

    Raises ScoresError for a table without scores.
    """
    if (by_row := column_for(cells.columns, METRIC)) and column_for(cells.columns, VALUE):
        return tuple(dict.fromkeys(filter(None, cells.columns[by_row])))
    columns = _score_columns(cells, named)
    return () if _is_unnamed(columns) else tuple(map(_called, columns))


def _measure(cells: ScoreCells, named: ScoreOptions) -> tuple[_Measure, tuple[str, ...]]:
    """What is judged, and what could be."""
    everywhere, known = [*range(len(cells.rows))], long_measures(cells, named)
    by_row, value = column_for(cells.columns, METRIC), column_for(cells.columns, VALUE)
    if by_row and value:
        name = _one_of(known, named.metric, cells)
        texts = cells.columns[by_row]
        places = [place for place in everywhere if texts[place] == name]
        return _Measure(value, places, name), known
    columns = _score_columns(cells, named)
    if not known:
        return _Measure(columns[0], everywhere, named.metric or columns[0]), ()
    by_name = {_called(each): each for each in columns}
    asked = _called(named.metric) if named.metric in columns else named.metric
    name = _one_of(tuple(by_name), asked, cells)
    return _Measure(by_name[name], everywhere, name), known


def _score_columns(cells: ScoreCells, named: ScoreOptions) -> list[str]:
    """The columns that hold scores, by what trackers say or by what is in them."""
    task = named.task or column_for(cells.columns, TASK)
    said = {named.arm, named.seed, task, column_for(cells.columns, ARM)}
    said |= {column_for(cells.columns, each) for each in (SEED, RUN_NAME, METRIC)}
    columns = [name for name in cells.columns if name not in said]
    scores = [name for name in columns if is_metric_of_tracker(name) and any(cells.columns[name])]
    if not scores:
        scores = [
            name
            for name in columns
            if not is_setting_of_tracker(name)
            and (is_numeric(cells, name) or bare(name) in VALUE or direction_of(bare(name)))
        ]
    if named.metric in columns:
        scores = list(dict.fromkeys([*scores, named.metric]))
    if not scores:
        raise ScoresError(
            f"expected a column of scores, got none among {columns_text(cells)}: {cells.source}"
        )
    return scores


def _is_unnamed(columns: list[str]) -> bool:
    """Whether the only column of scores does not say what is measured."""
    return len(columns) == 1 and bare(columns[0]) in VALUE


def _called(column: str) -> str:
    """What a column is called without what a tracker puts before it."""
    return column.partition(".")[2] if is_metric_of_tracker(column) else column


def _one_of(known: tuple[str, ...], asked: str, cells: ScoreCells) -> str:
    if asked in known:
        return asked
    named = [each for each in known if each.lower() == asked.lower()]
    if len(named) == 1:
        return named[0]
    some = listed([*known[:8], *(["others"] if len(known) > 8 else [])])
    if asked:
        raise ScoresError(f"{cells.source} has no metric {asked!r}: it has {some}")
    if len(known) > 1:
        raise ScoresError(
            f"{cells.source} has several measures, {some}: say which is judged (--metric), and "
            "judge by the one that was to decide"
        )
    return known[0]


def _keys(cells: ScoreCells, named: ScoreOptions, places: list[int]) -> Keys:
    """The arm of each of these rows, and its seed where the table says one."""
    arm = named.arm or column_for(cells.columns, ARM)
    name = column_for(cells.columns, RUN_NAME)
    seed = named.seed or column_for([each for each in cells.columns if each != arm], SEED)
    if not arm:
        return _from_names(cells, name, seed, places)
    arms = [cells.columns[arm][place] for place in places]
    _none_empty(cells, arm, arms, places)
    if seed and _tells(cells, seed, arms, places):
        return arms, _seeds(cells, seed, places)
    said = [run_named(cells.columns[name][place]) for place in places] if name else []
    seeds = [each.seed for each in said if each is not None]
    return arms, seeds if len(seeds) == len(places) else None


def _tells(cells: ScoreCells, seed: str, arms: list[str], places: list[int]) -> bool:
    """Whether a column says seeds: identifiers of runs, all unlike, do not."""
    if bare(seed) not in ("run_id", "run", "trial"):
        return True
    texts = [cells.columns[seed][place] for place in places]
    return len(set(texts)) < len(texts) or len(set(arms)) == len(arms)


def _from_names(cells: ScoreCells, name: str, seed: str, places: list[int]) -> Keys:
    """Arms and seeds by the names of runs."""
    texts = [cells.columns[name][place] for place in places]
    _none_empty(cells, name, texts, places)
    if seed:
        known = [run_named(text) for text in texts]
        arms = [each.arm if each else text for each, text in zip(known, texts, strict=True)]
        return arms, _seeds(cells, seed, places)
    runs = []
    for place, text in zip(places, texts, strict=True):
        found = run_named(text)
        if found is None:
            raise ScoresError(
                f"{cells.where(place)} of {cells.source}: expected an arm and a seed in the name "
                f"of the run, such as baseline-seed0, got {text!r}; or name the columns that say "
                "them (--arm-column, --seed-column)"
            )
        runs.append(found)
    return [run.arm for run in runs], [run.seed for run in runs]


def _seeds(cells: ScoreCells, seed: str, places: list[int]) -> list[int]:
    texts = [cells.columns[seed][place] for place in places]
    _none_empty(cells, seed, texts, places)
    numbers = seeds_named(texts)
    return [numbers[text] for text in texts]


def _none_empty(cells: ScoreCells, column: str, texts: list[str], places: list[int]) -> None:
    if "" in texts:
        place = places[texts.index("")]
        raise ScoresError(f"{cells.where(place)} of {cells.source} says no {column}")
