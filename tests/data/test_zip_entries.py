"""Entries of archives are read no further than a limit, whatever they declare."""

import io
import tracemalloc
import zipfile
import zlib

import numpy as np
import pytest

from attnlab.data.images import ImageSetError
from attnlab.data.images.containers import opened
from attnlab.data.npz_entries import array_in
from attnlab.data.pairs.files import contents_of
from attnlab.data.tables.errors import TableError
from attnlab.data.tables.excel import sheet_of
from attnlab.data.zip_entries import check_size, first_bytes, whole
from attnlab.spec import SpecError

SIZE, DECLARED = 64 * 2**20, 100
ENOUGH = 2**20
"""Bytes that reading takes at most of an entry that declares a hundred."""


def lying(name):
    """An archive whose entry declares 100 bytes, has their sum, and unpacks to 64 MiB."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, bytes(SIZE))
    entry = zipfile.ZipFile(file).infolist()[0]
    for real, told in ((SIZE, DECLARED), (entry.CRC, zlib.crc32(bytes(DECLARED)))):
        content = file.getvalue().replace(real.to_bytes(4, "little"), told.to_bytes(4, "little"))
        file = io.BytesIO(content)
    return content


def peak(call):
    """The most memory that a call took, in bytes, and what it raised."""
    tracemalloc.start()
    try:
        call()
        error = None
    except (SpecError, zipfile.BadZipFile) as caught:
        error = caught
    finally:
        taken = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return taken, error


@pytest.mark.parametrize("read", [whole, first_bytes, check_size])
def test_an_entry_that_declares_less_than_it_holds_takes_no_more_memory(read):
    archive = zipfile.ZipFile(io.BytesIO(lying("a.png")))
    taken, error = peak(lambda: read(archive, "a.png", SIZE))
    assert taken < ENOUGH
    assert error is not None or read is first_bytes


def read_image(path):
    with opened(path) as container:
        container.read("a.png")


READERS = {
    "a.png": read_image,
    "a.npy": lambda path: array_in(path, zipfile.ZipFile(path), "a.npy"),
    "xl/a.xml": lambda path: sheet_of(path, path.read_bytes(), ""),
}


@pytest.mark.parametrize("name", READERS)
def test_no_reader_unpacks_more_than_is_declared(tmp_path, name):
    path = tmp_path / "a.zip"
    path.write_bytes(lying(name))
    taken, error = peak(lambda: READERS[name](path))
    assert taken < ENOUGH
    assert isinstance(error, (ImageSetError, TableError))


def test_catalogues_are_unpacked_no_further_than_declared(tmp_path):
    from attnlab.data.pairs.files import Found

    path = tmp_path / "a.zip"
    path.write_bytes(lying("a.po"))
    taken, _ = peak(lambda: list(contents_of(path, [Found("a.po", DECLARED, ())])))
    assert taken < ENOUGH


def test_honest_entries_are_read_as_they_are():
    file, noise = io.BytesIO(), np.random.default_rng(0).bytes(300_000)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("noise", noise)
        archive.writestr("nothing", b"")
        archive.writestr(zipfile.ZipInfo("stored"), b"abc")
    archive = zipfile.ZipFile(file)
    for name, content in (("noise", noise), ("nothing", b""), ("stored", b"abc")):
        assert whole(archive, name, 300_000) == first_bytes(archive, name, 300_000) == content
        check_size(archive, name, 300_000)
    assert first_bytes(archive, "noise", 70_000) == noise[:70_000]
    with pytest.raises(zipfile.BadZipFile, match=r"noise has more than 299,999 bytes"):
        whole(archive, "noise", 299_999)
