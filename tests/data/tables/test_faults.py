"""What is no table, or none that can be used, is told in one sentence, at once."""

import gzip
import io
import os
import time
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attnlab.data.tables import Options, TableError, limits
from attnlab.data.tables.fitting import inputs_of
from attnlab.data.tables.inspecting import inspect_table
from attnlab.data.tables.prepared import prepared
from attnlab.data.tables.table import read_table
from tests.data.tables.tables import FLOWERS, drawn, written

NOT_TABLES = {
    "nothing": (b"", "expected a table, got an empty file"),
    "empty lines": (b"\n\n \n", "expected a table, got an empty file"),
    "names alone": (b"a,b,c\n", "expected rows below the names of the columns, got none"),
    "no names": (b"1,2.5,3\n4,5,6\n", r"expected the names of the columns .* got values \(1, 2.5"),
    "no names, as in iris.data": (
        b"5.1,3.5,setosa\n4.9,3.0,setosa\n5.1,3.5,versicolor\n",
        r"got values \(5.1, 3.5, setosa",
    ),
    "a longer row": (b"a,b\n1,2\n3,4,5\n", "rows of different lengths: 2 columns .* 3 in row 3"),
    "a shorter row": (b"a,b\n1,2\n3\n", "rows of different lengths: 2 columns .* 1 in row 3"),
    "names twice": (b"a,b,a\n1,2,3\n", "expected a name for each column, got 'a' for 2"),
    "NULs": (b"a,b\n1,\x002\n", "got a file with 1 NUL bytes"),
    "bytes": (bytes(range(1, 32)) * 40, "got bytes"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200), "NUL bytes"),
    "half a gzip": (gzip.compress(FLOWERS.encode())[:60], "gzipped and ends too early"),
    "a damaged gzip": (gzip.compress(FLOWERS.encode())[:40] + b"x" * 50, "gzipped and damaged"),
    "half a Parquet": (b"PAR1" + b"x" * 100, "cannot be read as a Parquet file"),
    "an old workbook": (b"\xd0\xcf\x11\xe0" + b"x" * 600, "workbook from before 2007"),
    "half a workbook": (b"PK\x03\x04" + b"x" * 600, "cannot be read as an Excel workbook"),
    "half of UTF-16": (b"\xff\xfe\x00\xd8a", "begins as UTF-16"),
    "a million columns": (b",".join([b"c"] * 10**6) + b"\n", "more than 500 columns"),
    "a million rows": (b"a,b\n" + b"1,2\n" * 10**6, "more than 200,000 rows"),
}


@pytest.mark.parametrize("kind", NOT_TABLES)
def test_what_is_no_table_is_told(tmp_path, kind):
    content, told = NOT_TABLES[kind]
    path = written(tmp_path / "t.csv", content)
    with pytest.raises(TableError, match=told) as caught:
        read_table(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_folders_pipes_devices_and_files_that_are_not_there_are_told(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    for path, told in (
        (tmp_path, "got the folder"),
        (tmp_path / "pipe.csv", "got a named pipe"),
        ("/dev/zero", "got a device"),
        (tmp_path / "gone.csv", "there is no such file"),
        (tmp_path / ("x" * 5000), "too long"),
        ("a\0b", "null byte"),
    ):
        with pytest.raises(TableError, match=told):
            read_table(path)


def test_files_that_are_or_unpack_to_too_much_are_told(tmp_path, monkeypatch):
    packed = written(tmp_path / "t.csv.gz", gzip.compress(b"a,b\n" + b"1,2\n" * 2**20))
    monkeypatch.setattr("attnlab.data.tables.opening.MOST_BYTES", 2**20)
    with pytest.raises(TableError, match="holds more than 1 MiB"):
        read_table(packed)
    with pytest.raises(TableError, match="holds more than 1 MiB"):
        read_table(written(tmp_path / "t.csv", b"a,b\n" + b"1,2\n" * 2**19))


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr("attnlab.data.tables.excel.MOST_BYTES", 2**20)
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 2**22)
    with pytest.raises(TableError, match="holds more than"):
        read_table(tmp_path / "t.xlsx")
    with zipfile.ZipFile(tmp_path / "u.xlsx", "w") as archive:
        archive.writestr("cats/0.png", b"x")
    with pytest.raises(TableError, match="zip archive without an Excel workbook"):
        read_table(tmp_path / "u.xlsx")


def test_text_in_parquet_that_is_no_utf8_is_told(tmp_path):
    name = pa.array([b"caf\xe9", b"th\xe9", b"eau"]).cast(pa.binary()).view(pa.string())
    pq.write_table(pa.table({"x": [1, 2, 3], "y": name}), tmp_path / "t.parquet")
    with pytest.raises(TableError, match=r"cannot be read as a Parquet file: .*UTF8"):
        read_table(tmp_path / "t.parquet")


def test_a_sheet_of_what_has_none_is_told(tmp_path):
    with pytest.raises(TableError, match=r"sheet is given \(one\), and .* is no Excel workbook"):
        read_table(written(tmp_path / "t.csv", FLOWERS), "one")


LABELS = {
    "not there": (Options(label="kinds"), "got 'kinds'; near it are kind"),
    "dates": (Options(label="picked"), "got dates"),
    "no split column": (Options(split="group"), "split_column is missing"),
    "the label's": (Options(split="group", split_column="kind"), "another column than the label"),
    "no splits": (Options(split="column", split_column="colour"), "got red, blue, green"),
    "no times": (Options(split="time", split_column="colour"), "got texts such as"),
    "unknown left out": (Options(leave_out=("Petal",)), "leave_out: .* near it are petal"),
    "all left out": (
        Options(leave_out=("petal", "sepal", "colour", "picked")),
        "expected columns to learn from",
    ),
}


@pytest.mark.parametrize("kind", LABELS)
def test_choices_that_do_not_fit_the_table_are_told(tmp_path, kind):
    options, told = LABELS[kind]
    path = written(tmp_path / "t.csv", FLOWERS)
    with pytest.raises(TableError, match=told):
        inspect_table(path, options)


def test_labels_of_too_many_or_too_few_classes_are_told(tmp_path):
    many = "x,y\n" + "".join(f"{number},name{number}\n" for number in range(10_000))
    with pytest.raises(TableError, match=r"at most 1,000 classes .* got 10,000 different"):
        inspect_table(written(tmp_path / "many.csv", many))
    with pytest.raises(TableError, match=r"at least two classes .* got one \(a\)"):
        inspect_table(written(tmp_path / "one.csv", "x,y\n1,a\n2,a\n"))
    with pytest.raises(TableError, match=r"at least 3 rows of each class.* got fewer of b \(2\)"):
        inspect_table(written(tmp_path / "few.csv", "x,y\n1,a\n2,a\n3,a\n4,b\n5,b\n"))


def workbook():
    file = io.BytesIO()
    pd.read_csv(io.StringIO(drawn(12))).to_excel(file, index=False)
    return file.getvalue()


def in_parquet():
    return pd.read_csv(io.StringIO(drawn(12))).to_parquet()


BASES = {
    "CSV": drawn(12).encode(),
    "gzip": gzip.compress(drawn(12).encode()),
    "Parquet": in_parquet(),
    "Excel": workbook(),
}


def only_table_errors(path, seconds=5):
    """Inspect a table and make its arrays; returns what was told, "" where it can be used."""
    start = time.process_time()
    told = ""
    try:
        inspect_table(path)
        ready = prepared(read_table(path), Options())
        arrays = inputs_of(ready, ready.divided(np.random.default_rng(1)))
        assert all(np.isfinite(each).all() for each in arrays.values())
    except TableError as error:
        told = str(error)
        assert told.strip()
    assert "\n" not in told
    assert time.process_time() - start < seconds


@pytest.mark.parametrize("base", BASES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_damaged_files_raise_nothing_but_table_errors(tmp_path_factory, base, data):
    content = bytearray(BASES[base])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 40))
        content[place : place + length] = data.draw(st.binary(max_size=40))
        if not content:
            break
    only_table_errors(written(tmp_path_factory.mktemp("damaged") / "t", bytes(content)))


CELLS = st.one_of(
    st.sampled_from(["", "NA", "1", "-1", "0", "1e308", "1e-320", "9" * 400, "inf", "nan", "1,5"]),
    st.sampled_from(["=1+1", "@x", '"', "''", "a;b", "é", "是", "\u202e", "2024-02-30", "1/1/1"]),
    st.sampled_from(["0001-01-01", "9999-12-31", "2024-01-01T25:00", "1.234,5", "yes", "no"]),
    st.text(st.characters(blacklist_characters="\0\r\n", blacklist_categories=("Cs",)), max_size=6),
    st.floats().map(str),
)


@settings(max_examples=120, deadline=None)
@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=30),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
)
def test_odd_tables_raise_nothing_but_table_errors(tmp_path_factory, rows, delimiter):
    text = "\n".join(delimiter.join(row) for row in rows)
    folder = tmp_path_factory.mktemp("odd")
    only_table_errors(written(folder / "t.csv", text))
    labelled = [f"a{delimiter}b{delimiter}c{delimiter}y"]
    labelled += [delimiter.join([*row, "pq"[number % 2]]) for number, row in enumerate(rows)]
    only_table_errors(written(folder / "u.csv", "\n".join(labelled)))


def test_the_limits_are_those_that_are_said():
    assert (limits.MOST_ROWS, limits.MOST_COLUMNS) == (200_000, 500)


def test_a_wide_table_is_read_within_seconds(tmp_path):
    values = np.random.default_rng(0).normal(size=(400, 499)).round(4)
    frame = pd.DataFrame(values, columns=[f"c{number}" for number in range(499)])
    frame["y"] = np.arange(400) % 2
    path = tmp_path / "wide.csv"
    frame.to_csv(path, index=False)
    only_table_errors(path, seconds=20)
