"""Paths as people paste them mean what they meant, and are absolute."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnlab.data.paths import pasted_path
from attnlab.spec import SpecError

HOME = Path.home()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/data/pets", "/data/pets"),
        ("  /data/pets\n", "/data/pets"),
        ('"/data/my pets"', "/data/my pets"),
        ("'/data/my pets'", "/data/my pets"),
        ("“/data/pets”", "/data/pets"),
        ("„/data/pets“", "/data/pets"),
        ("«/data/pets»", "/data/pets"),
        ("'\"/data/pets\"'", "/data/pets"),
        ("file:///data/my%20pets", "/data/my pets"),
        ("file://localhost/data/pets", "/data/pets"),
        ("FILE:///data/caf%C3%A9", "/data/café"),
        ("'file:///data/pets?#1'", "/data/pets?#1"),
        ("~/pets", f"{HOME}/pets"),
        ("/data/my\\ pets\\ \\(old\\)", "/data/my pets (old)"),
        ("/data/it's", "/data/it's"),
        ("'", f"{Path.cwd()}/'"),
    ],
)
def test_what_is_pasted_is_understood(typed, meant):
    assert str(pasted_path(typed)) == meant


def test_a_relative_path_is_meant_from_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert pasted_path("pets") == tmp_path / "pets"
    (tmp_path / "odd\\ name").mkdir()
    assert pasted_path("odd\\ name") == tmp_path / "odd\\ name"  # it is there: nothing is escaped


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "expected a path"),
        ("''", "expected a path"),
        ("a\0b", "expected a path"),
        ("https://example.org/pets.zip", "download it"),
        ("file://server/share/pets", "on this machine"),
        ("file://[x/pets", "on this machine"),
        ("~nobody-here/pets", "nobody-here"),
    ],
)
def test_what_cannot_be_a_path_here_is_refused(typed, why):
    with pytest.raises(SpecError, match=why):
        pasted_path(typed)


@given(st.text())
def test_any_text_is_an_absolute_path_or_refused(text):
    with suppress(SpecError):
        assert pasted_path(text).is_absolute()


@given(st.text(st.characters(exclude_characters="\0/\\", exclude_categories=["Cs"]), min_size=1))
def test_the_address_of_a_path_means_the_path(name):
    path = Path("/data") / name
    assert pasted_path(path.as_uri()) == path
