"""The imports at the top of a script."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import groupby

from attnlab.export.scripts.literals import bracketed
from attnlab.export.scripts.sources import Import


def import_lines(imports: Iterable[Import]) -> str:
    """The imports sorted and grouped: first those of Python itself, then the others."""
    imports = set(imports)
    of_python = {each for each in imports if _top(each) in sys.stdlib_module_names}
    groups = [_group(group) for group in (of_python, imports - of_python) if group]
    return "\n\n".join(["from __future__ import annotations", *groups])


def _group(imports: set[Import]) -> str:
    modules = sorted((each for each in imports if not each.name), key=_place)
    lines = [f"import {each.module}{_called(each)}" for each in modules]
    from_modules = sorted((each for each in imports if each.name), key=_place)
    for module, names in groupby(from_modules, key=lambda each: each.module):
        items = [f"{each.name}{_called(each)}" for each in names]
        lines.append(_from(module, items))
    return "\n".join(lines)


def _from(module: str, items: list[str]) -> str:
    line = f"from {module} import {', '.join(items)}"
    return line if len(line) <= 100 else bracketed(f"from {module} import (", items, ")")


def _place(each: Import) -> tuple[str, int, str]:
    """Modules in order, and in each constants before classes before functions."""
    kind = 0 if each.name.isupper() else 1 if each.name[:1].isupper() else 2
    return each.module.lower(), kind, each.name


def _called(each: Import) -> str:
    return f" as {each.called}" if each.called else ""


def _top(each: Import) -> str:
    return each.module.partition(".")[0]
