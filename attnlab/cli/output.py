"""What a command prints: results on standard output, messages on standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

from attnlab.cli.plans import UsageError
from attnlab.wording import printable


def say(text: str, end: str = "\n") -> None:
    """Print a result; a terminal gets no control characters. A reader that has ended (`| head`)
    is no failure.

    Raises UsageError if standard output takes no more for another reason, such as a full disk.
    """
    if sys.stdout.isatty():
        text = "\n".join(map(printable, text.expandtabs().split("\n")))
    try:
        print(text, end=end, flush=True)
    except OSError as error:
        # Otherwise Python would try to write the rest when it ends, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise UsageError(f"cannot write to standard output: {error.strerror}") from error


def tell(text: str) -> None:
    """Print one line on standard error."""
    try:
        print(f"attnlab: {printable(' '.join(text.split()))}", file=sys.stderr, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def tell_once() -> Callable[[str], None]:
    """What says once of each file that it is checked, which takes a moment."""
    told: set[str] = set()

    def hear(doing: str) -> None:
        if doing.startswith("running ") and doing not in told:
            told.add(doing)
            tell(f"checking {doing.removeprefix('running ')} …")

    return hear


def check_targets(*paths: str | None) -> None:
    """Raise UsageError or ExportError if one of these files cannot be written; None is no file."""
    from attnlab.export import check_target

    given = [path for path in paths if path is not None]
    for path in given:
        check_target(path)
    real = [os.path.realpath(path) for path in given]
    for place, path in enumerate(given):
        if real[place] in real[:place]:
            raise UsageError(f"two tables cannot both be written to {path}")


def dumped(value: Any) -> str:
    """A result as JSON text."""
    return json.dumps(value, indent=2, ensure_ascii=False)
