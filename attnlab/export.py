"""What leaves attnlab as files: the tidy CSV of curves and of attention, written whole or not."""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from attnlab import measures
from attnlab.store import Store

if TYPE_CHECKING:
    import pandas as pd

CURVES = (
    *("study", "arm", "task", "module", "params", "seed", "epoch"),
    *("loss", "accuracy", "val_loss", "val_accuracy", "seconds"),
)
MEASURES = ("study", "arm", "seed", "epoch", "axis", "kind", "measure", "value", "chance")
ATTENTION = ("study", "arm", "seed", "epoch", "axis", "index", "weight", "truth")

_WEIGHT_DIGITS = "%.6g"
"""Weights are means of float32: more digits than these say nothing."""


class ExportError(Exception):
    """A file that cannot be written; the message names it and says why."""


def curves(store: Store, ids: str | Iterable[str]) -> pd.DataFrame:
    """A row per run and epoch of these studies: the columns `CURVES`, then what a task measures
    besides, such as val_exact_match.

    `task` is the study's; `params` are the module's as JSON, and what the arm changes under "set".
    Raises StoreError for an unknown study.
    """
    frame = store.curves(ids)
    return frame[[*CURVES, *frame.columns.difference(CURVES, sort=False)]]


def attention(store: Store, study_id: str) -> pd.DataFrame:
    """A row per run, epoch and position, with the columns `ATTENTION`.

    `index` is the position in the flattened weights of the axis; `truth` is 1 where the arm's task
    planted its signal, 0 elsewhere on that axis, and missing on an axis without truth or where
    every sample has one of its own. Raises
    StoreError for an unknown study, or one whose plan this version cannot read.
    """
    import pandas as pd

    from attnlab.analysis.attention import truth_on

    study = store.study(study_id).study
    weights = store.traces(study_id)
    weights["truth"] = pd.Series(pd.NA, index=weights.index, dtype="Int64")
    for (arm, axis, shape), rows in weights.groupby(["arm", "axis", "shape"], sort=False):
        if planted := truth_on(study, arm, axis):
            positions = rows["index"] % json.loads(shape)[-1]  # several heads have a row each
            weights.loc[rows.index, "truth"] = positions.isin(planted).astype("Int64")
    return weights[list(ATTENTION)]


def attention_measures(store: Store, study_id: str) -> pd.DataFrame:
    """A row per run, epoch, axis and measure of attention, with the columns `MEASURES`.

    `value` is a mean over samples of the validation split, `chance` what equal weights would have;
    missing where there is no such level. Raises StoreError for an unknown study.
    """
    frame = store.measures(study_id)
    keys = ["arm", "seed", "epoch", "axis"]
    levels = frame[frame["name"] == "chance"].set_index(keys)["value"].rename("level")
    frame = frame[frame["name"] != "chance"].join(levels, on=keys)
    fixed = frame["name"].map(measures.CHANCE)
    frame["chance"] = fixed.fillna(frame["level"].where(frame["name"].isin(measures.BY_SHARE)))
    return frame.rename(columns={"name": "measure"})[list(MEASURES)].reset_index(drop=True)


def curves_csv(store: Store, ids: str | Iterable[str]) -> str:
    """The curves as CSV text, every number at full resolution. Raises StoreError."""
    return curves(store, ids).to_csv(index=False, lineterminator="\n")


def attention_csv(store: Store, study_id: str) -> str:
    """The attention as CSV text, weights at six significant digits. Raises StoreError."""
    table = attention(store, study_id)
    return table.to_csv(index=False, lineterminator="\n", float_format=_WEIGHT_DIGITS)


def measures_csv(store: Store, study_id: str) -> str:
    """The measures of attention as CSV text, at six significant digits. Raises StoreError."""
    table = attention_measures(store, study_id)
    return table.to_csv(index=False, lineterminator="\n", float_format=_WEIGHT_DIGITS)


def check_target(path: Path | str) -> None:
    """Raise ExportError if a file could not be written here, without leaving anything behind."""
    path = Path(path)
    with _plainly(path):
        if not _is_device(path):
            temporary = _beside(path)
            temporary.touch()
            temporary.unlink()


def write_text(path: Path | str, text: str) -> None:
    """Write a UTF-8 file, whole or not at all; one that is there already is replaced.

    Raises ExportError, with any earlier file unchanged.
    """
    path = Path(path)
    with _plainly(path):
        if _is_device(path):
            path.write_text(text, encoding="utf-8")
            return
        temporary = _beside(path)
        try:
            with temporary.open("x", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            target = Path(os.path.realpath(path))
            if target.exists():
                shutil.copymode(target, temporary)
            os.replace(temporary, target)
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _is_device(path: Path) -> bool:
    """Whether this is a pipe or a device, which is written to and never replaced."""
    in_dev = path.absolute().parts[1:2] == ("dev",)
    return in_dev or (path.exists() and not path.is_file() and not path.is_dir())


def _beside(path: Path) -> Path:
    """A name for the temporary file; raises OSError where `path` itself may not be written."""
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, f"there is no folder {target.parent}")
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.part")


@contextmanager
def _plainly(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:  # ValueError: a name with a null character
        reason = getattr(error, "strerror", None) or error
        raise ExportError(f"cannot write {path}: {reason}") from error
