"""Samples as HTML: what is planted stands out, attention is strength, text cannot act."""

import re

import numpy as np
import pytest

from attnlab.analysis.samples import SampleAttention
from attnlab.charts import TRUTH
from attnlab.tasks.examples import Example
from attnlab.ui import example_html

BLUE = "#3F5FD0"
NASTY = "<script>alert(1)</script>"
TEXT = Example("words", ("so", "glad", NASTY, ""), "joy", np.array([False, True, False, False]))
MASK = np.zeros((4, 4), bool)
MASK[1:3, 1:3] = True
EXAMPLES = {
    "features": Example("features", np.array([0.5, -1.0, 3.0]), "class 3", np.arange(3) == 2),
    "channels": Example("channels", np.random.rand(3, 4, 4), "class 1", np.arange(3) == 1),
    "image": Example("image", np.random.rand(4, 4), "7", MASK),
    "words": TEXT,
    "sentences": Example(
        "sentences",
        (("so", "glad"), ("", "")),
        "joy",
        np.array([[False, True], [False, False]]),
    ),
    "series": Example(
        "series", np.array([[0.5, -1.0], [2.0, 0.0]]), "up", np.array([False, True]), ("x", NASTY)
    ),
    "pair": Example("pair", ("ab", "ba"), "ba", np.array([[False, True], [True, False]])),
}


def strengths(page):
    """The percent of the arm's colour behind each word."""
    return [int(percent) for percent in re.findall(rf"{BLUE} (\d+)%", page)]


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_kind_is_drawn_with_its_truth_in_the_accent_colour(kind):
    page = example_html.picture(EXAMPLES[kind]).partition("</style>")[2]
    assert "<svg" not in page  # the page lets none through
    marked = {"image": "the truth", "words": 'class="w t"', "sentences": 'class="w t"'}
    assert marked.get(kind, 'class="f"' if kind in ("pair", "series") else TRUTH) in page


def test_text_of_a_sample_is_text_only():
    assert "<script>" not in example_html.picture(TEXT)
    assert "<script>" not in example_html.answer(NASTY, NASTY)
    assert "<script>" not in example_html.picture(EXAMPLES["series"])
    named = Example("features", np.ones(1), "x", None, (NASTY,))
    assert "<script>" not in example_html.picture(named)
    assert "<script>" not in example_html.picture(Example("pair", ([NASTY], "a"), "x"))


def test_padding_is_not_shown():
    assert example_html.picture(TEXT).count('class="w') == 3
    assert example_html.picture(EXAMPLES["sentences"]).count('class="s"') == 1


def test_words_are_the_stronger_the_more_attention_they_have():
    seen = [SampleAttention("step", 0, "distribution", np.array([0.0, 0.8, 0.2, 0.0]))]
    page = example_html.seen_picture(TEXT, seen, BLUE)
    assert strengths(page) == [0, 62, 16]


def test_attention_that_is_nearly_even_is_not_strong():
    even = [SampleAttention("step", 0, "distribution", np.full(30, 1 / 30))]
    assert example_html.strongest(TEXT, even) == pytest.approx(0.1)
    assert (
        example_html.strongest(TEXT, [SampleAttention("step", 0, "gate", np.array([0.2]))]) == 1.0
    )


def test_what_words_look_at_is_averaged_over_the_words_that_are_there():
    weights = np.array([[1.0, 0, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 9]])
    seen = [SampleAttention("step", 1, "distribution", weights)]
    page = example_html.seen_picture(TEXT, seen, BLUE)
    assert "Head 1" in page
    assert 'title="0.667"' in page
    assert strengths(page) == [28, 55, 0]  # of at least three quarters, thrice the mean
    assert example_html.notes(TEXT, seen, None)


def test_a_document_shows_its_sentences_beside_their_words():
    document = EXAMPLES["sentences"]
    words = SampleAttention("words/step", 0, "distribution", np.array([[0.1, 0.9], [0, 0]]))
    sentences = SampleAttention("sentences/step", 0, "distribution", np.array([1.0, 0.0]))
    places = {"sentences/step": [sentences], "words/step": [words]}
    above = example_html.sentence_weights(document, places)
    assert above is sentences
    page = example_html.seen_picture(document, [words], BLUE, above)
    assert 'title="sentence: 1.000"' in page
    assert "bar before a sentence" in " ".join(example_html.notes(document, [words], above))
    alone = {"sentences/step": [sentences]}
    assert example_html.sentence_weights(document, alone) is None


@pytest.mark.parametrize(
    ("kind", "seen"),
    [
        ("features", SampleAttention("feature", 0, "gate", np.ones(3))),
        ("channels", SampleAttention("channel", 0, "gate", np.ones(3))),
        ("channels", SampleAttention("place", 0, "gate", np.ones((2, 2)))),
        ("image", SampleAttention("block1/place", 0, "gate", np.ones((2, 2)))),
        ("image", SampleAttention("block1/channel", 0, "gate", np.ones(16))),
        ("sentences", SampleAttention("sentences/step", 1, "distribution", np.eye(2))),
        ("pair", SampleAttention("step", 0, "distribution", np.full((5, 6), 1 / 6))),
        ("words", SampleAttention("place", 0, "gate", np.ones((2, 2)))),
    ],
)
def test_whatever_attention_stands_on_can_be_drawn(kind, seen):
    page = example_html.seen_picture(EXAMPLES[kind], [seen], BLUE)
    assert page.count("<div") == page.count("</div>")
    assert example_html.legend(EXAMPLES[kind], [seen], BLUE)


def test_steps_of_a_series_are_the_stronger_the_more_they_are_looked_at():
    """A longer series has four steps; this one ends behind the second."""
    looked_at = np.array([[0.1, 0.9, 0, 0], [0.3, 0.7, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    for weights in (looked_at, np.array([0.2, 0.8, 0, 0])):
        seen = SampleAttention("step", 0, "distribution", weights)
        page = example_html.seen_picture(EXAMPLES["series"], [seen], BLUE)
        assert strengths(page) == [25, 100]


def test_an_alignment_has_a_row_for_each_symbol_written():
    weights = np.array([[0.1, 0.9, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])  # padded
    seen = [SampleAttention("step", 0, "distribution", weights)]
    page = example_html.seen_picture(EXAMPLES["pair"], seen, BLUE)
    assert page.count("<tr>") == 3
    assert page.count("<td") == 4
    assert page.count('class="f"') == 2
