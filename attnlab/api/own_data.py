"""A task on arrays or a DataFrame that a program holds in memory."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab.data import uploads
from attnlab.imports import importing
from attnlab.spec import SpecError, TaskSpec

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    Truth = np.ndarray | Sequence[bool] | Sequence[int] | Sequence[str]

_LABEL = "y"


def own(
    x: np.ndarray | pd.DataFrame | Sequence[Any],
    y: np.ndarray | pd.Series | Sequence[Any] | None = None,
    *,
    label: str = "",
    truth: Truth | None = None,
    names: Sequence[str] | None = None,
    classes: Sequence[str] | None = None,
    called: str = "own",
    home: Path | str | None = None,
    **parameters: Any,
) -> TaskSpec:
    """The task on data that a program holds, for `attnlab.Study(task=…)`.

        attnlab.own(X, y, truth=[3, 5])
        attnlab.own(frame, label="species", split="group", split_column="nest")
        attnlab.own(images, y, truth=masks)

    The data are kept in `home` (ATTNLAB_HOME by default) under `uploads`, named by their content
    (as Parquet or .npz), so that the study can be resumed, extended and put into a capsule like one
    of a file. They count as uploaded on the Data page, where they can be deleted.

    Args:
        x: A DataFrame with a row for each sample; or an array of features (N, D) or of images
            (N, H, W) or (N, H, W, C), C being 1 or 3.
        y: The labels (N,): numbers or texts. Not needed where a DataFrame has them in a column.
        label: That column; by default the one with a usual name, or else the last.
        truth: Where attention should look, if you know. Of columns: their names, their places
            counted from 0, or booleans (D,). Of images: booleans (H, W) or (N, H, W).
        names: What the features of an array are called.
        classes: What the classes 0, 1, … in `y` are called.
        called: The name of the file that keeps the data, without its ending.
        home: The folder that keeps the data; that of `attnlab.run`.
        parameters: Of the task, such as share=0.3; task="own-number" where a number of few values
            is to be predicted.

    Returns:
        The task: `own-table`, `own-number` where the label is a quantity, or `own-arrays`.

    Raises:
        SpecError: For data that no task takes, and for a truth that does not fit them.
    """
    folder = Path(home or os.environ.get("ATTNLAB_HOME") or "~/.attnlab").expanduser().absolute()
    if "task" in parameters:
        parameters["name"] = parameters.pop("task")
    if hasattr(x, "columns") and hasattr(x, "to_parquet"):
        if names is not None or classes is not None:
            raise SpecError("names and classes are for arrays: a DataFrame has its own")
        return _of_frame(x, y, label, truth, called, folder, parameters)
    if label:
        raise SpecError("label names a column of a DataFrame: give the labels of arrays as y")
    return _of_arrays(x, y, truth, names, classes, called, folder, parameters)


def _of_frame(
    frame: Any,
    y: Any,
    label: str,
    truth: Truth | None,
    called: str,
    folder: Path,
    parameters: dict[str, Any],
) -> TaskSpec:
    frame = frame.reset_index(drop=True).set_axis([str(name) for name in frame.columns], axis=1)
    features = [name for name in frame.columns if name != label]
    if y is not None:
        label = label or str(getattr(y, "name", None) or _LABEL)
        if label in frame.columns:
            raise SpecError(f"the labels are given twice: as y and in the column {label}")
        if len(y) != len(frame):
            raise SpecError(f"expected {len(frame):,} labels, one for each row, got {len(y):,}")
        frame = frame.assign(**{label: getattr(y, "to_numpy", lambda: list(y))()})
    with tempfile.TemporaryFile() as file:
        try:
            frame.to_parquet(file, engine="pyarrow", index=False)
        except (ValueError, TypeError, OverflowError) as error:  # so are those of pyarrow
            raise SpecError(f"this DataFrame cannot be kept as Parquet: {error}") from None
        file.seek(0)
        path = uploads.keep(folder, f"{called}.parquet", file)
    named = {} if truth is None else {"truth": _columns_of(truth, features)}
    chosen = {"label": label} if label else {}
    return TaskSpec.model_validate({"data": str(path), **chosen, **named, **parameters})


def _of_arrays(
    x: Any,
    y: Any,
    truth: Truth | None,
    names: Sequence[str] | None,
    classes: Sequence[str] | None,
    called: str,
    folder: Path,
    parameters: dict[str, Any],
) -> TaskSpec:
    with importing("numpy"):
        import numpy as np

    if y is None:
        raise SpecError("expected labels y beside the samples x: attnlab.own(x, y)")
    samples, labels = _array("x", x), _array("y", y)
    if samples.ndim == 3 and samples.dtype != "uint8" and samples.shape[1] != samples.shape[2]:
        if parameters.get("name") != "own-arrays":
            raise SpecError(
                f"x has shape {samples.shape}: series are not taken from arrays here; if these are "
                'images, give task="own-arrays"'
            )
        samples = samples[..., None]
    if samples.ndim not in (2, 3, 4):
        raise SpecError(
            "expected x of shape (samples, features), (samples, height, width) or (samples, "
            f"height, width, channels), got {samples.shape}"
        )
    arrays: dict[str, Any] = {"x": samples, "y": labels}
    if names is not None:
        arrays["names"] = np.array([str(name) for name in names])
    if classes is not None:
        arrays["classes"] = np.array([str(name) for name in classes])
    given: dict[str, Any] = {}
    if truth is not None and samples.ndim == 2:
        columns = [str(name) for name in names or (f"x{n}" for n in range(samples.shape[1]))]
        given["truth"] = _columns_of(truth, columns)
    elif truth is not None:
        arrays["truth"], given["truth"] = _array("truth", truth), True
    with tempfile.TemporaryFile() as file:
        np.savez(file, **arrays)
        file.seek(0)
        path = uploads.keep(folder, f"{called}.npz", file)
    return TaskSpec.model_validate({"data": str(path), **given, **parameters})


def _array(what: str, values: Any) -> np.ndarray:
    """The values as an array of numbers or texts."""
    with importing("numpy"):
        import numpy as np

    try:
        array = np.asarray(values)
    except (ValueError, TypeError) as error:  # rows of different lengths
        raise SpecError(f"{what} is no array: {error}") from None
    if array.dtype == object and all(isinstance(value, str) for value in array.flat):
        array = array.astype(str)
    if array.dtype.kind not in "biufU" or array.ndim == 0:
        raise SpecError(
            f"expected {what} as an array of numbers or texts, got {type(values).__name__} of "
            f"{array.dtype}"
        )
    return array


def _columns_of(truth: Truth, columns: Sequence[str]) -> str:
    """The columns that a truth means by their names, their places or booleans, as a parameter."""
    with importing("attnlab.catalog.task_entries.tables"):
        from attnlab.catalog.task_entries.tables import columns_listed

    given = _array("truth", truth)
    if given.dtype.kind == "U":
        chosen = [str(name) for name in given.ravel()]
        if odd := [name for name in chosen if name not in columns]:
            raise SpecError(f"truth: expected names of columns, got {odd[0]!r}")
        return columns_listed(chosen)
    if given.dtype.kind == "b":
        if given.shape != (len(columns),):
            raise SpecError(f"truth: expected {len(columns)} booleans, got shape {given.shape}")
        return columns_listed(name for name, there in zip(columns, given, strict=True) if there)
    places = given.ravel().tolist()
    if not all(float(place).is_integer() and 0 <= place < len(columns) for place in places):
        raise SpecError(f"truth: expected places from 0 to {len(columns) - 1}, got {places[:10]}")
    return columns_listed(columns[int(place)] for place in places)
