"""CIFAR-10 and CIFAR-100: files of pickled Python, of which arrays are read, and nothing is run.

Source: Krizhevsky, "Learning Multiple Layers of Features from Tiny Images" (2009), the archives
for Python at https://www.cs.toronto.edu/~kriz/cifar.html.
"""

from __future__ import annotations

import pickle
import tarfile
from collections.abc import Callable, Iterable
from typing import IO, Any

import numpy as np

PARTS = {
    "keras:cifar10": (tuple(f"data_batch_{number}" for number in range(1, 6)), ("test_batch",)),
    "keras:cifar100": (("train",), ("test",)),
}
"""The names of the files of the training and of the test images."""

LABELS = (b"labels", b"fine_labels")
SIDE, CHANNELS = 32, 3
MOST_PART_BYTES = 400 * 2**20
"""The largest file that is read; the largest there is has 150 MiB."""


def arrays(name: str, archive: IO[bytes]) -> dict[str, np.ndarray]:
    """`x_train`, `x_test` (N, 32, 32, 3) of uint8 and `y_train`, `y_test` (N,) of int64.

    Raises ValueError for an archive that is damaged, incomplete, or asks for anything but arrays.
    """
    try:
        with tarfile.open(fileobj=archive, mode="r:gz") as files:
            members = {member.name.rpartition("/")[2]: member for member in files if member.isreg()}
            train, test = (
                _joined(_part(files, members, part) for part in parts) for parts in PARTS[name]
            )
    except tarfile.TarError as error:
        raise ValueError(f"expected an archive (.tar.gz): {error}") from None
    return {"x_train": train[0], "y_train": train[1], "x_test": test[0], "y_test": test[1]}


def _joined(parts: Iterable[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    images, labels = zip(*parts, strict=True)
    return np.concatenate(images), np.concatenate(labels)


def _part(
    files: tarfile.TarFile, members: dict[str, tarfile.TarInfo], part: str
) -> tuple[np.ndarray, np.ndarray]:
    member = members.get(part)
    content = None if member is None else files.extractfile(member)
    if member is None or content is None:
        raise ValueError(f"the archive holds no file {part}")
    if member.size > MOST_PART_BYTES:
        raise ValueError(f"{part} has {member.size:,} bytes, {MOST_PART_BYTES:,} at most are read")
    try:
        found = _ArraysAlone(content, encoding="bytes").load()
        images = np.asarray(found[b"data"])
        [labels] = [found[key] for key in LABELS if key in found]
        labels = np.asarray(labels, np.int64)
        if images.dtype != np.uint8 or labels.shape != images.shape[:1]:
            raise ValueError(f"got {images.dtype} {images.shape} for {labels.shape} labels")
        shaped = images.reshape(-1, CHANNELS, SIDE, SIDE).transpose(0, 2, 3, 1)
    except (OSError, EOFError):
        raise
    except Exception as error:  # a damaged pickle raises nearly anything
        raise ValueError(f"{part} is damaged: {error}") from None
    return np.ascontiguousarray(shaped), labels


_of_array: Callable[..., Any] = np.zeros(0).__reduce__()[0]  # type: ignore[assignment]
"""What NumPy's own pickles call to make an array, before they fill it."""


def _empty_array(*_: Any) -> Any:
    return _of_array(np.ndarray, (0,), b"b")


def _latin(text: str, _: str) -> bytes:
    return text.encode("latin-1")


_KNOWN = {
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("numpy.core.multiarray", "_reconstruct"): _empty_array,
    ("numpy._core.multiarray", "_reconstruct"): _empty_array,
    ("_codecs", "encode"): _latin,
}
"""What a pickle of arrays asks for, by its module and name, and what it is given."""


class _ArraysAlone(pickle.Unpickler):
    """Reads what consists of arrays, texts, numbers, lists and dictionaries."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return _KNOWN[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, and is not read") from None
