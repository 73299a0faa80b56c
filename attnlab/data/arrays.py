"""Arrays in NumPy's .npz files: samples, labels, perhaps a truth, names and given splits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from attnlab.data.npz_entries import Header, array_in, headers_in, opened, plain_name
from attnlab.data.tables.errors import TableError
from attnlab.data.tables.opening import Stamp, stamp_of

ENDING = ".npz"
MOST_SAMPLES = 200_000

X = ("x", "data", "images", "features", "inputs", "arr_0")
Y = ("y", "target", "targets", "labels", "label", "arr_1")
SPLITS = {
    "train": ("train", "training"),
    "validation": ("val", "valid", "validation"),
    "test": ("test", "testing"),
}
TRUTH = "truth"
EXTRA = {
    TRUTH: (TRUTH,),
    "names": ("names", "feature_names"),
    "classes": ("classes", "class_names"),
}
"""How people call the arrays of a file, in small letters; those of splits as x_train or train_x."""

_brought: dict[str, ArraySet] = {}
"""Files that another machine has read, by the path that a plan has for them."""


@dataclass(frozen=True, eq=False)
class ArraySet:
    """Arrays of samples: `x` (N, ...) and the labels `y` (N,).

    `given` are the numbers of the samples of splits that the file has, empty where it has none.
    `truth` is True where attention should look: (N, ...) or one for all samples (...), None where
    nobody says. `names` are those of features, `classes` those of whole numbers in `y`, each empty
    where the file has none.
    """

    path: Path
    stamp: Stamp
    x: np.ndarray
    y: np.ndarray
    given: dict[str, np.ndarray]
    truth: np.ndarray | None
    names: tuple[str, ...]
    classes: tuple[str, ...]


def samples_header(path: str | Path) -> Header:
    """Shape and type of one sample and its type, from the header of the samples alone, with their
    number as the first size. Raises TableError."""
    with opened(Path(path)) as archive:
        headers = headers_in(Path(path), archive)
        roles = _roles(Path(path), list(headers))
        return headers[next(iter(roles["x"].values()))]


def has_truth(path: str | Path) -> bool:
    """Whether the file says where attention should look. Raises TableError."""
    with opened(Path(path)) as archive:
        return any(plain_name(name) == TRUTH for name in archive.namelist())


def read_arrays(path: str | Path) -> ArraySet:
    """Read an .npz file; again only when it has changed.

    Nothing in it is unpickled, and no more is unpacked than its headers say. Raises TableError for
    what is no such file, and for arrays that do not go together.
    """
    if (brought := _brought.get(str(path))) is not None:
        return brought
    return _read(Path(path), stamp_of(Path(path)))


def is_brought(path: str | Path) -> bool:
    """Whether another machine has brought the arrays for this path."""
    return str(path) in _brought


def bring_arrays(path: str | Path, arrays: ArraySet | None) -> None:
    """Let `read_arrays` give these for this path, whatever is there; None ends that."""
    if arrays is None:
        _brought.pop(str(path), None)
    else:
        _brought[str(path)] = arrays


@lru_cache(maxsize=2)
def _read(path: Path, stamp: Stamp) -> ArraySet:
    with opened(path) as archive:
        headers = headers_in(path, archive)
        roles = _roles(path, list(headers))
        xs = {split: array_in(path, archive, entry) for split, entry in roles["x"].items()}
        ys = {split: array_in(path, archive, entry) for split, entry in roles["y"].items()}
        extras = {name: array_in(path, archive, entry) for name, entry in roles["extra"].items()}
    if xs.keys() != ys.keys():
        odd = sorted(xs.keys() ^ ys.keys())
        raise TableError(f"{path} has samples without labels, or labels without samples: {odd[0]}")
    shapes = {array.shape[1:] for array in xs.values()}
    if len(shapes) > 1:
        listed = " and ".join(map(str, sorted(shapes)))
        raise TableError(f"{path} has samples of different shapes: {listed}")
    for split, labels in ys.items():
        ys[split] = _labels(path, labels, len(xs[split]))
    starts = np.cumsum([0, *(len(array) for array in xs.values())])
    given = {
        split: np.arange(starts[place], starts[place + 1])
        for place, split in enumerate(xs)
        if split
    }
    x = xs[""] if "" in xs else np.concatenate(list(xs.values()))
    y = ys[""] if "" in ys else np.concatenate(list(ys.values()))
    _check_samples(path, x)
    return ArraySet(
        path,
        stamp,
        x,
        y,
        given,
        _truth(path, extras.get(TRUTH), x),
        _texts(path, "names", extras.get("names")),
        _texts(path, "classes", extras.get("classes")),
    )


def _roles(path: Path, entries: list[str]) -> dict[str, dict[str, str]]:
    """The entries of samples and labels by split ("" for none), and the others that are known."""
    by_name = {plain_name(entry): entry for entry in entries}
    found: dict[str, dict[str, str]] = {"x": {}, "y": {}, "extra": {}}
    for role, usual in (("x", X), ("y", Y)):
        whole = next((by_name[name] for name in usual if name in by_name), None)
        if whole is not None:
            found[role][""] = whole
        for split, words in SPLITS.items():
            pairs = [f"{name}_{word}" for name in usual for word in words]
            pairs += [f"{word}_{name}" for name in usual for word in words]
            parts = [by_name[name] for name in pairs if name in by_name]
            if parts and whole is None:
                found[role][split] = parts[0]
    for extra, words in EXTRA.items():
        for word in filter(by_name.__contains__, words):
            found["extra"][extra] = by_name[word]
    for role, what in (("x", "samples"), ("y", "labels")):
        if not found[role]:
            known = ", ".join(by_name) or "no arrays"
            raise TableError(
                f"expected {what} in {path}, called {role}, or {role}_train and {role}_test; got "
                f"{known}"
            )
    return found


def _labels(path: Path, labels: np.ndarray, samples: int) -> np.ndarray:
    if labels.ndim == 2 and labels.shape[1] == 1:  # as Keras has them
        labels = labels[:, 0]
    if labels.shape != (samples,):
        raise TableError(
            f"expected a label for each of the {samples:,} samples of {path}, got labels of shape "
            f"{labels.shape}"
        )
    return labels


def _check_samples(path: Path, x: np.ndarray) -> None:
    if x.ndim < 2 or not 0 < len(x) <= MOST_SAMPLES or 0 in x.shape:
        raise TableError(
            f"expected 1 to {MOST_SAMPLES:,} samples in {path}, of shape (samples, features) or "
            f"(samples, height, width, channels); got shape {x.shape}"
        )


def _truth(path: Path, truth: np.ndarray | None, x: np.ndarray) -> np.ndarray | None:
    if truth is None:
        return None
    if truth.dtype.kind not in "bui" or not np.isin(truth, (0, 1)).all():
        raise TableError(f"expected yes and no (booleans) as the truth in {path}")
    places = x.shape[1:3] if x.ndim == 4 else x.shape[1:]
    if truth.shape not in (places, (len(x), *places)):
        raise TableError(
            f"expected a truth of shape {places}, or one for each sample, in {path}; got "
            f"{truth.shape}"
        )
    return truth.astype(bool)


def _texts(path: Path, what: str, values: np.ndarray | None) -> tuple[str, ...]:
    if values is None:
        return ()
    if values.ndim != 1:
        raise TableError(f"expected a row of {what} in {path}, got shape {values.shape}")
    return tuple(str(value) for value in values)
