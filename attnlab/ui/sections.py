"""Parts of a page that keep their place, and those that are drawn again while a study trains."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import streamlit as st

from attnlab.ui import server
from attnlab.ui.pictures import LIVE_SECONDS


def in_own_container(draw: Callable[..., None]) -> Callable[..., None]:
    """Give a part of the page a container of its own.

    The parts after it then stay where they are whatever it shows, so that a live part that is just
    being redrawn can never land on another's place.
    """

    @wraps(draw)
    def contained(*arguments: object) -> None:
        with st.container():
            draw(*arguments)

    return contained


def live(draw: Callable[..., None], *arguments: object, active: bool) -> None:
    """Run a part of the page again every second while it is active."""
    server.part(draw, *arguments, every=LIVE_SECONDS if active else None)
