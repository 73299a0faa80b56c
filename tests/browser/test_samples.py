"""Looking before and after a training: at examples, at measures, and at single samples."""

import re

import pytest
from playwright.sync_api import expect

from attnlab import Study
from attnlab.ui import links

from .screen import assert_well, button, open_playground, settle, wait_until_finished

pytestmark = pytest.mark.browser

TEXTS = Study(
    task={"name": "keyword-text", "length": 12, "samples": 500},
    arms=["none", "attention-pool", "han"],
    seeds=2,
    epochs=4,
)


def test_examples_measures_and_samples_of_texts(address, new_page):
    page = open_playground(new_page(), links.to_link(TEXTS, address))
    an_example_is_shown_before_any_training(page)
    button(page, "Train").click()
    wait_until_finished(page)
    a_measure_is_drawn_and_another_one_chosen(page)
    a_sample_shows_what_attention_saw(page)
    assert_well(page)


def an_example_is_shown_before_any_training(page):
    page.get_by_text("What the network sees").click()
    expect(page.get_by_text("1 of 20")).to_be_visible()
    planted = page.locator(".lab-example .t")
    expect(planted).to_have_count(1)
    word, label = planted.inner_text(), page.locator(".lab-example b").inner_text()
    button(page, "Next").first.click()
    expect(page.get_by_text("2 of 20")).to_be_visible()
    expect(page.locator(".lab-example .t")).to_have_count(1)
    assert (planted.inner_text(), page.locator(".lab-example b").inner_text()) != (word, label)
    page.get_by_text("What the network sees").click()
    expect(planted).to_be_hidden()


def a_measure_is_drawn_and_another_one_chosen(page):
    chart = page.get_by_test_id("stVegaLiteChart").filter(has_text="Attention on the planted words")
    expect(chart).to_contain_text("chance")
    expect(chart).to_contain_text("Mean of 2 seeds")
    page.get_by_text("Entropy", exact=True).click()
    entropy = page.get_by_test_id("stVegaLiteChart").filter(has_text="evenly spread")
    expect(entropy).to_be_visible()
    expect(page.get_by_text("How evenly attention is spread")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^Attention pooling"))).to_contain_text("%")


def a_sample_shows_what_attention_saw(page):
    expect(page.get_by_text("Validation sample 1 of 50")).to_be_visible()
    words = page.locator(".lab-example .w")
    expect(words.first).to_have_attribute("style", re.compile("color-mix"))
    before = words.all_inner_texts()
    button(page, "Next").last.click()
    expect(page.get_by_text("Validation sample 2 of 50")).to_be_visible()
    settle(page)
    assert words.all_inner_texts() != before
    shaded = words.first.get_attribute("style")
    page.locator(".st-key-samples-arm").get_by_text("Hierarchical attention").click()
    expect(words.first).not_to_have_attribute("style", shaded)
