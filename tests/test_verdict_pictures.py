"""The pictures and the table of docs/verdicts.md are there, and are what the tool makes."""

import re

import pytest

from tools import verdict_pictures, verdict_table
from tools.verdict_pictures import DOCS, PAGE, PICTURES, path

TEXT = re.compile(r"<text[^>]*>(.*?)</text>", re.DOTALL)
MOST_BYTES = 80_000


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    verdict_pictures.main(["--folder", str(folder)])
    return folder


def test_the_page_shows_every_picture_once_with_words_for_who_cannot_see_it():
    page = PAGE.read_text(encoding="utf-8")
    shown = re.findall(r"!\[([^\]]+)\]\((verdicts-[\w-]+\.svg)\)", page)
    assert sorted(file for _, file in shown) == sorted(path(name).name for name in PICTURES)
    assert all(len(words.split()) > 4 for words, _ in shown)
    assert {file.name for file in DOCS.glob("verdicts-*")} == {file for _, file in shown}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_says_what_the_tool_draws(drawn, name):
    kept, now = (path(name, folder).read_text(encoding="utf-8") for folder in (DOCS, drawn))
    assert TEXT.findall(kept) == TEXT.findall(now)
    assert len(kept.encode()) < MOST_BYTES


def test_the_table_is_what_was_measured_last():
    assert PAGE.read_text(encoding="utf-8") == verdict_table.written(PAGE)
    assert "| promised | measured, % |" in verdict_table.table()
