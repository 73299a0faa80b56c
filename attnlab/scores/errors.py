"""The error for scores that cannot be judged."""

from __future__ import annotations

from attnlab.spec import SpecError
from attnlab.wording import shortened

_LONGEST = 600


class ScoresError(SpecError):
    """Scores that cannot be judged; the message says what was expected, and what came, and where.

    It is one line, whatever the names and values are that it quotes.
    """

    def __init__(self, message: str) -> None:
        super().__init__(shortened(" ".join(message.split()), _LONGEST))
