"""Shared by the tasks whose answer is a text: pairs of texts as tokens; token 0 is padding."""

from __future__ import annotations

import numpy as np

from attnlab.tasks.data import PROBE_SAMPLES, Split, TaskData, arrays_in, one_array
from attnlab.tasks.examples import Example, truth_of

END = "\n"
"""The end of an answer; as token 1 it also stands before the first token of an answer."""

END_TOKEN = 1
FIRST_TOKEN = 2


def tokens_of(texts: list[str], alphabet: str, length: int) -> np.ndarray:
    """Each text as tokens (N, length), the first character of the alphabet being token 2."""
    numbers = {character: token for token, character in enumerate(alphabet, FIRST_TOKEN)}
    numbers[END] = END_TOKEN
    tokens = np.zeros((len(texts), length), np.int32)
    for row, text in zip(tokens, texts, strict=True):
        row[: len(text)] = [numbers[character] for character in text]
    return tokens


def text_of(tokens: np.ndarray, alphabet: str) -> str:
    """The text of a row of tokens, up to its end."""
    characters = dict(enumerate(alphabet, FIRST_TOKEN))
    ends = np.flatnonzero((tokens == END_TOKEN) | (tokens == 0))
    return "".join(characters[int(token)] for token in tokens[: ends[0] if len(ends) else None])


def written_before(targets: np.ndarray) -> np.ndarray:
    """The token before each token of the answers (N, T): the end token before the first."""
    before = np.roll(targets, 1, axis=1)
    before[:, 0] = END_TOKEN
    return before


def cut_pairs(
    source: np.ndarray, targets: np.ndarray, truth: np.ndarray, samples: int, tokens: int
) -> TaskData:
    """Cut pairs of texts into splits, 80:20 of `samples` and the rest for testing.

    The network gets the source (N, S) and the token before each token of the answer (N, T);
    `truth` (N, T, S) says where each should look. `tokens` is the number of different tokens that
    an answer may have.
    """
    first = samples - samples // 5
    x = (source, written_before(targets))
    train, validation, test = (
        Split(tuple(array[cut] for array in x), targets[cut])
        for cut in (slice(0, first), slice(first, samples), slice(samples, None))
    )
    probe = slice(first, min(first + PROBE_SAMPLES, samples))
    return TaskData(
        train, validation, test, classes=tokens, truth=truth[probe], valid=source[probe] > 0
    )


def pairs_split(source: np.ndarray, targets: np.ndarray) -> Split:
    """Pairs of texts as `cut_pairs` has them in a split."""
    return Split((source, written_before(targets)), targets)


def pair_example(data: TaskData, number: int, read: str, write: str) -> Example:
    """What is read and what is to be written, in these alphabets, without the end."""
    source = text_of(arrays_in(data.validation.x)[0][number], read)
    target = text_of(one_array(data.validation.y)[number], write)
    truth = truth_of(data, number)
    if truth is not None:
        truth = truth[: len(target), : len(source)]
    return Example("pair", (source, target), target, truth)
