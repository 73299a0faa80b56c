"""Texts of one's own from the command line: inspected, and from a file to what attention finds."""

import json

import numpy as np
import pytest
from data.images.conftest import archived

from tests.data.tables.tables import written
from tests.data.texts.texts import CHINESE, files, repeated, table

PLAIN = ("the", "a", "cook", "room", "tree", "house", "bread", "street", "lamp", "garden")


def test_inspection_says_how_texts_are_read(attnlab, tmp_path):
    path = written(tmp_path / "t.csv", table(repeated(CHINESE)).encode("gb18030"))
    told = json.loads(attnlab("data", "inspect", path, "--json").out)
    assert (told["task"], told["kind"], told["classes"]) == ("own-text", "text", ["坏", "好"])
    assert told["splits"]["validation"] == {"坏": 2, "好": 2}
    assert "by jieba (most letters are Chinese)" in told["columns"][0]["treatment"]
    asked = attnlab("data", "inspect", path, "--set", "tokens=characters", "length=4")
    assert "16 texts of 2 classes" in asked.out
    assert "cut into characters" in asked.out
    assert "4 characters: 16 of 16 texts are cut there" in " ".join(asked.out.split())
    folder = archived(tmp_path / "set.zip", files(repeated(CHINESE)))
    done = attnlab("data", "inspect", folder)
    assert "tokens words, those of Chinese by jieba" in done.out
    refused = attnlab("data", "inspect", folder, "--label", "x")
    assert (refused.code, refused.out) == (2, "")
    assert "holds files in folders" in refused.err


def test_attention_finds_the_keywords_of_a_table(attnlab, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)
    rows = []
    for number in range(240):
        words = list(random.choice(PLAIN, 8))
        planted = ("Awful", "Lovely", "Odd", "Dull")[number % 4]
        words[random.integers(8)] = planted
        rows.append((" ".join(words) + ".", f"like {planted}", planted))
    written(tmp_path / "reviews.csv", table(rows, ("text", "sentiment", "keywords")))
    done = attnlab(
        *("run", "--data", "reviews.csv", "--label", "sentiment", "--arm", "attention-pool"),
        *("--set", "truth=keywords", "--seeds", 1, "--epochs", 8, "--json"),
    )
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert told["plan"]["task"]["name"] == "own-text"
    arm = next(each for each in told["arms"] if each["label"] == "attention-pool")
    assert arm["found_chance"] == pytest.approx(1 / 8)
    assert arm["found"] > 0.6


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--label", "labels"), "near it are label"),
        (("--set", "text=label"), "expected a column with the class of each text"),
        (("--label", "label", "--set", "text=label"), "got label, which is in use already"),
        (("--set", "truth=note"), "its columns are text, label"),
        (("--set", "split=time", "split_column=text"), "expected dates or numbers"),
        (("--set", "tokens=latin"), "tokens must be"),
    ],
)
def test_texts_that_can_not_be_trained_on_are_told(attnlab, tmp_path, arguments, told):
    path = written(tmp_path / "t.csv", table(repeated(CHINESE)))
    done = attnlab("run", "--data", path, *arguments, "--arm", "none", "--seeds", 1)
    assert done.code == 2
    assert told in done.err, done.err
