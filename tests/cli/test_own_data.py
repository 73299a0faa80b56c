"""Data of one's own from the command line: inspected, and from a file to a verdict."""

import json

import numpy as np
import pytest
from data.images.conftest import archived, usual

from attnlab.resources import PENGUINS
from tests.data.tables.tables import FLOWERS, written

KEYS = {"kind", "classes", "splits", "columns", "left_out", "warnings"}


def test_inspection_as_json_and_as_text(attnlab, tmp_path):
    path = written(tmp_path / "flowers.csv", FLOWERS)
    done = attnlab("data", "inspect", path, "--label", "kind", "--json")
    assert done.code == 0
    told = json.loads(done.out)
    assert told.keys() >= KEYS
    assert (told["kind"], told["classes"]) == ("table", ["a", "b"])
    assert told["splits"]["train"] == {"a": 2, "b": 2}
    done = attnlab("data", "inspect", path, "--leave-out", "picked", "petal")
    assert done.code == 0
    assert "8 rows of 2 classes\n  task own-table" in done.out
    assert "label kind (guessed as the last column)" in done.out
    assert "column picked  left out by choice" in done.out
    assert "fewer than 5 samples" in done.out


def test_a_quantity_is_inspected_as_a_number(attnlab, tmp_path):
    done = attnlab("data", "inspect", PENGUINS, "--label", "body_mass_g", "--json")
    told = json.loads(done.out)
    assert (told["task"], told["kind"]) == ("own-number", "regression")
    assert told["chance"] == pytest.approx(800.8, abs=0.1)
    counts = told["histogram"]["counts"]
    assert {split: sum(of) for split, of in counts.items()} == {
        "train": 206,
        "validation": 68,
        "test": 68,
    }
    told = attnlab("data", "inspect", PENGUINS, "--label", "year").out
    assert "task own-table" in told
    told = attnlab("data", "inspect", PENGUINS, "--label", "year", "--task", "own-number").out
    assert "chance level 0.8172 (RMSE of always saying the mean)" in told
    refused = attnlab("data", "inspect", PENGUINS, "--label", "year", "--task", "digits")
    assert (refused.code, refused.out) == (2, "")


def test_images_are_inspected_by_the_splits_that_a_seed_gets(attnlab, tmp_path):
    pets = archived(tmp_path / "pets.zip", usual(6))
    told = json.loads(attnlab("data", "inspect", pets, "--json").out)
    assert told.keys() >= KEYS
    assert (told["kind"], told["chance"], told["task"]) == ("images", 0.5, "image-folder")
    assert {split: sum(of.values()) for split, of in told["splits"].items()} == {
        "train": 8,
        "validation": 2,
        "test": 2,
    }
    told = json.loads(attnlab("data", "inspect", pets, "--set", "share=0.4", "--json").out)
    assert sum(told["splits"]["test"].values()) == 4
    refused = attnlab("data", "inspect", pets, "--label", "kind")
    assert (refused.code, refused.out) == (2, "")
    assert "--label says nothing of what image-folder takes" in refused.err
    refused = attnlab("data", "inspect", pets, "--set", "path=x")
    assert (refused.code, "path is given twice" in refused.err) == (2, True)


@pytest.mark.parametrize(
    ("content", "arguments", "told"),
    [
        ("a,b\n1,2,3\n", (), "rows of different lengths"),
        (FLOWERS, ("--label", "colors"), "near it are colour"),
        (FLOWERS, ("--split", "group"), "split_column is missing"),
    ],
)
def test_what_can_not_be_used_is_told_in_a_line(attnlab, tmp_path, content, arguments, told):
    done = attnlab("data", "inspect", written(tmp_path / "t.csv", content), *arguments)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert done.err.count("\n") == 1


def test_from_a_file_with_a_known_truth_to_a_verdict(attnlab, tmp_path, monkeypatch):
    """A table of noise with one column that is the class, as in the task planted-features."""
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)
    y = random.integers(0, 4, 1500)
    columns = random.normal(size=(1500, 7)).round(4)
    names = [f"noise {number}" for number in range(7)]
    lines = [";".join([*names[:3], "the signal", *names[3:], "species"])]
    for row, label in zip(columns, y, strict=True):
        cells = [f"{value}".replace(".", ",") for value in row]
        lines.append(";".join([*cells[:3], f"{label},5", *cells[3:], "wxyz"[label]]))
    written(tmp_path / "mine.csv", "\n".join(lines))
    done = attnlab(
        *("run", "--data", "mine.csv", "--label", "species", "--arm", "none", "dense"),
        *("--set", "truth=the signal", "--seeds", 7, "--epochs", 6, "--json"),
    )
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert told["plan"]["task"]["name"] == "own-table"
    assert told["plan"]["task"]["data"] == str(tmp_path / "mine.csv")
    assert told["chance"] == pytest.approx(0.25, abs=0.03)
    assert [each["verdict"] for each in told["verdicts"]]
    dense = next(each for each in told["arms"] if each["label"] == "dense")
    assert dense["found"] == 1.0
    assert dense["found_chance"] == dense["mass_chance"] == 1 / 8
    assert dense["mass"] > 2 / 8


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--data", "mine.doc"), "cannot tell what lies at 'mine.doc'"),
        (("--data", "pets.zip", "--label", "x"), "--label names a column of a table"),
        (("--data", "gone.csv"), "there is no such file"),
        (("--data", "a.csv", "--set", "data=b.csv"), "data is given twice"),
        (("--task", "digits", "--data", "a.csv"), "unknown parameter 'data'"),
        (
            ("--task", "own-table", "--data", "flowers.csv", "--label", "petal"),
            "the task own-number predicts numbers",
        ),
        (("--data", "flowers.csv", "--set", "truth=kind"), "got kind: it is the label"),
        (("--data", "flowers.csv", "--arm", "feature-gate:ratio=16"), "features=10, ratio=16"),
    ],
)
def test_data_that_can_not_be_trained_on_are_told(attnlab, tmp_path, monkeypatch, arguments, told):
    monkeypatch.chdir(tmp_path)
    lines = FLOWERS.splitlines()
    many = [f"{number}{line}" for number in range(3) for line in lines[1:]]
    written(tmp_path / "flowers.csv", "\n".join([lines[0], *many]))
    done = attnlab("run", *arguments, "--arm", "none", "--seeds", 1)
    assert done.code == 2
    assert told in done.err, done.err
