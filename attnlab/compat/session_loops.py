"""Streamlit's sessions without descriptors that nobody uses; tested with 1.67.

Streamlit makes an asyncio loop for every session: three open descriptors each. It keeps the session
for two minutes after its page was closed, up to 128 of them, and leaves them to Python's collector
after that. So 80 page loads in a row hold 240 descriptors, and a server that may open 256 fails.
attnlab's pages use no loop. Here a loop is opened when it is first used.
"""

from __future__ import annotations

import asyncio
from typing import Any

from streamlit.runtime.app_session import AppSession


class LateLoop(asyncio.AbstractEventLoop):
    """An event loop that is opened by the first call that needs it."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    def opened(self) -> asyncio.AbstractEventLoop:
        """The loop itself. Raises RuntimeError where it was closed before it was ever opened."""
        if self._loop is None:
            if self._closed:
                raise RuntimeError("Event loop is closed")
            self._loop = asyncio.new_event_loop()
        return self._loop

    def is_running(self) -> bool:
        return self._loop is not None and self._loop.is_running()

    def is_closed(self) -> bool:
        return self._closed if self._loop is None else self._loop.is_closed()

    def close(self) -> None:
        self._closed = True
        if self._loop is not None:
            self._loop.close()


def _forwarded(name: str) -> Any:
    def call(self: LateLoop, *arguments: Any, **named: Any) -> Any:
        return getattr(self.opened(), name)(*arguments, **named)

    call.__name__ = name
    return call


for _name in dir(asyncio.AbstractEventLoop):
    if not _name.startswith("__") and _name not in vars(LateLoop):
        setattr(LateLoop, _name, _forwarded(_name))


def open_loops_late() -> None:
    """Have each new session open its loop when it is first used; a second call changes nothing."""
    if hasattr(AppSession.__init__, "__wrapped__"):
        return
    begin = AppSession.__init__

    def begun(self: AppSession, *arguments: Any, **named: Any) -> None:
        begin(self, *arguments, **named)
        self._script_event_loop.close()
        self._script_event_loop = LateLoop()

    begun.__wrapped__ = begin  # type: ignore[attr-defined]
    AppSession.__init__ = begun  # type: ignore[method-assign]
