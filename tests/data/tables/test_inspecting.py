"""What is said of a table and of an image set before anything trains."""

import dataclasses
import json

import numpy as np
import pytest

from attnlab.data.tables import Options, TableError
from attnlab.data.tables.inspecting import inspect_table
from attnlab.resources import PENGUINS
from tests.data.tables.tables import written


def of_columns(tmp_path, columns, **options):
    """The inspection of a table with these columns."""
    rows = zip(*columns.values(), strict=True)
    text = "\n".join([",".join(columns), *(",".join(map(str, row)) for row in rows)])
    return inspect_table(written(tmp_path / "t.csv", text), Options(**options))


def noise(count, seed=0):
    return np.random.default_rng(seed).normal(size=count).round(5)


def test_the_penguins():
    found = inspect_table(PENGUINS)
    assert (found.kind, found.samples, found.label) == ("table", 344, "species")
    assert found.label_guessed == "by its name"
    assert found.classes == ("Adelie", "Chinstrap", "Gentoo")
    assert found.splits == {
        "train": {"Adelie": 92, "Chinstrap": 40, "Gentoo": 74},
        "validation": {"Adelie": 30, "Chinstrap": 14, "Gentoo": 25},
        "test": {"Adelie": 30, "Chinstrap": 14, "Gentoo": 25},
    }
    assert found.chance == 30 / 69
    kinds = {column.name: (column.kind, column.missing) for column in found.columns}
    assert kinds == {
        "species": ("classes", 0),
        "island": ("category", 0),
        "bill_length_mm": ("number", 2),
        "bill_depth_mm": ("number", 2),
        "flipper_length_mm": ("number", 2),
        "body_mass_g": ("number", 2),
        "sex": ("category", 11),
        "year": ("number", 0),
    }
    assert not found.left_out
    assert not found.warnings


def test_an_inspection_is_frozen_and_goes_into_json():
    found = inspect_table(PENGUINS)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.kind = "images"
    told = json.loads(json.dumps(found.to_json()))
    assert {"kind", "classes", "splits", "columns", "left_out", "warnings"} <= told.keys()
    assert told["columns"][1] == {
        "name": "island",
        "kind": "category",
        "treatment": "one input for each of 3 categories",
        "inputs": ["island: Biscoe", "island: Dream", "island: Torgersen"],
        "missing": 0,
    }


def test_a_label_that_is_a_quantity_is_regression():
    found = inspect_table(PENGUINS, Options(label="body_mass_g"))
    assert (found.kind, found.classes) == ("regression", ())
    assert found.chance == pytest.approx(800.78, abs=0.01)
    assert found.splits == {
        "train": {"rows": 206},
        "validation": {"rows": 68},
        "test": {"rows": 68},
    }
    assert [(each.what, each.reason) for each in found.left_out] == [
        ("2 rows", "no label in body_mass_g")
    ]


def only_warning(found):
    assert len(found.warnings) == 1, found.warnings
    return found.warnings[0]


def test_a_column_that_gives_the_label_away_is_named(tmp_path):
    y = ["abc"[number % 3] for number in range(300)]
    code = ["xyz"[number % 3] for number in range(300)]
    found = of_columns(tmp_path, {"noise": noise(300), "code": code, "y": y})
    assert "code alone tells y almost perfectly: leave it out" in only_warning(found)
    assert not of_columns(tmp_path, {"noise": noise(300), "y": y}).warnings
    left = of_columns(tmp_path, {"noise": noise(300), "code": code, "y": y}, leave_out=("code",))
    assert not left.warnings


def test_a_column_that_tells_much_but_not_all_is_not_named(tmp_path):
    y = np.arange(300) % 2
    nearly = np.where(noise(300, 1) > 1.5, 1 - y, y) + noise(300, 2) / 100
    assert not of_columns(tmp_path, {"nearly": nearly, "y": y}).warnings


def test_rows_that_are_on_both_sides_are_counted(tmp_path):
    x = list(noise(100))
    found = of_columns(tmp_path, {"x": x + x, "y": list("ab" * 50) * 2})
    warning = only_warning(found)
    assert "of 80 rows held out have the same inputs as a training row" in warning
    count = int(warning.split()[0])
    assert 30 < count < 80


def test_rare_classes_and_imbalance_are_named_with_their_counts(tmp_path):
    y = ["often"] * 50 + ["seldom"] * 20 + ["rare"] * 4
    found = of_columns(tmp_path, {"x": noise(74), "y": y})
    few, unbalanced = found.warnings
    assert few.startswith("rare (4) has fewer than 5 samples")
    assert "often has 50 samples and rare 4: judge by balanced accuracy" in unbalanced


def test_ids_and_columns_that_never_differ_are_named(tmp_path):
    columns = {
        "patient_id": [f"P{number}" for number in range(60)],
        "x": noise(60),
        "site": ["here"] * 60,
        "y": ["ab"[number % 2] for number in range(60)],
    }
    ids, constant = of_columns(tmp_path, columns).warnings
    assert ids.startswith("patient_id looks like an id")
    assert constant == "site never differs and tells nothing."


def test_a_class_that_a_split_lacks_is_named(tmp_path):
    columns = {
        "x": noise(60),
        "day": range(60),
        "y": ["a"] * 20 + ["a", "b"] * 16 + ["b"] * 8,
    }
    found = of_columns(tmp_path, columns, split="time", split_column="day", share=0.1)
    assert any(each.startswith("test has no row of a") for each in found.warnings)


def test_what_could_not_be_decided_is_told(tmp_path):
    columns = {"x": noise(60), "when": ["1/2/2024", "3/4/2024"] * 30, "y": ["a", "b", "b"] * 20}
    (warning,) = of_columns(tmp_path, columns).warnings
    assert warning.startswith("when has dates whose day and month may be either")


def test_what_can_not_be_used_is_told(tmp_path):
    with pytest.raises(TableError):
        inspect_table(tmp_path / "gone.csv")


def test_a_class_that_is_answered_and_does_not_occur_is_nothing_to_warn_of(tmp_path, recwarn):
    """Columns are tried on half of the rows, where a rare class may not occur."""
    values = np.concatenate([[9] * 5, noise(78)])
    kinds = np.array(["rare"] * 3 + ["a", "b"] * 40)
    for seed in range(30):
        order = np.random.default_rng(seed).permutation(83)
        of_columns(tmp_path, {"x": values[order], "kind": kinds[order]}, label="kind")
    assert not recwarn.list
