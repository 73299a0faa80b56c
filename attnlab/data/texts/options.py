"""What is to be done with texts: where they stand, and how they become tokens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from attnlab.data.tables import USUAL_OPTIONS, Options, is_named_like_a_table

Tokens = Literal["auto", "words", "jieba", "characters"]


@dataclass(frozen=True)
class Source:
    """Where texts, labels and splits stand.

    - table: the label and the splits of a table; of files in folders, only the share of validation
    - text: the column of texts; empty for a guess
    - truth: a column of keywords, those words of the text that tell the label; empty for none
    - sheet: of an Excel workbook
    - folders, encoding: how folders are read, and names in archives (see `attnlab.data.images`)
    """

    table: Options = USUAL_OPTIONS
    text: str = ""
    truth: str = ""
    sheet: str = ""
    folders: str = "auto"
    encoding: str = "auto"


@dataclass(frozen=True)
class Reading:
    """How texts become tokens.

    - tokens: what a text is cut into (see `attnlab.data.texts.words`)
    - lower: whether capital letters count as small ones
    - vocabulary: at most so many tokens are known, the most frequent ones
    - fewest: texts for training that a known token stands in at least
    - length: tokens of a text that are read; 0 for as many as 95 % of the texts have
    """

    tokens: Tokens = "auto"
    lower: bool = True
    vocabulary: int = 10_000
    fewest: int = 2
    length: int = 0


USUAL_SOURCE = Source()
USUAL_READING = Reading()


def could_be_texts(path: Path) -> bool:
    """Whether a path could lead to texts at all: a table, a folder, or an archive."""
    return is_named_like_a_table(path) or path.suffix.lower() == ".zip" or path.is_dir()
