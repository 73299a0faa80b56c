"""The source of modules that people bring, and how Python imports it from memory.

A network is trained in other processes, and later: what they run is the text that was read when
the module was loaded, whatever the file says by then. So the text travels with the plan, and is
imported under a name made of its hash. Only a worker imports it.
"""

from __future__ import annotations

import hashlib
import importlib.abc
import importlib.machinery
import importlib.util
import linecache
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import CodeType, ModuleType

_NAME = re.compile(r"attnlab\.own_([0-9a-f]{16})")
_known: dict[str, OwnSource] = {}


@dataclass(frozen=True)
class OwnSource:
    """The text of a Python file, and the path that it was read from."""

    text: str
    path: str

    @cached_property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that name the text, however its lines end."""
        # Not `splitlines`, which ends lines where Python's own reader does not: a comment could
        # hide what another text of the same name runs.
        lines = self.text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
        return hashlib.sha256(lines.encode()).hexdigest()[:16]

    @property
    def module(self) -> str:
        """The name under which Python imports it."""
        return f"attnlab.own_{self.digest}"

    @property
    def file(self) -> str:
        """The last part of its path, which is what messages call it."""
        return Path(self.path).name

    def provide(self) -> OwnSource:
        """Let Python import it from now on; return what it knows under this digest."""
        return _known.setdefault(self.digest, self)

    @property
    def shown_path(self) -> str:
        """What a traceback calls the file: its path, as long as that still holds this text."""
        try:
            current = OwnSource(Path(self.path).read_text(encoding="utf-8"), self.path)
        except (OSError, ValueError):
            return f"{self.path} (source {self.digest})"
        same = current.digest == self.digest
        return self.path if same else f"{self.path} (source {self.digest})"


def is_own(module: str) -> bool:
    """Whether a module is one that people brought, by the name of its import."""
    return _NAME.fullmatch(module) is not None


def text_of(module: str) -> str | None:
    """The text of a module that people brought, by the name of its import; None for another."""
    matched = _NAME.fullmatch(module)
    source = _known.get(matched[1]) if matched else None
    return None if source is None else source.text


class _TextLoader(importlib.abc.InspectLoader):
    """Compiles a text that is in memory; errors name the file and the line."""

    def __init__(self, source: OwnSource) -> None:
        self._source = source

    def get_source(self, fullname: str) -> str:
        return self._source.text

    def get_code(self, fullname: str) -> CodeType:
        path, text = self._source.shown_path, self._source.text
        # Tracebacks quote these lines and not those of a file that was saved again since.
        linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
        code: CodeType = compile(text, path, "exec", dont_inherit=True)
        return code


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        matched = _NAME.fullmatch(fullname)
        source = _known.get(matched[1]) if matched else None
        if source is None:
            return None
        return importlib.util.spec_from_loader(fullname, _TextLoader(source), origin=source.path)


sys.meta_path.append(_Finder())
