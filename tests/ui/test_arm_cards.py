"""Cards of arms: what each says of a sample, in its colour, with its attention in the sample."""

import numpy as np
import pytest

from attnlab.analysis.samples import SampleAttention
from attnlab.spec import TaskSpec
from attnlab.tasks.examples import Example
from attnlab.ui.arm_cards import Card, cards

TASK = TaskSpec.model_validate("keyword-text")
WORDS = Example("words", ("so", "happy", ""), "joy", np.array([False, True, False]))
SEEN = [SampleAttention("step", 0, "distribution", np.array([0.1, 0.9, 0.0]))]


def card(**how):
    return Card("Dense <b>", "#123456", TASK, WORDS, **how)


def test_a_card_has_the_arms_colour_name_answer_and_attention():
    html = cards([card(says="joy", right=True, share=0.93, seen=SEEN), card(says="fear & awe")])
    assert html.count("--arm:#123456") == 2
    assert "Dense &lt;b&gt;" in html
    assert "says <b>joy</b>" in html
    assert "✓ right" in html
    assert "93 %" in html
    assert "color-mix(in srgb, #123456" in html
    assert "fear &amp; awe" in html
    assert "No attention in this arm" in html
    assert html.count("<style>") == 2  # that of samples, and that of cards, once


@pytest.mark.parametrize(
    ("share", "said"), [(0.999, "over 99 %"), (1.0, "100 %"), (0.994, "99 %"), (0.2, "20 %")]
)
def test_nobody_is_said_to_be_sure_who_is_not(share, said):
    assert said in cards([card(says="joy", share=share)])


def test_wrong_is_said_in_words_and_unknown_not_at_all():
    assert "✗ wrong" in cards([card(says="fear", right=False)])
    unknown = cards([card(says="fear")])
    assert "right" not in unknown.partition("<section")[2]
    assert "wrong" not in unknown.partition("<section")[2]


def test_a_note_stands_in_place_of_an_answer():
    html = cards([card(note="This seed has no such epoch yet.")])
    assert "no such epoch" in html
    assert "says" not in html.partition("<section")[2]
