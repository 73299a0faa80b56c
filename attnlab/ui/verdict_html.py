"""Verdicts in words: a sentence or two for the study, and a table with what each rests on."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd

from attnlab.analysis.deciding import (
    HELPS,
    HIGHER,
    HURTS,
    LOWER,
    NO_PAIRS,
    NOT_ENOUGH,
    NOT_SHOWN,
    REFERENCE,
    TRAINING,
)
from attnlab.analysis.rounding import mean_text, p_text, percent_text
from attnlab.charts.palette import colours_of
from attnlab.judged import Judged
from attnlab.ui.html import TABLE_STYLE, swatch, table_classes

MOST_NAMED = 3

SIGNS = {
    HELPS: "▲",
    HURTS: "▼",
    HIGHER: "▶",
    LOWER: "◀",
    NOT_SHOWN: "●",
    NOT_ENOUGH: "○",
    TRAINING: "○",
}
"""The shapes that the forest has."""

_OTHERWISE = {
    NOT_SHOWN: "no difference was shown",
    NOT_ENOUGH: "there are not enough seeds for a verdict",
    NO_PAIRS: "no seed has a score both there and in the reference",
}
"""What is said of arms that were not shown to differ."""

_STYLE = """<style>
.lab-verdicts td:last-child {white-space: normal; text-align: left; min-width: 18rem}
.lab-verdicts th:last-child {text-align: left}
</style>"""


def headline(found: Judged) -> str:
    """Which arms were shown to differ, and how many were not, in a sentence or two."""
    table = found.verdicts[~found.verdicts["is_reference"]]
    parts = []
    for verdict in (HELPS, HURTS, HIGHER, LOWER):
        titles = list(table.loc[table["verdict"] == verdict, "title"])
        if titles:
            parts.append(f"**{_named(titles)}** {_verb(verdict, len(titles))}")
    for verdict, said in _OTHERWISE.items():
        rest = int((table["verdict"] == verdict).sum())
        if rest:
            of = "" if rest == len(table) else f" of {len(table)}"
            each = "arm" if rest == 1 and not of else "arms"
            parts.append(f"for {rest}{of} {each} {said}")
    against = {*table["against"]}
    titles = found.verdicts.set_index("label")["title"]
    other = f" against {titles[against.pop()]}" if len(against) == 1 else ""
    return f"{found.metric.title}{other}: {'; '.join(parts)}." if parts else ""


def _verb(verdict: str, count: int) -> str:
    words = {
        HELPS: ("helps", "help"),
        HURTS: ("hurts", "hurt"),
        HIGHER: ("is higher", "are higher"),
        LOWER: ("is lower", "are lower"),
    }
    return words[verdict][count > 1]


def _named(titles: list[str]) -> str:
    if len(titles) > MOST_NAMED:
        return f"{len(titles)} arms"
    return " and ".join([", ".join(titles[:-1]), titles[-1]] if len(titles) > 1 else titles)


def table(found: Judged) -> str:
    """A row an arm: score, difference with what it rests on, effect size, verdict."""
    rows = found.verdicts
    colours = colours_of(list(rows["label"]), list(rows.loc[~rows["is_reference"], "label"]))
    heads = (
        ("Arm", ""),
        (found.metric.title, "mean ± 95 % interval"),
        ("p", "corrected for all arms"),
        ("Effect size", "Cohen's d of the pairs"),
        ("Ahead" if found.metric.better else "Higher", "share of seeds"),
        ("Verdict", "and what it rests on"),
    )
    head = "".join(f"<th>{escape(name)}<small>{escape(sub)}</small></th>" for name, sub in heads)
    body = "".join(_row(found, row, colours[row.label]) for row in rows.itertuples())
    return (
        f'{TABLE_STYLE}{_STYLE}<div class="{table_classes(len(rows))} lab-verdicts">'
        f'<table data-testid="verdicts"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        "</div>"
    )


def _row(found: Judged, row: Any, colour: str) -> str:
    text = percent_text if found.metric.share else mean_text
    score = text(row.score, (row.score_high - row.score_low) / 2, row.n)
    if not found.metric.share and found.metric.unit and row.n:
        score += f" {found.metric.unit}"
    verdict = f"{SIGNS.get(row.verdict, '')} {row.verdict}".strip()
    compared = not row.is_reference
    cells = [
        f"{swatch(colour)}{escape(row.title)}",
        f"{score}<small>n = {row.n}</small>",
        p_text(row.planned_p_holm).removeprefix("p = ").removeprefix("p ") if compared else "–",
        _number(row.d, "+.2f") if compared else "–",
        _number(100 * _ahead(found, row), ".0f", " %") if compared else "–",
        f"<b>{escape(verdict)}</b><small>{escape(row.basis)}</small>"
        if compared
        else f"{REFERENCE}",
    ]
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _ahead(found: Judged, row: Any) -> float:
    """In what share of the seeds the arm was the better one; the higher one where neither is."""
    return 1 - row.improvement if found.metric.better < 0 else row.improvement


def _number(value: float, form: str, unit: str = "") -> str:
    return "–" if pd.isna(value) else f"{value:{form}}{unit}".replace("-", "−")
