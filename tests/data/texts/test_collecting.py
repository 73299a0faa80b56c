"""Texts from tables and from files in folders, as people have them."""

import numpy as np
import pandas as pd
import pytest

from attnlab.data.images.errors import ImageSetError
from attnlab.data.tables import Options, TableError
from attnlab.data.texts.inspecting import inspect_texts
from attnlab.data.texts.recognising import are_texts
from data.images.conftest import archived
from tests.data.tables.tables import FLOWERS, written

from .texts import CHINESE, JAPANESE, files, ready, repeated, table

REVIEWS = [
    (f"The {thing} number {number} was {word}", label, number)
    for number in range(24)
    for thing, word, label in [(("cook", "awful", "bad"), ("waiter", "nice", "good"))[number % 2]]
]


@pytest.fixture
def reviews(tmp_path):
    return written(tmp_path / "reviews.csv", table(REVIEWS, ("review", "sentiment", "row")))


def test_text_and_label_are_found_by_their_names(reviews):
    texts = ready(reviews).texts
    assert texts.text == ("review", "by its name")
    assert texts.label == ("sentiment", "by its name")
    assert texts.classes == ("bad", "good")
    assert texts.texts[0] == "The cook number 0 was awful"


def test_they_may_be_named_or_guessed(tmp_path):
    rows = [(label, text, "short") for text, label, _ in REVIEWS]
    path = written(tmp_path / "t.csv", table(rows, ("mood", "said", "other")))
    texts = ready(path, table=Options(label="mood")).texts
    assert texts.text == ("said", "as the longest texts")
    assert ready(path, text="other", table=Options(label="mood")).texts.texts[0] == "short"
    for wrong, told in (("sayed", "near it are said"), ("mood", "which is in use already")):
        with pytest.raises(TableError, match=told):
            ready(path, text=wrong, table=Options(label="mood"))


def test_a_column_of_numbers_is_no_text(reviews):
    with pytest.raises(TableError, match="expected texts in the column row, got numbers"):
        ready(reviews, text="row")
    with pytest.raises(TableError, match="got a quantity"):
        ready(
            written(reviews.parent / "n.csv", table([(t, n * 1.5) for t, _, n in REVIEWS])),
            table=Options(label="label"),
        )


@pytest.mark.parametrize("ending", ["csv.gz", "parquet", "xlsx"])
def test_every_format_of_a_table_holds_texts(tmp_path, ending):
    frame = pd.DataFrame(repeated(CHINESE), columns=["text", "label"])
    path = tmp_path / f"t.{ending}"
    if ending == "parquet":
        frame.to_parquet(path)
    elif ending == "xlsx":
        frame.to_excel(path, index=False)
    else:
        frame.to_csv(path, index=False, encoding="gb18030")
    found = ready(path)
    assert found.texts.texts[0] == "这家饭店的菜非常好吃 0"
    assert found.tokens.choice.kind == "jieba"
    assert "饭店" in found.tokens.words


def test_rows_without_text_or_label_are_left_out_and_counted(tmp_path):
    rows = [*repeated(JAPANESE), ("", "良"), ("...!?", "悪"), ("何もない", "")]
    found = ready(written(tmp_path / "t.csv", table(rows)))
    told = {each.reason: each.what for each in inspect_texts(found).left_out}
    assert told == {
        "no label in label": "1 row",
        "nothing in text": "1 row",
        "no word in it (text)": "1 row",
    }
    assert len(found.texts.texts) == 16
    with pytest.raises(TableError, match=r"got none: every row has no word in it"):
        ready(written(tmp_path / "e.csv", table([("...", "a"), ("!", "b")])))


def test_folders_of_files_are_classes_and_splits(tmp_path):
    pairs = [(text, label) for text, label, _ in REVIEWS]
    held = [(f"{text} again", label) for text, label in pairs[:6]]
    path = archived(
        tmp_path / "set.zip",
        {**files(pairs, base="set/train/"), **files(held, base="set/test/"), "set/note.md": b"x"},
    )
    found = ready(path)
    assert found.texts.classes == ("bad", "good")
    rows = found.texts.divided(np.random.default_rng(0))
    assert {split: len(of) for split, of in rows.items()} == {
        "train": 20,
        "validation": 4,
        "test": 6,
    }
    assert all(found.texts.texts[row].endswith("again") for row in rows["test"])
    told = inspect_texts(found)
    assert (told.kind, told.samples, told.called) == ("text", 30, ("text", "texts"))
    assert [each.what for each in told.left_out] == ["1 file (set/note.md)"]


@pytest.mark.parametrize(
    ("pairs", "encoding"),
    [(CHINESE, "gbk"), (JAPANESE, "cp932"), (CHINESE, "utf-16"), (CHINESE, "utf-8-sig")],
)
def test_files_in_any_usual_encoding_are_read(tmp_path, pairs, encoding):
    path = archived(tmp_path / "set.zip", files(repeated(pairs, 3), encoding))
    assert sorted(ready(path).texts.texts) == sorted(text for text, _ in repeated(pairs, 3))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a\0b\0", "expected a text, got a file with 2 NUL bytes: good/9.txt"),
        (b"\xff\xfea\0\0\0", "1 NUL bytes: good/9.txt"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "3 NUL bytes"),
    ],
)
def test_a_file_that_is_no_text_is_named(tmp_path, content, told):
    fine = files(repeated([("bad one", "bad"), ("good one", "good")]))
    path = archived(tmp_path / "set.zip", {**fine, "good/9.txt": content})
    with pytest.raises(ImageSetError, match=told):
        ready(path)


def test_empty_files_are_left_out_and_named(tmp_path):
    pairs = [*repeated([("fine words", "good"), ("poor words", "bad")]), ("", "bad"), (" .", "bad")]
    found = inspect_texts(ready(archived(tmp_path / "s.zip", files(pairs))))
    assert [(each.what, each.reason) for each in found.left_out] == [
        ("2 files (bad/8.txt, bad/9.txt)", "no word in it")
    ]


def test_what_is_of_columns_says_nothing_of_files(tmp_path):
    path = archived(tmp_path / "s.zip", files(repeated(CHINESE)))
    with pytest.raises(TableError, match="files in folders: leave them out"):
        ready(path, table=Options(label="x"))


def test_one_endless_line_is_refused_or_cut(tmp_path):
    with pytest.raises(TableError, match="a row of more than 8 MiB"):
        ready(written(tmp_path / "t.csv", table([("word " * 4_000_000, "a"), ("b", "b")])))
    pairs = [("word " * 200_000, "a"), *repeated([("some words", "a"), ("other words", "b")])]
    found = ready(archived(tmp_path / "s.zip", files(pairs)))
    assert found.tokens.lengths.max() == 4000
    assert len(found.tokens.codes) == 1000 + 8 * 3
    assert any("more than 20,000 characters" in each for each in inspect_texts(found).warnings)


@pytest.mark.parametrize(
    ("names", "rows", "given", "is_text"),
    [
        (("review", "sentiment", "row"), REVIEWS, {}, True),
        (("review", "stars", "split"), [(t, s, "train") for t, s, _ in REVIEWS], {}, True),
        (("words said", "mood", "row"), REVIEWS, {"label": "mood"}, True),
        (("review", "label", "price"), [(t, s, n % 5) for t, s, n in REVIEWS], {}, False),
        (("id", "label", "k"), [(f"x{n}{s}", s, n) for _, s, n in REVIEWS], {}, False),
        (("text", "label"), CHINESE * 5, {}, False),
        (("text", "label"), repeated(CHINESE), {}, True),
    ],
)
def test_a_table_of_texts_is_told_from_others(tmp_path, names, rows, given, is_text):
    assert are_texts(written(tmp_path / "t.csv", table(rows, names)), **given) == is_text
    assert not are_texts(written(tmp_path / "f.csv", FLOWERS))
    assert not are_texts(tmp_path / "gone.csv")


def test_folders_of_texts_are_told_from_those_of_images(tmp_path):
    assert are_texts(archived(tmp_path / "t.zip", files(CHINESE)))
    assert not are_texts(
        archived(tmp_path / "i.zip", {"a/1.png": b"", "b/2.png": b"", "b/c.txt": b""})
    )
    assert not are_texts(archived(tmp_path / "loose.zip", {"1.txt": b""}))
