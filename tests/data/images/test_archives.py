"""Archives that mean harm, or are broken, are refused as a whole: nothing of them is unpacked."""

import stat
import struct
import zipfile

import pytest

from attnlab.data.images import ImageSetError, limits, listing
from attnlab.data.images.pixels import pixels
from attnlab.data.images.rendering import Rendering

from .conftest import archived, png, usual


def fault(path):
    with pytest.raises(ImageSetError) as caught:
        listing(path)
    return str(caught.value)


@pytest.mark.parametrize(
    "name",
    [
        *("../out.png", "cats/../../out.png", "/etc/out.png", "C:/out.png"),
        *("..\\out.png", "cats\\..\\..\\out.png", "C:\\out.png", "\\\\server\\out.png"),
        *(".git/../../out.png", "./../out.png"),
    ],
)
def test_names_that_lead_out_of_the_archive_are_refused(tmp_path, name):
    path = archived(tmp_path / "set.zip", usual(3) | {name: png()})
    assert f"lead out of it: {name}" in fault(path)


def test_links_are_refused(tmp_path):
    path = archived(tmp_path / "set.zip", usual(3))
    link = zipfile.ZipInfo("cats/link.png")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "are links: cats/link.png" in fault(path)


def test_encrypted_entries_are_refused(tmp_path):
    path = archived(tmp_path / "set.zip", usual(3))
    data = bytearray(path.read_bytes())
    entry = data.index(b"PK\1\2")
    data[entry + 8 : entry + 10] = struct.pack("<H", 1)
    path.write_bytes(data)
    assert "are encrypted: cats/0.png" in fault(path)


def test_an_entry_that_swells_is_refused(tmp_path):
    path = archived(tmp_path / "set.zip", usual(3) | {"cats/bomb.bmp": bytes(8 * 2**20)})
    assert "unpack to far more than they are: cats/bomb.bmp" in fault(path)


@pytest.mark.parametrize(
    ("limit", "value", "message"),
    [
        ("MOST_FILES", 7, "more than 7 files"),
        ("MOST_BYTES_A_FILE", 20, "files of more than 0 MiB: cats/0.png"),
        ("MOST_BYTES", 100, "more than 0 GiB are not read"),
    ],
)
def test_too_many_and_too_large_files_are_refused(put, monkeypatch, limit, value, message):
    path = put(usual(4))
    monkeypatch.setattr(limits, limit, value)
    assert message in fault(path)


def test_bytes_that_changed_since_they_were_packed_are_named(tmp_path):
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in usual(3).items():
            archive.writestr(name, data)
    data = bytearray(path.read_bytes())
    data[data.index(b"IDAT") + 6] ^= 0xFF
    path.write_bytes(data)
    image_set = listing(path)
    with pytest.raises(ImageSetError, match=r"an image that cannot be read: cats/0\.png .*CRC"):
        pixels(image_set, tuple(name for name, _ in image_set.splits["train"]), Rendering(8, False))


def test_folders_within_too_many_others_are_refused(put):
    deep = "d/" * 300
    assert "folders within more than 32 others: cats/d/d/" in fault(
        put(usual(3) | {f"cats/{deep}0.png": png()})
    )


def test_nothing_is_written(tmp_path, monkeypatch):
    path = archived(tmp_path / "set.zip", usual(3))
    monkeypatch.chdir(tmp_path)
    image_set = listing(path)
    pixels(image_set, tuple(name for name, _ in image_set.splits["train"]), Rendering(8, False))
    assert [each.name for each in tmp_path.iterdir()] == ["set.zip"]


def test_folders_lie_in_at_most_32_others_in_archives_and_on_disk(put, tmp_path):
    deep = "d/" * 31
    assert listing(put(usual(3) | {f"cats/{deep}0.png": png()})).counts()["train"] == (4, 3)
    (tmp_path / "set" / "cats" / deep / "d").mkdir(parents=True)
    with pytest.raises(ImageSetError, match="more than 32 others"):
        listing(tmp_path / "set")
