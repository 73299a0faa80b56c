"""Scores from a file, a folder of event files, or pasted text."""

from __future__ import annotations

from pathlib import Path

from attnlab.scores.cells import ScoreCells, cells_in, cells_of_file
from attnlab.scores.errors import ScoresError
from attnlab.scores.histories import history_measures, history_scores, is_history
from attnlab.scores.long import is_long, long_measures, long_scores
from attnlab.scores.table import ScoreOptions, ScoreTable, checked
from attnlab.scores.tensorboard import event_scores
from attnlab.scores.wide import wide_scores

PASTED = "the pasted table"


def read_scores(path: str | Path, named: ScoreOptions) -> ScoreTable:
    """The scores of a file (CSV, TSV, Excel), or of a folder of TensorBoard's event files.

    Raises TableError and ScoresError for what cannot be judged, with the row where there is one.
    """
    if Path(path).expanduser().is_dir():
        return checked(event_scores(path, named))
    return scores_of(cells_of_file(path), named)


def scores_in(content: bytes | str, named: ScoreOptions, source: str = PASTED) -> ScoreTable:
    """The scores of pasted text, or of the content of a file. Raises what `read_scores` does."""
    content = content.encode() if isinstance(content, str) else content
    return scores_of(cells_in(content, source), named)


def measures_of(cells: ScoreCells, named: ScoreOptions) -> tuple[str, ...]:
    """What a table could be judged by; empty where it does not say what it measures. Raises
    ScoresError for a table that has no scores."""
    if is_history(cells):
        return history_measures(cells)
    return long_measures(cells, named) if is_long(cells, named) else ()


def scores_of(cells: ScoreCells, named: ScoreOptions) -> ScoreTable:
    """The scores of a table, whichever form it has."""
    for column in (named.arm, named.seed, named.task):
        if column and column not in cells.columns:
            raise ScoresError(
                f"{cells.source} has no column {column!r}: its columns are "
                f"{', '.join(list(cells.columns)[:12])}"
            )
    if is_history(cells):
        return checked(history_scores(cells, named))
    form = long_scores if is_long(cells, named) else wide_scores
    return checked(form(cells, named))
