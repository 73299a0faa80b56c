"""Exported tables hold no formula, and their letters survive Excel."""

import csv
import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import attnlab
from attnlab.export.spreadsheets import MARK, csv_text, guarded, raw_cells, unguarded, without_mark

ROOT = Path(attnlab.__file__).parent
FORMULAS = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1+1", "'=1", "''@x"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_formula_is_shown_as_text_and_read_back(cell):
    assert guarded(cell) == f"'{cell}"
    assert unguarded(guarded(cell)) == cell


@given(st.text(max_size=8))
def test_every_text_is_read_back_and_none_begins_a_formula(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"))


def test_numbers_stay_numbers_in_columns_of_any_kind():
    table = pd.DataFrame({"a": [-1.5, np.nan], "b": [-1, "=x"], "c": pd.array([-2, None], "Int64")})
    assert csv_text(table) == "a,b,c\n-1.5,-1,-2\n,'=x,\n"
    assert csv_text(pd.DataFrame({"w": [-1 / 3]}), "%.3g") == "w\n-0.333\n"


def test_names_of_columns_are_guarded_too():
    assert csv_text(pd.DataFrame({"=a": [1], "b": [2]})) == "'=a,b\n1,2\n"


def test_letters_beyond_ascii_are_marked_for_excel_and_read_by_others():
    plain, accents = pd.DataFrame({"a": ["b"]}), pd.DataFrame({"类": ["café", "数据"]})
    assert csv_text(plain) == "a\nb\n"
    text = csv_text(accents)
    assert text.encode().startswith(b"\xef\xbb\xbf")
    assert pd.read_csv(io.BytesIO(text.encode())).equals(accents)
    assert next(csv.reader(io.StringIO(without_mark(text)))) == ["类"]
    assert text.count(MARK) == 1


def test_raw_cells_are_read_back_by_pandas_as_they_were_until_the_block_ends():
    cells = [each for each in FORMULAS if "\r" not in each]
    table = pd.DataFrame({"=arm": [*cells, "café"], "w": range(len(cells) + 1)})
    with raw_cells():
        text = csv_text(table)
    assert pd.read_csv(io.StringIO(text, newline="")).equals(table)
    assert csv_text(table) != text


def test_every_table_that_leaves_is_written_here():
    writers = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        if re.search(r"\.to_csv\(|csv\.(writer|DictWriter)\(", path.read_text())
    }
    assert writers == {"export/spreadsheets.py", "data/named.py"}  # the other is read back by us
