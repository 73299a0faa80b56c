"""A number to predict from a table of one's own: its splits, its unit, and what is refused."""

import gzip
import math

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_diabetes

from attnlab import SpecError, Study, TaskSpec
from attnlab.data.tables import Options, TableError
from attnlab.data.tables.inspecting import inspect_table
from attnlab.resources import PENGUINS
from attnlab.tasks import make
from attnlab.tasks.examples import examples
from attnlab.training import memory
from tests.data.tables.tables import written


def spec(path="", **options):
    return TaskSpec.model_validate({"name": "own-number", "data": str(path), **options})


def split_arrays(task, seed=0):
    data = make(task, seed)
    return data, [(part.x, part.y) for part in (data.train, data.validation, data.test)]


def test_the_same_table_in_any_format_gives_the_same_arrays(tmp_path):
    frame = load_diabetes(scaled=False, as_frame=True).frame
    frame.to_csv(tmp_path / "comma.csv", index=False)
    frame.to_csv(tmp_path / "semicolon.csv", index=False, sep=";", decimal=",")
    frame.to_parquet(tmp_path / "table.parquet")
    frame.to_excel(tmp_path / "table.xlsx", index=False)
    packed = gzip.compress((tmp_path / "comma.csv").read_bytes())
    written(tmp_path / "comma.csv.gz", packed)
    first, rest = None, sorted(tmp_path.iterdir())
    assert len(rest) == 5
    for path in rest:
        data, parts = split_arrays(spec(path))
        found = [data.unit, *(array.tobytes() for part in parts for array in part)]
        first = first or found
        assert found == first, path.name


def test_the_number_is_standardised_by_the_training_rows_alone(tmp_path):
    x = np.random.default_rng(0).normal(size=200).round(6)
    lines = [
        f"{value},{7 * value + 100},{'train' if row < 120 else 'val'}"
        for row, value in enumerate(x)
    ]
    fixed = {"label": "y", "split": "column", "split_column": "part"}
    path = written(tmp_path / "t.csv", "\n".join(["x,y,part", *lines]))
    data, ((_, train), (_, validation), (_, test)) = split_arrays(spec(path, **fixed))
    y = 7 * x[:120] + 100
    assert data.unit == pytest.approx(y.std())
    assert np.sort(train) == pytest.approx(np.sort((y - y.mean()) / y.std()), abs=1e-5)
    assert train.dtype == validation.dtype == np.float32
    assert (data.classes, len(validation), len(test)) == (1, 40, 40)
    # Another number outside of training changes none of the training targets.
    lines[-1] = f"{x[-1]},1e6,val"
    moved = spec(written(tmp_path / "u.csv", "\n".join(["x,y,part", *lines])), **fixed)
    again, ((_, other), *_) = split_arrays(moved)
    assert again.unit == data.unit
    assert np.array_equal(np.sort(other), np.sort(train))


def test_chance_is_the_error_of_whoever_says_the_mean(tmp_path):
    masses = pd.read_csv(PENGUINS)["body_mass_g"].dropna()
    assert spec().chance == pytest.approx(masses.std(ddof=0))
    assert inspect_table(PENGUINS, Options(label="body_mass_g")).chance == spec().chance
    lines = [f"{day % 7},{day * 10},{day}" for day in range(100)]
    path = written(tmp_path / "t.csv", "\n".join(["x,y,day", *lines]))
    late = spec(path, label="y", split="time", split_column="day")
    held_out = np.arange(600, 800, 10)
    expected = np.sqrt(np.mean((held_out - np.arange(0, 600, 10).mean()) ** 2))
    assert late.chance == pytest.approx(expected)
    path.unlink()
    assert math.isnan(late.chance)


def test_the_example_is_the_mass_of_penguins_and_attention_may_seek_columns():
    task = spec(truth="flipper_length_mm")
    data, parts = split_arrays(task)
    assert [len(part[0]) for part in parts] == [206, 68, 68]
    assert task.truth == tuple(np.flatnonzero(data.truth[0])) == (8,)
    assert (task.main_metric, task.has_classes) == ("val_rmse", False)
    (shown,) = examples(task, 0, 1)
    assert shown.label.startswith("body_mass_g ")
    assert shown.names == task.input_names


def test_data_whose_label_is_a_quantity_choose_the_task(tmp_path):
    written(tmp_path / "t.csv", "x,y,kind\n" + "".join(f"1,{n},{'ab'[n % 2]}\n" for n in range(30)))
    plan = {"arms": ["none"], "seeds": 1}
    study = Study(task={"data": str(tmp_path / "t.csv"), "label": "y"}, **plan)
    assert study.task.name == "own-number"
    assert Study.from_text(study.to_yaml()) == study
    classes = {"data": str(tmp_path / "t.csv"), "label": "kind"}
    assert Study(task=classes, **plan).task.name == "own-table"
    assert Study(task={"data": str(tmp_path / "t.csv")}, **plan).task.name == "own-number"
    gone = {"data": str(tmp_path / "gone.csv"), "label": "y"}
    assert Study(task=gone, **plan).task.name == "own-table"


def test_few_whole_numbers_are_a_number_where_that_is_wanted():
    assert spec(label="year").chance == pytest.approx(0.817, abs=0.001)
    assert TaskSpec.model_validate("own-table:label=year").params.classes == 3


@pytest.mark.parametrize(
    ("task", "told"),
    [
        ("own-number:label=species", "got texts such as 'Adelie': the task own-table predicts"),
        ("own-table:label=body_mass_g", "the task own-number predicts numbers"),
        ("own-number:label=body_mass", "near it are body_mass_g"),
    ],
)
def test_a_label_of_the_other_kind_is_told_before_anything_is_trained(task, told):
    study = Study(task=TaskSpec.model_validate(task).model_dump(), arms=["none"], seeds=1)
    with pytest.raises(TableError, match=told):
        memory.check(study)


@pytest.mark.parametrize(
    ("y", "told"),
    [
        (["5"] * 60, "expected different numbers in the label column y"),
        (["1", "2"] * 29 + ["1e200", "3"], r"expected numbers up to 1e\+100"),
        (["inf", "2"] * 30, "expected finite numbers"),
    ],
)
def test_numbers_that_nothing_can_be_learned_from_are_told(tmp_path, y, told):
    text = "\n".join(["x,y", *(f"{row % 9},{value}" for row, value in enumerate(y))])
    with pytest.raises(TableError, match=told):
        make(spec(written(tmp_path / "t.csv", text)), 0)


def test_training_rows_that_are_all_alike_are_told(tmp_path):
    lines = [f"{row % 9},{5 if row < 50 else row},{row}" for row in range(60)]
    path = written(tmp_path / "t.csv", "\n".join(["x,y,day", *lines]))
    with pytest.raises(TableError, match="got 5 in every training row"):
        make(spec(path, label="y", split="time", split_column="day", share=0.15), 0)


def test_a_column_that_gives_the_number_away_is_named(tmp_path):
    random = np.random.default_rng(0)
    y = random.normal(size=300)
    frame = pd.DataFrame({"noise": random.normal(size=300), "twice": 2 * y, "y": y})
    frame["half"] = y + random.normal(size=300)
    frame.to_csv(tmp_path / "t.csv", index=False)
    (warning,) = inspect_table(tmp_path / "t.csv", Options(label="y")).warnings
    assert warning.startswith("twice alone tells y almost perfectly")


def test_noise_and_imbalance_are_of_classes():
    with pytest.raises(SpecError, match="unknown parameter 'label_noise'"):
        spec(label_noise=0.1)
