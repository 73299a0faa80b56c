"""Short scripts have data like the study's, of own files too, or are refused."""

import re
import subprocess
import sys

import numpy as np
import pytest

from attnlab import Study
from attnlab.export import ExportError
from attnlab.export.scripts.short.compose import compose
from attnlab.tasks.data import make
from attnlab.tasks.dates import read_date
from attnlab.tasks.measures import coarse

RUFF = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--line-length", "100"]
RULES = ["--select", "E,F,W,I,B,UP", "-"]


def short(task, arm="none", **settings):
    study = Study(task=task, arms=[arm], seeds=[0], **settings)
    text = compose(study, study.arms[0].label, 0, "functional")
    assert text.count("\n") < 100
    done = subprocess.run([*RUFF, *RULES], input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    return text, make(study.task, 0)


def data_in(text):
    """What the first part of a script makes, by name."""
    begin, end = text.index("# The data."), text.index("# The network.")
    names = {}
    exec(compile(text[: text.index("# The data.")] + text[begin:end], "short.py", "exec"), names)
    return names


def table_at(path, rows=60, gap="", date=""):
    """A table as it is written in Germany: two numbers, yes or no, a category, the label."""
    random = np.random.default_rng(1)
    lines = ["size;width;member;place;kind" + (";since" if date else "")]
    for row in range(rows):
        size = gap if row == 7 else f"{random.normal():.3f}".replace(".", ",")
        member, kind = ("yes", "no")[row % 2], ("oak", "elm", "ash")[row % 3]
        place = "" if row == 11 else ("north", "south", "far away")[row // 2 % 3]
        since = date and f";{date}{row % 9 + 1}"
        lines.append(f"{size};{random.integers(40)};{member};{place};{kind}{since}")
    path.write_text("\n".join(lines), encoding="utf-8")
    return {"name": "own-table", "data": str(path), "label": "kind"}


def test_a_table_is_read_divided_and_standardised_as_in_the_study(tmp_path):
    text, expected = short(table_at(tmp_path / "trees.csv"), "feature-gate:ratio=1")
    found = data_in(text)
    for split, ours in zip(
        ("train", "val", "test"), (expected.train, expected.validation, expected.test), strict=True
    ):
        x, y = found[f"x_{split}"], found[f"y_{split}"]
        assert x.shape == ours.x.shape
        assert np.bincount(y).tolist() == np.bincount(ours.y).tolist()
    # The same standard, though of other rows.
    numbers = sorted(np.abs(found["x_train"].mean(axis=0)))[:2]
    assert numbers == pytest.approx([0, 0], abs=1e-6)
    assert not np.isnan(np.concatenate([found[f"x_{s}"] for s in ("train", "val", "test")])).any()


def test_classes_are_as_rare_as_in_the_study(tmp_path):
    text, expected = short({**table_at(tmp_path / "trees.csv"), "imbalance": 5})
    found = data_in(text)
    assert np.bincount(found["y_train"]).tolist() == np.bincount(expected.train.y).tolist()
    assert len(found["y_test"]) == len(expected.test.y)
    assert len(found["x_train"]) == len(found["y_train"])


def test_drawn_classes_are_rare_in_training_alone():
    task = {"name": "planted-features", "samples": 2000, "test_samples": 500, "imbalance": 20}
    text, expected = short(task)
    found = data_in(text)
    shares = np.bincount(found["y_train"]) / len(found["y_train"])
    assert shares == pytest.approx(np.bincount(expected.train.y) / len(expected.train.y), abs=0.03)
    assert np.bincount(found["y_test"]).min() > 60


def test_classes_too_rare_for_its_splits_are_refused(tmp_path):
    lines = ["size,kind", *(f"{row / 7},k{row % 5 if row < 15 else 5}" for row in range(215))]
    (tmp_path / "rare.csv").write_text("\n".join(lines))
    task = {"name": "own-table", "data": str(tmp_path / "rare.csv"), "label": "kind", "share": 0.4}
    with pytest.raises(ExportError, match=r"some classes of rare\.csv have too few rows"):
        short(task)


def test_a_missing_yes_or_no_is_the_commonest_as_in_the_study(tmp_path):
    kinds = {"ash": "", "elm": "0", "oak": "1"}  # 0 as often as 1 among training rows
    lines = ["member,kind", *(f"{member},{kind}" for kind, member in kinds.items())]
    (tmp_path / "trees.csv").write_text("\n".join([lines[0], *lines[1:] * 20]))
    task = {"name": "own-table", "data": str(tmp_path / "trees.csv"), "label": "kind"}
    text, expected = short(task)
    found = data_in(text)
    filled = found["x_train"][found["y_train"] == 0]
    ours = expected.train.x[expected.train.y == 0]
    assert np.unique(filled, axis=0).tolist() == np.unique(ours, axis=0).tolist() == [[0, 1]]


def test_a_number_to_predict_is_in_standard_deviations():
    text, expected = short({"name": "own-number"}, "dense")
    found = data_in(text)
    assert found["x_train"].shape == expected.train.x.shape
    assert [found["y_train"].mean(), found["y_train"].std()] == pytest.approx([0, 1], abs=1e-6)


@pytest.mark.parametrize(
    ("given", "more", "words"),
    [
        ({"date": "2024-05-0"}, {}, "the column since takes more than a few lines"),
        ({"gap": "?"}, {}, r"a few lines of pandas do not read trees\.csv as attnlab does"),
        ({}, {"split": "group", "split_column": "place"}, "splits that a column decides"),
        ({}, {"categories": "embedded", "embedding": 1}, "the column place takes more"),
    ],
)
def test_what_takes_more_is_refused_in_one_sentence(given, more, words, tmp_path):
    with pytest.raises(ExportError, match=words) as raised:
        short({**table_at(tmp_path / "trees.csv", **given), **more})
    assert str(raised.value).endswith("; the exact script has them")


def test_texts_are_cut_and_numbered_as_in_the_study():
    text, expected = short({"name": "own-text"}, "attention-pool")
    found = data_in(text)
    assert found["x_train"].shape == expected.train.x.shape
    assert np.bincount(found["y_train"]).tolist() == np.bincount(expected.train.y).tolist()
    for tokens, ours in ((found["x_train"], expected.train.x), (found["x_test"], expected.test.x)):
        for token in (0, 1):  # padding, and words that training does not share
            assert (tokens == token).mean() == pytest.approx((ours == token).mean(), abs=0.05)
    rows = int(re.search(r"Embedding\((\d+),", text).group(1))
    assert rows - 20 < max(found["numbers"].values()) < rows
    # Of equally common words the first by alphabet comes first, in every process.
    counts = found["counts"]
    assert found["known"] == sorted(found["known"], key=lambda word: (-counts[word], word))


def test_texts_that_are_cut_otherwise_are_refused(tmp_path):
    with pytest.raises(ExportError, match=r"do not read guest-remarks\.csv as attnlab does"):
        short({"name": "own-text", "tokens": "characters"})
    for kind in ("good", "bad"):
        (tmp_path / kind).mkdir()
        for number in range(6):
            (tmp_path / kind / f"{number}.txt").write_text(f"a {kind} day")
    with pytest.raises(ExportError, match="texts in files of their own take more"):
        short({"name": "own-text", "data": str(tmp_path)})


def test_dates_are_written_as_in_the_study():
    given = {"name": "dates", "languages": 4, "weekdays": True, "samples": 500}
    text, expected = short({**given, "test_samples": 100}, "bahdanau")
    found = data_in(text)
    read, written = found["x_train"]
    assert (read.shape, written.shape) == tuple(each.shape for each in expected.train.x)
    characters = {number: one for one, number in found["numbers"].items()}
    params = Study(task=given, arms=["none"], seeds=1).task.params
    for tokens, answer, before in zip(read[:50], found["y_train"][:50], written[:50], strict=True):
        shown = "".join(characters[token] for token in tokens if token)
        iso = "".join("0123456789-"[token - 2] for token in answer[:-1])
        day, _ = read_date(params, shown)
        assert str(day) == iso
        assert before.tolist() == [1, *answer[:-1]]
        assert answer[-1] == 1


def test_the_mask_of_a_digit_marks_its_cells_as_in_the_study():
    given = {"name": "guided", "size": 16, "classes": 3, "samples": 500, "test_samples": 100}
    text, expected = short(given)
    found = data_in(text)
    labels, masks = found["y_train"]
    assert (len(labels), masks.shape) == (400, expected.train.y[1].shape)
    assert np.bincount(labels).min() > 90
    assert masks.mean() == pytest.approx(expected.train.y[1].mean(), abs=0.02)
    assert (found["masks"][0] == coarse(found["inside"][:400] > 0, (4, 4))).all()


def test_a_transformer_that_writes_is_refused():
    task = {"name": "reverse", "encoder": "transformer"}
    with pytest.raises(ExportError, match="for a Transformer that writes: choose a GRU"):
        short(task)
