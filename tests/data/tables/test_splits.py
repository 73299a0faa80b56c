"""Which rows are trained on: alike by class, as a column says, by group, by time."""

import numpy as np
import pytest

from attnlab.data.tables import Options, TableError
from attnlab.data.tables.prepared import prepared
from attnlab.data.tables.table import read_table
from tests.data.tables.tables import written

DRAW = np.random.default_rng


def table(tmp_path, rows, header="x,by,y", **options):
    text = "\n".join([header, *(",".join(map(str, row)) for row in rows)])
    return prepared(read_table(written(tmp_path / "t.csv", text)), Options(**options))


def rows_of(count, by=lambda number: number):
    return [(number * 0.5, by(number), "abb"[number % 3]) for number in range(count)]


def test_every_seed_has_as_many_of_each_class_in_other_rows(tmp_path):
    ready = table(tmp_path, rows_of(60, lambda number: f"k{number % 5}"), share=0.1)
    first, second = ready.divided(DRAW(0)), ready.divided(DRAW(1))
    for rows in (first, second):
        assert {split: ready.counts(each).tolist() for split, each in rows.items()} == {
            "train": [16, 32],
            "validation": [2, 4],
            "test": [2, 4],
        }
        assert sorted(np.concatenate(list(rows.values()))) == list(range(60))
    assert set(first["test"]) != set(second["test"])


def test_a_class_of_three_has_one_row_in_each_split(tmp_path):
    ready = table(tmp_path, [(n, n % 2, "a" if n < 3 else "b") for n in range(20)])
    for rows in ready.divided(DRAW(0)).values():
        assert ready.counts(rows)[0] == 1


@pytest.mark.parametrize(
    "names",
    [("train", "validation", "test"), ("Training", "VAL", "Testing"), ("TR", "dev", "eval")],
)
def test_a_column_decides_by_the_usual_names(tmp_path, names):
    split_of = [0, 0, 0, 1, 2]
    ready = table(
        tmp_path,
        rows_of(60, lambda number: names[split_of[number % 5]]),
        split="column",
        split_column="by",
    )
    rows = ready.divided(DRAW(3))
    assert [len(each) for each in rows.values()] == [36, 12, 12]
    assert {int(row) % 5 for row in rows["validation"]} == {3}
    assert {int(row) % 5 for row in rows["test"]} == {4}
    assert not ready.drawn_anew
    assert "by" not in ready.inputs


@pytest.mark.parametrize(
    ("names", "sizes"),
    [
        (("train", "test"), [36, 12, 12]),
        (("train", "val"), [48, 6, 6]),
        (("train",) * 2, [36, 12, 12]),
    ],
)
def test_a_split_that_the_column_lacks_is_cut_out_by_seed(tmp_path, names, sizes):
    ready = table(
        tmp_path,
        rows_of(60, lambda number: names[number % 5 == 4]),
        split="column",
        split_column="by",
    )
    first, second = ready.divided(DRAW(0)), ready.divided(DRAW(1))
    found = [len(each) for each in first.values()]
    assert found == pytest.approx(sizes, abs=3)
    assert ready.drawn_anew
    assert set(first["validation"]) != set(second["validation"])
    if names[1] == "test":
        assert {int(row) % 5 for row in first["test"]} == {4}


def test_a_group_is_never_on_two_sides(tmp_path):
    ready = table(
        tmp_path, rows_of(200, lambda number: f"p{number % 23}"), split="group", split_column="by"
    )
    sides = set()
    for seed in range(20):
        rows = ready.divided(DRAW(seed))
        groups = [{int(row) % 23 for row in each} for each in rows.values()]
        assert sum(map(len, groups)) == 23
        assert len(set.union(*groups)) == 23
        assert [len(each) / 200 for each in rows.values()] == pytest.approx(
            [0.6, 0.2, 0.2], abs=0.05
        )
        sides.add(tuple(sorted(groups[2])))
    assert len(sides) > 10


def test_fewer_than_three_groups_are_told(tmp_path):
    ready = table(
        tmp_path, rows_of(30, lambda number: f"p{number % 2}"), split="group", split_column="by"
    )
    with pytest.raises(TableError, match=r"at least three groups, .* got 2"):
        ready.divided(DRAW(0))


@pytest.mark.parametrize(
    "when", [lambda n: 100 - n, lambda n: f"2024-{1 + n // 28:02}-{1 + n % 28:02}"]
)
def test_the_latest_rows_are_held_out(tmp_path, when):
    ready = table(tmp_path, rows_of(60, when), split="time", split_column="by", share=0.15)
    rows = ready.divided(DRAW(0))
    times = ready.table.columns["by"].values
    assert [len(each) for each in rows.values()] == [42, 9, 9]
    assert times[rows["train"]].max() < times[rows["validation"]].min()
    assert times[rows["validation"]].max() < times[rows["test"]].min()
    assert not ready.drawn_anew


def test_rows_without_a_label_or_a_place_in_the_splits_are_left_out_and_counted(tmp_path):
    rows = rows_of(60, lambda number: "" if number < 4 else f"p{number % 9}")
    rows[10] = (1, "p1", "")
    ready = table(tmp_path, rows, split="group", split_column="by")
    assert ready.rows_left_out == {"no label in y": 1, "nothing in by": 4}
    assert len(ready.rows) == 55


def test_classes_are_in_the_order_of_names_and_numbers(tmp_path):
    numbers = table(tmp_path, [(n * 0.5, n, (2, 10, 1)[n % 3]) for n in range(30)])
    assert numbers.classes == ("1", "2", "10")
    assert numbers.target.tolist()[:3] == [1, 2, 0]
    names = table(tmp_path, [(n * 0.5, n, ("b", "C", "a")[n % 3]) for n in range(30)], label="y")
    assert names.classes == ("C", "a", "b")


@pytest.mark.parametrize(
    ("header", "label", "how"),
    [
        ("x,species,z", "species", "by its name"),
        ("Target,x,z", "Target", "by its name"),
        ("x,w,z", "z", "as the last column"),
    ],
)
def test_the_label_is_guessed_and_that_is_said(tmp_path, header, label, how):
    ready = table(tmp_path, [(n % 3, n % 2, n % 4) for n in range(40)], header)
    assert (ready.label.name, ready.label.guessed) == (label, how)


def test_a_split_that_would_be_empty_is_told(tmp_path):
    by = ["val" if number in (0, 1) else "train" for number in range(30)]
    rows = [(number * 0.5, by[number], "ab"[number % 2]) for number in range(30)]
    with pytest.raises(TableError, match="expected rows for test, got none"):
        table(tmp_path, rows, split="column", split_column="by")
