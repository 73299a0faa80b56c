"""Arrays are made once, whichever of several processes comes first."""

import subprocess
import sys

import numpy as np
import pytest

from attnlab.training.shared_arrays import ALIGNMENT, SharedArrays

VALUE = {
    "x": np.arange(12, dtype=np.float32).reshape(3, 4),
    "y": (np.array([1, 2], dtype=np.int32), np.zeros((0, 3), dtype=np.float32)),
    "note": "as it was",
}

MAKER = """
import sys, time
from pathlib import Path
import numpy as np
from attnlab.training.shared_arrays import SharedArrays

folder = Path(sys.argv[1])

def make():
    with (folder / "made.txt").open("a") as file:
        file.write("made\\n")
    time.sleep(0.3)
    return np.arange(5)

print(SharedArrays(folder / "arrays").get("numbers", "five", make).tolist())
"""


def never():
    raise AssertionError("made a second time")


def test_what_was_made_is_found_again(tmp_path):
    first = SharedArrays(tmp_path / "arrays").get("kind", "key", lambda: VALUE)
    again = SharedArrays(tmp_path / "arrays").get("kind", "key", never)
    for found in (first, again):
        assert found["note"] == "as it was"
        np.testing.assert_array_equal(found["x"], VALUE["x"])
        np.testing.assert_array_equal(found["y"][0], VALUE["y"][0])
        assert found["y"][1].shape == (0, 3)
        assert found["x"].ctypes.data % ALIGNMENT == 0
    assert SharedArrays(tmp_path / "arrays").get("kind", "other", lambda: 1) == 1


def test_what_one_process_writes_into_them_no_other_sees(tmp_path):
    arrays = SharedArrays(tmp_path)
    mine = arrays.get("kind", "key", lambda: np.zeros(4))
    mine[0] = 1.0
    assert arrays.get("kind", "key", never).tolist() == [0.0] * 4


def test_two_processes_at_once_make_it_once(tmp_path):
    started = [
        subprocess.Popen(
            [sys.executable, "-c", MAKER, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    assert [each.communicate(timeout=60)[0].strip() for each in started] == ["[0, 1, 2, 3, 4]"] * 2
    assert (tmp_path / "made.txt").read_text() == "made\n"


def test_what_cannot_be_made_is_not_left_behind(tmp_path):
    arrays = SharedArrays(tmp_path)
    with pytest.raises(ZeroDivisionError):
        arrays.get("kind", "key", lambda: 1 // 0)
    assert arrays.get("kind", "key", lambda: 7) == 7


def test_where_nothing_can_be_written_each_has_its_own(tmp_path, caplog):
    taken = tmp_path / "arrays"
    taken.write_text("a file where the folder should be")
    assert SharedArrays(taken).get("kind", "key", lambda: 7) == 7
    assert "not shared" in caplog.text


def test_clearing_leaves_what_is_in_use_readable(tmp_path):
    arrays = SharedArrays(tmp_path / "arrays")
    found = arrays.get("kind", "key", lambda: np.arange(3))
    arrays.clear()
    assert found.tolist() == [0, 1, 2]
    assert not (tmp_path / "arrays").exists()
