"""What tokens stand for, where a network reads and writes texts of somebody's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from attnlab.data.pairs.tokens import Kind, joined
from attnlab.data.pairs.vocabulary import END, PADDING, UNKNOWN_TEXT


@dataclass(frozen=True)
class TaskTexts:
    """The texts of the tokens of one seed, and the right answers.

    `read` and `written` are the texts of the tokens of either side, by their numbers; `kind` says
    how they are put together. `validation` and `test` are the answers of these splits as somebody
    wrote them, where unknown tokens are known.
    """

    read: tuple[str, ...]
    written: tuple[str, ...]
    kind: Kind
    validation: tuple[str, ...]
    test: tuple[str, ...]

    def of_answers(self, tokens: np.ndarray) -> Iterator[str]:
        """The text of each row of tokens that a network wrote (N, T), up to its end.

        A network may know more tokens than this seed has: those are as unknown.
        """
        for row in tokens.tolist():
            kept = []
            for token in row:
                if token in (END, PADDING):
                    break
                kept.append(self.written[token] if token < len(self.written) else UNKNOWN_TEXT)
            yield joined(kept, self.kind)
