"""Streamlit's server that answers only to the host names it is meant for, and whose sessions hold
no descriptors that nobody uses; tested with 1.67.

Streamlit refuses a socket under another name (`server.allowedHosts`), and sends the page, what is
downloaded and what is uploaded under any. A page elsewhere whose name is made to resolve to this
machine (DNS rebinding) would be let in by the browser as one of the same origin.

And it makes an asyncio loop for every session: three open descriptors each. It keeps the session
for two minutes after its page was closed, up to 128 of them, and leaves them to Python's collector
then. So 80 page loads in a row hold 240 descriptors, and a server that may open 256 fails. The
pages of attnlab use no loop. Here a loop is opened when it is first used.

python -m attnlab.compat.streamlit_server run streamlit_app.py --server.allowedHosts localhost
"""

from __future__ import annotations

import asyncio
import runpy
from typing import Any

from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from streamlit.runtime.app_session import AppSession
from streamlit.web.server.starlette import starlette_app
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

REFUSED = (
    "attnlab does not answer under this host name. Where it is meant to, start the app with "
    "--allow-host NAME.\n"
)


class HostCheck:
    """An ASGI application that answers 421 to requests for a host that is not allowed."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and not is_host_allowed(_host(scope)):
            await PlainTextResponse(REFUSED, 421)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _host(scope: Any) -> str | None:
    """The one Host header of a request; None without one, or with several."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    return hosts[0].decode("latin-1") if len(hosts) == 1 else None


def check_hosts() -> None:
    """Have the server look at the host before anything else, whenever it is made."""
    make = starlette_app.create_streamlit_middleware
    starlette_app.create_streamlit_middleware = lambda: [Middleware(HostCheck), *make()]


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
        self._script_event_loop = LateLoop()  # type: ignore[abstract] # all of it is passed on

    begun.__wrapped__ = begin  # type: ignore[attr-defined]
    AppSession.__init__ = begun  # type: ignore[method-assign]


if __name__ == "__main__":
    check_hosts()
    open_loops_late()
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)
