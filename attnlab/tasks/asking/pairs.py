"""A text that somebody types, as the tokens of pairs of texts of their own."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from attnlab.catalog.task_entries.own_pairs import OwnPairsParameters, pairs_of
from attnlab.data.pairs.prepared import PreparedPairs
from attnlab.data.pairs.tokens import cut, normalised, shown
from attnlab.data.pairs.vocabulary import FIRST, UNKNOWN, Numbered, numbered
from attnlab.data.tables.splits import Rows
from attnlab.tasks.asking.given import Asked, Given, GivenError
from attnlab.tasks.asking.words import cut_note, named_words
from attnlab.tasks.examples import Example
from attnlab.tasks.own_pairs import NAME
from attnlab.tasks.streams import generator
from attnlab.tasks.writing import written_before


def asked_pair(params: OwnPairsParameters, seed: int, given: Given) -> Asked:
    """The text as the tokens (1, S) that the training pairs of this seed gave to its words, and
    nothing written yet (1, T). The right answer is known where one of the pairs has the text."""
    pairs = pairs_of(params)
    text = normalised(given.text)
    tokens = cut(text, pairs.source.kind)
    if not tokens:
        raise GivenError("expected a text to read, got none")
    rows, known = _numbered(pairs, seed, params.vocabulary)
    numbers = {token: number for number, token in enumerate(known.tokens) if number >= FIRST}
    kept = tokens[: pairs.source.length]
    source = np.zeros((1, pairs.source.length), np.int32)
    source[0, : len(kept)] = [numbers.get(token, UNKNOWN) for token in kept]
    notes = []
    if strange := [shown(token) for token in dict.fromkeys(kept) if token not in numbers]:
        verb = "is" if len(strange) == 1 else "are"
        notes.append(
            f"To the network {named_words(strange)} {verb} unknown: not in its training pairs, or "
            "too rare there"
        )
    if len(tokens) > len(kept):
        notes.append(cut_note(len(kept), "tokens", len(tokens)))
    same = [place for place, row in enumerate(pairs.rows) if pairs.pairs.sources[row] == text]
    answers = {pairs.texts[place] for place in same}
    if np.isin(same, rows["train"]).any():
        notes.append("The networks were trained on a pair with this text")
    read = tuple(map(shown, kept))  # the notes say which of them are unknown
    answer = answers.pop() if len(answers) == 1 else ""
    inputs = source, written_before(np.zeros((1, pairs.target.length + 1), np.int32))
    return Asked(inputs, Example("pair", (read, ()), answer), tuple(notes))


def sample_text(params: OwnPairsParameters, seed: int) -> str:
    """The text of the first validation pair, as somebody wrote it; raises TableError."""
    pairs = pairs_of(params)
    rows, _ = _numbered(pairs, seed, params.vocabulary)
    return pairs.pairs.sources[int(pairs.rows[rows["validation"][0]])]


@lru_cache(maxsize=2)
def _numbered(pairs: PreparedPairs, seed: int, most: int) -> tuple[Rows, Numbered]:
    rows = pairs.divided(generator(seed, NAME, "split"))
    return rows, numbered(pairs.source, rows["train"], most)
