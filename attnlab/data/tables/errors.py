"""The error for a table that cannot be used."""

from __future__ import annotations

from attnlab.spec import SpecError

_LONGEST = 600


class TableError(SpecError):
    """A table that cannot be used; the message says what was expected, and what came.

    It is one line, whatever the names and values are that it quotes.
    """

    def __init__(self, message: str) -> None:
        line = " ".join(message.split())
        if len(line) > _LONGEST:
            line = f"{line[: _LONGEST // 2]} … {line[-_LONGEST // 2 :]}"
        super().__init__(line)
