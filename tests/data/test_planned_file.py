"""What a plan may name as a file: nothing that has no end, and nothing too large."""

import os

import pytest

from attnlab.data import planned_file
from attnlab.data.planned_file import KEPT, PlannedFile
from attnlab.spec import SpecError


def _device(path):
    return "/dev/zero"


def _pipe(path):
    os.mkfifo(path)
    return str(path)


def _folder(path):
    path.mkdir()
    return str(path)


def _huge(path):
    with path.open("wb") as file:
        file.truncate(5 * 2**30)  # sparse: it takes no room
    return str(path)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (_device, "/dev/zero: expected a file, got a device"),
        (_pipe, "expected a file, got a pipe"),
        (_folder, "expected a file, got a folder"),
        (_huge, r"expected at most 4 GiB, got 5\.0 GiB"),
    ],
)
def test_what_may_have_no_end_is_refused_before_it_is_read(tmp_path, monkeypatch, made, message):
    path = made(tmp_path / "given")

    def read(*given):
        raise AssertionError(f"was read: {given}")

    monkeypatch.setattr(planned_file, "_digest", read)
    for given in (path, f"{path}#0123456789abcdef"):
        with pytest.raises(SpecError, match=message):
            PlannedFile.at(given).place()


@pytest.mark.parametrize("ending", [".keras", ".weights.h5", ".h5", ".hdf5"])
def test_a_kept_file_has_the_ending_that_keras_goes_by(ending):
    kept = PlannedFile(f"/home/me/w{ending}#0123456789abcdef").kept_name
    assert kept == f"0123456789abcdef{ending}"
    assert KEPT.fullmatch(kept)
