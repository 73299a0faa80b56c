"""What somebody gives for data of their own becomes what the loader makes of it."""

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from attnlab import TaskSpec
from attnlab.data.pairs.vocabulary import UNKNOWN_TEXT
from attnlab.data.tables import setting
from attnlab.tasks import make
from attnlab.tasks.asking import pairs, rows, series
from attnlab.tasks.asking.given import Given, GivenError, asked
from attnlab.tasks.data import arrays_in, number_words
from attnlab.tasks.examples import examples
from tests.data.pairs.samples import drawn as drawn_pairs
from tests.data.series.samples import drawn as drawn_series
from tests.data.tables.tables import written

SEED = 3


def mixed(count=120):
    """A table with a column of every kind, most with missing values."""
    random = np.random.default_rng(5)
    days = pd.Timestamp("2021-03-01 06:00") + pd.to_timedelta(random.integers(0, 9000, count), "h")
    frame = pd.DataFrame(
        {
            "height": random.normal(170, 10, count).round(1),
            "rooms": random.integers(1, 9, count).astype(float),
            "town": random.choice(["Bonn", "Köln", "*Aachen*", "Ulm"], count),
            "pet": random.choice(["yes", "no"], count),
            "zip": random.choice([50667, 53111, 89073], count),
            "flag": random.integers(0, 2, count),
            "since": days,
            "kind": random.choice(["a", "b"], count),
        }
    )
    for name in ("height", "town", "since"):
        frame.loc[random.random(count) < 0.1, name] = None
    frame.loc[0, "town"] = "Seen once"
    return frame.to_csv(index=False)


@pytest.fixture
def table(tmp_path):
    path = written(tmp_path / "mixed.csv", mixed())
    options = {"label": "kind", "as_categories": "zip", "truth": "height"}
    return TaskSpec.model_validate({"name": "own-table", "data": str(path), **options})


def test_a_row_becomes_the_inputs_that_the_loader_gives_it(table):
    data = make(table, SEED)
    for number in range(len(data.validation)):
        row = rows.sample_row(table.params, SEED, number)
        read = asked(table, SEED, Given(row=row, answer="a"))
        np.testing.assert_array_equal(read.inputs[0][0], data.validation.x[number])
    example = examples(table, SEED, 1)[0]
    assert (read.example.names, read.example.label) == (example.names, "a")
    np.testing.assert_array_equal(read.example.truth, example.truth)


def test_a_column_is_set_within_what_the_table_holds(table):
    known = {column.name: column for column in rows.columns_to_set(table.params)}
    assert {name: column.kind for name, column in known.items()} == {
        "height": "number",
        "rooms": "number",
        "town": "choice",
        "pet": "choice",
        "zip": "choice",
        "flag": "choice",
        "since": "date",
    }
    assert (known["rooms"].low, known["rooms"].high, known["rooms"].whole) == (1, 8, True)
    assert known["town"].options == ("*Aachen*", "Bonn", "Köln", "Seen once", "Ulm")
    assert known["zip"].options == ("50667", "53111", "89073")
    missing = {name for name, column in known.items() if column.may_be_missing}
    assert missing == {"height", "town", "since"}
    assert known["since"].time


def test_rare_categories_can_be_those_of_a_sample_and_are_not_listed(table, monkeypatch):
    monkeypatch.setattr(setting, "MOST_OPTIONS", 2)
    setting.settable.cache_clear()
    towns = next(each for each in rows.columns_to_set(table.params) if each.name == "town")
    assert len(towns.options) == 2
    row = {**rows.sample_row(table.params, SEED, 0), "town": "Seen once"}
    assert asked(table, SEED, Given(row=row)).inputs[0].shape[0] == 1
    setting.settable.cache_clear()


def test_a_number_is_standardised_by_the_training_rows(table):
    row = dict(rows.sample_row(table.params, SEED, 0))
    at = {}
    for height in (150.0, 160.0, 170.0, None):
        read = asked(table, SEED, Given(row={**row, "height": height}))
        at[height] = dict(zip(read.example.names, read.example.values, strict=True))
    steps = np.diff([at[height]["height"] for height in (150.0, 160.0, 170.0)])
    assert steps[0] == pytest.approx(steps[1], rel=1e-5)
    assert 0.7 < steps[0] < 1.4  # drawn with a standard deviation of 10
    assert (at[150.0]["height is missing"], at[None]["height is missing"]) == (0, 1)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"height": float("inf")}, "height: expected a number, got inf"),
        ({"rooms": None}, "rooms: expected a value, got none"),
        ({"town": "Paris"}, r"town: expected one of \*Aachen\*, Bonn, .*got 'Paris'"),
        ({"since": "soon"}, "since: expected a date such as 2024-12-31, got 'soon'"),
    ],
)
def test_what_a_column_cannot_be_is_one_sentence(table, changed, said):
    row = rows.sample_row(table.params, SEED, 0)
    with pytest.raises(GivenError, match=said):
        asked(table, SEED, Given(row={**row, **changed}))
    with pytest.raises(GivenError, match="expected a value of height, got none"):
        asked(table, SEED, Given(row={}))


def test_numbers_beyond_all_measure_are_missing_as_to_the_loader(tmp_path):
    random = np.random.default_rng(1)
    numbers = random.normal(0, 1, 60)
    numbers[::5], numbers[1::5] = np.inf, 1e200
    flags = np.where(np.arange(60) % 4 == 0, np.inf, np.arange(60) % 2)
    frame = pd.DataFrame({"number": numbers, "flag": flags, "kind": random.choice(["a", "b"], 60)})
    path = tmp_path / "odd.parquet"
    frame.to_parquet(path)
    task = TaskSpec.model_validate({"name": "own-table", "data": str(path), "label": "kind"})
    data = make(task, SEED)
    for number in range(len(data.validation)):
        row = rows.sample_row(task.params, SEED, number)
        read = asked(task, SEED, Given(row=row))
        np.testing.assert_array_equal(read.inputs[0][0], data.validation.x[number])
    assert all(column.may_be_missing for column in rows.columns_to_set(task.params))
    with pytest.raises(GivenError, match="expected a number, got 1e"):
        asked(task, SEED, Given(row={**row, "number": 1e200}))


def test_arms_that_read_columns_otherwise_or_more_of_them_are_asked_too(table):
    of_arm = table.params.model_copy(update={"as_categories": "zip, rooms"})
    fewer = table.params.model_copy(update={"leave_out": "height", "truth": ""})
    row = rows.sample_row(fewer, SEED, 0, [table.params, of_arm])
    assert row == rows.sample_row(table.params, SEED, 0)
    for params in (table.params, of_arm, fewer):
        task = TaskSpec.model_validate({"name": "own-table", **params.model_dump()})
        read = asked(task, SEED, Given(row=row))
        np.testing.assert_array_equal(read.inputs[0][0], make(task, SEED).validation.x[0])


def test_a_category_without_a_training_row_is_told(table):
    def notes(seed):
        row = rows.sample_row(table.params, seed, 0)
        return asked(table, seed, Given(row={**row, "town": "Seen once"})).notes

    [note] = next(found for seed in range(20) if (found := notes(seed)))
    assert note == "No training row of this seed has town “Seen once”"
    assert () in [notes(seed) for seed in range(5)]


def test_a_number_is_told_in_its_own_unit():
    task = TaskSpec.model_validate("own-number")
    data = make(task, SEED)
    words = number_words(data, 0.0)
    assert words == f"{data.mean:,.0f} (+0.00 SD)"
    assert 4_000 < data.mean < 4_400  # grams of a penguin
    assert examples(task, SEED, 1)[0].label.startswith("body_mass_g ")


def picture(number, deep):
    random = np.random.default_rng(number)
    if deep:
        return Image.fromarray(random.integers(0, 300 + 150 * number, (12, 12)).astype(np.uint16))
    mode, size = [("RGB", (12, 12)), ("RGBA", (20, 9)), ("L", (7, 15))][number % 3]
    pixels = random.integers(0, 256, (size[1], size[0], len(mode)), np.uint8)
    return Image.fromarray(pixels.squeeze(), mode)


@pytest.mark.parametrize(
    ("deep", "options"),
    [
        (False, {"colour": True, "fit": "pad", "background": "white"}),
        (False, {"colour": False, "fit": "crop"}),
        (True, {"colour": False}),
    ],
)
def test_an_image_becomes_the_pixels_that_the_loader_gives_it(tmp_path, deep, options, monkeypatch):
    if deep:  # large ones are decoded one at a time: the set's range is found meanwhile
        monkeypatch.setattr("attnlab.data.images.pixels.LARGE", 1)
    for number in range(24):
        place = tmp_path / "set" / "ab"[number % 2] / f"{number}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        picture(number, deep).save(place)
    values = {"source": "folder", "path": str(tmp_path / "set"), "size": 8, **options}
    task = TaskSpec.model_validate({"name": "image-folder", **values})
    data = make(task, SEED)
    loaded = {image.tobytes() for of in (data.train, data.validation, data.test) for image in of.x}
    files = sorted((tmp_path / "set").rglob("*.png"))
    assert len(loaded) == len(files)
    for file in files:
        read = asked(task, SEED, Given(picture=file.read_bytes()))
        assert read.inputs[0][0].tobytes() in loaded
        assert read.notes[0].startswith("Read as 8 × 8 pixels of its ")
    assert read.example.values.shape == ((8, 8, 3) if options["colour"] else (8, 8))


def test_a_file_that_is_no_image_for_the_set_is_refused(monkeypatch):
    task = TaskSpec.model_validate("image-folder")

    def refused(data):
        with pytest.raises(GivenError) as caught:
            asked(task, 0, Given(picture=data))
        return str(caught.value)

    assert "expected an image that can be read: not a PNG" in refused(b"no image")
    file = io.BytesIO()
    picture(0, deep=True).save(file, "PNG")
    assert refused(file.getvalue()).endswith("of which none is one of 16 bits")
    monkeypatch.setattr("attnlab.data.images.pixels.MOST_PIXELS", 100)
    assert "12 × 12 pixels are more than are read" in refused(file.getvalue())
    monkeypatch.setattr("attnlab.data.images.alone.MOST_BYTES_A_FILE", 10)
    assert "expected an image of at most 0 MiB" in refused(file.getvalue())


def test_a_text_is_read_as_that_of_a_pair(tmp_path):
    path = written(tmp_path / "mine.tsv", drawn_pairs(80))
    task = TaskSpec.model_validate({"data": str(path), "vocabulary": 100})
    data = make(task, SEED)
    read = asked(task, SEED, Given(text=f"  {pairs.sample_text(task.params, SEED)} "))
    example = examples(task, SEED, 1)[0]
    for mine, own in zip(read.inputs, arrays_in(data.validation.x), strict=True):
        assert (mine.shape[1:], mine.dtype) == (own.shape[1:], own.dtype)
    np.testing.assert_array_equal(read.inputs[0][0], arrays_in(data.validation.x)[0][0])
    assert read.example.label == example.label
    for typed, of_sample in zip(read.example.values[0], example.values[0], strict=True):
        assert of_sample in (typed, UNKNOWN_TEXT)
    strange = asked(task, SEED, Given(text="xyzzy plugh"))
    assert (strange.example.values[0], strange.example.label) == (("xyzzy", "plugh"), "")
    assert "“xyzzy” and “plugh” are unknown" in strange.notes[0]
    [note] = asked(task, SEED, Given(text="xyzzy " * 500)).notes[1:]
    assert note == f"Only the first {read.inputs[0].shape[1]} tokens are read, of 500"
    with pytest.raises(GivenError, match="expected a text to read, got none"):
        asked(task, SEED, Given(text="  "))


@pytest.fixture
def steps(tmp_path):
    path = written(tmp_path / "steps.csv", drawn_series())
    return TaskSpec.model_validate({"data": str(path), "leave_out": "day"})


def test_a_series_becomes_the_steps_that_the_loader_gives_it(steps):
    data = make(steps, SEED)
    for number in range(len(data.validation)):
        own = series.sample_series(steps.params, SEED, number)
        read = asked(steps, SEED, Given(series=own))
        for mine, loaded in zip(read.inputs, data.validation.x, strict=True):
            np.testing.assert_array_equal(mine[0], loaded[number])
    assert read.example.names == examples(steps, SEED, 1)[0].names


def test_a_bump_is_where_and_as_high_as_it_is_put(steps):
    own = np.zeros((20, 2))
    bumped = series.with_bump(own, 1, 5, 2, -3.0)
    assert (bumped[:, 1].argmin(), bumped[:, 1].min()) == (5, -3)
    assert not bumped[:, 0].any()
    assert not own.any()


def test_a_pasted_series_is_read_line_by_line(steps):
    names = list(series.deviations(steps.params, SEED))
    lines = ["\t".join(str(place + 0.5) for place, _ in enumerate(names))] * 3
    read = series.series_in(steps.params, "\n".join(["\t".join(names), *lines]))
    assert read.shape == (3, len(names))
    assert read[0, 0] == 0.5
    with pytest.raises(GivenError, match=r"expected \d numbers .* in line 2, got 'one two'"):
        series.series_in(steps.params, "\n".join([lines[0], "one two"]))
    with pytest.raises(GivenError, match="for each step, got none"):
        series.series_in(steps.params, "\t".join(names))
    with pytest.raises(GivenError, match="in line 1, got '1,2,3,4,5,6,7'"):
        series.series_in(steps.params, "1,2,3,4,5,6,7")
    commas = series.series_in(steps.params, " ".join(["1,5"] * len(names)))
    np.testing.assert_array_equal(commas, np.full((1, len(names)), 1.5))
    empty = series.series_in(steps.params, "\t" * (len(names) - 1) + "\n" + lines[0])
    assert np.isnan(empty[0]).all()
    many = np.zeros((10_000, len(names)))
    assert "of 10000" in asked(steps, SEED, Given(series=many)).notes[0]
    for odd in (None, np.zeros((3, 9)), np.full((3, len(names)), 1e200)):
        with pytest.raises(GivenError, match="expected"):
            asked(steps, SEED, Given(series=odd))
