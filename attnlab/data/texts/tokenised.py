"""Texts as tokens: read once for all seeds."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from attnlab.data.texts.collecting import TextSet
from attnlab.data.texts.limits import MOST_CHARACTERS, MOST_TOKENS
from attnlab.data.texts.words import Choice, chosen, cutter


@dataclass(frozen=True, eq=False)
class Tokenised:
    """The first 1,000 tokens of each text.

    `words` are the different tokens, sorted. `codes` holds the tokens of all texts, one text after
    the other, as numbers of `words` (int32); those of text i stand from `starts[i]` to
    `starts[i + 1]`. `lengths` (N,) counts all tokens of each text, `longer` the texts that are cut
    before they are read to their end. `truth` says of each code whether it is a keyword of its
    text, None where nobody knows; `unfound` counts the texts that have none of their keywords.
    """

    choice: Choice
    words: tuple[str, ...]
    codes: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray
    longer: int
    truth: np.ndarray | None = None
    unfound: int = 0

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays, and about those of the words."""
        held = self.codes.nbytes + self.starts.nbytes + self.lengths.nbytes
        return held + (0 if self.truth is None else self.truth.nbytes) + 100 * len(self.words)

    def words_of(self, row: int, most: int) -> tuple[str, ...]:
        """The first tokens of a text, as words."""
        first = self.starts[row]
        last = min(self.starts[row + 1], first + most)
        return tuple(self.words[code] for code in self.codes[first:last])

    def padded(self, rows: np.ndarray, values: np.ndarray, length: int) -> np.ndarray:
        """What `values` says of each code, for these texts: (N, length), 0 behind their ends."""
        kept = np.minimum(np.diff(self.starts)[rows], length)
        there = np.arange(length) < kept[:, None]
        places = (self.starts[:-1][rows][:, None] + np.arange(length))[there]
        padded = np.zeros((len(rows), length), values.dtype)
        padded[there] = values[places]
        return padded


@lru_cache(maxsize=2)
def tokenised(texts: TextSet, tokens: str, lower: bool) -> Tokenised:
    """Cut all texts into tokens: see `attnlab.data.texts.words`.

    "auto" is decided by the texts that some seed may train on.
    """
    choice = chosen(tokens, [texts.texts[row] for row in texts.trainable])
    cut = cutter(choice.kind, lower)
    numbers: dict[str, int] = {}
    codes, truth = array("i"), array("b")
    starts, lengths = [0], []
    longer = unfound = 0
    for row, text in enumerate(texts.texts):
        found = cut(text)
        kept = found[:MOST_TOKENS]
        codes.extend([numbers.setdefault(token, len(numbers)) for token in kept])
        starts.append(len(codes))
        lengths.append(len(found))
        longer += len(text) > MOST_CHARACTERS
        if texts.keywords is not None:
            keywords = set(cut(texts.keywords[row]))
            marks = [token in keywords for token in kept]
            truth.extend(marks)
            unfound += bool(keywords) and not any(marks)
    words = sorted(numbers)
    order = np.empty(len(words), np.int32)
    for place, word in enumerate(words):
        order[numbers[word]] = place
    return Tokenised(
        choice,
        tuple(words),
        order[np.frombuffer(codes, np.int32)] if len(codes) else np.empty(0, np.int32),
        np.array(starts),
        np.array(lengths),
        longer,
        np.frombuffer(truth, bool) if texts.keywords is not None else None,
        unfound,
    )
