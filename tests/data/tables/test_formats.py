"""Whatever form a table has, its values are the same; how it is written is found out and said."""

import codecs
import gzip
import os

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_iris, load_wine

from attnlab.data.tables import Options, TableError
from attnlab.data.tables.columns import Numbers
from attnlab.data.tables.fitting import inputs_of
from attnlab.data.tables.prepared import prepared
from attnlab.data.tables.table import read_table
from tests.data.tables.tables import FLOWERS, values, written

SETS = {"breast cancer": load_breast_cancer, "wine": load_wine, "iris": load_iris}


def frame_of(name):
    loaded = SETS[name](as_frame=True)
    names = loaded.target_names[loaded.target]
    return loaded.frame.drop(columns="target").assign(target=[str(each) for each in names])


def in_every_form(frame, folder):
    frame.to_csv(folder / "comma.csv", index=False)
    frame.to_csv(folder / "semicolon.csv", index=False, sep=";", decimal=",")
    frame.to_csv(folder / "tab.tsv.gz", index=False, sep="\t")
    frame.to_csv(folder / "utf-16.txt", index=False, sep="|", encoding="utf-16")
    frame.to_parquet(folder / "parquet.parquet")
    frame.to_excel(folder / "excel.xlsx", index=False)
    return sorted(folder.iterdir())


@pytest.mark.parametrize("name", SETS)
def test_every_form_of_a_data_set_gives_the_same_arrays_bit_for_bit(tmp_path, name):
    frame = frame_of(name)
    first = None
    for path in in_every_form(frame, tmp_path):
        table = read_table(path)
        assert list(table.columns) == list(frame)
        for column in frame.columns[:-1]:
            np.testing.assert_array_equal(table.columns[column].values, frame[column])
        assert values(table.columns["target"]) == list(frame["target"])
        ready = prepared(table, Options())
        rows = ready.divided(np.random.default_rng(0))
        arrays = [inputs_of(ready, rows)[split].tobytes() for split in rows]
        first = first or arrays
        assert arrays == first
        assert ready.label.name == "target"


@pytest.mark.parametrize(
    ("delimiter", "called"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "pipe")]
)
def test_the_delimiter_is_found_out_and_said(tmp_path, delimiter, called):
    table = read_table(written(tmp_path / "t.csv", FLOWERS.replace(",", delimiter)))
    assert table.read_as["delimiter"] == called
    assert list(table.columns) == ["petal", "sepal", "colour", "picked", "kind"]
    assert values(table.columns["picked"])[:2] == ["2024-01-05", "2024-02-06"]


def test_decimal_commas_beside_semicolons_are_no_columns(tmp_path):
    table = read_table(written(tmp_path / "t.csv", "a;b;c\n1,5;2,25;x\n3,5;4,125;y\n"))
    assert values(table.columns["b"]) == [2.25, 4.125]
    assert table.read_as["decimal mark"] == "comma"


def test_excels_line_that_names_the_delimiter_is_understood(tmp_path):
    table = read_table(written(tmp_path / "t.csv", "sep=;\r\na,1;b\r\n1;2\r\n3;4\r\n"))
    assert list(table.columns) == ["a,1", "b"]


TEXTS = {
    "Western European": ("cp1252", "Größe,Straße,café\n1,süß,à la carte\n2,für élèves,déjà\n"),
    "Cyrillic": ("cp1251", "рост,город,вид\n1,Москва,большой\n2,Новосибирск,маленький\n"),
    "Chinese": (
        "gb18030",
        "身高,城市,类别\n1,北京市海淀区,这是一个很大的苹果\n2,上海,小的橙子和香蕉\n",
    ),
    "Japanese": (
        "cp932",
        "身長,都市,種類\n1,東京はとても大きい,りんごです\n2,大阪,みかんとバナナ\n",
    ),
    "Korean": ("cp949", "키,도시,종류\n1,서울은 아주 큰 도시,사과입니다\n2,부산,바나나와 오렌지\n"),
}


@pytest.mark.parametrize("language", TEXTS)
def test_text_of_other_encodings_is_read_and_its_encoding_said(tmp_path, language):
    encoding, text = TEXTS[language]
    table = read_table(written(tmp_path / "t.csv", text.encode(encoding)))
    assert list(table.columns) == text.splitlines()[0].split(",")
    last = list(table.columns)[-1]
    assert values(table.columns[last]) == [line.split(",")[2] for line in text.splitlines()[1:]]
    assert language in table.read_as["encoding"]


@pytest.mark.parametrize("mark", [codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_byte_order_marks_decide(tmp_path, mark):
    codec = {3: "utf-8"}.get(len(mark), "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be")
    table = read_table(written(tmp_path / "t.csv", mark + "größe,y\n1,ü\n2,ß\n".encode(codec)))
    assert list(table.columns) == ["größe", "y"]
    assert "byte order mark" in table.read_as["encoding"]


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["1.5", "-2", "+3e2", ".5"], [1.5, -2, 300, 0.5]),
        (["1,5", "2,25", "-3", "4"], [1.5, 2.25, -3, 4]),
        (["1.234,5", "12", "7,1", "0"], [1234.5, 12, 7.1, 0]),
        (["1,234.5", "1,234,567", "3", "4"], [1234.5, 1234567, 3, 4]),
        (["1", "NA", "n/a", "?"], [1, None, None, None]),
        (["inf", "-inf", "1", "2"], [np.inf, -np.inf, 1, 2]),
        (["007", "010", "123", "456"], ["007", "010", "123", "456"]),
        (["1", "two", "3", ""], ["1", "two", "3", None]),
        (["1,234", "2,345", "3,456", "9"], ["1,234", "2,345", "3,456", "9"]),
        (["2024-01-31", "", "2023-12-01", "2024-02-29"],
         ["2024-01-31", None, "2023-12-01", "2024-02-29"]),
        (["31.01.2024", "1.2.2024", "29.02.2024", "1.1.2024"],
         ["2024-01-31", "2024-02-01", "2024-02-29", "2024-01-01"]),
        (["1/31/2024", "2/1/2024", "3/4/2024", "5/6/2024"],
         ["2024-01-31", "2024-02-01", "2024-03-04", "2024-05-06"]),
        (["1/2/2024", "3/4/2024", "5/6/2024", "7/8/2024"],
         ["1/2/2024", "3/4/2024", "5/6/2024", "7/8/2024"]),
    ],
)  # fmt: skip
def test_what_cells_mean(tmp_path, cells, wanted):
    lines = "".join(f"{cell}\tx{number}\n" for number, cell in enumerate(cells))
    table = read_table(written(tmp_path / "t.tsv", f"cell\tname\n{lines}"))
    assert values(table.columns["cell"]) == wanted
    assert bool(table.unsure) == (wanted[0] in ("1,234", "1/2/2024"))


def test_marks_of_thousands_are_sure_where_other_columns_have_decimal_points(tmp_path):
    text = "a;b;c\n1,234;0.5;x\n2,345;1.5;y\n"
    table = read_table(written(tmp_path / "t.csv", text))
    assert values(table.columns["a"]) == [1234, 2345]
    other = read_table(written(tmp_path / "u.csv", text.replace(".", ",")))
    assert values(other.columns["a"]) == [1.234, 2.345]


def test_a_sheet_is_the_first_or_the_one_named(tmp_path):
    path = tmp_path / "book.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"a": [1, 2], "y": ["p", "q"]}).to_excel(book, sheet_name="one", index=False)
        pd.DataFrame({"b": [3, 4], "y": ["p", "q"]}).to_excel(book, sheet_name="two", index=False)
    assert list(read_table(path).columns) == ["a", "y"]
    assert read_table(path).read_as["other sheets"] == "two"
    assert list(read_table(path, "two").columns) == ["b", "y"]
    with pytest.raises(TableError, match="no sheet 'three': its sheets are one, two"):
        read_table(path, "three")


def test_types_that_text_has_not_are_read_from_parquet(tmp_path):
    frame = pd.DataFrame(
        {
            "flag": [True, False, None],
            "when": pd.to_datetime(["2024-01-01", None, "2024-03-01"], utc=True),
            "kind": pd.Categorical(["x", None, "y"]),
            "list": [[1], [2, 3], []],
            "whole": pd.array([1, None, 3], dtype="Int64"),
        }
    )
    frame.to_parquet(tmp_path / "t.parquet")
    columns = read_table(tmp_path / "t.parquet").columns
    assert values(columns["flag"]) == ["True", "False", None]
    assert values(columns["when"]) == ["2024-01-01", None, "2024-03-01"]
    assert values(columns["kind"]) == ["x", None, "y"]
    assert "list" in columns["list"].what
    assert values(columns["whole"]) == [1, None, 3]


def test_gzip_in_several_streams_and_a_file_named_wrongly(tmp_path):
    half = len(FLOWERS) // 2
    packed = gzip.compress(FLOWERS[:half].encode()) + gzip.compress(FLOWERS[half:].encode())
    assert read_table(written(tmp_path / "t.parquet", packed)).rows == 8


def test_a_table_is_read_anew_only_when_it_has_changed(tmp_path):
    path = written(tmp_path / "t.csv", FLOWERS)
    first = read_table(path)
    assert read_table(path) is first
    written(path, FLOWERS.replace("1.5", "9.5"))
    os.utime(path, ns=(1, 1))
    assert values(read_table(path).columns["petal"])[0] == 9.5
    assert isinstance(first.columns["petal"], Numbers)


def test_an_accent_is_the_same_in_one_sign_and_in_two(tmp_path):
    text = "x,cafe\u0301\n1,the\u0301\n2,th\u00e9\n3,eau\n"
    table = read_table(written(tmp_path / "t.csv", text))
    assert list(table.columns) == ["x", "caf\u00e9"]
    assert values(table.columns["caf\u00e9"]) == ["th\u00e9", "th\u00e9", "eau"]


def test_a_delimiter_at_the_end_of_rows_and_an_unnamed_first_column(tmp_path):
    table = read_table(written(tmp_path / "t.csv", ",a,y,\n0,1.5,p,\n1,2.5,q,\n"))
    assert list(table.columns) == ["column 1", "a", "y"]
