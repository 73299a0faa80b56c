"""Uploaded files are kept once, by their content, under a plain name; and only they are deleted."""

import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnlab.data import uploads
from attnlab.spec import SpecError


def keep(home, name, content):
    return uploads.keep(home, name, io.BytesIO(content))


def test_the_same_content_is_kept_once_and_other_content_beside_it(home):
    first = keep(home, "pets.zip", b"1")
    assert first.read_bytes() == b"1"
    assert first.name == "pets.zip"
    assert keep(home, "again.zip", b"1") == first
    other = keep(home, "pets.zip", b"2")
    assert other != first
    os.utime(first, (1, 1))
    kept = [(each.path, each.size) for each in uploads.uploads(home)]
    assert kept == [(other, 1), (first, 1)]
    assert len(list((home / "uploads").iterdir())) == 2  # nothing is left of what was there twice


def test_a_deleted_file_is_gone_and_nothing_else_can_be_deleted(home, tmp_path):
    kept, mine = keep(home, "pets.zip", b"1"), tmp_path / "mine.csv"
    mine.write_text("a,b")
    for path in (mine, kept.parent, home / "attnlab.db"):
        with pytest.raises(SpecError, match="expected an uploaded file"):
            uploads.discard(home, path)
    uploads.discard(home, kept)
    assert uploads.uploads(home) == []
    assert mine.exists()
    assert keep(home, "pets.zip", b"1").read_bytes() == b"1"


def test_what_breaks_off_leaves_nothing(home):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            raise OSError(28, "No space left on device")

    with pytest.raises(SpecError, match=r"pets\.zip cannot be kept: No space left"):
        uploads.keep(home, "pets.zip", Broken())
    assert list((home / "uploads").iterdir()) == []
    assert uploads.uploads(home) == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\data.csv", "data.csv"),
        ("..", "data"),
        ("", "data"),
        (".hidden.csv", "hidden.csv"),
        ("cafe\u0301.csv", "café.csv"),
        ("数据.csv", "数据.csv"),
    ],
)
def test_names_are_plain(sent, kept):
    assert uploads.plain_name(sent) == kept


@given(st.text(max_size=300))
def test_any_name_is_a_file_name(name):
    plain = uploads.plain_name(name)
    assert plain
    assert "/" not in plain
    assert "\0" not in plain
    assert plain not in (".", "..")
    assert len(plain.encode("utf-8", "surrogatepass")) <= 130
