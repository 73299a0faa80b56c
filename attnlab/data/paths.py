"""Paths as people type and paste them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from urllib.parse import unquote, urlsplit

from attnlab.spec import SpecError

_QUOTES = {'"': '"', "'": "'", "`": "`", "“": "”", "„": "“", "‘": "’", "‚": "‘", "«": "»"}
_LONGEST_SHOWN = 200
LONGEST_PATH = 4000
"""Of a path in a plan; longer ones cannot be opened anywhere."""

_SHARED: ContextVar[Sequence[Path] | None] = ContextVar("_SHARED", default=None)
"""The folders in which a path may lead just now; None for all."""

_ESCAPED = re.compile(r"\\(.)")


def pasted_path(text: str) -> Path:
    """The absolute path that a person means, whether or not something is there.

    Understands quotes around it, a `file://` address as browsers and file managers copy it, `~`,
    and the backslashes that a terminal puts before spaces when a file is dropped into it. A
    relative path is meant from where this process runs. Raises SpecError for an address of another
    kind or machine, a `~` of nobody, what no path can hold, and within `only_in` for a path that
    leads elsewhere.

    >>> pasted_path("'file:///data/my%20pets.zip'").as_posix()
    '/data/my pets.zip'
    """
    meant = text.strip()
    while len(meant) > 1 and _QUOTES.get(meant[0]) == meant[-1]:
        meant = meant[1:-1].strip()
    if not meant or "\0" in meant:
        raise SpecError(f"expected a path, got {text[:_LONGEST_SHOWN]!r}")
    meant = _without_address(meant)
    try:
        path = Path(meant).expanduser()
    except RuntimeError as error:  # ~ stands for nobody
        raise SpecError(f"{meant[:_LONGEST_SHOWN]}: {error}") from None
    # A backslash may be part of a name: it escapes only where nothing has that name.
    if "\\" in meant and not _is_there(path):
        path = Path(_ESCAPED.sub(r"\1", meant)).expanduser()
    _check_shared(path, meant)
    return path.absolute()


@contextmanager
def only_in(folders: Sequence[Path] | None) -> Iterator[None]:
    """Let paths that are read in here lead into these folders alone; None sets no limit."""
    token = _SHARED.set(folders)
    try:
        yield
    finally:
        _SHARED.reset(token)


def _check_shared(path: Path, meant: str) -> None:
    """Raise SpecError for a path that leads elsewhere, whatever links stand on its way.

    Whether something is there is not said.
    """
    folders = _SHARED.get()
    if folders is None:
        return
    place = Path(os.path.realpath(path))
    if not any(place.is_relative_to(os.path.realpath(folder)) for folder in folders):
        raise SpecError(
            f"this server opens uploads and the folders that ATTNLAB_DATA names, and "
            f"{meant[:_LONGEST_SHOWN]} is in none of them: upload the data instead"
        )


def absolute(text: str, longest: int) -> str:
    """The path that a person means, as it is kept in a plan; empty where none is given.

    Raises SpecError as `pasted_path` does, and for one of more than `longest` characters.
    """
    meant = str(pasted_path(text)) if text.strip() else ""
    if len(meant) > longest:
        raise SpecError(
            f"a path must be at most {longest} characters long, got {len(meant)} for {meant[:60]}…"
        )
    return meant


def _without_address(meant: str) -> str:
    """The path in a file:// address; other text as it is."""
    scheme, _, _ = meant.partition("://")
    if not _ or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme):
        return meant
    shown = meant[:_LONGEST_SHOWN]
    if scheme.lower() != "file":
        raise SpecError(f"expected a path on this machine, got the address {shown}: download it")
    try:
        address = urlsplit(meant.replace("?", "%3F").replace("#", "%23"))
        if address.netloc.lower() not in ("", "localhost"):
            raise SpecError(f"expected a path on this machine, got one on another: {shown}")
        return unquote(address.path, errors="surrogateescape")
    except ValueError:  # brackets that hold no address of a machine
        raise SpecError(f"expected a path on this machine, got {shown}") from None


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def home_folder() -> Path:
    """Where attnlab keeps what it fetches and makes of data: ATTNLAB_HOME, or `~/.attnlab`."""
    return Path(os.environ.get("ATTNLAB_HOME") or "~/.attnlab").expanduser().absolute()
