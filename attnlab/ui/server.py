"""The one store and the one job manager of a server process, and the message without them."""

from __future__ import annotations

import functools
import gc
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st

from attnlab import imports, workers
from attnlab.analysis import LATE
from attnlab.compat.streamlit import (
    CAPTION,
    CHOSEN,
    EXPAND_SIDEBAR,
    MAIN_BLOCK,
    PILL,
    POPOVER_ARROW,
    SIDEBAR,
    SLIDER_VALUE,
    stop_using_pages_folder,
    uses_pages_folder,
)
from attnlab.data.paths import only_in
from attnlab.data.shared_folders import shared_folders
from attnlab.imports import importing
from attnlab.jobs import JobManager
from attnlab.jobs.priority import yield_to_pages
from attnlab.resources import MissingFileError
from attnlab.running import stages
from attnlab.spec import SpecError
from attnlab.store import Store, StoreError
from attnlab.training.runtime import load_tensorflow
from attnlab.training.threads import THREADS
from attnlab.ui import PAGES, sign_in
from attnlab.ui.plain_text import plain
from attnlab.ui.printing import PRINT_STYLE

log = logging.getLogger(__name__)

FIRST_PAINT_SECONDS = 1.0
"""A worker is started this long after the first page: sooner would hold that page back."""

BEGUN = "server.begun"

_IN_PART: ContextVar[bool] = ContextVar("_IN_PART", default=False)
"""Whether a part of the page is being drawn; see `part`."""

EXAMPLE_SECONDS = 3.0
"""The example begins this long after the server first served a page."""


_STYLE = f"""<style>
{MAIN_BLOCK} {{padding-top: 3.6rem}}
{SIDEBAR} {POPOVER_ARROW} {{display: none}}
{EXPAND_SIDEBAR} {{width: auto}}
{EXPAND_SIDEBAR}::after {{content: "Menu"; padding: 0 0.4rem}}
{CAPTION}{CAPTION} {{color: inherit; opacity: 0.78}}
{CHOSEN * 3}, {SLIDER_VALUE} {{color: inherit}}
{PILL * 3} {{height: auto}}
{PILL * 3} p {{white-space: normal}}
{PRINT_STYLE}</style>"""
"""The page begins near its top, the arms of the narrow form have room for their names, the button
that brings the folded form back says what it does, and words stand out: small print, what is
chosen, and numbers above sliders. Options of pills have a second line where they need one."""


SWITCH_SECONDS = 0.0005
"""How long a thread keeps the interpreter from others that wait for it: a tenth of Python's usual,
so that pages get their share at once while others train and draw."""


@st.cache_resource(show_spinner=False)
def _manager() -> JobManager:
    sys.setswitchinterval(SWITCH_SECONDS)
    manager = JobManager(Store(), seeds_needed=stages.seeds_needed)
    manager.ensure_example(delay=EXAMPLE_SECONDS)
    gc.collect()
    gc.freeze()  # what was imported stays: Streamlit need not walk it after each script run
    return manager


@st.cache_resource(show_spinner=False)
def _warm_up() -> None:
    """Get ready to train in a moment; called when the first page has been sent."""
    _later(_get_ready)


def _get_ready() -> None:
    """Start a worker process, and import what a page soon wants."""
    if not workers.are_inline():
        workers.PROCESSES.warm()
    yield_to_pages()
    imports.bring(*PAGES, *LATE)  # before TensorFlow, for all of which a page would wait
    if workers.are_inline():
        _load_tensorflow()


def _load_tensorflow() -> None:
    """Load TensorFlow, and keep Streamlit from clearing Keras's session under a training.

    There is nothing that would need it: a page script builds a network at most to write it down
    (`downloads`), and what Keras notes of that belongs to the script's own thread and goes with it.
    """
    THREADS.to_its_end(load_tensorflow)
    with importing("attnlab.compat.keras"):
        from attnlab.compat.keras import keep_session

    keep_session()


def _later(action: Callable[[], None]) -> None:
    timer = threading.Timer(FIRST_PAINT_SECONDS, action)
    timer.daemon = True
    timer.start()


@contextmanager
def connected() -> Iterator[JobManager]:
    """Give the page the server's job manager; if the store fails, say so and end the page.

    Where people sign in, it is the manager of who did, and the page of who did not ends here.
    """
    _begin_with_the_app()
    st.html(_STYLE)
    with explained():
        person = sign_in.person()
        manager = _manager()
        manager.recover()
        yield manager if person is None else manager.as_person(person)
        _warm_up()


def _begin_with_the_app() -> None:
    """Start again if this page runs alone, without the app's layout and navigation.

    This happens where a fresh server is first opened at this page's own address: until the app has
    run once, Streamlit takes the files in `pages` for an app in the older way. Once a session is
    enough, and starting again forgets what was pressed.
    """
    alone = uses_pages_folder() and BEGUN not in st.session_state
    st.session_state[BEGUN] = True
    if alone:
        stop_using_pages_folder()
        st.rerun()


def part(draw: Callable[..., None], *arguments: object, every: float | None = None) -> None:
    """Draw a part of the page that is drawn again alone when one of its own widgets changes.

    And after each `every` seconds, if given. A part drawn on its own is outside of `connected`, so
    it too says what fails.

    A part within a part belongs to the outer one, and each has a place of its own. Else a server
    that gets behind breaks the page: as a part is drawn again, Streamlit drops what it has not sent
    of it yet, but sends what stands in it or after it, and the browser finds no place for that.
    """
    if _IN_PART.get():
        _in_its_place(draw, *arguments)
        return

    @st.fragment(run_every=every)
    @functools.wraps(draw)
    def alone(*arguments: object) -> None:
        token = _IN_PART.set(True)
        try:
            with explained():
                draw(*arguments)
        finally:
            _IN_PART.reset(token)

    with st.container():
        alone(*arguments)


def followed(draw: Callable[..., None], *arguments: object, every: float | None) -> None:
    """Draw what follows a training: a part that is drawn again after each `every` seconds.

    With None there is nothing to follow; then the parts in it are drawn alone, each for itself.
    """
    if every is None:
        _in_its_place(draw, *arguments)
    else:
        part(draw, *arguments, every=every)


def _in_its_place(draw: Callable[..., None], *arguments: object) -> None:
    """Draw what is no part just now, as deep in the page as if it were one: it stays mounted."""
    with st.container(), st.container():
        draw(*arguments)


@contextmanager
def shared_paths() -> Iterator[None]:
    """Let what people name on a page lead into shared folders alone, where this server is open to
    others: see `shared_folders`. A study of the store may have its data anywhere."""
    with only_in(shared_folders(_manager().store.home, st.get_option("server.address"))):
        yield


@contextmanager
def explained() -> Iterator[None]:
    """If the store or a file that comes with attnlab fails in here, say so and end the drawing."""
    try:
        yield
    except (MissingFileError, StoreError, SpecError) as error:
        log.error("%s", error)
        st.error(plain(error), icon=":material/error:")
        st.button("Try again", icon=":material/refresh:")
        st.stop()
