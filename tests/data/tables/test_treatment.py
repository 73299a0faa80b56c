"""What each column is, and which inputs it becomes; no statistic comes from rows held out."""

import numpy as np
import pytest

from attnlab.data.tables import Options, TableError
from attnlab.data.tables.fitting import inputs_of
from attnlab.data.tables.prepared import prepared
from attnlab.data.tables.table import read_table
from attnlab.data.tables.treatment import Treated, treated
from tests.data.tables.tables import drawn, written


def column_of(tmp_path, cells, name="cell"):
    lines = "".join(f"{cell}\t{number}\n" for number, cell in enumerate(cells))
    table = read_table(written(tmp_path / "t.tsv", f"{name}\tother\n{lines}"))
    return treated(name, table.columns[name], np.arange(table.rows))


REPEATED = ["red", "blue", "red", "green"] * 6


@pytest.mark.parametrize(
    ("cells", "kind", "inputs"),
    [
        (["1.5", "2", "3.25"] * 8, "number", ["cell"]),
        (["1.5", "", "3.25"] * 8, "number", ["cell", "cell is missing"]),
        (["0", "1", "1"] * 8, "yes/no", ["cell"]),
        (["0", "", "1"] * 8, "yes/no", ["cell", "cell is missing"]),
        (["yes", "No", "yes"] * 8, "yes/no", ["cell: yes"]),
        (["x", "", ""] * 8, "yes/no", ["cell: x"]),
        (REPEATED, "category", ["cell: blue", "cell: green", "cell: red"]),
        (["a", "", "b"] * 8, "category", ["cell: a", "cell: b", "cell is missing"]),
        (["2024-01-01", "2025-01-01", "2024-01-01"], "date",
         ["cell: year", "cell: weekday (sin)", "cell: weekday (cos)"]),
        (["2024-01-01 06:00", "2024-01-01 18:00"], "date", ["cell: hour (sin)"]),
    ],
)  # fmt: skip
def test_what_a_column_is_and_the_names_of_its_inputs(tmp_path, cells, kind, inputs):
    column = column_of(tmp_path, cells)
    assert (column.kind, list(column.inputs)) == (kind, inputs)


@pytest.mark.parametrize(
    ("cells", "name", "kind", "reason"),
    [
        (["4"] * 5, "cell", "constant", "always 4"),
        ([""] * 5, "cell", "empty", "no value"),
        ([f"{n}" for n in range(30)], "row", "id-like", "another number"),
        ([f"{n * 7 % 31}" for n in range(30)], "patient id", "id-like", "another number"),
        ([f"AX{n}" for n in range(30)], "cell", "id-like", "another text"),
        ([f"it was a fine day {n}" for n in range(30)], "cell", "text", "free text"),
        ([f"n{n % 25}" for n in range(40)], "cell", "text", "too many for categories"),
    ],
)
def test_what_no_network_gets_and_why(tmp_path, cells, name, kind, reason):
    column = column_of(tmp_path, cells, name)
    assert not isinstance(column, Treated)
    assert column.kind == kind
    assert reason in column.reason


def test_numbers_that_all_differ_are_no_id_without_its_name_or_order(tmp_path):
    assert column_of(tmp_path, [f"{n * 7 % 31}" for n in range(30)]).kind == "number"


def test_rare_categories_share_an_input(tmp_path):
    cells = [f"often{n % 20:02}" for n in range(100)] + ["rare1", "rare2"]
    inputs = column_of(tmp_path, cells).inputs
    assert len(inputs) == 21
    assert inputs[0] == "cell: often00"
    assert inputs[-1] == "cell: other"


def table(tmp_path, text, name="t.csv", **options):
    return prepared(read_table(written(tmp_path / name, text)), Options(**options))


def arrays(ready, seed=0):
    rows = ready.divided(np.random.default_rng(seed))
    return inputs_of(ready, rows), rows


def test_inputs_are_what_the_training_rows_make_of_the_values(tmp_path):
    ready = table(tmp_path, drawn(60))
    x, rows = arrays(ready)
    assert ready.inputs == (
        *("width", "width is missing", "height", "height is missing"),
        *("shape: flat", "shape: round", "shape: square", "shape is missing"),
    )
    for place, name in ((0, "width"), (2, "height")):
        values = ready.table.columns[name].values
        known = values[rows["train"]]
        filled = np.where(np.isnan(known), np.nanmedian(known), known)
        for split, chosen in rows.items():
            of_split = values[chosen]
            wanted = np.where(np.isnan(of_split), np.nanmedian(known), of_split)
            wanted = (wanted - filled.mean()) / filled.std()
            np.testing.assert_allclose(x[split][:, place], wanted, atol=1e-6)
            np.testing.assert_array_equal(x[split][:, place + 1], np.isnan(of_split))
    for split in rows:
        np.testing.assert_array_equal(x[split][:, 4:].sum(axis=1), 1)
    assert (x["train"].dtype, x["train"].flags.c_contiguous) == (np.float32, True)


def changed_outside(ready, rows, text):
    """The table with other values in all rows that are not trained on."""
    lines = text.splitlines()
    for row in np.concatenate([rows["validation"], rows["test"]]):
        cells = lines[1 + ready.rows[row]].split(",")
        cells[1], cells[2] = "1000.5", "-2000.25"
        cells[3] = "flat" if cells[3] == "round" else "round"
        lines[1 + ready.rows[row]] = ",".join(cells)
    return "\n".join(lines)


SPLITS = {
    "stratified": {},
    "group": {"split": "group", "split_column": "group"},
    "time": {"split": "time", "split_column": "day"},
    "column": {"split": "column", "split_column": "part"},
}


def with_splits(rows):
    """`drawn`, with columns that could decide about the splits."""
    lines = drawn(rows).splitlines()
    parts = ["train"] * 3 + ["validation", "test"]
    out = [f"{lines[0].replace(',label', '')},group,day,part,label"]
    for number, line in enumerate(lines[1:]):
        cells = line.split(",")
        out.append(
            ",".join(
                [*cells[:-1], f"g{number % 11}", f"{1000 - number}", parts[number % 5], cells[-1]]
            )
        )
    return "\n".join(out)


@pytest.mark.parametrize("kind", SPLITS)
def test_values_held_out_change_no_bit_of_what_is_trained_on(tmp_path, kind):
    text = with_splits(60)
    options = {"leave_out": ("day",) if kind != "time" else (), **SPLITS[kind]}
    ready = table(tmp_path, text, **options)
    x, rows = arrays(ready)
    other = table(tmp_path, changed_outside(ready, rows, text), "other.csv", **options)
    y, same = arrays(other)
    np.testing.assert_array_equal(rows["train"], same["train"])
    assert x["train"].tobytes() == y["train"].tobytes()
    assert x["validation"].tobytes() != y["validation"].tobytes()


@pytest.mark.parametrize("kind", ["time", "column"])
def test_a_category_that_only_rows_held_out_have_makes_no_input(tmp_path, kind):
    lines = with_splits(60).splitlines()
    lines[1] = lines[1].replace("train", "test")  # the first row is the latest, too
    cells = lines[1].split(",")
    cells[3] = "unheard"
    lines[1] = ",".join(cells)
    ready = table(tmp_path, "\n".join(lines), leave_out=("day",) * (kind != "time"), **SPLITS[kind])
    assert not [name for name in ready.inputs if "unheard" in name]
    x, rows = arrays(ready)
    place = list(rows["test"]).index(0)
    shapes = [number for number, name in enumerate(ready.inputs) if name.startswith("shape")]
    assert x["test"][place, shapes].tolist() == [0] * len(shapes)


def test_a_category_without_a_training_row_counts_as_unknown_at_this_seed(tmp_path):
    lines = drawn(60).splitlines()
    cells = lines[1].split(",")
    cells[3] = "once"
    lines[1] = ",".join(cells)
    ready = table(tmp_path, "\n".join(lines))
    place = ready.inputs.index("shape: once")
    seen = set()
    for seed in range(12):
        x, rows = arrays(ready, seed)
        trained = 0 in rows["train"]
        seen.add(trained)
        assert sum(of_split[:, place].sum() for of_split in x.values()) == trained
    assert seen == {True, False}


def test_rows_with_missing_values_can_be_dropped(tmp_path):
    kept, dropped = table(tmp_path, drawn(60)), table(tmp_path, drawn(60), missing="drop")
    assert len(kept.rows) == 60
    assert len(dropped.rows) == 60 - 9
    assert dropped.rows_left_out == {"missing values": 9}
    assert not [name for name in dropped.inputs if "missing" in name]
    with pytest.raises(TableError, match="every row has missing values"):
        table(tmp_path, "a,b,y\n1,,p\n,2,q\n3,,p\n,4,q\n5,,p\n,6,q\n", "g.csv", missing="drop")


def test_infinite_and_huge_numbers_count_as_missing(tmp_path):
    cells = ["1", "inf", "2", "1e200", "3", "4"] * 6
    lines = "".join(f"{cell},{'pq'[n % 2]}\n" for n, cell in enumerate(cells))
    ready = table(tmp_path, f"x,y\n{lines}")
    assert ready.inputs == ("x", "x is missing")
    x, _ = arrays(ready)
    assert np.isfinite(x["train"]).all()
    assert np.abs(x["train"]).max() < 3


@pytest.mark.parametrize("place", range(6))
def test_a_number_far_beyond_those_trained_on_is_finite(tmp_path, place):
    cells = ["1", "2", "3", "4", "5", "6"] * 6
    cells[place] = "1e90"
    lines = "".join(f"{cell},{'pq'[n % 2]}\n" for n, cell in enumerate(cells))
    x, _ = arrays(table(tmp_path, f"x,y\n{lines}"))
    assert all(np.isfinite(of).all() for of in x.values())
