"""What a seed knows of words comes from its training texts; shapes are the same for all seeds."""

import numpy as np
import pytest

from attnlab.data.tables import Options
from attnlab.data.texts.inspecting import inspect_texts
from attnlab.data.texts.ready import UNKNOWN
from tests.data.tables.tables import written

from .texts import ready, table

GROUPS = [f"g{number // 3}" for number in range(60)]


@pytest.fixture
def rare(tmp_path):
    """Sixty texts, each with a word of its own, and of its group of three."""
    rows = [
        (f"common {'yes' if number % 2 else 'no'} own{number} of{group}", "ab"[number % 2], group)
        for number, group in enumerate(GROUPS)
    ]
    names = ("text", "label", "group")
    return written(tmp_path / "t.csv", table(rows, names))


@pytest.mark.parametrize(
    "options", [Options(label="label"), Options("label", (), "group", "group")], ids=str
)
@pytest.mark.parametrize("fewest", [1, 2])
def test_no_word_is_known_that_training_texts_do_not_have(rare, options, fewest):
    found = ready(rare, reading={"fewest": fewest}, table=options)
    for seed in range(3):
        rows = found.texts.divided(np.random.default_rng(seed))
        trained = [found.tokens.words_of(row, 9) for row in rows["train"]]
        counts = {word: sum(word in text for text in trained) for text in trained for word in text}
        inputs = found.inputs(rows)
        known = {}
        for split, tokens in inputs.items():
            for row, of_text in zip(rows[split], tokens, strict=True):
                for word, token in zip(found.tokens.words_of(row, 9), of_text, strict=True):
                    assert (token == UNKNOWN) == (counts.get(word, 0) < fewest), (split, word)
                    if token != UNKNOWN:
                        assert known.setdefault(token, word) == word
        assert {tokens.shape[1] for tokens in inputs.values()} == {found.length}
        assert max(tokens.max() for tokens in inputs.values()) < found.size


def test_a_word_of_one_text_is_unknown_in_training_too(rare):
    found = ready(rare, table=Options(label="label"))
    tokens = found.inputs(found.texts.divided(np.random.default_rng(0)))["train"]
    assert (tokens == UNKNOWN).any(axis=1).all()


def test_the_most_frequent_words_are_known(rare):
    found = ready(rare, reading={"vocabulary": 2}, table=Options(label="label"))
    assert found.size == 4
    rows = found.texts.divided(np.random.default_rng(0))
    known = [found.tokens.words[code] for code in found.vocabulary(rows["train"])]
    assert known == ["common", "no"]  # as frequent as yes, and before it by alphabet


def test_texts_are_cut_and_padded(tmp_path):
    rows = [(" ".join("abcdefgh"[: 1 + number % 8]), "xy"[number % 2]) for number in range(40)]
    path = written(tmp_path / "t.csv", table(rows))
    found = ready(path, reading={"length": 3, "fewest": 1})
    tokens = found.inputs(found.texts.divided(np.random.default_rng(1)))["train"]
    lengths = (tokens > 0).sum(axis=1)
    assert tokens.shape[1] == 3
    assert set(lengths) == {1, 2, 3}
    assert not tokens[lengths == 1, 1:].any()
    assert found.size == 2 + 3  # d to h are never read
    told = inspect_texts(found)
    assert "3 words: 25 of 40 texts are cut there" in told.columns[0].treatment
    assert any("25 of 40 texts are cut at 3" in each for each in told.warnings)


def test_the_length_is_that_of_nearly_all_texts(tmp_path):
    rows = [("a b c d", "xy"[number % 2]) for number in range(98)]
    rows += [("a " * 500, "x"), ("a " * 500, "y")]
    path = written(tmp_path / "t.csv", table(rows))
    assert ready(path).length == 4
    assert ready(path, reading={"length": 1000}).length == 1000
    longest = written(tmp_path / "l.csv", table([("a " * 500, label) for label in "xy" * 4]))
    assert ready(longest).length == 200


def test_keywords_are_the_truth_where_they_stand(tmp_path):
    rows = [
        ("The Food was not good at all", "bad", "not, good"),
        ("Good food", "good", "GOOD"),
        ("我们很满意", "good", "满意"),
        ("nothing here", "bad", "elsewhere"),
        ("no keyword", "bad", ""),
    ]
    path = written(tmp_path / "t.csv", table(rows * 4, ("text", "label", "why")))
    found = ready(path, truth="why", reading={"tokens": "jieba", "length": 6})
    truth = found.truth(np.arange(5))
    assert [list(np.flatnonzero(row)) for row in truth] == [[3, 4], [0], [2], [], []]
    assert any(
        each.startswith("4 texts have none of their") for each in inspect_texts(found).warnings
    )
    assert ready(path).truth(np.arange(5)) is None


def test_what_may_mislead_is_told(tmp_path):
    rows = [("The same text!", "x"), ("the SAME text", "y")] * 10
    rows += [(f"another text {number}", "x") for number in range(70)]
    rows += [(f"другой текст {number}", "y") for number in range(10)]
    told = " ".join(inspect_texts(ready(written(tmp_path / "t.csv", table(rows)))).warnings)
    assert "texts held out are in training too" in told
    assert "1 text has more than one class" in told
    assert "judge by balanced accuracy" in told
    assert "most texts are in Latin letters, and some in others: Cyrillic (10%)" in told
