"""Texts made ready: one length and one size of the vocabulary for all seeds, and what each seed
knows of words from its own training texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from attnlab.data.tables.splits import Rows
from attnlab.data.texts.collecting import TextSet, text_set
from attnlab.data.texts.limits import MOST_TOKENS
from attnlab.data.texts.options import Reading, Source
from attnlab.data.texts.tokenised import Tokenised, tokenised

PADDING, UNKNOWN = 0, 1
"""Tokens that are no words: behind the end of a text, and for a word that training did not show."""

_SHARE = 95
"""The percentage of texts that are read to their end where nobody says how many tokens are read."""

_LONGEST = 200
"""At most so many tokens are read then."""


@dataclass(frozen=True, eq=False)
class ReadyTexts:
    """Texts as a task takes them: `length` tokens of each are read, of which `size` are told apart,
    padding and the unknown token among them.

    Both are the same for every seed, and known from the texts that some seed may train on. Which
    words a seed knows comes from its training texts alone.
    """

    texts: TextSet
    tokens: Tokenised
    reading: Reading
    length: int
    size: int

    @property
    def nbytes(self) -> int:
        """Bytes that are kept for other seeds."""
        return self.texts.nbytes + self.tokens.nbytes

    @property
    def cut(self) -> int:
        """How many texts have more tokens than are read."""
        return int((self.tokens.lengths > self.length).sum())

    @cached_property
    def _pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """The texts and the tokens that are read of them, each pair once."""
        return _pairs(self.tokens, self.length)

    def vocabulary(self, train: np.ndarray) -> np.ndarray:
        """The numbers of the words that are known from these texts, the most frequent first.

        A word is as frequent as there are texts with it; of the same frequency, the first by
        alphabet is known.
        """
        return _known(self._pairs, len(self.tokens.words), train, self.reading)

    def inputs(self, rows: Rows) -> dict[str, np.ndarray]:
        """The tokens (N, length) of each split as int32: 0 for padding, 1 for an unknown word, and
        from 2 on those known from the training texts, the most frequent first."""
        known = self.vocabulary(rows["train"])
        ids = np.full(len(self.tokens.words) + 1, UNKNOWN, np.int32)
        ids[known] = np.arange(2, 2 + len(known))
        values = ids[self.tokens.codes]
        return {
            split: self.tokens.padded(chosen, values, self.length) for split, chosen in rows.items()
        }

    def truth(self, rows: np.ndarray) -> np.ndarray | None:
        """Where the keywords of these texts stand (N, length); None where nobody knows."""
        if self.tokens.truth is None:
            return None
        return self.tokens.padded(rows, self.tokens.truth, self.length)

    def words_of(self, rows: np.ndarray) -> Sequence[tuple[str, ...]]:
        """The words of these texts that are read, known or not, as they stand there."""
        return _Words(self, rows)


class _Words(Sequence[tuple[str, ...]]):
    """The words of texts, looked up when they are asked for."""

    def __init__(self, ready: ReadyTexts, rows: np.ndarray) -> None:
        self._ready, self._rows = ready, rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, number):  # type: ignore[no-untyped-def]
        return self._ready.tokens.words_of(int(self._rows[number]), self._ready.length)

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        return (self[number] for number in range(len(self)))


def ready_texts(path: str | Path, source: Source, reading: Reading) -> ReadyTexts:
    """The texts at a path, made ready; raises TableError or ImageSetError for what cannot be
    used."""
    return made_ready(text_set(path, source), reading)


@lru_cache(maxsize=4)
def made_ready(texts: TextSet, reading: Reading) -> ReadyTexts:
    """Texts made ready: see `ReadyTexts`."""
    tokens = tokenised(texts, reading.tokens, reading.lower)
    trainable = texts.trainable
    length = reading.length
    if not length:
        usual = int(np.ceil(np.percentile(tokens.lengths[trainable], _SHARE)))
        length = max(2, min(usual, _LONGEST))
    length = min(length, MOST_TOKENS)
    # No seed knows more words than all texts that may be trained on show.
    known = _known(_pairs(tokens, length), len(tokens.words), trainable, reading)
    return ReadyTexts(texts, tokens, reading, length, 2 + len(known))


def _pairs(tokens: Tokenised, length: int) -> tuple[np.ndarray, np.ndarray]:
    counts = np.minimum(np.diff(tokens.starts), length)
    rows = np.repeat(np.arange(len(counts)), counts)
    places = np.arange(len(rows)) + np.repeat(
        tokens.starts[:-1] - np.cumsum(counts) + counts, counts
    )
    keys = np.unique(rows * np.int64(len(tokens.words) + 1) + tokens.codes[places])
    return np.divmod(keys, len(tokens.words) + 1)


def _known(
    pairs: tuple[np.ndarray, np.ndarray], words: int, rows: np.ndarray, reading: Reading
) -> np.ndarray:
    of, codes = pairs
    chosen = np.zeros(int(max(of.max(initial=0), rows.max(initial=0))) + 1, bool)
    chosen[rows] = True
    counts = np.bincount(codes[chosen[of]], minlength=words)
    order = np.argsort(-counts, kind="stable")[: reading.vocabulary]
    return order[counts[order] >= reading.fewest]
