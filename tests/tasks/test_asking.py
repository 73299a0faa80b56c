"""What somebody types, moves or draws is read as a task's own samples are, or refused in a line."""

import io

import numpy as np
import pytest
from PIL import Image

from attnlab import catalog
from attnlab.spec import TaskSpec, load
from attnlab.tasks import make
from attnlab.tasks.asking import pairs, rows, series
from attnlab.tasks.asking.drawing import PAD, ink_of
from attnlab.tasks.asking.features import ranges
from attnlab.tasks.asking.given import Given, GivenError, asked
from attnlab.tasks.data import arrays_in
from attnlab.tasks.dates import dates, dates_example, read_date
from attnlab.tasks.examples import examples

KEYWORDS = TaskSpec.model_validate("keyword-text:length=6,classes=2")
DATES = TaskSpec.model_validate("dates:languages=3,samples=500")
LETTERS = TaskSpec.model_validate("reverse:length=5,letters=4,samples=500")
DIGITS = TaskSpec.model_validate("digits")
CLUTTER = TaskSpec.model_validate("cluttered-digits:samples=500")
OWN_TEXT = TaskSpec.model_validate("own-text")


def png(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def stroke(rows=slice(4, 28), columns=slice(14, 18)):
    ink = np.zeros((PAD, PAD), np.float32)
    ink[rows, columns] = 1
    return ink


@pytest.mark.parametrize("task", [entry.name for entry in catalog.tasks() if entry.asks])
def test_what_is_read_has_the_shape_of_the_tasks_own_samples(task):
    task = TaskSpec.model_validate(task)
    data = make(task, 0)
    example = examples(task, 0, 1)[0]
    given = {
        "features": lambda: Given(values=tuple(map(float, example.values))),
        "drawing": lambda: Given(ink=stroke()),
        "text": lambda: Given(text=_typed(task, example)),
        "row": lambda: Given(row=rows.sample_row(task.params, 0, 0)),
        "picture": lambda: Given(picture=png(np.uint8(255 * np.asarray(example.values)))),
        "series": lambda: Given(series=series.sample_series(task.params, 0, 0)),
    }[task.entry.asks]()
    read = asked(task, 0, given)
    own = arrays_in(data.validation.x)
    assert [each.shape[1:] for each in read.inputs] == [each.shape[1:] for each in own]
    assert [each.dtype for each in read.inputs] == [each.dtype for each in own]
    assert read.example.kind == example.kind
    if task.entry.asks != "drawing":  # the same again is read as the same
        np.testing.assert_allclose(read.inputs[0][0], own[0][0], atol=1e-6)


def _typed(task, example):
    if task.name == "own-pairs":
        return pairs.sample_text(task.params, 0)
    if example.kind == "pair":
        return "".join(example.values[0])
    if example.kind == "sentences":
        return ". ".join(" ".join(filter(None, row)) for row in example.values if any(row))
    return " ".join(filter(None, example.values))


def test_words_that_were_never_met_are_left_out_and_named():
    read = asked(KEYWORDS, 0, Given(text="The HAPPY xyzzy teacher, amazed"))
    assert read.example.values == ("the", "happy", "teacher", "", "", "")
    assert read.example.label == "joy"
    assert read.example.truth.tolist() == [False, True, False, False, False, False]
    [note] = read.notes
    assert "never met “xyzzy” and “amazed”" in note  # surprise is none of its two classes


def test_a_text_of_two_feelings_has_no_right_answer_and_a_long_one_is_cut():
    read = asked(KEYWORDS, 0, Given(text="happy furious " * 4))
    assert read.example.label == ""
    assert read.notes == ("Only the first 6 words are read, of 8",)


@pytest.mark.parametrize("text", ["xyzzy", "...", ""])
def test_a_text_without_a_known_word_is_refused(text):
    with pytest.raises(GivenError, match=r"expected words that the network has met, such as house"):
        asked(KEYWORDS, 0, Given(text=text))


def test_unknown_words_of_own_texts_are_one_word_to_the_network():
    read = asked(OWN_TEXT, 0, Given(text="the xyzzyx room"))
    assert read.example.unknown.tolist()[:3].count(True) >= 1
    assert "“xyzzyx”" in read.notes[0]
    with pytest.raises(GivenError, match="expected some words"):
        asked(OWN_TEXT, 0, Given(text="!!"))


def test_a_date_has_its_right_answer_and_its_truth():
    data = dates(DATES.params, 3)
    for number in range(20):
        example = dates_example(DATES.params, data, number)
        read = asked(DATES, 3, Given(text=example.values[0]))
        assert read.example.label == example.label
        np.testing.assert_array_equal(read.example.truth, example.truth)
        assert not read.notes


def test_a_date_in_another_form_is_answered_as_a_guess():
    read = asked(DATES, 0, Given(text="Sep 2004"))
    assert read.example.label == ""
    assert "no date in a form that was trained" in read.notes[0]
    forms = read.notes[1].removeprefix("Trained forms of one day: ").split("; ")
    assert {"Sep 5, 2004", "September 5, 2004"} <= set(forms)
    assert len(forms) == len(set(forms))
    assert read_date(DATES.params, "Feb 30, 2004") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("04/09/2004", "no date here is written with “/”"),
        ("2" * 60, "of at most"),
        ("  ", "got nothing"),
    ],
)
def test_what_is_no_date_is_refused(text, said):
    with pytest.raises(GivenError, match="expected a date such as Sep 5, 2004") as caught:
        asked(DATES, 0, Given(text=text))
    assert said in str(caught.value)


def test_letters_backwards_are_the_right_answer():
    read = asked(LETTERS, 0, Given(text="ab c"))
    assert read.example.values == ("ABC", "CBA")
    assert "words of 5 letters" in read.notes[0]
    for text, said in {"abz": "got Z, too", "a" * 9: "got 9", "": "got nothing"}.items():
        with pytest.raises(GivenError, match=said):
            asked(LETTERS, 0, Given(text=text))


def test_a_drawn_digit_fills_the_scan_and_one_in_clutter_stays_where_it_is():
    small = asked(DIGITS, 0, Given(ink=stroke(slice(2, 8), slice(3, 5)))).inputs[0][0, ..., 0]
    large = asked(DIGITS, 0, Given(ink=stroke(slice(4, 28), slice(10, 18)))).inputs[0][0, ..., 0]
    np.testing.assert_allclose(small, large, atol=0.05)
    assert small.max(axis=1).min() > 0.5  # from top to bottom
    read = asked(CLUTTER, 0, Given(ink=stroke(slice(0, 12), slice(24, 30))))
    rows, columns = np.nonzero(read.example.truth)
    size = CLUTTER.params.size
    assert (rows.min(), columns.max()) == (0, size - 1)
    image = read.inputs[0][0, ..., 0]
    assert image[~read.example.truth].max() == 0
    assert image[read.example.truth].max() > 0.5


def test_empty_paper_is_refused():
    for ink in (None, np.zeros((PAD, PAD), np.float32)):
        with pytest.raises(GivenError, match="got empty paper"):
            asked(DIGITS, 0, Given(ink=ink))


@pytest.mark.parametrize("mode", ["L", "RGBA", "1", "P"])
def test_an_image_of_any_size_and_shade_is_ink(mode):
    dark_on_light = np.full((300, 200), 255, np.uint8)
    dark_on_light[50:250, 90:110] = 20
    file = io.BytesIO()
    Image.fromarray(dark_on_light).convert(mode).save(file, "PNG")
    given = ink_of(file)
    assert "200 × 300 pixels was resized" in given.notes[0]
    assert "dark on light" in given.notes[1]
    light_on_dark = io.BytesIO()
    Image.fromarray(255 - dark_on_light).save(light_on_dark, "PNG")
    turned = ink_of(light_on_dark)
    assert len(turned.notes) == 1
    one, other = (asked(DIGITS, 0, each).inputs[0] for each in (given, turned))
    np.testing.assert_allclose(one, other, atol=0.02)


def test_a_file_that_is_no_picture_of_a_digit_is_refused():
    with pytest.raises(GivenError, match="expected an image file"):
        ink_of(io.BytesIO(b"no image"))
    blank = io.BytesIO()
    Image.new("L", (20, 20), 128).save(blank, "PNG")
    with pytest.raises(GivenError, match="one shade"):
        ink_of(blank)


def test_features_reach_as_far_as_samples_do():
    shown = examples(TaskSpec.model_validate("planted-features:classes=50"), 0, 20)
    reach = ranges(shown)
    planted = int(np.flatnonzero(shown[0].truth)[0])
    assert reach[planted][1] == max(sample.values[planted] for sample in shown)
    assert min(low for low, _ in reach) <= -3
    with pytest.raises(GivenError, match="a number for every feature"):
        asked(TaskSpec.model_validate("planted-features"), 0, Given(values=(float("nan"),)))


def test_tasks_that_can_be_asked_name_what_reads_it():
    for entry in catalog.tasks():
        assert bool(entry.asks) == bool(entry.asked)
        if entry.asked:
            assert callable(load(entry.asked))
