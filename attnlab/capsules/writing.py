"""A study as one zip file: the plan, the versions, every number, the tables and the figures.

The same study, read with the same versions, always gives the same bytes.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import json
import platform
import textwrap
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from attnlab.capsules import own_modules
from attnlab.capsules import planned_files as models
from attnlab.catalog import tasks
from attnlab.data.planned_file import planned_files
from attnlab.export.by_class import confusion_csv, recall_csv
from attnlab.export.figures import FORMATS, figure
from attnlab.export.paper import latex, markdown
from attnlab.export.spreadsheets import csv_text
from attnlab.export.study_figures import study_figures
from attnlab.export.tidy import attention, attention_measures, curves
from attnlab.export.verdicts import over_tasks_csv, tuning_csv, verdicts_csv
from attnlab.imports import importing
from attnlab.spec import METRICS, TESTED, VALIDATED, Study
from attnlab.spec.moving import own_paths
from attnlab.store import Status, Store, StudyRow
from attnlab.version import __version__
from attnlab.wording import listed

if TYPE_CHECKING:
    import pandas as pd

PLAN, VERSIONS, RUNS, CURVES = "plan.yaml", "versions.json", "runs.csv", "curves.csv"
"""The members that a replay needs."""

PACKAGES = ("tensorflow", "keras", "numpy", "pandas", "scipy", "statsmodels")
DATA = "data.json"
"""The states of the own data, by stream; only in the capsule of a study that has some."""

TASKS = "tasks.csv"
"""What several tasks show together; only in the capsule of a study of several."""

HASH = "weights_sha256"
"""The column of `RUNS` with what `weights_hash` gives; missing where there are no weights."""

AT_END = {
    *(name.removeprefix(VALIDATED) for name, each in METRICS.items() if each.kind == "end"),
    *(measure.name for entry in tasks() for measure in entry.end_metrics),
}
"""What is measured of classes and texts at the end of a run, by name."""

_BEGINNING = (1980, 1, 1, 0, 0, 0)
_WEIGHTS = "model.weights.h5"


def capsule(store: Store, study_id: str) -> bytes:
    """Return the zip file of a study. Its tables lack what is not trained (yet).

    Raises StoreError for an unknown study or weights that cannot be read, and ExportError where
    the figures cannot be drawn.
    """
    row = store.study(study_id)
    members: dict[str, str | bytes] = {
        PLAN: row.study.to_yaml(),
        VERSIONS: json.dumps(versions(), indent=2, sort_keys=True) + "\n",
        **own_modules.members(row.study),
        **models.members(row.study),
        **_data(store, row.id),
        RUNS: csv_text(runs(store, row.id)),
        CURVES: csv_text(curves(store, row.id)),
        "attention.csv": csv_text(attention(store, row.id)),
        "measures.csv": csv_text(attention_measures(store, row.id)),
        "verdicts.csv": verdicts_csv(store, row.id),
        **({"tuning.csv": tuning_csv(store, row.id)} if row.study.tuning else {}),
        **_by_class(store, row.id),
        **({TASKS: over_tasks_csv(store, row.id)} if row.study.has_several_tasks else {}),
        "table.md": markdown(store, row.id),
        "table.tex": latex(store, row.id),
        "README.txt": _readme(row) + _of_files(row),
        **_figures(store, row.id),
    }
    return _zipped(members)


def versions() -> dict[str, str | None]:
    """What the numbers of a training depend on besides its plan: versions, system and processor."""
    return {
        "python": platform.python_version(),
        "attnlab": __version__,
        **{name: _version(name) for name in PACKAGES},
        "platform": f"{platform.system()} {platform.machine()}",
    }


def runs(store: Store, study_id: str) -> pd.DataFrame:
    """A row per run: arm, seed, status, epoch, kept_epoch, seconds, the numbers of the epoch kept
    and those on the test samples, the hash of the weights, and what was measured of classes."""
    frame = store.runs(study_id).drop(columns=["study", "error"])  # errors may name files
    places = zip(frame["arm"], frame["seed"], frame["status"], strict=True)
    frame[HASH] = [
        _weights_of(store, study_id, arm, seed) if status == Status.FINISHED else None
        for arm, seed, status in places
    ]
    names = [str(name) for name in frame]
    new = [name for name in names if name.removeprefix(VALIDATED).removeprefix(TESTED) in AT_END]
    return frame[[*frame.columns.drop(new), *new]]  # behind what was there before


def _data(store: Store, study_id: str) -> dict[str, str]:
    """The state of the study's own data at its last sitting, by stream; the names of files are
    replaced by hashes, as they may tell whom a file is about."""
    states = {each.stream: each.fingerprint.anonymous() for each in store.data_states(study_id)}
    if not states:
        return {}
    files = {stream: dict(state.files) for stream, state in states.items()}
    return {DATA: json.dumps(files, indent=0, sort_keys=True) + "\n"}


def weights_hash(path: Path) -> str:
    """SHA-256 of the numbers in a .keras file, with their places and shapes.

    The file itself also holds when it was written. Raises what zipfile and h5py do.
    """
    with importing("h5py"):
        import h5py

    digest = hashlib.sha256()
    with zipfile.ZipFile(path) as archive:
        content = io.BytesIO(archive.read(_WEIGHTS))
    with h5py.File(content) as file:
        arrays: dict[str, h5py.Dataset] = {}
        file.visititems(
            lambda name, item: arrays.update({name: item} if isinstance(item, h5py.Dataset) else {})
        )
        for name, array in sorted(arrays.items()):
            digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
            digest.update(array[()].tobytes())
    return digest.hexdigest()


def _weights_of(store: Store, study_id: str, arm: str, seed: int) -> str | None:
    path = store.artifact(study_id, arm, seed, "weights.keras")
    if path is None:
        return None
    try:
        return weights_hash(path)
    except (OSError, KeyError, zipfile.BadZipFile):
        return None  # a damaged file is no reason to withhold the curves, which say as much


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:  # such as TensorFlow under another name
        return None


def _figures(store: Store, study_id: str) -> dict[str, bytes]:
    """The figures of the study in every format, by the member's name."""
    return {
        f"figures/{name}.{format}": figure(chart, format)
        for name, chart in study_figures(store, study_id).items()
        for format in FORMATS
    }


def _by_class(store: Store, study_id: str) -> dict[str, str]:
    """The tables of what was answered class by class, where that is known."""
    if not store.confusions(study_id):
        return {}
    return {
        "confusion.csv": confusion_csv(store, study_id),
        "recall.csv": recall_csv(store, study_id),
    }


def _readme(row: StudyRow) -> str:
    study = row.study
    tasks = listed(task.title for task in study.tasks)
    shape = (
        f"{tasks}: {len(study.arms)} arms, {len(study.seeds)} seeds, "
        f"{study.training.epochs} epochs; {row.counts[Status.FINISHED]} of {row.runs} runs finished"
    )
    return _README.format(
        name=row.name or row.id,
        line="=" * len(row.name or row.id),
        shape=shape,
        tuning=_TUNING if study.tuning else "",
        tasks=_TOGETHER if study.has_several_tasks else "",
        data=_OWN_DATA if own_paths(study) else "",
        own=_own_code(study),
    )


def _own_code(study: Study) -> str:
    """Of what somebody brought to a study: where its sources are, and how a replay runs them."""
    places = own_modules.places(study)
    if not places:
        return ""
    what = listed(f"the {each} (sources in {folder}/)" for each, folder in places.items())
    return _OWN_CODE.format(what=textwrap.fill(f"The author's own are {what}.", 98))


def _of_files(row: StudyRow) -> str:
    """Of the files that a study's networks are made from: which are in here, and which are not."""
    taken = models.taken(row.study)
    others = [each for each in planned_files(row.study) if each not in taken]
    text = _MODELS.format(files=listed(each.told for each in taken)) if taken else ""
    return text + (_FILES.format(files=listed(each.path for each in others)) if others else "")


def _zipped(members: dict[str, str | bytes]) -> bytes:
    """A zip file with these members by name, in a fixed order and with a fixed time."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(members.items()):
            info = zipfile.ZipInfo(name, _BEGINNING)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # the same on every system
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return file.getvalue()


_TUNING = """tuning.csv      a row per arm, learning rate and seed that chose the learning rates
"""
_README = """{name}
{line}
{shape}.

A study by attnlab. To train every run again and hold it against the numbers in here:

    python -m attnlab replay CAPSULE.zip

It says of each run whether its curves came back bit for bit, nearly, or not. They come back bit
for bit on the same kind of processor, with the versions in versions.json: those
of the machine that made this file, which is not always the one that trained the study. A network
large enough for several threads an operation comes back equal but for rounding.
{data}{own}
To train it without comparing anything:

    python -m attnlab run plan.yaml

plan.yaml       what was trained, and what it was to be judged by
versions.json   what the numbers depend on besides
runs.csv        a row per run: how it ended, its numbers, and a hash of its weights
curves.csv      a row per run and epoch
attention.csv   a row per run, epoch and position: the mean attention weight
measures.csv    a row per run, epoch and measure of attention
verdicts.csv    a row per metric and arm, and per planned contrast (see the column family): what
                its seeds show, and what that rests on
confusion.csv   a row per arm, split, true class and answer: the share of the class that got it
recall.csv      a row per arm, split and class: the mean recall, with its spread over the seeds
                (these two where the answers are classes, and were counted)
{tasks}{tuning}table.md, .tex  the results as a table
figures/        forest: the difference of each arm to the reference, with its interval;
                seeds: every seed's score; curves: epoch by epoch; confusion and recall: class by
                class (each as .png and .svg)
"""

_TOGETHER = """\
tasks.csv       a row per module: in how many of the tasks it holds at least, its mean
                over them, and its interquartile mean; figures of seeds and curves are task by task
"""

_OWN_DATA = """
The data are not in here: plan.yaml says where they are looked for, and data.json what they were,
by hashes of the names and contents of their files. Where they are elsewhere:

    python -m attnlab replay CAPSULE.zip --data PATH
"""

_OWN_CODE = """
{what}
A replay runs this code only if it is told to:

    python -m attnlab replay CAPSULE.zip --show-source
    python -m attnlab replay CAPSULE.zip --trust
"""

_MODELS = """
models/ has {files}, from which networks are made. A replay where that is not, loads it only if it
is told to:

    python -m attnlab replay CAPSULE.zip --trust
"""
_FILES = """
Not in here, and needed as it was at the same place to train again: {files}
"""
