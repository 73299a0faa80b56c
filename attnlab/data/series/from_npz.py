"""Series in a `.npz` file: an array (samples, steps, channels) and one of labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from attnlab.data.series.errors import SeriesError
from attnlab.data.series.npz import arrays_in, headers_of
from attnlab.data.series.options import SeriesOptions
from attnlab.data.series.series import Series, text_column
from attnlab.data.tables.columns import Column, Numbers, number_text
from attnlab.data.tables.limits import LARGEST_NUMBER, MOST_CLASSES

VALUES, LABELS, LENGTHS = ("x", "X", "data", "series"), ("y", "Y", "labels", "label"), "lengths"
TRUTH, SAMPLE_NAMES, CLASSES, CHANNELS = "truth", "names", "classes", "channels"
"""What arrays are called."""

DIVIDING = ("split", "group", "time")
"""Those that may divide the samples."""

EVERY = (*VALUES, *LABELS, LENGTHS, SAMPLE_NAMES, CLASSES, CHANNELS, *DIVIDING)
_MOST_CHANNELS = 500
_MOST_NUMBERED_CLASSES = 50


def series_in(path: Path, stamp: tuple, options: SeriesOptions) -> Series:
    """The series of a file.

    It has x (N, T, C), or (N, T) for one channel, and y (N,); perhaps lengths (N,), the truth (N,
    T) that is asked for, names (N,) of samples, the names of channels (C,), and those of the
    classes that whole numbers in y stand for. Steps behind a length, or without any number at the
    end, are padding. Raises SeriesError.
    """
    arrays = arrays_in(path, (*EVERY, *filter(None, [options.truth])))
    x, y = _first(path, arrays, VALUES, "x"), _first(path, arrays, LABELS, "y")
    if x.ndim == 2:
        x = x[..., None]
    if x.ndim != 3 or x.dtype.kind not in "fiub" or 0 in x.shape:
        raise SeriesError(
            f"expected numbers (samples, steps, channels) in the array x of {path}, got "
            f"{x.dtype} of shape {x.shape}"
        )
    if x.shape[2] > _MOST_CHANNELS:
        raise SeriesError(f"{path} has {x.shape[2]:,} channels, and may have {_MOST_CHANNELS}")
    values = x.astype(np.float64)
    values[~(np.abs(values) <= LARGEST_NUMBER)] = np.nan
    lengths = _lengths(path, arrays, values)
    inside = np.arange(x.shape[1]) < lengths[:, None]
    known = _texts_of(arrays.get(CLASSES))
    target, classes = _classes_of(path, _of_samples(path, y, "y", len(x)), known)
    truth = arrays.get(options.truth) if options.truth else None
    if options.truth and truth is None:
        raise SeriesError(f"truth: expected an array of {path}, got {options.truth!r}")
    if truth is not None and truth.shape != x.shape[:2]:
        raise SeriesError(
            f"expected truth of shape {x.shape[:2]} in {path}, the samples and steps of x, got "
            f"{truth.shape}"
        )
    names = _texts_of(arrays.get(SAMPLE_NAMES)) or tuple(map(str, range(len(x))))
    channels = _texts_of(arrays.get(CHANNELS)) or tuple(f"channel {n}" for n in range(x.shape[2]))
    for what, given, wanted in (("names", names, len(x)), ("channels", channels, x.shape[2])):
        if len(given) != wanted:
            raise SeriesError(f"expected {wanted:,} {what} in {path}, got {len(given):,}")
    return Series(
        path,
        stamp,
        channels,
        names,
        np.concatenate([[0], np.cumsum(lengths)]),
        values[inside],
        classes,
        target,
        None if truth is None else (truth != 0)[inside],
        {name: _column(path, arrays[name], name, len(x)) for name in _dividing(arrays)},
        {"format": "NumPy (.npz)", "x": f"{x.dtype} {'×'.join(map(str, x.shape))}"},
    )


def speaks_of_steps(path: Path) -> bool:
    """Whether a file has an array of lengths, one that says which steps of x matter, or samples of
    three sizes that look like no images: neither square nor bytes. Raises TableError."""
    headers = headers_of(path)
    x = next((headers[name] for name in VALUES if name in headers), None)
    if x is None or len(x.shape) not in (2, 3):
        return False
    deep = len(x.shape) == 3
    plain = deep and x.shape[1] != x.shape[2] and x.dtype != "uint8"
    truth = headers.get(TRUTH)
    by_step = deep and truth is not None and truth.shape == x.shape[:2]
    return LENGTHS in headers or by_step or plain


def _first(
    path: Path, arrays: dict[str, np.ndarray], names: tuple[str, ...], what: str
) -> np.ndarray:
    for name in names:
        if name in arrays:
            return arrays[name]
    raise SeriesError(
        f"expected an array {what} in {path} (or {', '.join(each for each in names[1:])}), got "
        f"{', '.join(arrays) or 'none of those known'}"
    )


def _lengths(path: Path, arrays: dict[str, np.ndarray], values: np.ndarray) -> np.ndarray:
    steps = values.shape[1]
    if LENGTHS in arrays:
        given = _of_samples(path, arrays[LENGTHS], LENGTHS, len(values))
        if given.dtype.kind not in "iu" or given.min() < 1 or given.max() > steps:
            raise SeriesError(
                f"expected whole numbers from 1 to {steps}, the steps of x, in lengths of {path}"
            )
        return given.astype(np.int64)
    known = ~np.isnan(values).all(axis=2)
    lengths = np.where(known.any(axis=1), steps - known[:, ::-1].argmax(axis=1), 0)
    if lengths.min() < 1:
        raise SeriesError(
            f"expected numbers in every sample of {path}, got none in sample {lengths.argmin()}"
        )
    return lengths


def _of_samples(path: Path, array: np.ndarray, what: str, samples: int) -> np.ndarray:
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.shape != (samples,):
        raise SeriesError(
            f"expected {samples:,} values in the array {what} of {path}, one for each sample, got "
            f"shape {array.shape}"
        )
    return array


def _classes_of(
    path: Path, y: np.ndarray, names: tuple[str, ...]
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Class numbers (N,) and the names of the classes."""
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        raise SeriesError(f"expected a class for every sample in y of {path}, got some without")
    if y.dtype.kind not in "fiubUS":
        raise SeriesError(f"expected numbers or texts in y of {path}, got {y.dtype}")
    different, target = np.unique(y, return_inverse=True)
    is_text = y.dtype.kind in "US"
    most = MOST_CLASSES if is_text else _MOST_NUMBERED_CLASSES
    if len(different) > most or (y.dtype.kind == "f" and (different % 1).any()):
        raise SeriesError(
            f"expected classes in y of {path}, got {len(different):,} different values: of series "
            "only classes are predicted"
        )
    if is_text:
        found = _texts_of(different)
    elif names and different.min() >= 0 and different.max() < len(names):
        found = tuple(names[int(number)] for number in different)
    else:
        found = tuple(number_text(float(number)) for number in different)
    return target.astype(np.int32), found


def _texts_of(array: np.ndarray | None) -> tuple[str, ...]:
    if array is None:
        return ()
    try:
        texts = [
            each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each)
            for each in array.ravel().tolist()
        ]
    except ValueError as error:  # numbers that are no letters
        raise SeriesError(f"expected texts in an array, got what is none: {error}") from None
    return tuple(text.encode("utf-8", "replace").decode() for text in texts)


def _dividing(arrays: dict[str, np.ndarray]) -> list[str]:
    return [name for name in DIVIDING if name in arrays]


def _column(path: Path, array: np.ndarray, name: str, samples: int) -> Column:
    values = _of_samples(path, array, name, samples)
    if values.dtype.kind in "fiub":
        return Numbers(values.astype(np.float64))
    return text_column(_texts_of(values))
