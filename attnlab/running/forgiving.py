"""Standard error, as long as somebody reads it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, TextIO


class Forgiving:
    """A text stream that drops what it cannot write: a reader that ended (`| head`), or a closed
    terminal, is no reason to end a training."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
