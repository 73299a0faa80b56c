"""What went wrong in a file that somebody brought, in a sentence that names its line."""

from __future__ import annotations

import re
import traceback

from attnlab.spec.own_source import OwnSource

LONGEST = 300
"""Characters of what an error says."""


def where(error: BaseException, source: OwnSource) -> str:
    """What went wrong, with the file and the line of it that led there."""
    if isinstance(error, SyntaxError) and error.lineno and error.filename == source.shown_path:
        return f"{source.file}, line {error.lineno}: {error.msg}"
    line = next(
        (
            frame.lineno
            for frame in reversed(traceback.extract_tb(error.__traceback__))
            if frame.filename == source.shown_path
        ),
        None,
    )
    place = source.file if line is None else f"{source.file}, line {line}"
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"{place}: it imports {error.name}, which is not installed here"
    if isinstance(error, SystemExit):
        return f"{place}: it ends the program"
    return f"{place}: {first_line(error)}"


def first_line(error: BaseException) -> str:
    """The first line of what an error says itself, without what Keras puts around it."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
    lines = [each.strip() for each in text.splitlines() if each.strip()]
    if lines and lines[0].startswith("Exception encountered when calling"):
        lines = lines[1:]
    said = lines[0] if lines else ""
    kind = type(error).__name__
    return f"{kind}: {said}"[:LONGEST] if said else kind
