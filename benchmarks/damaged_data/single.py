"""Inputs of which one each is enough: the largest, the deepest, and what is no file."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.damaged_data import bases
from benchmarks.damaged_data.inputs import file_of


def _set(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / "set" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "set" / name).write_bytes(content)
    return folder / "set"


def _with_a_pipe(folder: Path) -> Path:
    images = _set(folder, bases.pets())
    os.mkfifo(images / "cats" / "pipe.png")
    return images


def _with_a_device(folder: Path) -> Path:
    images = _set(folder, bases.pets())
    (images / "cats" / "zero.png").symlink_to("/dev/zero")
    return images


def _with_a_loop(folder: Path) -> Path:
    images = _set(folder, bases.pets())
    (images / "cats" / "again").symlink_to(images)
    return images


def _many_entries(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "s.zip", "w") as archive:
        for number in range(100_000):
            archive.writestr(f"c{number % 9}/{number}.png", b"x")
    return folder / "s.zip"


def _unpacks_to_much(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "s.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("cats/0.png", "dogs/0.png"):
            archive.writestr(name, bytes(10**9))
    return folder / "s.zip"


SINGLE: dict[str, Callable[[Path], Path]] = {
    "a named pipe": _with_a_pipe,
    "a device": _with_a_device,
    "a loop of links": _with_a_loop,
    "a million columns": file_of("t.csv", b",".join([b"c"] * 10**6) + b"\n1"),
    "10,000 classes": file_of(
        "t.csv", b"x,label\n" + b"".join(b"%d,name%d\n" % (n, n) for n in range(10_000))
    ),
    "one line of 100 MB": lambda folder: file_of("t.csv", b"x" * 10**8)(folder),
    "a quarter of a gigabyte": lambda folder: file_of("t.csv", b"a,b\n" + b"1,2\n" * 2**26)(folder),
    "quotes that never end": lambda folder: file_of("t.csv", b'a,b\n"' + b"1,2\n" * 10**6)(folder),
    "an archive of 100,000 entries": _many_entries,
    "an archive that unpacks to 2 GB": _unpacks_to_much,
    "folders 3,000 deep": file_of(
        "s.zip", bases.archive([("a/" * 3000 + "0.png", bases.IMAGES[0], "as it is")])
    ),
    "an image of 50,000 by 50,000": lambda folder: _set(
        folder, {**bases.pets(), "cats/large.png": bases.declared(50_000, 50_000)}
    ),
}
"""What writes each into a folder and returns the path, by what it is."""
