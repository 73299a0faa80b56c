"""Verdicts by what a study varies: the tables behind doses, grids and parallel coordinates."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from attnlab.analysis.varied import Varied, varied

__all__ = ["Varied", "doses", "grid", "parameters", "varied"]


def doses(verdicts: pd.DataFrame, parameter: Varied) -> pd.DataFrame:
    """A row per value of one parameter, and one for each reference: dose, label, title, score, low,
    high, n, is_reference.

    A reference that has the parameter too (in a study held against one of its own doses) is a dose
    like the others. References that differ in it, as those of a task's parameter do, have their
    values; one that all are compared with has none.
    """
    taken = verdicts[verdicts["label"].isin(parameter.values) | verdicts["is_reference"]]
    own = taken["label"].isin(parameter.values)
    beside = parameter.beside if len(set(parameter.beside.values())) > 1 else {}
    value = taken["label"].map({**beside, **parameter.values})
    return pd.DataFrame(
        {
            "dose": pd.to_numeric(value),
            "label": taken["label"],
            "title": taken["title"],
            "score": taken["score"],
            "low": taken["score_low"],
            "high": taken["score_high"],
            "n": taken["n"],
            "is_reference": ~own,
        }
    ).reset_index(drop=True)


def grid(verdicts: pd.DataFrame, x: Varied, y: Varied) -> pd.DataFrame:
    """A row per arm of a grid of two parameters: x, y, and what the verdict table has."""
    taken = verdicts[verdicts["label"].isin(x.values)]
    return taken.assign(x=taken["label"].map(x.values), y=taken["label"].map(y.values)).reset_index(
        drop=True
    )


def parameters(verdicts: pd.DataFrame, every: Sequence[Varied]) -> pd.DataFrame:
    """A row per arm: label, title, score, and each parameter by its key, such as "task units"."""
    taken = verdicts[verdicts["label"].isin(every[0].values)]
    columns = {each.key: taken["label"].map(each.values) for each in every}
    return taken[["label", "title", "score"]].assign(**columns).reset_index(drop=True)
