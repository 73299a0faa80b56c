"""The results of a study in one or two sentences."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from attnlab.analysis.attention import is_truth_per_sample
from attnlab.analysis.rounding import level_text, samples_text, share_text
from attnlab.spec import Study

CONTROL = "control"
"""The family of modules of which nobody expects that they find anything."""

MOST_NAMED = 3
"""More arms than these are counted: the table names them."""

NEARLY_ALL = 0.9
"""An arm that found the truth in so many samples is counted with those that did."""


def headline(study: Study, table: pd.DataFrame) -> str:
    """Say what the results table (of `tables.results`) shows: truth found, accuracy compared.

    Empty until an arm other than the reference has finished a run.
    """
    others = _trained(table)
    if others.empty:
        return ""
    return " ".join(filter(None, [findings(study, table), _comparison(study, table, others)]))


def findings(study: Study, table: pd.DataFrame) -> str:
    """Say in which arms attention found the truth; empty where none was planted or none looked."""
    others = _trained(table)
    able = others[[study.arm(label).module.entry.family != CONTROL for label in others["label"]]]
    return " ".join(_findings(study, able))


def _trained(table: pd.DataFrame) -> pd.DataFrame:
    """The arms that have something to be compared with the reference."""
    return table[~table["is_reference"] & (table["n"] > 0)]


def _findings(study: Study, others: pd.DataFrame) -> list[str]:
    if len(others) > MOST_NAMED:
        return _count_findings(study, others[others["found_n"] > 0])
    return [
        f"{row.title} found {study.task.entry.sought} in "
        f"{_how_often(study, row)} (chance {level_text([row.found_chance])})."
        for row in others.itertuples()
        if math.isfinite(row.found)
    ]


def _how_often(study: Study, row: Any) -> str:
    if is_truth_per_sample(study):
        return f"{samples_text(row.found, math.nan)} of the samples"
    return f"{share_text(row.found, row.found_n)} seeds"


def _count_findings(study: Study, traced: pd.DataFrame) -> list[str]:
    if traced.empty:
        return []
    enough, where = 1, "every seed"
    if is_truth_per_sample(study):
        enough, where = NEARLY_ALL, f"at least {100 * NEARLY_ALL:.0f} % of the samples"
    found, truth = int((traced["found"] >= enough).sum()), study.task.entry.sought
    return [f"{found} of {len(traced)} arms with attention found {truth} in {where}."]


def _comparison(study: Study, table: pd.DataFrame, others: pd.DataFrame) -> str:
    references = table.loc[table["is_reference"], "title"]
    reference = references.iloc[0]
    if len(references) > 1:
        reference = f"{study.arm(study.reference).module.entry.title} under the same conditions"
    by_words: dict[str, list[str]] = {}
    for row in others.itertuples():
        by_words.setdefault(row.words, []).append(row.title)
    parts = [
        f"{words} for "
        + (" and ".join(titles) if len(titles) <= MOST_NAMED else f"{len(titles)} arms")
        for words, titles in by_words.items()
    ]
    return f"Validation accuracy against {reference}: {'; '.join(parts)}."
