"""Columns of the kind that somebody says, and columns of categories that networks embed."""

import keras
import numpy as np
import pytest

from attnlab import TaskSpec
from attnlab.backbones.columns import EmbeddedColumns
from attnlab.catalog.task_entries.tables import options_of, table_of
from attnlab.data.tables import TableError
from attnlab.data.tables.prepared import ready_at
from attnlab.tasks import make
from attnlab.tasks.examples import examples
from tests.data.tables.tables import written

ROWS = 40


@pytest.fixture
def path(tmp_path):
    lines = ["zip,grade,when,size,answer,y"]
    for row in range(ROWS):
        size = "unknown" if row % 8 == 0 else f"{row / 2}"
        when = f"{1 + row % 12}/{1 + row % 9}/2024"
        cells = [f"0{100 + row % 3}", 1 + row % 2, when, size, ["hi", "lo"][row % 2], "ab"[row % 2]]
        lines.append(",".join(map(str, cells)))
    return written(tmp_path / "t.csv", "\n".join(lines))


def columns(path, **said):
    task = TaskSpec.model_validate({"name": "own-table", "data": str(path), "label": "y", **said})
    return {column.name: column for column in table_of(task.params).treated}


def test_a_column_is_what_somebody_says(path):
    guessed = columns(path)
    kinds = {name: column.kind for name, column in guessed.items()}
    assert kinds == {"zip": "category", "answer": "category", "grade": "number"}
    said = columns(
        path, as_numbers="size, zip", as_categories="grade", as_dates="when", as_yes_no="answer"
    )
    assert {name: column.kind for name, column in said.items()} == {
        **dict.fromkeys(("zip", "size"), "number"),
        "grade": "category",
        "when": "date",
        "answer": "yes/no",
    }
    assert said["grade"].inputs == ("grade: 1", "grade: 2")
    assert said["size"].inputs == ("size", "size is missing")
    assert said["size"].missing == ROWS // 8
    assert said["zip"].parts[0].values[:4].tolist() == [100, 101, 102, 100]
    assert said["answer"].inputs == ("answer: lo",)
    assert said["answer"].parts[0].values[:2].tolist() == [0, 1]
    assert said["when"].inputs[:2] == ("when: month (sin)", "when: month (cos)")


def test_a_decimal_comma_of_the_table_is_that_of_a_column_named_as_numbers(tmp_path):
    rows = [f"{n},5;{'x' if n == 3 else f'{n},250'};{'ab'[n % 2]}" for n in range(1, 30)]
    path = written(tmp_path / "t.csv", "\n".join(["a;b;y", *rows]))
    assert columns(path, as_numbers="b")["b"].parts[0].values[0] == 1.25


def test_numbers_in_every_row_and_long_texts_may_be_wanted(tmp_path):
    rows = [f"{n},a text of five words {n % 9},{'ab'[n % 2]}" for n in range(30)]
    path = written(tmp_path / "t.csv", "\n".join(["id,note,y", *rows]))
    with pytest.raises(TableError, match="expected columns to learn from"):
        columns(path)
    said = columns(path, as_numbers="id", as_categories="note")
    assert (said["id"].inputs, len(said["note"].inputs)) == (("id",), 9)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"as_numbers": "sizes"}, "as_numbers: expected a column of t.csv"),
        ({"as_numbers": "size", "as_dates": "size"}, "named in as_numbers and in as_dates"),
        ({"as_categories": "y"}, "as_categories: expected a column that networks get, got y"),
        (
            {"as_numbers": "answer"},
            "numbers in the column answer, got values such as 'hi'",
        ),
        ({"as_dates": "grade"}, "expected dates such as 2024-12-31 in the column grade, got"),
        ({"as_yes_no": "zip"}, "expected two different values in the column zip, got 3"),
    ],
)
def test_what_a_column_can_not_be_is_told(path, said, told):
    with pytest.raises(TableError, match=told):
        columns(path, **said)


def test_embedded_columns_are_weighed_by_their_numbers_and_others_stay(path):
    said = {"label": "y", "categories": "embedded", "embedding": 2, "truth": "zip"}
    task = TaskSpec.model_validate({"data": str(path), **said, "leave_out": "when,size"})
    table = ready_at(path, options_of(task.params))
    assert table.inputs == (
        "zip: 0100",
        "zip: 0101",
        "zip: 0102",
        "grade",
        "answer: hi",
        "answer: lo",
    )
    assert task.input_names == ("zip (1)", "zip (2)", "grade", "answer: hi", "answer: lo")
    assert (task.params.features, task.params.weighed, task.params.embedded) == (6, 5, ((0, 3),))
    data = make(task, 0)
    assert data.train.x.shape[1] == 6
    assert task.truth == tuple(np.flatnonzero(data.truth[0])) == (0, 1)
    (shown,) = examples(task, 0, 1)
    assert len(shown.values) == len(shown.names) == len(shown.truth) == 5
    assert shown.names[0].startswith("zip: 010")


def test_an_embedded_column_is_the_row_of_its_category():
    layer = EmbeddedColumns(((1, 4), (5, 7)), 2, name="embedded")
    x = np.zeros((3, 8), np.float32)
    x[:, [0, 4, 7]] = np.arange(9).reshape(3, 3)
    x[0, 2] = x[1, 3] = x[0, 5] = x[1, 6] = 1  # the third row's categories are unknown
    out = np.array(layer(x))
    rows = np.array(layer.embeddings)
    assert rows.shape == (5, 2)
    assert out.shape == (3, 7) == layer.compute_output_shape(x.shape)
    np.testing.assert_array_equal(out[:, [0, 3, 6]], x[:, [0, 4, 7]])
    np.testing.assert_allclose(out[:, 1:3], [rows[1], rows[2], [0, 0]])
    np.testing.assert_allclose(out[:, 4:6], [rows[3], rows[4], [0, 0]])
    again = EmbeddedColumns.from_config(layer.get_config())
    assert (again.blocks, again.width) == (layer.blocks, layer.width)
    assert isinstance(again.embeddings_initializer, keras.initializers.RandomNormal)


def test_embedding_takes_more_categories_than_one_hot(tmp_path):
    rows = [f"c{n % 60},{n},{'ab'[n % 2]}" for n in range(240)]
    path = written(tmp_path / "t.csv", "\n".join(["code_of,x,y", *rows]))
    assert len(columns(path)["code_of"].inputs) == 21
    assert len(columns(path, categories="embedded")["code_of"].inputs) == 60
