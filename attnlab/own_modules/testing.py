"""What the test of a module needs: the report on its file, and the layer itself."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

from attnlab.imports import module as imported
from attnlab.own_modules import reading
from attnlab.own_modules.declaring import DECLARED
from attnlab.own_modules.report import Report
from attnlab.spec import SpecError, unknown
from attnlab.training.runtime import load_tensorflow


def check(path: str | PathLike[str]) -> Report:
    """Check the modules of a file, as attnlab does before it takes them. Raises SpecError where
    there is no such file."""
    return reading.report_on(reading.source_at(Path(path)), anew=True)


def layer(path: str | PathLike[str], name: str) -> Any:
    """The class of this name in a file with modules, which is run in this process.

    Raises SpecError where there is no such file or class, and whatever the file raises.
    """
    source = reading.source_at(Path(path)).provide()
    load_tensorflow()
    found = vars(imported(source.module))
    named = [each for each, kind in found.items() if DECLARED in getattr(kind, "__dict__", {})]
    if name not in named:
        raise SpecError(unknown("module", name, named))
    return found[name]
