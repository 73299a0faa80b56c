"""Scores from TensorBoard's event files, as TensorFlow and PyTorch write them: a folder a run.

TensorFlow reads them, by `tf.data.TFRecordDataset` and `tf.compat.v1.Event`. It takes seconds to
import, and is imported when there is a folder to read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from attnlab.imports import importing
from attnlab.scores.errors import ScoresError
from attnlab.scores.histories import best_note, picked
from attnlab.scores.metrics import metric_called, scale_of_values
from attnlab.scores.naming import run_named
from attnlab.scores.table import GivenRun, ScoreOptions, ScoreTable, left_out
from attnlab.wording import counted, listed

MOST_FILES, MOST_EVENTS = 2000, 5_000_000

_SPLITS = ("train", "validation", "val", "eval", "test")
"""Folders in that of a run that Keras and others write a curve of each split to."""


class _Curve(NamedTuple):
    """A series of a run: its folder, and values in the order of their steps."""

    folder: str
    values: np.ndarray


def event_scores(path: str | Path, named: ScoreOptions) -> ScoreTable:
    """The final or best value of each run in a folder of event files.

    Arm and seed are what the names of folders say: baseline/seed0, baseline_s0, baseline-3. Raises
    ScoresError for a folder without event files, for a name that says no arm and seed, for several
    series of which none was named, and for a run that lacks the one that is judged.
    """
    folder = Path(path).expanduser().absolute()
    by_run = _curves(folder)
    known = tuple(sorted({tag for curves in by_run.values() for tag in curves}))
    tag = _tag(known, named, path)
    every = [curves[tag].values for curves in by_run.values() if tag in curves]
    scale = scale_of_values(tag, np.concatenate(every), has_percent=False)
    runs, lost = [], []
    for name, curves in by_run.items():
        run = run_named(_without_version(name))
        if run is None:
            raise ScoresError(
                f"expected an arm and a seed in the name of the folder, such as baseline/seed0 or "
                f"baseline_s0, got {name!r}: {path}"
            )
        where = f"folder {name}"
        values = curves[tag].values if tag in curves else np.empty(0)
        values = values[np.isfinite(values)]
        is_lost = not len(values) or (
            named.value == "final" and not np.isfinite(curves[tag].values[-1])
        )
        if is_lost:
            if not named.without_missing:
                raise ScoresError(
                    f"{where} of {path} has no finite {named.value} value of {tag!r}; leave runs "
                    "without a score out (--without-missing), or give what such a run is worth"
                )
            lost.append(where)
            continue
        value = scale.factor * picked(values, tag, named)
        runs.append(GivenRun(run.arm, run.seed, value, where))
    told = [
        ("format", "TensorBoard's event files"),
        ("score", f"the {named.value} value of {tag}"),
        *([("scores", scale.words)] if scale.words else []),
    ]
    return ScoreTable(
        source=str(path),
        metric=metric_called(tag, scale, named.better),
        runs=tuple(runs),
        read_as=tuple(told),
        metrics=known,
        margin_factor=scale.factor,
        notes=(*left_out(lost), *best_note(named)),
    )


def _curves(folder: Path) -> dict[str, dict[str, _Curve]]:
    """The series of each run, by the name of its folder and by tag."""
    files = sorted(each for each in folder.rglob("*tfevents*") if each.is_file())
    if not files:
        raise ScoresError(
            f"expected event files of TensorBoard (events.out.tfevents…) in folders a run, got "
            f"none: {folder}"
        )
    if len(files) > MOST_FILES:
        raise ScoresError(f"expected {MOST_FILES:,} event files at most, got {len(files):,}")
    by_run: dict[str, dict[str, list[tuple[int, float]]]] = {}
    for file in files:
        parts = file.parent.relative_to(folder).parts
        split = parts[-1] if parts and parts[-1].lower() in _SPLITS else ""
        name = "/".join(parts[:-1] if split else parts) or folder.name
        series = by_run.setdefault(name, {})
        for tag, points in _scalars(file).items():
            series.setdefault(f"{split}/{tag}" if split else tag, []).extend(points)
    return {
        name: {tag: _curve(name, points) for tag, points in series.items()}
        for name, series in by_run.items()
    }


def _curve(folder: str, points: list[tuple[int, float]]) -> _Curve:
    """In the order of steps; a step that was written again counts as it was written last."""
    by_step = dict(points)
    return _Curve(folder, np.array([by_step[step] for step in sorted(by_step)]))


def _scalars(file: Path) -> Mapping[str, list[tuple[int, float]]]:
    """The scalars of an event file: steps with values, by tag. What a run that was killed left half
    written is the end of it."""
    with importing("tensorflow"):
        import tensorflow as tf

    found: dict[str, list[tuple[int, float]]] = {}
    count = 0
    try:
        for record in tf.data.TFRecordDataset(str(file)).as_numpy_iterator():
            event = tf.compat.v1.Event.FromString(record)
            for value in event.summary.value:
                count += 1
                if (number := _scalar(value, tf)) is not None:
                    found.setdefault(value.tag, []).append((int(event.step), number))
            if count > MOST_EVENTS:
                raise ScoresError(f"{file} has more than {counted(MOST_EVENTS, 'value')}")
    except tf.errors.DataLossError as error:
        if not found:
            raise ScoresError(f"{file} cannot be read as an event file: {error.message}") from None
    return found


def _scalar(value: Any, tf: Any) -> float | None:
    """One value of a summary, as PyTorch and as TensorFlow 2 write it; None of anything else."""
    if value.WhichOneof("value") == "simple_value":
        return float(value.simple_value)
    plugin = value.metadata.plugin_data.plugin_name
    if value.WhichOneof("value") == "tensor" and plugin in ("scalars", ""):
        array = tf.make_ndarray(value.tensor)
        if array.size == 1 and np.issubdtype(array.dtype, np.number):
            return float(array.reshape(()))
    return None


def _tag(known: tuple[str, ...], named: ScoreOptions, path: str | Path) -> str:
    asked = named.tag or named.metric
    if asked in known:
        return asked
    some = listed([*known[:10], *(["others"] if len(known) > 10 else [])])
    if not known:
        raise ScoresError(f"the event files in {path} hold no scalars")
    if asked:
        raise ScoresError(f"{path} has no series {asked!r}: it has {some}")
    if len(known) > 1:
        raise ScoresError(f"{path} has several series, {some}: say which is judged (--tag)")
    return known[0]


def _without_version(name: str) -> str:
    """A folder without the version that Lightning puts below that of a run."""
    found = re.fullmatch(r"(.+)/version_\d+", name)
    return found[1] if found and run_named(found[1]) else name
