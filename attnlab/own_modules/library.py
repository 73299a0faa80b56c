"""The files with modules that this process has read: the one place that brings them into the
catalogue, and takes them out again.

A file that was saved again is read again. As long as what it says now is refused, the version from
before stays in use.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from attnlab.own_modules import finding, reading
from attnlab.own_modules.report import Report
from attnlab.spec import REGISTRY, OwnSource, SpecError
from attnlab.spec.own import Own

_Stamp = tuple[int, int]


@dataclass(frozen=True)
class OwnFile:
    """A file as it was last looked at: what was found in it, and what of it can be chosen, by kind
    and name: `("module", "tanh-gate")`. `doing` says what is checked now."""

    path: Path
    stamp: _Stamp | None
    report: Report | None = None
    chosen: Mapping[tuple[str, str], Own] = field(default_factory=dict)
    doing: str = ""
    asked: bool = False

    @property
    def is_old(self) -> bool:
        """Whether what can be chosen is of an earlier version of the file."""
        report = self.report
        return report is not None and any(
            each.source.digest != report.source.digest for each in self.chosen.values()
        )


@dataclass(frozen=True)
class LibraryKind:
    """What differs between modules and tasks: where files are looked for, and how one is read."""

    files: Callable[[], Sequence[Path]]
    of_files: reading.OwnFileKind


class Library:
    """Reads files, and brings what passes into the catalogue. May be used from several threads."""

    def __init__(self, kind: LibraryKind) -> None:
        self.kind = kind
        self._files: dict[Path, OwnFile] = {}
        self._lock = threading.Lock()
        self._reading = threading.RLock()
        self._thread: threading.Thread | None = None
        self.changes = 0
        """Grows with every change that people can see."""

    @property
    def files(self) -> Sequence[OwnFile]:
        """All files, in the order in which they were found."""
        with self._lock:
            return list(self._files.values())

    @property
    def is_reading(self) -> bool:
        """Whether a file is being read in the background."""
        return self._thread is not None and self._thread.is_alive()

    def bring(self, path: Path, *, tell: Callable[[str], None] = lambda doing: None) -> Report:
        """Read one file that somebody names, and bring what passes. Raises SpecError where it
        cannot be read."""
        path = path.expanduser().absolute()
        source = reading.source_at(path)
        with self._reading:
            return self._read(path, source, tell, asked=True)

    def refresh(self, *, tell: Callable[[str], None] = lambda doing: None) -> list[Report]:
        """Read what is new, or was saved again, of the files that are looked for; the reports of
        those that were read."""
        with self._reading:
            return [self._looked_at(path, tell) for path in self._stale()]

    def refresh_behind(self) -> None:
        """The same in a thread of its own, if there is anything to read; what was found in the same
        text before is taken at once."""
        with self._lock:
            if self.is_reading:
                return
        with self._reading:
            new = [path for path in self._stale() if not self._is_known(path)]
        if not new:
            return
        thread = threading.Thread(target=self.refresh, name="attnlab-own", daemon=True)
        with self._lock:
            if not self.is_reading:
                self._thread = thread
                thread.start()

    def _is_known(self, path: Path) -> bool:
        """Take a file as it was found before; False for one that has to be checked."""
        try:
            source = reading.source_at(path)
        except SpecError:
            self._looked_at(path, lambda doing: None)
            return True
        if reading.kept_report(source, self.kind.of_files) is None:
            return False
        self._read(path, source, lambda doing: None)
        return True

    def _stale(self) -> list[Path]:
        """The files to read, after those that are gone were taken out."""
        found = self.kind.files()
        with self._lock:
            gone = [
                each for each in self._files.values() if not each.asked and each.path not in found
            ]
            asked = [each.path for each in self._files.values() if each.asked]
            stamps = {each.path: each.stamp for each in self._files.values()}
        for each in gone:
            self._forget(each)
        every = dict.fromkeys([*found, *asked])
        return [each for each in every if each not in stamps or stamps[each] != _stamp(each)]

    def _looked_at(self, path: Path, tell: Callable[[str], None]) -> Report:
        try:
            source = reading.source_at(path)
        except SpecError as error:
            report = self.kind.of_files.report(OwnSource("", str(path)), problem=str(error))
            self._put(replace(self._file(path), stamp=_stamp(path), report=report, doing=""))
            return report
        return self._read(path, source, tell)

    def _read(
        self, path: Path, source: OwnSource, tell: Callable[[str], None], asked: bool = False
    ) -> Report:
        stamp = _stamp(path)

        def hear(doing: str) -> None:
            self._put(replace(self._file(path), doing=doing))
            tell(doing)

        report = reading.report_on(source, kind=self.kind.of_files, tell=hear)
        before = self._file(path)
        chosen = dict(before.chosen)
        for own in report.brought:
            try:
                self._check_free(own, path)
                REGISTRY.bring(own)
                chosen[_key(own)] = own
            except SpecError as error:
                report = report.refused(own, "has a name of its own", f"cannot be used: {error}")
        if not report.problem:
            there = {_key(report.own(each.declared)) for each in report.modules}
            for key in chosen.keys() - there:
                REGISTRY.take_out(chosen.pop(key))
        self._put(OwnFile(path, stamp, report, chosen, asked=asked or before.asked))
        return report

    def _check_free(self, own: Own, path: Path) -> None:
        with self._lock:
            for each in self._files.values():
                if each.path != path and _key(own) in each.chosen:
                    raise SpecError(f"{each.path} has a {own.what} {own.name!r} already")

    def _file(self, path: Path) -> OwnFile:
        with self._lock:
            return self._files.get(path, OwnFile(path, None))

    def _put(self, file: OwnFile) -> None:
        with self._lock:
            self._files[file.path] = file
            self.changes += 1

    def _forget(self, file: OwnFile) -> None:
        with self._lock:
            self._files.pop(file.path, None)
            self.changes += 1
        for own in file.chosen.values():
            REGISTRY.take_out(own)


def _key(own: Own) -> tuple[str, str]:
    """Its kind and name: a module and a network, say, may have one name."""
    return own.what, own.name


def _stamp(path: Path) -> _Stamp | None:
    """What changes when a file is saved again; None where it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


LIBRARY = Library(LibraryKind(finding.files, reading.OF_MODULES))
"""The one of this process."""
