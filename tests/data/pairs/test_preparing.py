"""Pairs are cut into tokens that give the texts back, numbered by the training split alone."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from attnlab.data.pairs import PairOptions, PairsError
from attnlab.data.pairs.inspecting import inspect_pairs
from attnlab.data.pairs.prepared import prepared
from attnlab.data.pairs.reading import read_pairs
from attnlab.data.pairs.tokens import cut, joined, kind_of, normalised
from attnlab.data.pairs.vocabulary import FIRST, UNKNOWN, numbered
from tests.data.pairs.samples import drawn
from tests.data.tables.tables import written


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=30), kind=st.sampled_from(["words", "characters"]))
@example(text="« Qui ? » dit-il, l'%(name)s a 3,5 %… (%d) <b>oui</b>", kind="words")
def test_tokens_give_back_the_text(text, kind):
    text = normalised(text)
    assert joined(cut(text, kind), kind) == text


def test_placeholders_stay_whole():
    text = "%(count)d of {name} in <b>%s</b> &amp; 5 % so"
    held = {"%(count)d", "{name}", "%s", "<b>", "</b>", "&amp;"}
    assert held <= {token.replace("￭", "") for token in cut(text, "words")}
    assert held <= set(cut(text, "characters"))


def test_scripts_without_spaces_are_cut_into_characters():
    assert kind_of(["请输入 %(name)s。", "确定"]) == kind_of(["はい、そうです"]) == "characters"
    assert kind_of(["Allô", "д"]) == kind_of(["안녕 하세요"]) == "words"


@pytest.fixture
def pairs(tmp_path):
    return read_pairs(written(tmp_path / "p.tsv", drawn(80)))


def test_every_seed_has_splits_of_the_same_sizes_and_none_shares_what_is_read(tmp_path):
    lines = drawn(60).splitlines()
    again = [line.replace("\tle", "\tla", 1).replace(" le ", " la ") for line in lines[1:15]]
    path = written(tmp_path / "p.tsv", "\n".join([*lines, *again, *again[:3]]))
    ready = prepared(read_pairs(path), PairOptions())
    assert len(ready.rows) == 74
    seen = set()
    for seed in range(5):
        rows = ready.divided(np.random.default_rng(seed))
        assert {split: len(each) for split, each in rows.items()} == ready.counts
        assert sorted(np.concatenate(list(rows.values()))) == list(range(74))
        read = {split: set(ready.groups[each]) for split, each in rows.items()}
        assert not read["train"] & (read["validation"] | read["test"])
        assert not read["validation"] & read["test"]
        seen.add(tuple(rows["test"]))
    assert len(seen) == 5


def test_the_vocabulary_is_that_of_the_training_pairs_alone(pairs):
    ready = prepared(pairs, PairOptions())
    rows = ready.divided(np.random.default_rng(0))
    known = numbered(ready.source, rows["train"], 1000)
    in_training = {
        token for row in rows["train"] for token in cut(pairs.sources[ready.rows[row]], "words")
    }
    assert set(known.tokens[FIRST:]) == in_training
    held = np.concatenate([rows["validation"], rows["test"]])
    for row in held:
        tokens = cut(pairs.sources[ready.rows[row]], "words")
        unknown = [token not in in_training for token in tokens]
        assert list(known.numbers[row][: len(tokens)] == UNKNOWN) == unknown
    assert (known.numbers[held] == UNKNOWN).any()
    assert not (known.numbers[rows["train"]] == UNKNOWN).any()


def test_what_is_held_out_does_not_change_what_is_known(pairs):
    ready = prepared(pairs, PairOptions())
    rows = ready.divided(np.random.default_rng(0))
    before = numbered(ready.source, rows["train"], 20)
    changed = ready.source.numbers.copy()
    changed[rows["test"]] = 0
    other = replace(ready.source, numbers=changed)
    assert numbered(other, rows["train"], 20).tokens == before.tokens
    assert len(before.tokens) == FIRST + 20


def test_long_pairs_and_more_than_are_wanted_are_left_out_and_counted(pairs):
    ready = prepared(pairs, PairOptions(length=8, most=40))
    assert len(ready.rows) == 40
    assert ready.source.length <= 8
    assert {why.split(": ")[1][:6] for why in ready.left_out} == {"beyond"}
    with pytest.raises(PairsError, match="at most 3 tokens, got 0"):
        prepared(pairs, PairOptions(length=3))


def test_a_column_may_divide_the_pairs(pairs):
    by_book = PairOptions(split="group", split_column="BOOK")
    ready = prepared(pairs, by_book)
    rows = ready.divided(np.random.default_rng(0))
    books = np.array(pairs.columns["book"].first(80))[ready.rows]
    assert not set(books[rows["train"]]) & set(books[rows["test"]])
    with pytest.raises(PairsError, match="split_column is missing"):
        prepared(pairs, PairOptions(split="group"))
    with pytest.raises(PairsError, match=r"split_column: expected a column of p\.tsv, got 'page'"):
        prepared(pairs, PairOptions(split="time", split_column="page"))


def test_the_inspection_says_what_networks_get(tmp_path):
    path = written(tmp_path / "p.tsv", drawn(80))
    found = inspect_pairs(path, PairOptions(), 2000)
    assert (found.kind, found.samples, found.classes) == ("pairs", 80, ())
    assert {split: each["rows"] for split, each in found.splits.items()} == {
        "train": 48,
        "validation": 16,
        "test": 16,
    }
    assert found.columns[0].treatment.startswith("read in words: ")
    assert any("80 pairs teach a network little" in each for each in found.warnings)
    assert any("of the tokens read in validation are unknown" in each for each in found.warnings)
