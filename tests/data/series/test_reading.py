"""Series are found in tables with a row for every step, and in .npz files, whose arrays run
nothing."""

import io
import os
import time
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attnlab.data.series import SeriesError, SeriesOptions, npz
from attnlab.data.series.inspecting import inspect_series
from attnlab.data.series.reading import looks_like_series, read_series
from attnlab.data.tables import TableError
from tests.data.series.samples import arrays, drawn
from tests.data.tables.tables import FLOWERS, written


def saved(path, **changes):
    np.savez(path, **{**arrays(), **changes})
    return path


def test_a_table_gives_its_series_in_the_order_of_their_steps(tmp_path):
    head, *lines = drawn().splitlines()
    whole = read_series(written(tmp_path / "a.csv", drawn()), SeriesOptions(truth="matters"))
    mixed = "\n".join([head, *np.random.default_rng(1).permutation(lines)])
    again = read_series(written(tmp_path / "b.csv", mixed), SeriesOptions(truth="matters"))
    assert whole.names == again.names == tuple(f"r{number:02d}" for number in range(24))
    np.testing.assert_array_equal(whole.steps, again.steps)
    assert whole.channels == ("height", "width", "day")
    assert whole.left_out == {
        "column patient": "holds no numbers",
        "column note": "holds no numbers",
    }
    assert (whole.classes, list(whole.target[:3])) == (("a", "b"), [0, 1, 0])
    assert [each.sum() for each in np.split(whole.truth, whole.starts[1:-1])] == [1] * 24
    assert whole.read_as["order"] == "by step"


def test_a_label_that_changes_within_a_series_is_told_with_its_name(tmp_path):
    text = drawn().replace("so,a\nr00", "so,b\nr00", 1)
    with pytest.raises(SeriesError, match=r"the same label kind at all steps .* series r00"):
        read_series(written(tmp_path / "t.csv", text), SeriesOptions(label="kind"))
    once = "series,step,x,kind\na,1,5,u\na,2,6,\nb,1,7,v\nb,2,8,v\n"
    found = read_series(written(tmp_path / "u.csv", once), SeriesOptions())
    assert list(found.target) == [0, 1]


@pytest.mark.parametrize("times", [(1, 2, 4), ("2024-01-01", "2024-01-02", "2024-01-04")])
def test_steps_that_are_missing_between_others_are_inserted(tmp_path, times):
    lines = [f"{name},{at},{place},{name}" for name in "pq" for place, at in enumerate(times)]
    text = "\n".join(["series,time,x,kind", *lines])
    found = read_series(written(tmp_path / "t.csv", text), SeriesOptions(label="kind"))
    np.testing.assert_array_equal(found.steps[:, 0], [0, 1, np.nan, 2] * 2)
    assert found.notes[0].startswith("2 steps between others are missing")
    odd = text.replace("p,4", "p,3.7").replace("p,2024-01-04", "p,2024-01-03T07:00")
    uneven = read_series(written(tmp_path / "u.csv", odd), SeriesOptions(label="kind"))
    assert list(uneven.lengths) == [3, 3]
    assert "not evenly spaced" in uneven.notes[0]


def test_arrays_give_series_of_their_lengths(tmp_path):
    path = saved(tmp_path / "s.npz")
    found = read_series(path, SeriesOptions(truth="truth"))
    given_arrays = arrays()
    np.testing.assert_array_equal(found.lengths, given_arrays["lengths"])
    np.testing.assert_array_equal(
        found.steps[: found.lengths[0]], given_arrays["x"][0, : found.lengths[0]]
    )
    assert (found.channels, found.classes) == (("left", "right"), ("0", "1"))
    assert found.truth[found.starts[:-1]].all()
    padded = given_arrays["x"].copy()
    padded[np.arange(6) >= given_arrays["lengths"][:, None]] = np.nan
    file = io.BytesIO()
    np.savez(file, X=padded, Y=np.array(["no", "yes"])[given_arrays["y"]])
    other = read_series(written(tmp_path / "o.npz", file.getvalue()), SeriesOptions())
    np.testing.assert_array_equal(other.lengths, found.lengths)
    assert other.classes == ("no", "yes")


def test_infinite_and_huge_numbers_count_as_missing(tmp_path):
    x = arrays()["x"].astype(float)
    x[0, 0] = np.inf, -1e200
    found = read_series(saved(tmp_path / "s.npz", x=x), SeriesOptions(truth="truth"))
    assert np.isnan(found.steps[0]).all()
    assert np.nanmax(np.abs(found.steps)) < 100


FAULTS = {
    "objects": ({"x": np.array([[[{}]]], dtype=object)}, "Python objects"),
    "no labels": ({"y": np.arange(3)}, "expected 20 values in the array y"),
    "no steps": ({"x": np.ones(20)}, "expected numbers .* of shape"),
    "lengths": ({"lengths": np.arange(20)}, "whole numbers from 1 to 6"),
    "a quantity": ({"y": np.linspace(0, 1, 20)}, "only classes are predicted"),
    "no numbers": ({"x": np.full((20, 6, 2), "a")}, "expected numbers"),
    "another truth": ({"truth": np.ones((20, 3))}, "expected truth of shape"),
    "too few names": ({"names": np.array(["a"])}, "expected 20 names"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_arrays_that_can_not_be_used_are_told(tmp_path, kind):
    changes, told = FAULTS[kind]
    with pytest.raises(TableError, match=told) as caught:
        read_series(saved(tmp_path / "s.npz", **changes), SeriesOptions(truth="truth"))
    assert "\n" not in str(caught.value)


def test_arrays_that_hold_too_much_or_lie_are_told(tmp_path, monkeypatch):
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f8", "fortran_order": False, "shape": (10**6, 10**6, 10)}
    )
    with zipfile.ZipFile(tmp_path / "lie.npz", "w") as archive:
        archive.writestr("x.npy", header.getvalue() + bytes(800))
    start = time.process_time()
    with pytest.raises(TableError, match="declares arrays of"):
        read_series(tmp_path / "lie.npz", SeriesOptions())
    assert time.process_time() - start < 2
    monkeypatch.setattr(npz, "MOST_SERIES_BYTES", 2**12)
    np.savez_compressed(tmp_path / "bomb.npz", x=np.zeros((10, 1000, 10)))
    with pytest.raises(TableError, match="hold more than"):
        read_series(tmp_path / "bomb.npz", SeriesOptions())
    os.mkfifo(tmp_path / "pipe.npz")
    with pytest.raises(TableError, match="named pipe"):
        read_series(tmp_path / "pipe.npz", SeriesOptions())


def test_series_are_told_from_other_data(tmp_path):
    assert looks_like_series(written(tmp_path / "t.csv", drawn()))
    assert not looks_like_series(written(tmp_path / "f.csv", FLOWERS))
    assert looks_like_series(saved(tmp_path / "s.npz"))
    images = np.ones((9, 8, 8, 3))
    np.savez(tmp_path / "images.npz", x=images, y=np.arange(9) % 2, truth=images[..., 0] > 0)
    assert not looks_like_series(tmp_path / "images.npz")
    np.savez(tmp_path / "grey.npz", x=images[..., 0], y=np.arange(9) % 2, truth=images[..., 0])
    assert not looks_like_series(tmp_path / "grey.npz")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (SeriesOptions(series="person"), "series: expected a column of t.csv, got 'person'"),
        (SeriesOptions(order="note"), "expected numbers or dates in the order column note"),
        (SeriesOptions(truth="height"), "expected 0 and 1 in the column height"),
        (
            SeriesOptions(leave_out=("height", "width", "day", "matters")),
            "expected columns of numbers",
        ),
        (SeriesOptions(split="group"), "split_column is missing"),
    ],
)
def test_columns_that_can_not_be_used_are_told(tmp_path, options, told):
    with pytest.raises(TableError, match=told):
        inspect_series(written(tmp_path / "t.csv", drawn()), options)


def packed():
    file = io.BytesIO()
    np.savez_compressed(file, **arrays())
    return file.getvalue()


BASES = {"t.csv": drawn(10).encode(), "s.npz": packed()}


@pytest.mark.parametrize("base", BASES)
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_damaged_files_raise_nothing_but_errors_for_people(tmp_path_factory, base, data):
    content = bytearray(BASES[base])
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 30))
        content[place : place + length] = data.draw(st.binary(max_size=20))
    path = written(tmp_path_factory.mktemp("damaged") / base, bytes(content))
    told = "usable"
    try:
        inspect_series(path, SeriesOptions(series="series" if base == "t.csv" else ""))
    except TableError as error:
        told = str(error)
    assert told.strip()
    assert "\n" not in told
