"""What an arm answers for the samples of each class, as a heat map of shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from attnlab.charts import maps
from attnlab.charts.arm_rows import title
from attnlab.charts.interaction import INK, PAPER
from attnlab.charts.palette import AXIS_TEXT, FIT_WIDTH, LEGEND_TEXT, arm_names
from attnlab.charts.skeleton import layered, spec_of
from attnlab.results.by_class import ArmAnswers, Split
from attnlab.spec import Study
from attnlab.wording import counted

MOST_DRAWN = 20
"""Of more classes those are drawn that are right least often, and all other answers together."""

OTHERS = "others"
_CELL, _LOWEST, _HIGHEST = 30, 150, 420
"""Pixels of a row, and of the whole plot at least and at most."""
_MOST_WORDS = 12
_WORDS_FIT = 22
"""Of more classes, and in narrower cells, no numbers stand on the cells."""
_LIGHT = 60
"""Percent from which the colour of a cell is light."""


@dataclass(frozen=True)
class Confusion:
    """The numbers behind a confusion matrix, in percent.

    `cells` has a row per true class and answer: true, answer, share, words, ink (the colour of the
    words), true_name, answer_name, sd_words. `rows` and `columns` are what the axes show, in order.
    """

    cells: pd.DataFrame
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    title: str
    notes: tuple[str, ...]


def drawn_classes(arms: Sequence[ArmAnswers]) -> tuple[int, ...]:
    """The numbers of the classes that are drawn of these arms: all, or those with the lowest mean
    recall, in their order."""
    count = max((len(arm.classes) for arm in arms), default=0)
    if count <= MOST_DRAWN:
        return tuple(range(count))
    by_arm = np.full((len(arms), count), np.nan)
    for place, arm in enumerate(arms):
        by_arm[place, : len(arm.classes)] = np.diagonal(arm.shares)
    known = np.isfinite(by_arm)
    means = np.nansum(by_arm, axis=0) / np.maximum(known.sum(axis=0), 1)
    means[~known.any(axis=0)] = np.inf
    return tuple(sorted(np.argsort(means, kind="stable")[:MOST_DRAWN].tolist()))


def collect_confusion(
    study: Study, arm: ArmAnswers, split: Split, drawn: Sequence[int]
) -> Confusion:
    """What is drawn of the answers of an arm: the mean shares of the classes `drawn`."""
    numbers = [number for number in drawn if number < len(arm.classes)]
    names = distinct_names([arm.classes[number] for number in numbers])
    shares = 100 * arm.shares[np.ix_(numbers, numbers)]
    columns = names
    if len(numbers) < len(arm.classes):
        rest = 100 * arm.shares[numbers].sum(axis=1) - shares.sum(axis=1)
        shares, columns = np.column_stack([shares, rest]), (*names, OTHERS)
    true, answer = np.divmod(np.arange(shares.size), max(1, len(columns)))
    share = shares.ravel()
    words = len(columns) <= _MOST_WORDS
    cells = pd.DataFrame(
        {
            "true": np.array(names, object)[true],
            "answer": np.array(columns, object)[answer],
            "share": share.round(3),
            "words": [f"{each:.0f}" if words and each >= 0.5 else "" for each in share],
            "ink": np.where(share < _LIGHT, PAPER, INK),
            "share_words": [f"{each:.1f} %" for each in share],
        }
    )
    absent = [name for name, own in zip(names, shares, strict=True) if np.isnan(own).any()]
    notes = [f"{split.capitalize()} samples; mean over {counted(len(arm.seeds), 'seed')}"]
    if len(numbers) < len(arm.classes):
        notes.append(f"The {len(numbers)} of {len(arm.classes)} classes that are right least often")
    if absent:
        notes.append(f"No sample of {', '.join(absent[:5])}{' …' if len(absent) > 5 else ''}")
    return Confusion(
        cells.dropna(subset=["share"]), names, columns, arm_names(study)[arm.label], tuple(notes)
    )


def confusion(study: Study, arm: ArmAnswers, split: Split, drawn: Sequence[int]) -> alt.LayerChart:
    """Draw a cell for each true class and each answer: the share of that class's samples that got
    it, in percent, from dark for none to light for all. Each row adds up to 100 %."""
    return _draw(collect_confusion(study, arm, split, drawn))


def confusion_spec(
    study: Study, arm: ArmAnswers, split: Split, drawn: Sequence[int]
) -> dict[str, Any]:
    """The Vega-Lite spec of `confusion`; see `skeleton.spec_of`."""
    return spec_of(confusion(study, arm, split, drawn))


def _draw(data: Confusion) -> alt.LayerChart:
    axis: dict[str, Any] = {"ticks": False, "domain": False, "labelLimit": 90, **AXIS_TEXT}
    x = alt.X(
        "answer:N",
        title="Answer",
        sort=list(data.columns),
        scale=alt.Scale(domain=list(data.columns), padding=0.02),
        axis=alt.Axis(labelAngle=_angle(data.columns), labelOverlap=True, **axis),
    )
    y = alt.Y(
        "true:N",
        title="True class",
        sort=list(data.rows),
        scale=alt.Scale(domain=list(data.rows), padding=0.02),
        axis=alt.Axis(labelOverlap=True, **axis),
    )
    colour = alt.Color(
        "share:Q",
        title="Share of the class, %",
        scale=alt.Scale(scheme=maps.COLOURS, domain=[0, 100]),
        legend=alt.Legend(
            type="gradient",
            orient="bottom",
            direction="horizontal",
            gradientLength=160,
            titleLimit=270,
            tickCount=5,
            **LEGEND_TEXT,
        ),
    )
    tooltip = [
        alt.Tooltip("true:N", title="True class"),
        alt.Tooltip("answer:N", title="Answer"),
        alt.Tooltip("share_words:N", title="Share of the class"),
    ]
    cells = alt.Chart(data.cells).mark_rect().encode(x=x, y=y, color=colour, tooltip=tooltip)
    words = (
        alt.Chart(data.cells[data.cells["words"] != ""])
        .mark_text(fontSize={"expr": f"bandwidth('x') < {_WORDS_FIT} ? 0 : 11"})
        .encode(x=x, y=y, text=alt.Text("words:N"), color=alt.Color("ink:N", scale=None))
    )
    height = min(max(_CELL * len(data.rows), _LOWEST), _HIGHEST)
    return (
        layered(cells, words)
        .resolve_scale(color="independent")
        .properties(
            height=height,
            title=title(data.title, list(data.notes)),
            autosize=dict(FIT_WIDTH),
        )
    )


def _angle(names: Sequence[str]) -> int:
    """Long names stand aslant below the matrix."""
    return 0 if max(map(len, names), default=0) <= 3 else -45


def distinct_names(names: Sequence[str]) -> tuple[str, ...]:
    """The names, with a number where one is that of another class or of the others."""
    return tuple(
        name if names.count(name) == 1 and name != OTHERS else f"{name} ({place})"
        for place, name in enumerate(names)
    )
