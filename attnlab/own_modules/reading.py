"""Checks a file in a worker process, which is ended where the file does not come to an end."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from attnlab.own_modules.report import Report
from attnlab.spec import OwnSource, SpecError
from attnlab.store.home import home_folder
from attnlab.workers import WorkersError
from attnlab.workers.calling import SilentError, stream
from attnlab.workers.versions import versions

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 20.0
"""So long one check of a file may take."""

MOST_BYTES = 2**20
"""Of a file with modules."""

REPORTS = "own_modules"
"""The folder, in attnlab's own, of what was found in files that were read before."""


def source_at(path: Path) -> OwnSource:
    """The text of a file. Raises SpecError where there is none."""
    try:
        with open(path, "rb") as file:
            content = file.read(MOST_BYTES + 1)
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise SpecError(f"cannot read {path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise SpecError(f"cannot read {path}: it is not UTF-8 text") from None
    if len(content) > MOST_BYTES:
        raise SpecError(f"cannot read {path}: a file with modules has at most 1 MiB")
    return OwnSource(text, str(path.absolute()))


@dataclass(frozen=True)
class OwnFileKind:
    """What differs between files with modules and files with tasks: the import path of what checks
    one, the folder, in attnlab's own, of what was found in files that were read before, and what a
    report on one is."""

    checked: str
    reports: str
    report: type[Report]


OF_MODULES = OwnFileKind("attnlab.own_modules.checking:checked", REPORTS, Report)


def kept_report(source: OwnSource, kind: OwnFileKind = OF_MODULES) -> Report | None:
    """What this attnlab found in the same text before, without running it; None for a new one."""
    return _read(_kept_at(source, kind), source, kind)


def report_on(
    source: OwnSource,
    *,
    kind: OwnFileKind = OF_MODULES,
    anew: bool = False,
    patience: float = PATIENCE_SECONDS,
    tell: Callable[[str], None] = lambda doing: None,
) -> Report:
    """What is found in a file: as it was found before, unless `anew`, or by a worker process.

    `tell` hears what is checked next. A check that takes more than `patience` seconds ends that
    process, and is told in the report.
    """
    known = None if anew else kept_report(source, kind)
    if known is not None:
        return known
    report = _by_worker(source, patience, tell, kind)
    if not report.problem:
        _keep(_kept_at(source, kind), report)
    return report


def _by_worker(
    source: OwnSource, patience: float, tell: Callable[[str], None], kind: OwnFileKind
) -> Report:
    doing = f"running {source.file}"
    try:
        values = stream(
            kind.checked,
            source.text,
            source.path,
            patience=patience,
            in_process=True,
        )
        with closing(values):
            for each in values:
                if isinstance(each, Report):
                    return each
                doing = each
                tell(doing)
    except SilentError:
        problem = f"{source.file}: {doing} took more than {patience:g} seconds, and was ended"
    except WorkersError as error:
        problem = f"{source.file}: {doing} ended the process that did it ({error})"
    else:
        problem = f"{source.file}: {doing} came to no end"
    return kind.report(source, problem=problem)


def _kept_at(source: OwnSource, kind: OwnFileKind) -> Path:
    """The file of what was found in this text by this attnlab and TensorFlow."""
    versioned = json.dumps(dict(versions()), sort_keys=True)
    digest = hashlib.sha256(versioned.encode()).hexdigest()[:8]
    return home_folder() / kind.reports / f"{source.digest}-{digest}.json"


def _read(path: Path, source: OwnSource, kind: OwnFileKind) -> Report | None:
    try:
        return kind.report.from_json(source, json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:  # SpecError among them
        log.warning("cannot read %s, so that the file is checked again: %s", path, error)
        return None


def _keep(path: Path, report: Report) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(report.to_json()), encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        log.warning("cannot keep what was found in %s: %s", report.source.path, error)
