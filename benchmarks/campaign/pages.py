"""A page without a browser: a session of a server, its widgets, and pressing them."""

from __future__ import annotations

import resource
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from attnlab.compat.streamlit import BackMsg, ForwardMsg
from benchmarks.campaign.processes import end_tree, started

PATIENCE = 90.0


@dataclass
class Server:
    """A server of the app in a session of processes of its own."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def app(home: Path, descriptors: int | None = None) -> Iterator[Server]:
    """The app with its studies in `home`, once it listens; at most so many open descriptors."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def limit() -> None:
        if descriptors:
            resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))

    log = home.with_name(f"{home.name}.log")
    with log.open("ab") as output:
        address = ("--address", "127.0.0.1", "--port", str(port))
        process = started(home, "app", *address, output=output, limit=limit)
    try:
        _wait_for(port, process)
        yield Server(process, port, log)
    finally:
        end_tree(process)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError("the server did not start")


@dataclass
class Page:
    """A page that was sent: which buttons and sliders it has, and whether it showed an error."""

    socket: Any
    query: str
    name: str
    buttons: dict[str, str] = field(default_factory=dict)
    sliders: dict[str, Any] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def press(self, button: str) -> None:
        """Press a button with this label, and wait until the page has been sent again."""
        self._ask(self.buttons[button], trigger_value=True)

    def slide(self, slider: str, value: float) -> None:
        """Set a slider with this label, and wait until the page has been sent again."""
        self._ask(self.sliders[slider].id, double_array_value=value)

    def draw(self) -> None:
        """Ask for the page, and wait until it has been sent."""
        self._ask("")

    def _ask(self, widget: str, **value: Any) -> None:
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_name = self.name
        if widget:
            state = message.rerun_script.widget_states.widgets.add()
            state.id = widget
            for kind, given in value.items():
                if kind == "double_array_value":
                    state.double_array_value.data.append(given)
                else:
                    setattr(state, kind, given)
        self.socket.send(message.SerializeToString())
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self._take(ForwardMsg.FromString(self.socket.recv(timeout=PATIENCE))):
                return
        raise TimeoutError("the page was not sent in time")

    def _take(self, message: ForwardMsg) -> bool:
        """Note what a message brings; whether it ends the page."""
        kind = message.WhichOneof("type")
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            match element.WhichOneof("type"):
                case "button":
                    self.buttons[element.button.label] = element.button.id
                case "slider":
                    self.sliders[element.slider.label] = element.slider
                case "exception":
                    self.errors.append(element.exception.message)
        return kind == "script_finished" and message.script_finished in (
            ForwardMsg.FINISHED_SUCCESSFULLY,
            ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
        )


@contextmanager
def page(server: Server, query: str = "", name: str = "") -> Iterator[Page]:
    """A page of the app that has been drawn once."""
    with connect(
        f"ws://127.0.0.1:{server.port}/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        origin=Origin(server.url),
        max_size=None,
        open_timeout=PATIENCE,
    ) as opened:
        drawn = Page(opened, query, name)
        drawn.draw()
        yield drawn
