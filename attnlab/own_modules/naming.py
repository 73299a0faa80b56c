"""Arms that name a file: "./mine.py:TanhGate:sharpness=2" in place of a module's name."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from attnlab.own_modules.library import LIBRARY
from attnlab.spec import SpecError, shown, unknown

_FILE = re.compile(
    r"(?P<path>[^:@]*?(?:[A-Za-z]:[\\/])?[^:@]*\.py)(?::(?P<module>[A-Za-z_][\w-]*))?(?P<rest>[:@].*)?"
)


def with_name(arm: str, *, tell: Callable[[str], None] = lambda doing: None) -> str:
    """An arm with the name of the module in place of its file, which is read and brought into the
    catalogue; any other arm as it is.

    A file with several modules needs the class or the name behind a colon. Raises SpecError where
    the file cannot be read, is refused, or has no such module.
    """
    matched = _FILE.fullmatch(arm)
    if matched is None:
        return arm
    report = LIBRARY.bring(Path(matched["path"]), tell=tell)
    if not report.passed and (report.problem or matched["module"] is None):
        raise SpecError(report.why)
    known = {each.name: each for each in report.modules}
    classes = {str(each.declared["class"]): each for each in report.modules}
    wanted = matched["module"]
    if wanted is None and len(known) > 1:
        raise SpecError(
            f"{report.source.file} has several modules: say which, as in "
            f"{shown(matched['path'] + ':' + next(iter(classes)))}"
        )
    if wanted is not None and wanted not in classes and wanted not in known:
        raise SpecError(f"{report.source.file}: {unknown('module', wanted, classes)}")
    chosen = next(iter(known.values())) if wanted is None else {**known, **classes}[wanted]
    if not chosen.passed:
        raise SpecError(f"{report.source.file}: {chosen.name} {'; '.join(chosen.refusals)}")
    return f"{chosen.name}{matched['rest'] or ''}"
