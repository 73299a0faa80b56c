"""Data sets by name: scikit-learn's own, made from its files, and Keras's, fetched once."""

from __future__ import annotations

import csv
import gzip
import http.client
import io
import os
import tempfile
import threading
import time
import urllib.error
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from attnlab import imports
from attnlab.data.images.download import transfer
from attnlab.data.paths import pasted_path
from attnlab.data.tables.errors import TableError

Kind = Literal["table", "images"]

ADDRESS = "ATTNLAB_KERAS_DATASETS_URL"
"""The environment variable with another address for Keras's data sets, such as a mirror."""

_KERAS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets"
_CIFAR = "https://www.cs.toronto.edu/~kriz"
_AGAIN = 60.0
"""Seconds after which a transfer that failed is tried again."""

_one_at_a_time = threading.Lock()
_failed: dict[str, tuple[float, str]] = {}


@dataclass(frozen=True)
class NamedFile:
    """A file on the network, and how many bytes it may have at most."""

    file: str
    most_bytes: int
    server: str = _KERAS

    @property
    def address(self) -> str:
        """The address to fetch it from."""
        return f"{(os.environ.get(ADDRESS) or self.server).rstrip('/')}/{self.file}"


@dataclass(frozen=True)
class Named:
    """A data set by name: what it is, in words, and of which kind; `fetched` are its files on the
    network, none where scikit-learn has them."""

    what: str
    kind: Kind
    fetched: tuple[NamedFile, ...] = ()


_IDX = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte")
_MIB = 2**20

NAMED = {
    "sklearn:iris": Named("150 iris flowers, 4 measurements, 3 species", "table"),
    "sklearn:wine": Named("178 Italian wines, 13 measurements, 3 kinds", "table"),
    "sklearn:breast_cancer": Named("569 breast tumours, 30 measurements, 2 kinds", "table"),
    "sklearn:diabetes": Named("442 patients, 10 measurements, a number to predict", "table"),
    "sklearn:digits": Named("1,797 scanned digits of 8 × 8 pixels", "images"),
    "keras:mnist": Named(
        "70,000 scanned digits of 28 × 28 pixels, fetched once (11 MiB)",
        "images",
        (NamedFile("mnist.npz", 40 * _MIB),),
    ),
    "keras:fashion_mnist": Named(
        "70,000 pieces of clothing of 28 × 28 pixels, fetched once (30 MiB)",
        "images",
        tuple(NamedFile(f"{name}.gz", 40 * _MIB) for name in (*_IDX, "t10k-labels-idx1-ubyte")),
    ),
    "keras:cifar10": Named(
        "60,000 colour images of 32 × 32 pixels, 10 classes, fetched once (163 MiB)",
        "images",
        (NamedFile("cifar-10-python.tar.gz", 200 * _MIB, _CIFAR),),
    ),
    "keras:cifar100": Named(
        "60,000 colour images of 32 × 32 pixels, 100 classes, fetched once (161 MiB)",
        "images",
        (NamedFile("cifar-100-python.tar.gz", 200 * _MIB, _CIFAR),),
    ),
    "keras:california_housing": Named(
        "20,640 blocks of houses, 8 measurements, a price to predict, fetched once (2 MiB)",
        "table",
        (NamedFile("california_housing.npz", 20 * _MIB),),
    ),
}

OF_TEXT = ("keras:imdb", "keras:reuters")


def is_name(text: str) -> bool:
    """Whether this is the name of a data set, known or not, and no path."""
    return text.strip().lower().startswith(("sklearn:", "keras:"))


def named(text: str) -> tuple[str, Named]:
    """The data set of this name; raises TableError for an unknown one, with those there are."""
    name = text.strip().lower().replace("-", "_")
    if name in OF_TEXT:
        raise TableError(f"{name} is text as numbers of words, which no task here takes")
    if name not in NAMED:
        raise TableError(f"there is no data set {name!r}: the known ones are {', '.join(NAMED)}")
    return name, NAMED[name]


def has_kind(text: str, kind: Kind) -> bool:
    """Whether this is the name of a data set of this kind; raises TableError for an unknown one."""
    return named(text)[1].kind == kind


def place_of(text: str) -> Path:
    """The path that a person means, or that of the file of a data set by its name.

    The file is made, or fetched, where it is not there yet. Raises TableError for an unknown name,
    and, for a minute at once, where it could not be fetched; SpecError for what no path can be.
    """
    return located(text) if is_name(text) else pasted_path(text)


def path_of(text: str) -> Path:
    """Where the file of a data set by its name belongs, whether it is there or not."""
    name, _ = named(text)
    return _folder() / f"{name.replace(':', '-')}{_ending(name)}"


def located(text: str) -> Path:
    """The file of a data set by its name: see `place_of`."""
    name, data_set = named(text)
    path = path_of(name)
    with _one_at_a_time:
        if path.exists():
            return path
        since, why = _failed.get(name, (-_AGAIN, ""))
        if time.monotonic() - since < _AGAIN:
            raise TableError(why)
        try:
            _made(path, lambda part: _MAKERS[name](data_set, part))
        except (OSError, http.client.HTTPException, ValueError, zlib.error, EOFError) as error:
            told = f"{name} could not be provided: {_reason(error)}. "
            if data_set.fetched:
                told += (
                    f"It is fetched from {data_set.fetched[0].address}: connect this machine, set "
                    f"{ADDRESS} to another address, or provide it by hand as {path}"
                )
            _failed[name] = (time.monotonic(), told)
            raise TableError(told) from None
    return path


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answered {error.code} {error.reason}"
    cause = getattr(error, "reason", None) or error
    return str(getattr(cause, "strerror", None) or cause) or type(error).__name__


def _folder() -> Path:
    home = Path(os.environ.get("ATTNLAB_HOME") or "~/.attnlab").expanduser().absolute()
    return home / "datasets"


def _ending(name: str) -> str:
    of_sklearn = name.startswith("sklearn:") and NAMED[name].kind == "table"
    return ".csv" if of_sklearn else ".npz"


def _made(path: Path, make: Callable[[Path], None]) -> None:
    """Make a file, which is there completely or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".incoming-") as folder:
        part = Path(folder, path.name)
        make(part)
        os.replace(part, path)


def _from_sklearn(loader: str) -> Callable[[Named, Path], None]:
    def make(_: Named, path: Path) -> None:
        found = getattr(_sklearn_datasets(), loader)(
            **({"scaled": False} if loader == "load_diabetes" else {})
        )
        classes = found.get("target_names")
        target = [float(y) if classes is None else str(classes[y]) for y in found.target]
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow([*map(str, found.feature_names), "target"])
            rows.writerows([*map(float, x), y] for x, y in zip(found.data, target, strict=True))

    return make


def _sklearn_datasets() -> Any:
    for part in ("data", "descr"):  # which its loaders would import in a thread
        imports.module(f"sklearn.datasets.{part}")
    return imports.module("sklearn.datasets")


def _digits(_: Named, path: Path) -> None:
    numpy: Any = imports.module("numpy")
    found = _sklearn_datasets().load_digits()
    numpy.savez(path, x=found.images.astype("uint8") * 15, y=found.target)  # 0 to 16, as a byte


def _as_it_is(data_set: Named, path: Path) -> None:
    path.write_bytes(_received(data_set.fetched[0]))


def _of_idx(data_set: Named, path: Path) -> None:
    """Images and labels in the format that MNIST came in.
    Source: http://yann.lecun.com/exdb/mnist (1998)."""
    numpy: Any = imports.module("numpy")
    arrays = []
    for each in data_set.fetched:
        content = _unpacked(each)
        sizes = numpy.frombuffer(content, ">u4", count=content[3], offset=4)
        flat = numpy.frombuffer(content, numpy.uint8, offset=4 + 4 * content[3])
        arrays.append(flat.reshape([int(size) for size in sizes]))
    numpy.savez_compressed(
        path, x_train=arrays[0], y_train=arrays[1], x_test=arrays[2], y_test=arrays[3]
    )


def _of_cifar(name: str) -> Callable[[Named, Path], None]:
    def make(data_set: Named, path: Path) -> None:
        cifar = imports.module("attnlab.data.cifar")
        found = cifar.arrays(name, io.BytesIO(_received(data_set.fetched[0])))
        numpy: Any = imports.module("numpy")
        numpy.savez(path, **found)

    return make


def _unpacked(file: NamedFile) -> bytes:
    most = 2 * file.most_bytes
    with gzip.open(io.BytesIO(_received(file))) as packed:
        content = packed.read(most + 1)
    if len(content) > most or len(content) < 8:
        raise ValueError(f"{file.file} unpacks to {len(content):,} bytes or more")
    return content


def _received(file: NamedFile) -> bytes:
    with tempfile.TemporaryFile() as received:
        transfer(file.address, file.most_bytes, received)
        received.seek(0)
        return received.read()


_MAKERS: dict[str, Callable[[Named, Path], None]] = {
    "sklearn:iris": _from_sklearn("load_iris"),
    "sklearn:wine": _from_sklearn("load_wine"),
    "sklearn:breast_cancer": _from_sklearn("load_breast_cancer"),
    "sklearn:diabetes": _from_sklearn("load_diabetes"),
    "sklearn:digits": _digits,
    "keras:mnist": _as_it_is,
    "keras:fashion_mnist": _of_idx,
    "keras:cifar10": _of_cifar("keras:cifar10"),
    "keras:cifar100": _of_cifar("keras:cifar100"),
    "keras:california_housing": _as_it_is,
}
