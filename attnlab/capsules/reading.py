"""Reads a capsule: unpacks nothing to disk, and checks everything before it is used."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import yaml

from attnlab.capsules.writing import CURVES, DATA, HASH, PLAN, RUNS, VERSIONS
from attnlab.data.fingerprint import Fingerprint
from attnlab.export.spreadsheets import unguarded, without_mark
from attnlab.imports import importing
from attnlab.spec import SpecError, Study, as_meant_then, read_mapping
from attnlab.spec.moving import with_data_at
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
_LARGEST = {PLAN: _MIB, VERSIONS: _MIB, RUNS: 64 * _MIB, CURVES: 128 * _MIB, DATA: 16 * _MIB}
"""Bytes of a member once unpacked: far above any study's, far below what a machine holds."""


_OPTIONAL = (DATA,)
"""What only the capsules of studies on own data have."""


class CapsuleError(Exception):
    """For a file that is no capsule, or a damaged one; the message names it and says why."""


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


def read(path: str | PathLike[str]) -> Capsule:
    """Read a capsule.

    Raises CapsuleError for what is no capsule, is damaged, or holds more than any study has.
    """
    path = Path(path)
    try:
        texts = _texts(path)
        study = _plan(texts[PLAN])
        runs = _runs(texts[RUNS], study)
        curves, data = _curves(texts[CURVES], runs), _data(texts.get(DATA, "{}"))
        return Capsule(study, _versions(texts[VERSIONS]), runs, curves, data)
    except CapsuleError as error:
        raise CapsuleError(f"{path}: {error}") from error.__cause__


def _texts(path: Path) -> dict[str, str]:
    """The members that a replay needs, as text."""
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise CapsuleError("it is larger than any capsule")
        with zipfile.ZipFile(path) as archive:
            _check_members(archive.infolist())
            there = set(archive.namelist())
            return {
                name: _text(archive, name, most)
                for name, most in _LARGEST.items()
                if name in there or name not in _OPTIONAL
            }
    except OSError as error:
        raise CapsuleError(f"it cannot be read: {error.strerror or error}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise CapsuleError(f"it is not a zip file, or a damaged one ({error})") from error
    except (NotImplementedError, RuntimeError) as error:  # of a newer kind, or encrypted
        raise CapsuleError(f"it was not packed by attnlab ({error})") from error


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > _MOST_MEMBERS:
        raise CapsuleError(f"it has {len(members)} members, more than any capsule")
    names = [member.filename for member in members]
    for member in members:
        place = PurePosixPath(member.filename.replace("\\", "/"))
        if place.is_absolute() or ".." in place.parts or ":" in "".join(place.parts[:1]):
            raise CapsuleError(f"its member {member.filename!r} points outside of it")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise CapsuleError("it was not packed by attnlab, but in another way")
        if names.count(member.filename) > 1:
            raise CapsuleError(f"it has {member.filename} twice")
        if member.file_size > _LARGEST.get(member.filename, member.file_size):
            raise CapsuleError(f"its {member.filename} is larger than any study's")
    for name in _LARGEST:
        if name not in names and name not in _OPTIONAL:
            raise CapsuleError(f"it is no capsule of attnlab: it has no {name}")


def _text(archive: zipfile.ZipFile, name: str, most: int) -> str:
    try:
        with archive.open(name) as member:
            # Never more than its header says, but zipfile unpacks that many bytes at once.
            return member.read(most).decode()
    except UnicodeDecodeError as error:
        raise CapsuleError(f"its {name} is not text") from error


def _plan(text: str) -> Study:
    try:
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            raise CapsuleError(f"its {PLAN} repeats parts by name, as attnlab never does")
        return Study(**as_meant_then(read_mapping(text)))
    except (SpecError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise CapsuleError(f"its {PLAN} does not fit this attnlab: {reason}") from error


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


def _runs(text: str, study: Study) -> pd.DataFrame:
    """A row per run of the plan: arm, seed, status, and the hash of the weights."""
    table = _rows(RUNS, text, (*KEYS, "status", HASH))
    table = table.assign(seed=_numbers(RUNS, table["seed"], int))
    listed = list(zip(table["arm"], table["seed"], strict=True))
    planned = {(arm.label, seed) for arm in study.arms for seed in study.seeds}
    if set(listed) != planned or len(listed) != len(planned):
        raise CapsuleError(f"its {RUNS} does not have a row for each run of its {PLAN}")
    return table.assign(**{HASH: table[HASH].where(table[HASH] != "", None)})


def _curves(text: str, runs: pd.DataFrame) -> pd.DataFrame:
    """A row per run and epoch: arm, seed, epoch, and every metric, NaN where it has no value."""
    table = _rows(CURVES, text, (*KEYS, "epoch", *_METRICS))
    table = table.assign(
        **{name: _numbers(CURVES, table[name], int) for name in ("seed", "epoch")},
        **{
            name: _numbers(CURVES, table[name], lambda value: float(value or "nan"))
            for name in table.columns
            if name not in NO_METRICS
        },
    )
    if table.duplicated([*KEYS, "epoch"]).any():
        raise CapsuleError(f"its {CURVES} has an epoch of a run twice")
    finished = runs[runs["status"] == Status.FINISHED]
    with_curves = set(zip(table["arm"], table["seed"], strict=True))
    if not set(zip(finished["arm"], finished["seed"], strict=True)) <= with_curves:
        raise CapsuleError(f"its {CURVES} lacks runs that finished")
    return table


def _rows(name: str, text: str, needed: tuple[str, ...]) -> pd.DataFrame:
    """A table whose cells are the texts of the file."""
    with importing("pandas"):
        import pandas as pd

    try:
        table = pd.read_csv(io.StringIO(without_mark(text)), dtype=str, keep_default_na=False)
    except (ValueError, pd.errors.ParserError) as error:
        raise CapsuleError(f"its {name} is not a table") from error
    for column in needed:
        if column not in table:
            raise CapsuleError(f"its {name} has no column {column}")
    return table.assign(arm=table["arm"].map(unguarded))


def _numbers(name: str, cells: pd.Series[str], kind: Callable[[str], Any]) -> list[Any]:
    """The numbers in a column, bit for bit as in the file: pandas may round the last digit."""
    try:
        return [kind(cell) for cell in cells]
    except ValueError as error:
        raise CapsuleError(f"its {name} has a {cells.name} that is no number ({error})") from error
