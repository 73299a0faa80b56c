"""What is to be done with pairs of texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from attnlab.data.tables.options import SplitKind

TokenKind = Literal["auto", "characters", "words"]

MOST_PAIRS = 1_000_000
"""Pairs that a file may have; `PairOptions.most` says how many are used."""

CATALOGUE = ".po"
"""How the names of gettext's catalogues end."""


@dataclass(frozen=True)
class PairOptions:
    """What a person decides about pairs of texts.

    - source, target: the columns to read and to write, by name or number; empty for a guess. Of
      `.po` files `target` is the language
    - tokens: cut texts into characters or words; "auto" decides by the script of each side
    - length: the most tokens that a text of either side may have
    - most: so many pairs are used at most
    - split, split_column, share: as of tables; pairs that begin with the same text stay together
    """

    source: str = ""
    target: str = ""
    tokens: TokenKind = "auto"
    length: int = 20
    most: int = 10_000
    split: SplitKind = "stratified"
    split_column: str = ""
    share: float = 0.2
