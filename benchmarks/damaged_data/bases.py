"""Whole files that are damaged, and archives built entry by entry."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

LIES = ("link", "encrypted", "wrong sum", "declared small", "declared large", "bomb")
"""How an entry of an archive can be other than it says."""


@cache
def frame(rows: int = 24) -> pd.DataFrame:
    """A small table of numbers, categories, dates, missing values and a label."""
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "petal": random.normal(size=rows).round(3),
            "sepal": np.where(random.random(rows) < 0.2, np.nan, random.normal(size=rows)),
            "colour": random.choice(["red", "blue", "green"], rows),
            "picked": pd.date_range("2024-01-01", periods=rows).strftime("%Y-%m-%d"),
            "note": [f"a few words on flower {number}" for number in range(rows)],
            "kind": ["a", "b"] * (rows // 2),
        }
    )


def _in_bytes(write: Callable[[Any], object]) -> bytes:
    file = io.BytesIO()
    write(file)
    return file.getvalue()


@cache
def _csv() -> bytes:
    return frame().to_csv(index=False).encode()


@cache
def _excel() -> bytes:
    return _in_bytes(lambda file: frame().to_excel(file, index=False))


@cache
def _parquet() -> bytes:
    return _in_bytes(lambda file: frame().to_parquet(file))


TABLES: dict[str, Callable[[], bytes]] = {
    "t.csv": _csv,
    "semicolons.csv": lambda: frame().to_csv(index=False, sep=";", decimal=",").encode(),
    "utf16.tsv": lambda: frame().to_csv(index=False, sep="\t").encode("utf-16"),
    "t.csv.gz": lambda: gzip.compress(_csv(), mtime=0),
    "t.xlsx": _excel,
    "t.parquet": _parquet,
}


def _features() -> bytes:
    return _arrays(x=np.random.default_rng(0).normal(size=(24, 4)), y=np.arange(24) % 3)


def _images() -> bytes:
    x = np.random.default_rng(0).integers(0, 256, (24, 9, 9)).astype(np.uint8)
    return _arrays(x=x, y=np.arange(24) % 3)


ARRAYS: dict[str, Callable[[], bytes]] = {"features.npz": _features, "images.npz": _images}
"""Arrays by their names, made when they are damaged."""


def image(kind: str, mode: str = "RGB", size: tuple[int, int] = (12, 9), seed: int = 0) -> bytes:
    """A small image of noise in a format of Pillow's."""
    random = np.random.default_rng(seed)
    picture = Image.fromarray(random.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8))
    return _in_bytes(lambda file: picture.convert(mode).save(file, kind))


def declared(width: int, height: int) -> bytes:
    """A PNG that says it has so many pixels, and holds none of them."""

    def chunk(name: bytes, content: bytes) -> bytes:
        sum_of = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + sum_of

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = chunk(b"IDAT", zlib.compress(b"\x00" * 100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + rows + chunk(b"IEND", b"")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

IMAGES = (
    *(image("PNG"), image("PNG", "RGBA"), image("PNG", "P"), image("JPEG"), image("BMP")),
    *(image("GIF", "P"), image("TIFF"), image("WEBP"), image("JPEG", "CMYK"), image("PPM")),
    *(image("PNG", size=(1, 1)), image("PNG", size=(1, 400)), declared(50_000, 50_000), SVG, b""),
    b"only words\n",
)


@cache
def pets() -> dict[str, bytes]:
    """A usual folder of two classes."""
    return {
        f"{name}/{number}.png": image("PNG", seed=number + start)
        for name, start in (("cats", 0), ("dogs", 100))
        for number in range(5)
    }


def archive(entries: Sequence[tuple[str, bytes, str]]) -> bytes:
    """A zip archive of (name, content, "as it is" or one of `LIES`), written byte by byte."""
    body, directory = bytearray(), bytearray()
    for name, content, how in entries:
        raw = name.encode("utf-8", "surrogateescape")
        if how == "bomb":
            content = bytes(20 * 2**20)
        packed = zlib.compress(content, 6)[2:-4]
        flags = 0x800 | (how == "encrypted")
        summed = zlib.crc32(content) ^ (how == "wrong sum")
        size = {"declared small": 10, "declared large": 2**31}.get(how, len(content))
        mode = 0o120777 if how == "link" else 0o100644
        if how == "link":
            packed = zlib.compress(b"/etc/passwd")[2:-4]
            size, summed = 11, zlib.crc32(b"/etc/passwd")
        shared = struct.pack(
            "<HHHHHIIIHH", 20, flags, 8, 0, 33, summed, len(packed), size, len(raw), 0
        )
        directory += b"PK\x01\x02" + struct.pack("<H", 0x314) + shared
        directory += struct.pack("<HHHII", 0, 0, 0, mode << 16, len(body)) + raw
        body += b"PK\x03\x04" + shared + raw + packed
    count = len(entries)
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + b"PK\x05\x06" + end)


def members(archive: bytes) -> dict[str, bytes]:
    """What is in an archive, by name; nothing for what is none."""
    if not archive.startswith(b"PK"):
        return {}
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def zipped(files: dict[str, bytes]) -> bytes:
    """An honest zip archive."""

    def write(file: Any) -> None:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
            for name, content in files.items():
                target.writestr(name, content)

    return _in_bytes(write)


def _reviews() -> bytes:
    texts = ("what a lovely quiet room this was", "the soup was cold and the waiter was rude")
    rows = {
        "review": [f"{texts[n % 2]} on day {n}" for n in range(30)],
        "mood": ["good", "bad"] * 15,
    }
    return pd.DataFrame(rows).to_csv(index=False).encode()


def _text_files() -> bytes:
    return zipped(
        {
            f"{name}/{number}.txt": f"{word} café {number} 很好".encode()
            for name, word in (("pos", "lovely"), ("neg", "awful"))
            for number in range(8)
        }
    )


def _catalogue() -> bytes:
    entries = [f'msgid "number {n}"\nmsgstr "nombre {n}"\n' for n in range(30)]
    header = 'msgid ""\nmsgstr "Language: fr\\nContent-Type: text/plain; charset=UTF-8\\n"\n'
    return "\n".join([header, *entries]).encode()


def _pairs() -> bytes:
    return "".join(f"number {n}\tnombre {n}\n" for n in range(30)).encode()


def _series() -> bytes:
    rows = [
        {"series": n, "step": step, "level": n * step % 7, "label": "ab"[n % 2]}
        for n in range(16)
        for step in range(5)
    ]
    return pd.DataFrame(rows).to_csv(index=False).encode()


def _arrays(**arrays: Any) -> bytes:
    return _in_bytes(lambda file: np.savez(file, **arrays))


_Y = np.arange(24) % 2
TEXTS: dict[str, Callable[[], bytes]] = {
    "reviews.csv": _reviews,
    "texts.zip": _text_files,
    "fr.po": _catalogue,
    "pairs.tsv": _pairs,
}
SEQUENCES: dict[str, Callable[[], bytes]] = {
    "series.csv": _series,
    "series.npz": lambda: _arrays(x=np.ones((24, 5, 2)), y=_Y, lengths=np.arange(24) % 5 + 1),
    "features.npz": lambda: _arrays(x=np.eye(24), y=_Y),
    "images.npz": lambda: _arrays(x=np.ones((24, 8, 8), np.uint8), y=_Y),
}
