"""Points that hide each other: which others lie under one, so that the pointer can name them."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd

REACH = 11
"""Pixels between the middles of two points that are 110 square pixels large and touch."""

USUAL_WIDTH = 560
"""Pixels of a plot across; on a narrow screen more points hide each other than this tells."""


def all_here(names: Iterable[str], across: Iterable[float], up: Iterable[float]) -> pd.Series:
    """For each point its name, and those of the others that it touches: "SE; here, too: ECA".

    `across` and `up` are pixels; names must differ.
    """
    points = list(zip(names, across, up, strict=True))
    told = []
    for own, *place in points:
        others = [name for name, *at in points if name != own and math.dist(place, at) < REACH]
        told.append("; here, too: ".join([own, ", ".join(others)] if others else [own]))
    return pd.Series(told, dtype=object)
