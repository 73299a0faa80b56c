"""Reads a capsule: unpacks nothing to disk, and checks everything before it is used."""

from __future__ import annotations

import json
import stat
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from attnlab.capsules import own_modules, planned_files
from attnlab.capsules.errors import CapsuleError
from attnlab.capsules.tables import Kind, columns_of, lines_of
from attnlab.capsules.writing import CURVES, DATA, HASH, PLAN, RUNS, VERSIONS
from attnlab.data.fingerprint import Fingerprint
from attnlab.data.zip_entries import DAMAGES, pieces, whole
from attnlab.imports import importing
from attnlab.spec import (
    MAX_ARMS,
    MAX_SEEDS,
    SpecError,
    Study,
    as_meant_then,
    brief,
    read_mapping,
    shown,
)
from attnlab.spec.moving import with_data_at
from attnlab.spec.own import Own
from attnlab.store import Status

if TYPE_CHECKING:
    import pandas as pd

KEYS = ["arm", "seed"]
NO_METRICS = ("study", "arm", "task", "module", "params", "seed", "epoch", "seconds")
"""The columns of the curves that say what a row is about, and how long it took."""

_METRICS = ("loss", "accuracy", "val_loss", "val_accuracy")
_MIB = 2**20
_LARGEST_FILE = 1024 * _MIB
_MOST_MEMBERS = 1000
_LARGEST = {
    **{PLAN: _MIB, VERSIONS: _MIB, RUNS: 64 * _MIB, CURVES: 128 * _MIB, DATA: 16 * _MIB},
    **dict.fromkeys(own_modules.MEMBERS, own_modules.LARGEST),
}
"""Bytes of a member once unpacked: far above any study's, far below what a machine holds."""


_OPTIONAL = (DATA, *own_modules.MEMBERS)
"""What only the capsules of studies on own data, and of own modules, networks and tasks, have."""


@dataclass(frozen=True)
class Capsule:
    """What a replay needs of a capsule: the plan, the versions, and the tables of its runs (arm,
    seed, status, …) and curves (arm, seed, epoch, loss, …). `data` are the states of the own data
    that it was trained on, by `TaskSpec.stream`, without the names of their files."""

    study: Study
    versions: Mapping[str, str | None]
    runs: pd.DataFrame
    curves: pd.DataFrame
    data: Mapping[str, Fingerprint] = field(default_factory=dict)

    def with_data_at(self, path: str) -> Capsule:
        """The same with the own data of its study at this path. Raises SpecError where it has
        none, or several data sets."""
        return replace(self, study=with_data_at(self.study, path))


def read(path: str | PathLike[str], *, trust: bool = False) -> Capsule:
    """Read a capsule.

    Modules, networks and tasks that somebody brought come with their source; `trust` says that it
    may be run, without which UntrustedError is raised for one that has not been used here. The same
    holds of files that networks are made from (UntrustedFileError, or both in the one error).
    Reading runs nothing.
    Raises CapsuleError for what is no capsule, is damaged, or holds more than any study has.
    """
    path = Path(path)
    try:
        with _opened(path) as archive:
            plan = _mapping(_text(archive, PLAN))
            own_modules.take(_brought(archive), planned_files.strange(archive, plan), trust)
            study = _plan(plan)
            planned_files.take(archive, study, trust)
            runs = _runs(archive, study)
            curves = _curves(archive, study, runs)
            has_data = DATA in archive.namelist()
            data = _data(_text(archive, DATA) if has_data else "{}")
            return Capsule(study, _versions(_text(archive, VERSIONS)), runs, curves, data)
    except (own_modules.UntrustedError, planned_files.UntrustedFileError):
        raise
    except CapsuleError as error:
        raise CapsuleError(f"{path}: {error}") from error.__cause__


def sources(path: str | PathLike[str]) -> dict[str, str]:
    """The texts of what somebody brought to a capsule, by the name of their file; runs nothing.

    Where files of one name have several texts, the later ones have their digest behind it.
    Raises CapsuleError as `read` does.
    """
    path = Path(path)
    try:
        with _opened(path) as archive:
            brought = _brought(archive)
    except CapsuleError as error:
        raise CapsuleError(f"{path}: {error}") from error.__cause__
    return own_modules.texts_of(brought)


def _brought(archive: zipfile.ZipFile) -> list[Own]:
    there = [name for name in own_modules.MEMBERS if name in archive.namelist()]
    return [own for name in there for own in own_modules.known(name, _text(archive, name))]


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive, its members checked; what it raises while it is read is a CapsuleError."""
    try:
        found = path.stat()
        if found.st_size > _LARGEST_FILE:
            raise CapsuleError("it is larger than any capsule")
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
            raise CapsuleError("it cannot be read: it is no regular file")
        with zipfile.ZipFile(path) as archive:
            _check_members(archive.infolist())
            yield archive
    except OSError as error:
        raise CapsuleError(f"it cannot be read: {error.strerror or error}") from error
    except MemoryError as error:
        raise CapsuleError("it holds more than fits into the memory that is free") from error
    except (NotImplementedError, RuntimeError) as error:  # of a newer kind, or encrypted
        raise CapsuleError(f"it was not packed by attnlab ({error})") from error
    except (*DAMAGES, UnicodeDecodeError, ValueError) as error:
        raise CapsuleError(f"it is not a zip file, or a damaged one ({error})") from error


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > _MOST_MEMBERS:
        raise CapsuleError(f"it has {len(members)} members, more than any capsule")
    names = Counter(member.filename for member in members)
    for member in members:
        place = PurePosixPath(member.filename.replace("\\", "/"))
        if place.is_absolute() or ".." in place.parts or ":" in "".join(place.parts[:1]):
            raise CapsuleError(f"its member {shown(member.filename)} points outside of it")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise CapsuleError("it was not packed by attnlab, but in another way")
        if names[member.filename] > 1:
            raise CapsuleError(f"it has {brief(member.filename)} twice")
        if member.file_size > _LARGEST.get(member.filename, member.file_size):
            raise CapsuleError(f"its {member.filename} is larger than any study's")
    for name in _LARGEST:
        if name not in names and name not in _OPTIONAL:
            raise CapsuleError(f"it is no capsule of attnlab: it has no {name}")


def _text(archive: zipfile.ZipFile, name: str) -> str:
    try:
        return whole(archive, name, _LARGEST[name]).decode()
    except UnicodeDecodeError as error:
        raise CapsuleError(f"its {name} is not text") from error


def _mapping(text: str) -> dict[str, Any]:
    try:
        return read_mapping(text)
    except SpecError as error:
        raise _unfit(error) from error


def _plan(mapping: dict[str, Any]) -> Study:
    try:
        return Study(**as_meant_then(mapping))
    except SpecError as error:
        raise _unfit(error) from error


def _unfit(error: SpecError) -> CapsuleError:
    return CapsuleError(f"its {PLAN} does not fit this attnlab: {error}")


def _versions(text: str) -> dict[str, str | None]:
    try:
        named = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CapsuleError(f"its {VERSIONS} is not JSON") from error
    if not isinstance(named, dict):
        raise CapsuleError(f"its {VERSIONS} is not a mapping of names to versions")
    return {str(name): None if value is None else str(value) for name, value in named.items()}


def _data(text: str) -> dict[str, Fingerprint]:
    """The states of the own data, by stream: a mapping of texts to mappings of texts to texts."""
    try:
        states = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CapsuleError(f"its {DATA} is not JSON") from error
    if not isinstance(states, dict) or not all(
        isinstance(files, dict) and all(isinstance(content, str) for content in files.values())
        for files in states.values()
    ):
        raise CapsuleError(f"its {DATA} does not say what its data were")
    return {stream: Fingerprint(files) for stream, files in states.items()}


def _runs(archive: zipfile.ZipFile, study: Study) -> pd.DataFrame:
    """A row per run of the plan: arm, seed, status, and the hash of the weights."""
    kinds: dict[str, Kind] = {"arm": "text", "seed": "int", "status": "text", HASH: "text"}
    table = _table(archive, RUNS, kinds, "text", (), MAX_ARMS * MAX_SEEDS)
    listed = list(zip(table["arm"], table["seed"], strict=True))
    planned = {(arm.label, seed) for arm in study.arms for seed in study.seeds}
    if set(listed) != planned or len(listed) != len(planned):
        raise CapsuleError(f"its {RUNS} does not have a row for each run of its {PLAN}")
    return table.assign(**{HASH: table[HASH].where(table[HASH] != "", None)})


def _curves(archive: zipfile.ZipFile, study: Study, runs: pd.DataFrame) -> pd.DataFrame:
    """A row per run and epoch: arm, seed, epoch, and every metric, NaN where it has no value."""
    kinds: dict[str, Kind] = {"arm": "text", "seed": "int", "epoch": "int"}
    kinds |= dict.fromkeys(_METRICS, "float")
    most = study.runs * (study.training.epochs + 1)
    table = _table(archive, CURVES, kinds, "float", NO_METRICS, most)
    if table.duplicated([*KEYS, "epoch"]).any():
        raise CapsuleError(f"its {CURVES} has an epoch of a run twice")
    finished = runs[runs["status"] == Status.FINISHED]
    with_curves = set(zip(table["arm"], table["seed"], strict=True))
    if not set(zip(finished["arm"], finished["seed"], strict=True)) <= with_curves:
        raise CapsuleError(f"its {CURVES} lacks runs that finished")
    return table


def _table(
    archive: zipfile.ZipFile,
    name: str,
    kinds: Mapping[str, Kind],
    others: Kind,
    left_out: Sequence[str],
    most_rows: int,
) -> pd.DataFrame:
    """A table of the capsule, as `columns_of` reads it."""
    with importing("pandas"):
        import pandas as pd

    lines = lines_of(name, pieces(archive, name, _LARGEST[name]))
    columns = columns_of(name, lines, kinds, others, left_out, most_rows)
    return pd.DataFrame(columns, copy=False)
