"""Arms and networks that name a file: "./mine.py:TanhGate:sharpness=2" in place of a name."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from attnlab.own_modules.library import LIBRARY
from attnlab.own_modules.report import CheckedModule, Report
from attnlab.spec import SpecError, shown, unknown
from attnlab.spec.own_backbones import BACKBONE

_FILE = re.compile(
    r"(?P<path>[^:@]*?(?:[A-Za-z]:[\\/])?[^:@]*\.py)(?::(?P<module>[A-Za-z_][\w-]*))?(?P<rest>[:@].*)?"
)


_NETWORK_IN_ARM = re.compile(rf"(?P<before>.*[@,]{BACKBONE}=)(?P<network>[^,]+)(?P<after>.*)")
"""What an arm changes the network to."""

Teller = Callable[[str], None]


def silent(doing: str) -> None:
    """Tells nobody what is checked."""


def with_name(arm: str, *, tell: Teller = silent) -> str:
    """An arm with the names of the module and of the network in place of their files, which are
    read and brought into the catalogue; any other arm as it is.

    A file with several modules needs the class or the name behind a colon. Raises SpecError where
    the file cannot be read, is refused, or has no such module.
    """
    on_network = _NETWORK_IN_ARM.fullmatch(arm)
    if on_network is not None:
        network = with_network(on_network["network"], tell=tell)
        arm = f"{on_network['before']}{network}{on_network['after']}"
    matched = _FILE.fullmatch(arm)
    if matched is None:
        return arm
    chosen = _chosen(matched, "module", tell)
    return f"{chosen.name}{matched['rest'] or ''}"


def with_network(name: str, *, tell: Teller = silent) -> str:
    """The name of a network in place of "./mine.py" or "./mine.py:tiny_net", as for a module; any
    other name as it is."""
    matched = _FILE.fullmatch(name)
    if matched is None:
        return name
    if matched["rest"]:
        raise SpecError(
            f"a network is named as in ./mine.py:tiny_net, got {shown(name)}: what it is built "
            "with are parameters of the task"
        )
    return _chosen(matched, "network", tell).name


def _chosen(matched: re.Match[str], what: str, tell: Teller) -> CheckedModule:
    report: Report = LIBRARY.bring(Path(matched["path"]), tell=tell)
    wanted = matched["module"]
    if not report.passed and (report.problem or wanted is None):
        raise SpecError(report.why)
    fitting = [each for each in report.modules if each.is_backbone == (what == "network")]
    known = {each.name: each for each in fitting}
    coded = {each.coded: each for each in fitting}
    if not fitting:
        raise SpecError(f"{report.source.file} has no {what}")
    if wanted is None and len(known) > 1:
        raise SpecError(
            f"{report.source.file} has several {what}s: say which, as in "
            f"{shown(matched['path'] + ':' + next(iter(coded)))}"
        )
    if wanted is not None and wanted not in coded and wanted not in known:
        raise SpecError(f"{report.source.file}: {unknown(what, wanted, coded)}")
    chosen = fitting[0] if wanted is None else {**known, **coded}[wanted]
    if not chosen.passed:
        raise SpecError(f"{report.source.file}: {chosen.name} {'; '.join(chosen.refusals)}")
    return chosen
