"""Sentences for people: numbers with nouns, lists, capitals, settings that are not the usual."""

from __future__ import annotations

import pytest

from attnlab import wording
from attnlab.spec import Training


@pytest.mark.parametrize(
    ("number", "words", "expected"),
    [
        (0, ("seed",), "0 seeds"),
        (1, ("seed",), "1 seed"),
        (2, ("seed",), "2 seeds"),
        (1, ("study", "studies"), "1 study"),
        (2, ("study", "studies"), "2 studies"),
    ],
)
def test_a_number_goes_with_its_noun(number, words, expected):
    assert wording.counted(number, *words) == expected


@pytest.mark.parametrize(
    ("items", "expected"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (iter("abc"), "a, b and c")],
)
def test_items_are_listed_as_in_a_sentence(items, expected):
    assert wording.listed(items) == expected


def test_a_list_takes_another_last_word():
    assert wording.listed(["a", "b", "c"], "or") == "a, b or c"


def test_only_the_first_letter_is_put_up():
    assert wording.capitalised("a GRU step") == "A GRU step"
    assert wording.capitalised("") == ""


def test_a_message_becomes_one_sentence():
    assert wording.as_sentence("it has no SE") == "It has no SE."
    assert wording.as_sentence("it ends.") == "It ends."


def test_a_title_within_a_sentence_keeps_an_abbreviation():
    assert wording.in_sentence("Number of units") == "number of units"
    assert wording.in_sentence("SE ratio") == "SE ratio"


def test_unusual_settings_differ_from_the_usual_ones():
    training = Training(epochs=7, batch_size=16)
    unusual = wording.unusual_settings(training.in_use(), Training(), ["epochs"])
    assert unusual == {"batch_size": 16}
    assert wording.spaced("batch_size") == "batch size"
