"""Looking before and after a training: at examples, at measures, and at single samples."""

import re

import pytest
from playwright.sync_api import expect

from attnlab import Study
from attnlab.ui import links

from .screen import assert_well, button, open_playground, press, settle, wait_until_finished

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
    samples_follow_the_epoch(page)
    a_sentence_is_answered_as_it_is_typed(page)
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
    settle(page)
    page.get_by_text("Entropy", exact=True).click()
    entropy = page.get_by_test_id("stVegaLiteChart").filter(has_text="evenly spread")
    expect(entropy).to_be_visible()
    expect(page.get_by_text("How evenly attention is spread")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^Attention pooling"))).to_contain_text("%")


def samples_follow_the_epoch(page):
    expect(page.get_by_text("Sample 1 of 6 of the validation split")).to_be_visible()
    expect(cards(page)).to_have_count(3)
    expect(cards(page).first).to_contain_text("No attention in this arm")
    for card in cards(page).all():
        expect(card).to_contain_text(re.compile("says .+(right|wrong)"))
    words = cards(page).nth(1).locator(".w")
    expect(words.first).to_have_attribute("style", re.compile("color-mix"))
    at_the_end = styles(words)
    press(page, "Epoch", *["ArrowLeft"] * 3)
    expect(page.get_by_text("Epoch 1 of 4")).to_be_visible()
    settle(page)
    assert styles(words) != at_the_end
    press(page, "Epoch", *["ArrowRight"] * 3)
    expect(page.get_by_text("Epoch 4 of 4")).to_be_visible()
    settle(page)
    before = words.all_inner_texts()
    page.locator(".st-key-shown-samples-number-1").get_by_role("button").last.click()
    expect(page.get_by_text("Sample 2 of 6 of the validation split")).to_be_visible()
    settle(page)
    assert words.all_inner_texts() != before


def a_sentence_is_answered_as_it_is_typed(page):
    page.get_by_label("The arms answer as you type").press_sequentially("the furious teacher")
    own = page.locator(".lab-cards").nth(1)  # without Enter; the networks are loaded first
    expect(own.locator(".lab-card")).to_have_count(3, timeout=60_000)
    expect(own.locator(".lab-card").nth(1)).to_contain_text("anger")
    expect(own.locator(".t").first).to_have_text("furious")
    settle(page)
    page.get_by_label("The arms answer as you type").fill("xyzzy")
    expect(page.get_by_text("Expected words that the network has met")).to_be_visible()
    expect(own).to_be_hidden()
    settle(page)
    page.get_by_label("The arms answer as you type").fill("the xyzzy brother was scared")
    expect(page.get_by_text("has never met “xyzzy”, which is left out")).to_be_visible()
    expect(own.locator(".lab-card").nth(2)).to_contain_text("fear")


def cards(page):
    return page.locator(".lab-cards").first.locator(".lab-card")


def styles(words):
    return [word.get_attribute("style") for word in words.all()]
