"""What the Attention page makes of kept attention: means over heads, words, answers, heads."""

import base64
import json

import numpy as np
import pandas as pd
import pytest

from attnlab.analysis.rollout import rollout
from attnlab.inspection.attended import RunAttention
from attnlab.tasks.examples import Example
from attnlab.ui.attended_answers import answer_line, answer_words, those_shown
from attnlab.ui.attended_examples import step_words
from attnlab.ui.attended_heads import MOST_WORDS, ROLLOUT, HeadLayer, head_data, head_layers
from attnlab.ui.attended_over_time import over_heads
from attnlab.ui.layer_look import MOST_MAPS, map_pictures


def traces(axis, weights):
    weights = np.asarray(weights, float)
    rows = {"index": np.arange(weights.size), "weight": weights.ravel()}
    return pd.DataFrame(rows).assign(seed=0, axis=axis, shape=json.dumps(weights.shape))


def test_heads_are_averaged_wherever_they_stand():
    weights = np.random.default_rng(0).random((2, 3, 4))
    rows, shape = over_heads(traces("block1/head,query,step", weights))
    assert shape == (3, 4)
    assert rows["axis"].unique() == ["block1/step"]
    np.testing.assert_allclose(rows["weight"], weights.mean(axis=0).ravel())
    rows, shape = over_heads(traces("query,head,step", weights))
    assert shape == (2, 4)
    np.testing.assert_allclose(rows["weight"], weights.mean(axis=1).ravel())


def test_what_has_no_heads_stays_and_places_have_a_shape():
    rows, shape = over_heads(traces("feature", [0.1, 0.9]))
    assert (rows["weight"].tolist(), shape) == ([0.1, 0.9], None)
    assert over_heads(traces("head,feature", np.ones((4, 3))))[1] is None
    assert over_heads(traces("place", np.ones((2, 5))))[1] == (2, 5)


def run(answers, labels, unit=1.0, **arrays):
    about = {"shown": len(labels), "unit": unit}
    both = {"answers": np.array(answers), "labels": np.array(labels)}
    return RunAttention(about, {}, {**both, **arrays})


CLASSES = [Example("features", np.zeros(3), label) for label in ("joy", "fear", "joy")]
FOUND = run([[4], [4], [9]], [[4], [7], [4]], confidence=np.array([0.9, 0.6, 0.5]))


def test_a_class_is_called_as_the_right_answers_call_it():
    assert [answer_words(FOUND, CLASSES, number) for number in range(3)] == [
        "joy",
        "joy",
        "class 9",
    ]
    assert "✓ answers <b>joy</b>, right, 90 % sure" in answer_line(FOUND, CLASSES, 0)
    assert "✗ answers <b>joy</b>, wrong, 60 % sure" in answer_line(FOUND, CLASSES, 1)


def test_a_text_is_written_out_without_what_has_no_symbol():
    pairs = [Example("pair", ("ab", "ba"), "ba"), Example("pair", ("bb", "bb"), "bb")]
    found = run([[1, 2, 0], [2, 1, 0]], [[2, 1, 0], [2, 2, 0]], confidence=np.ones(2))
    assert [answer_words(found, pairs, number) for number in (0, 1)] == ["ab", "ba"]


def test_a_number_says_how_far_it_is_off_in_its_own_unit():
    found = run([[1.5], [-1.0]], [[1.0], [1.0]], unit=10.0)
    assert [answer_words(found, CLASSES, number) for number in (0, 1)] == [
        "5 too high",
        "20 too low",
    ]


def test_examples_are_filtered():
    other = run([[4], [7], [9]], [[4], [7], [4]], confidence=np.ones(3))
    assert those_shown("All", [FOUND], 2) == [0, 1]
    assert those_shown("Errors", [FOUND], 3) == [1, 2]
    assert those_shown("Errors", [other], 3) == [2]
    assert those_shown("Different answers", [FOUND, other], 3) == [1]


def test_padding_is_no_word_and_steps_without_words_are_numbered():
    assert step_words(Example("words", ["so", "", "glad", "", ""], "joy")) == ["so", "", "glad"]
    assert step_words(Example("series", np.zeros((3, 2)), "a")) == ["0", "1", "2"]


def test_layers_that_stack_have_a_rollout_behind_them():
    first, second = np.random.default_rng(1).dirichlet(np.ones(4), (2, 3, 4))
    layers = head_layers({"a": first, "b": second}, str.upper)
    assert [layer.name for layer in layers] == ["A", "B", ROLLOUT]
    np.testing.assert_allclose(layers[-1].weights, rollout([first[None], second[None]]))
    assert head_layers({}, str) == []


def test_weights_travel_as_bytes_of_the_largest_and_words_up_to_a_limit():
    weights = np.array([[[0.5, 0.0], [0.25, 0.25]]])
    data = head_data(["a", "b"], [HeadLayer("Word", weights)], np.array([False, True]))
    assert list(base64.b64decode(data["layers"][0]["heads"][0])) == [255, 0, 128, 128]
    assert (data["layers"][0]["top"], data["planted"]) == (0.5, [1])
    many = MOST_WORDS + 5
    data = head_data(["w"] * many, [HeadLayer("Word", np.ones((1, many, many)))], None)
    assert len(data["words"]) == MOST_WORDS
    assert len(base64.b64decode(data["layers"][0]["heads"][0])) == MOST_WORDS**2


@pytest.mark.parametrize(("shape", "maps"), [((6, 5), 1), ((6, 5, 3), 3), ((4, 4, 99), MOST_MAPS)])
def test_a_layer_is_shown_channel_by_channel(shape, maps):
    html = map_pictures(np.random.default_rng(2).random(shape))
    assert html.count("<img") == maps
    assert ("The first" in html) == (len(shape) == 3 and shape[-1] > MOST_MAPS)
