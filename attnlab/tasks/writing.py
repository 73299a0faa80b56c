"""What the tasks share whose answer is written: pairs of texts as tokens; token 0 is padding."""

from __future__ import annotations

import numpy as np

from attnlab.tasks.data import PROBE_SAMPLES, Split, TaskData

END = "\n"
"""What an answer ends with; as a token it is 1, and what an answer begins after, too."""

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
    known = dict(enumerate(alphabet, FIRST_TOKEN))
    ended = np.flatnonzero((tokens == END_TOKEN) | (tokens == 0))
    return "".join(known[int(token)] for token in tokens[: ended[0] if len(ended) else None])


def written_before(targets: np.ndarray) -> np.ndarray:
    """What stands before each token of the answers (N, T): the end token before the first."""
    before = np.roll(targets, 1, axis=1)
    before[:, 0] = END_TOKEN
    return before


def cut_pairs(
    source: np.ndarray, targets: np.ndarray, truth: np.ndarray, samples: int, tokens: int
) -> TaskData:
    """Cut pairs of texts into splits, 80:20 of `samples` and the rest for testing.

    The network is given the source (N, S) and what stands before each token of the answer (N, T);
    `truth` (N, T, S) says where each should look. `tokens` is how many an answer is made of.
    """
    first = samples - samples // 5
    x = (source, written_before(targets))
    splits = [
        Split(tuple(array[cut] for array in x), targets[cut])
        for cut in (slice(0, first), slice(first, samples), slice(samples, None))
    ]
    probe = slice(first, min(first + PROBE_SAMPLES, samples))
    return TaskData(*splits, classes=tokens, truth=truth[probe], valid=source[probe] > 0)
