"""Texts are cut into words, or characters, as people of each language see them."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from attnlab.data.texts.limits import MOST_CHARACTERS, MOST_IN_A_TOKEN
from attnlab.data.texts.words import chosen, cutter, has_tokens, main_script

from .texts import CHINESE, JAPANESE

KINDS = ("words", "jieba", "characters")


def cut(text, kind="words", lower=True):
    return cutter(kind, lower)(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The cook’s CAFÉ wasn't open!", ["the", "cook's", "café", "wasn't", "open"]),
        ("It cost 3,000.50 (e-mail us)", ["it", "cost", "3,000.50", "e", "mail", "us"]),
        ("cafe\u0301 = café", ["café", "café"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("한국어를 배워요", ["한국어를", "배워요"]),
        ("\u202bשלום עליכם\u202c مرحبا", ["שלום", "עליכם", "مرحبا"]),
        ("nice 👍🏽👩‍👩‍👧🇩🇪🇫🇷...", ["nice", "👍🏽", "👩‍👩‍👧", "🇩🇪", "🇫🇷"]),
        ("ko\u00adop\ufeff a\0b", ["koop", "a", "b"]),
        ("我们 ate 面", ["我", "们", "ate", "面"]),
        (" \t\n…!?", []),
        ("", []),
    ],
)
def test_words_are_those_of_unicode(text, words):
    assert cut(text) == words
    assert has_tokens(text) == bool(words)


def test_capital_letters_may_count():
    assert cut("Good GOOD good", lower=False) == ["Good", "GOOD", "good"]


def test_chinese_is_cut_by_a_dictionary_and_the_rest_as_ever():
    assert cut("我们在北京的饭店。It's OK 2024年", "jieba") == [
        *("我们", "在", "北京", "的", "饭店"),
        *("it's", "ok", "2024", "年"),
    ]


def test_a_character_is_what_people_count():
    assert cut("がか é👍🏽!", "characters") == ["が", "か", "é", "👍🏽"]
    assert cut(unicodedata.normalize("NFD", "が"), "characters") == ["が"]


@pytest.mark.parametrize(
    ("texts", "kind", "why"),
    [
        (["Words and words", "mots"], "words", "Latin"),
        ([text for text, _ in CHINESE], "jieba", "Chinese"),
        ([text for text, _ in JAPANESE], "characters", "Japanese"),
        (["สวัสดีครับ"], "characters", "Thai"),
        (["1 2 3"], "words", ""),
        ([], "words", ""),
    ],
)
def test_how_texts_are_cut_is_told_by_their_letters(texts, kind, why):
    choice = chosen("auto", texts)
    assert choice.kind == kind
    assert why in choice.why
    assert chosen("words", texts) == ("words", "")


def test_a_few_foreign_letters_change_nothing():
    assert main_script("The word 饭店 means restaurant") == "Latin"
    assert main_script("漢字だけでなく仮名もある") == "Japanese"
    assert main_script("漢字漢字漢字") == "Chinese"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["a" * 10**6, "a\u0301\u0302" * 10**5, "🇩" * 10**6, "漢" * 10**5])
def test_a_text_without_an_end_is_cut(kind, text):
    tokens = cut(text, kind)
    assert 0 < sum(map(len, tokens)) <= MOST_CHARACTERS or text[0] == "🇩"
    assert max(map(len, tokens), default=0) <= MOST_IN_A_TOKEN


@settings(max_examples=60, deadline=None)
@given(st.text(), st.sampled_from(KINDS))
@example(" \u0e31", "characters")
def test_any_text_gives_tokens_without_spaces_or_control_characters(text, kind):
    tokens = cut(text, kind)
    assert tokens == cut(unicodedata.normalize("NFD", text), kind)
    for token in tokens:
        assert token
        assert not any(unicodedata.category(each) in ("Cc", "Zs", "Zl") for each in token)
    if tokens and kind == "words":
        assert has_tokens(text)
