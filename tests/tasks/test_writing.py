"""Pairs of texts: what is read, what is to be written, and where each step should look."""

from datetime import date

import numpy as np
import pytest

from attnlab import TaskSpec, catalog
from attnlab.catalog import DatesParameters, ReverseParameters
from attnlab.tasks import dates as dates_task
from attnlab.tasks import make
from attnlab.tasks import reverse as reverse_task
from attnlab.tasks.writing import END_TOKEN, text_of

TASKS = {
    "reverse": {"name": "reverse", "samples": 500, "length": 7, "test_samples": 0},
    "dates": {"name": "dates", "samples": 500, "test_samples": 0},
}
every_task = pytest.mark.parametrize("name", TASKS)


def drawn(name, seed=0, **changes):
    return make(TaskSpec.model_validate({**TASKS[name], **changes}), seed)


def pairs(name, data):
    """What is read and what is to be written in the validation split, as text."""
    if name == "reverse":
        read = write = reverse_task.alphabet(ReverseParameters())
    else:
        read, write = dates_task.alphabet(6, False), dates_task.WRITTEN
    (source, _), targets = data.validation.x, data.validation.y
    return [(text_of(a, read), text_of(b, write)) for a, b in zip(source, targets, strict=True)]


@every_task
def test_the_network_is_told_what_stands_before_each_token_and_never_the_token(name):
    data = drawn(name)
    before, targets = data.train.x[1], data.train.y
    assert (before[:, 0] == END_TOKEN).all()
    np.testing.assert_array_equal(before[:, 1:], targets[:, :-1])


@every_task
def test_every_answer_ends(name):
    targets = drawn(name).test.y
    assert ((targets == END_TOKEN).sum(axis=1) == 1).all()
    assert (targets[:, -1] == END_TOKEN).all()


@every_task
def test_same_seed_same_pairs_and_other_seeds_others(name):
    first, again, other = drawn(name), drawn(name), drawn(name, seed=1)
    np.testing.assert_array_equal(first.train.x[0], again.train.x[0])
    assert (first.train.y != other.train.y).any()


@every_task
def test_splits_are_as_large_as_asked_for_and_the_estimate_of_bytes_is_enough(name):
    spec = TaskSpec.model_validate(TASKS[name])
    data = make(spec, 0)
    assert (len(data.train), len(data.validation), len(data.test)) == (400, 100, 100)
    assert data.nbytes <= spec.entry.nbytes(spec.params)


def test_letters_are_written_backwards_and_looked_at_where_they_stand():
    data = drawn("reverse")
    for read, wrote in pairs("reverse", data):
        assert wrote == read[::-1]
        assert len(read) == 7
    assert data.truth.shape == (100, 8, 7)
    for step in range(7):
        assert data.truth[0, step].nonzero()[0].tolist() == [6 - step]
    assert not data.truth[:, 7].any()  # the end may be written from anywhere
    assert data.valid.all()


def test_dates_are_written_in_iso_form():
    for read, wrote in pairs("dates", drawn("dates")):
        day = date.fromisoformat(wrote)
        assert str(day.year) in read
        assert str(day.day) in read


def test_dates_are_written_as_each_language_has_them():
    day = date(2004, 9, 5)
    texts = {
        (language, dates_task.written(day, language, parts)[0])
        for language, parts in dates_task.patterns(6, True)
    }
    assert ("fr", "5 septembre 2004") in texts
    assert ("zh", "2004年9月5日") in texts
    assert ("es", "5 de septiembre de 2004") in texts
    assert ("de", "Sonntag, 5. September 2004") in texts
    assert ("en", "Sep 5, 2004") in texts
    assert {language for language, _ in texts} == {"en", "fr", "zh", "de", "es", "ru"}


def test_each_digit_is_to_be_looked_at_where_it_stands_and_a_name_as_a_whole():
    data = drawn("dates")
    source = data.validation.x[0]
    symbols = dates_task.alphabet(6, False)
    seen = set()
    for tokens, target, truth in zip(source, data.validation.y, data.truth, strict=True):
        read, wrote = text_of(tokens, symbols), text_of(target, dates_task.WRITTEN)
        looked = ["".join(np.array(list(read))[row[: len(read)]]) for row in truth]
        assert looked[:4] == list(wrote[:4])  # the year, digit by digit
        assert looked[8:10] in (list(wrote[8:10]), [wrote[9], wrote[9]])
        assert looked[4] == looked[7] == looked[10] == ""  # dashes and the end
        month = looked[5]
        seen.add(month.isdecimal())
        if not month.isdecimal():
            assert looked[6] == month
            assert month in read
    assert seen == {True, False}


def test_padding_is_not_to_be_looked_at():
    data = drawn("dates")
    assert not (data.truth & ~data.valid[:, None]).any()
    assert (~data.valid).any()


@pytest.mark.parametrize("weekdays", [False, True])
@pytest.mark.parametrize("languages", [1, 3, 6, 10])
def test_no_date_is_longer_than_the_input(languages, weekdays):
    params = DatesParameters(languages=languages, weekdays=weekdays)
    longest = dates_task.longest_of(params)
    assert longest <= catalog.LONGEST_DATE
    symbols = dates_task.alphabet(languages, weekdays)
    for month in range(1, 13):
        for day in range(1, 29):
            for language, parts in dates_task.patterns(languages, weekdays):
                text, spans = dates_task.written(date(1987, month, day), language, parts)
                assert len(text) <= longest
                assert set(text) <= set(symbols)
                assert set(spans) == {"year", "month", "day"}
                assert text[spans["year"]] == "1987"
