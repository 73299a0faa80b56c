"""What stands in a table for a paper, before it is written as Markdown or LaTeX: a row per arm."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from attnlab import measures
from attnlab.analysis.rounding import (
    MISSING,
    difference_text,
    level_text,
    mean_text,
    number_text,
    p_text,
    percent_text,
    points_text,
)
from attnlab.export.judgements import judgements
from attnlab.export.paper_words import MARKS, caption
from attnlab.judged import Judged
from attnlab.spec import Metric, Study
from attnlab.store import Status, Store

if TYPE_CHECKING:
    import pandas as pd

ACCURACIES = ("val_accuracy", "accuracy")


class Cell(NamedTuple):
    """A cell's words, whether they are bold, and the mark behind them."""

    words: str
    bold: bool = False
    mark: str = ""


@dataclass(frozen=True)
class Table:
    """`groups` are titles above so many columns each, "" where there is none; `head` names each
    column below them, `flat_head` without them."""

    groups: list[tuple[str, int]]
    head: list[str]
    flat_head: list[str]
    rows: list[list[Cell]]
    caption: str


class _Columns(NamedTuple):
    """The columns of one metric: their names, and cells by the arm's label."""

    title: str
    names: list[str]
    cells: dict[str, list[Cell]]


def table(store: Store, study_id: str, metrics: Sequence[str] | None = None) -> Table:
    """A row per arm, a group of columns per metric. Raises StoreError and SpecError."""
    study = store.study(study_id).study
    found = judgements(store, study_id, metrics)
    blocks = [_columns(each, chance(store, study_id, each)) for each in found]
    against, beside = _against(study), _beside(store, study_id, found[0])
    rows = [
        [Cell(study.arm(label).title), *against.cells[label]]
        + [cell for block in blocks for cell in block.cells[label]]
        + beside.cells[label]
        for label in found[0].verdicts["label"]
    ]
    single = len(blocks) == 1
    return Table(
        groups=[
            ("", 1 + len(against.names)),
            *((block.title, len(block.names)) for block in blocks),
            ("", len(beside.names)),
        ],
        head=["arm", *against.names, *(name for b in blocks for name in b.names), *beside.names],
        flat_head=[
            *("arm", *against.names),
            *(_flat(block, name, single) for block in blocks for name in block.names),
            *beside.names,
        ],
        rows=rows,
        caption=caption(found),
    )


def chance(store: Store, study_id: str, found: Judged) -> dict[str, float]:
    """The score of guessing, or of equal weights, by the label of each arm that has one."""
    metric, study = found.metric, found.study
    levels: Mapping[str, float] = {}
    if metric.name in ACCURACIES:
        levels = {arm.label: study.task_of(arm).chance for arm in study.arms}
    elif metric.name in measures.BY_SHARE:
        measured = store.measures(study_id, "last")
        levels = measured[measured["name"] == "chance"].groupby("arm")["value"].mean().to_dict()
    elif metric.name in measures.CHANCE:
        levels = dict.fromkeys(found.scores["arm"].unique(), measures.CHANCE[metric.name])
    return {arm: level for arm, level in levels.items() if math.isfinite(level)}


def score_text(metric: Metric, row: Any) -> str:
    """A row's mean score with half the width of its interval, in percent where it is a share."""
    half = (row.score_high - row.score_low) / 2
    if metric.kind == "size":
        return f"{row.score:,.0f}" if math.isfinite(row.score) else MISSING
    if metric.share:
        return percent_text(row.score, half, row.n).replace(" %", "")
    return mean_text(row.score, half, row.n)


def unit(metric: Metric) -> str:
    """What the scores are written in: " (%)", " (s)", or nothing."""
    of = "%" if metric.share else metric.unit
    return f" ({of})" if of else ""


def best(found: Judged) -> set[str]:
    """The labels of the arms with the best score among those that have the same reference."""
    table = found.verdicts.dropna(subset=["score"])
    worth = table.assign(
        worth=found.metric.better * table["score"],
        among=table["against"].where(table["against"] != "", table["label"]),
    )
    if not found.metric.better:
        return set()
    highest = worth.groupby("among")["worth"].transform("max")
    return set(worth.loc[worth["worth"] == highest, "label"])


def _columns(found: Judged, levels: Mapping[str, float]) -> _Columns:
    metric, bold = found.metric, best(found)
    compared = bool((found.verdicts["pairs"] > 0).any())
    names = ["score", *(["chance"] if levels else [])]
    names += [f"difference{_points(metric)}", "p"] if compared else []
    cells = {}
    for row in found.verdicts.itertuples():
        own = [Cell(score_text(metric, row), row.label in bold, MARKS.get(row.verdict, ""))]
        if levels:
            own.append(Cell(_level(metric, levels.get(row.label, math.nan))))
        if compared:
            own += [Cell(_difference(metric, row)), Cell(_p(row))]
        cells[row.label] = own
    return _Columns(f"{metric.title}{unit(metric)}", names, cells)


def _points(metric: Metric) -> str:
    return " (points)" if metric.share else ""


def _flat(block: _Columns, name: str, single: bool) -> str:
    """A column's name where nothing stands above it."""
    if name == "score":
        return block.title
    return name if single else f"{block.title.partition(' (')[0]}: {name}"


def _level(metric: Metric, level: float) -> str:
    if not math.isfinite(level):
        return MISSING
    return level_text([level]).removesuffix(" %") if metric.share else number_text([level])


def _difference(metric: Metric, row: Any) -> str:
    if row.is_reference:
        return "reference"
    ends = (row.difference, row.low, row.high)
    if metric.kind == "size" and math.isfinite(row.difference):
        return f"{row.difference:+,.0f}".replace("-", "−")
    return points_text(*ends) if metric.share else difference_text(*ends)


def _p(row: Any) -> str:
    if row.is_reference:
        return MISSING
    return p_text(row.planned_p_holm).removeprefix("p ").removeprefix("= ")


def _against(study: Study) -> _Columns:
    """What each arm is compared with, where that isn't the same for all."""
    references = study.references
    if len(set(references.values())) < 2:
        return _Columns("", [], {arm.label: [] for arm in study.arms})
    titles = {arm.label: arm.title for arm in study.arms}
    cells = {label: [Cell(titles.get(references.get(label, ""), MISSING))] for label in titles}
    return _Columns("", ["against"], cells)


def _beside(store: Store, study_id: str, found: Judged) -> _Columns:
    """Finished seeds and parameters of each arm."""
    counts = _finished(store.runs(study_id))
    sizes = found.verdicts.set_index("label")
    cells = {
        label: [
            Cell(str(counts.get(label, 0))),
            Cell(_size(row["total_parameters"], row["attention_parameters"])),
        ]
        for label, row in sizes.iterrows()
    }
    return _Columns("", ["n", "parameters (attention)"], cells)


def _finished(runs: pd.DataFrame) -> dict[str, int]:
    return runs[runs["status"] == Status.FINISHED].groupby("arm").size().to_dict()


def _size(total: Any, attention: Any) -> str:
    if total is None or math.isnan(total):
        return MISSING
    return f"{total:,.0f} ({attention:,.0f})" if attention else f"{total:,.0f}"
