"""The task of somebody's own file: a function from a seed to arrays, cut into three splits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from attnlab.catalog.task_entries.own_task import OwnTaskParameters
from attnlab.spec import OwnTask, SpecError, load, own_task
from attnlab.spec.own_errors import where
from attnlab.tasks.data import (
    PROBE_SAMPLES,
    Split,
    TaskData,
    arrays_in,
    number_words,
    one_array,
)
from attnlab.tasks.examples import Example, truth_of
from attnlab.tasks.labels import add_label_noise, leave_out_rare

SPLITS = ("train", "validation", "test")
KEYS = ("x", "y", "split", "truth", "valid")
"""What the function may give by name; the first two it has to."""


def own_task_data(params: OwnTaskParameters, seed: int) -> TaskData:
    """What the function of the file gives at this seed. Raises SpecError, with the line of the file
    where its code fails."""
    own = own_task(params)
    assert isinstance(own, OwnTask)
    draw = load(f"{own.source.provide().module}:{own.declared['function']}")
    try:
        given = draw(seed, **params.arguments)
    except Exception as error:
        raise SpecError(where(error, own.source)) from error
    try:
        return own_data(lambda seed, **arguments: given, params, seed)
    except ValueError as error:
        raise SpecError(f"{own.source.file}: {own.name} {error}") from error


def own_data(draw: Callable[..., Any], params: OwnTaskParameters, seed: int) -> TaskData:
    """What `draw` gives at this seed, cut into training, validation and test samples.

    It gives a mapping with inputs `x` (N, ...) and answers `y` (N,), and perhaps `split` (N,),
    "train", "validation" or "test" for each; without one the first three fifths are for training,
    then a fifth for validation and a fifth for the test. `truth` is what attention should find,
    booleans shaped like what it weighs, for all samples alike or for each (N, ...); `valid` (N, T)
    says which steps there are. Class numbers stay; other numbers are standardised by the mean and
    standard deviation of the training samples. Raises ValueError for what does not fit.
    """
    given = draw(seed, **params.arguments)
    if not isinstance(given, Mapping) or not {"x", "y"} <= set(given):
        raise ValueError('must return a mapping with "x" and "y"')
    if odd := [key for key in given if key not in KEYS]:
        raise ValueError(f"returns {odd[0]!r}, and what is known is {', '.join(KEYS)}")
    x = inputs_of(given["x"], params.inputs, params.input_shape)
    if params.inputs == "text":
        check_whole("x", np.asarray(given["x"]), params.tokens, "tokens")
    y = np.asarray(given["y"])
    check_finite("x", x)
    if y.dtype.kind not in "biuf":
        raise ValueError(f"gives y as {y.dtype}: expected numbers")
    check_finite("y", y)
    if params.answers:
        check_whole("y", y, params.answers, "classes")
    if y.shape != (len(x),):
        raise ValueError(f"gives y of shape {y.shape} for {len(x)} samples: expected ({len(x)},)")
    rows = rows_of(given.get("split"), len(x))
    mean, unit = 0.0, 1.0
    if params.answers:
        y = y.astype(np.int32)
    else:
        trained = y[rows["train"]].astype(float)
        mean, unit = float(trained.mean()), float(trained.std())
        if not unit > 0:
            raise ValueError("gives the same answer to every training sample")
        y = ((y - mean) / unit).astype(np.float32)
    valid = valid_of(given.get("valid"), x, params.inputs)
    several = (x, valid.astype(np.int32)) if params.inputs == "steps" else (x,)
    train, validation, test = (
        Split(several[0][of] if len(several) == 1 else tuple(a[of] for a in several), y[of])
        for of in rows.values()
    )
    probe = rows["validation"][:PROBE_SAMPLES]
    data = TaskData(
        train,
        validation,
        test,
        classes=params.answers or 1,
        truth=truth_in(given.get("truth"), x, params.inputs, probe),
        valid=None if valid is None or valid[probe].all() else valid[probe],
        unit=unit,
        mean=mean,
    )
    if not params.answers:
        return data
    data = leave_out_rare(data, params.rarer)
    return add_label_noise(data, params.wrong_labels, seed, "own-task")


def inputs_of(x: Any, inputs: str, shape: tuple[int, ...]) -> np.ndarray:
    """The inputs (N, *shape): tokens of texts as int32, all else as float32."""
    x = np.asarray(x)
    if x.dtype.kind not in "biuf":
        raise ValueError(f"gives x as {x.dtype}: expected numbers")
    if x.shape[1:] != tuple(shape) or not len(x):
        raise ValueError(f"gives x of shape {x.shape}: expected (N, {', '.join(map(str, shape))})")
    return np.ascontiguousarray(x, dtype=np.int32 if inputs == "text" else np.float32)


def check_finite(name: str, values: np.ndarray) -> None:
    """Raise ValueError for numbers that are missing or infinite; it names the first."""
    if values.dtype.kind != "f" or np.isfinite(values).all():
        return
    place = tuple(map(int, np.argwhere(~np.isfinite(values))[0]))
    raise ValueError(f"gives {values[place]} in {name} at {place}")


def check_whole(name: str, values: np.ndarray, count: int, what: str) -> None:
    """Raise ValueError unless these are whole numbers from 0, below `count`."""
    if (values != np.floor(values)).any():
        raise ValueError(f"gives {name} that are no whole numbers ({values.dtype})")
    if values.min() < 0 or values.max() >= count:
        raise ValueError(
            f"gives {name} from {values.min():g} to {values.max():g}, and has {count} {what}: they "
            f"are numbered from 0 to {count - 1}"
        )


def rows_of(split: Any, count: int) -> dict[str, np.ndarray]:
    """The rows of each split, in their order."""
    if split is None:
        cuts = [3 * count // 5, 4 * count // 5]
        parts = np.split(np.arange(count), cuts)
        return dict(zip(SPLITS, parts, strict=True))
    names = np.asarray(split)
    if names.shape != (count,) or not np.isin(names, SPLITS).all():
        raise ValueError(f"must say of each of {count} samples in split which of {SPLITS} it is in")
    return {name: np.flatnonzero(names == name) for name in SPLITS}


def valid_of(valid: Any, x: np.ndarray, inputs: str) -> Any:
    """Which steps of each sample there are (N, T); None for inputs without steps."""
    if inputs == "text":
        return x > 0
    if inputs != "steps":
        return None
    if valid is None:
        return np.ones(x.shape[:2], bool)
    valid = np.asarray(valid).astype(bool)
    if valid.shape != x.shape[:2]:
        raise ValueError(f"gives valid of shape {valid.shape}: expected {x.shape[:2]}")
    return valid


def truth_in(truth: Any, x: np.ndarray, inputs: str, rows: np.ndarray) -> Any:
    """What attention should find in these samples, (P, ...); None where nobody says."""
    if truth is None:
        return None
    truth = np.asarray(truth).astype(bool)
    shape = {"image": x.shape[1:3], "channels": x.shape[3:]}.get(inputs, x.shape[1:2])
    if truth.shape == shape:
        return np.repeat(truth[None], len(rows), axis=0)
    if truth.shape != (len(x), *shape):
        raise ValueError(
            f"gives truth of shape {truth.shape}: expected {shape} for all samples alike, or "
            f"{(len(x), *shape)}"
        )
    return truth[rows]


def own_task_example(params: OwnTaskParameters, data: TaskData, number: int) -> Example:
    """A sample as the network gets it; answers that are numbers in their own unit, and in
    standard deviations from the mean of the training samples."""
    own = own_task(params)
    assert isinstance(own, OwnTask)
    x = arrays_in(data.validation.x)[0][number]
    answer = one_array(data.validation.y)[number]
    names = own.entry.class_names(params)
    label = str(names[answer]) if params.answers else number_words(data, float(answer))
    truth = truth_of(data, number)
    match params.inputs:
        case "features":
            return Example("features", x, label, truth)
        case "channels":
            return Example("channels", np.moveaxis(x, -1, 0), label, truth)
        case "image":
            low, high = float(x.min()), float(x.max())
            shown = (x - low) / ((high - low) or 1.0)
            shown = shown if shown.shape[-1] == 3 else shown.mean(axis=-1)
            return Example("image", shown, label, truth)
        case "steps":
            there = arrays_in(data.validation.x)[1][number] > 0
            return Example("series", x[there], label, None if truth is None else truth[there])
        case _:
            words = own.declared["words"] or [""]
            spelt = tuple(
                words[token] if token < len(words) else f"#{token}" for token in map(int, x)
            )
            return Example("words", spelt, label, truth)
