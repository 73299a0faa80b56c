"""Streamlit's server that answers only to the host names it is meant for; tested with 1.67.

Streamlit refuses a socket under another name (`server.allowedHosts`), and sends the page, what is
downloaded and what is uploaded under any. A page elsewhere whose name is made to resolve to this
machine (DNS rebinding) would be let in by the browser as one of the same origin.

python -m attnlab.compat.streamlit_server run streamlit_app.py --server.allowedHosts localhost
"""

from __future__ import annotations

import runpy
from typing import Any

from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from streamlit.web.server.starlette import starlette_app
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from attnlab.compat.session_loops import open_loops_late

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


if __name__ == "__main__":
    check_hosts()
    open_loops_late()
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)
