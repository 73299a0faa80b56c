"""The task on texts of one's own: what a seed gets, what is shown, and how it is carried."""

import math
import pickle

import numpy as np
import pytest
from data.images.conftest import archived

from attnlab import SpecError, Study, TaskSpec
from attnlab.data.states import advice, fingerprints
from attnlab.spec.moving import own_paths, with_data_at
from attnlab.tasks import carrying, make
from attnlab.tasks.examples import examples
from attnlab.tasks.vocabulary import CLASS_NAMES, FIRST_KEYWORD, WORDS
from attnlab.training import memory
from tests.data.tables.tables import written
from tests.data.texts.texts import CHINESE, files, repeated, table


def spec(path, **options):
    return TaskSpec.model_validate({"data": str(path), **options})


@pytest.fixture
def path(tmp_path):
    return written(tmp_path / "mine.csv", table(repeated(CHINESE, 10)))


def test_texts_name_their_task(path, tmp_path):
    assert spec(path).name == spec(path, label="label").name == "own-text"
    assert spec(path, tokens="characters").params.tokens == "characters"
    assert spec(path, missing="drop").name == "own-table"
    folder = archived(tmp_path / "set.zip", files(repeated(CHINESE)))
    assert spec(folder).name == "own-text"
    assert spec(folder, size=64).name == "image-folder"
    assert Study.from_text(f"task: {{data: {path}}}\narms: [none]\nseeds: 1\n").task == spec(path)


def test_every_seed_has_the_same_shape_and_other_texts(path):
    task = spec(path)
    first, second = make(task, 0), make(task, 1)
    assert first.train.x.shape == second.train.x.shape == (24, task.params.read_length)
    assert first.train.x.dtype == np.int32
    assert first.train.x.max() < task.params.known_tokens
    assert first.test.x.tobytes() != second.test.x.tobytes()
    assert task.entry.class_names(task.params) == ("坏", "好")
    assert task.chance == 0.5


def test_words_are_shown_as_they_stand_and_the_unknown_ones_said(path):
    (shown,) = examples(spec(path), 0, 1)
    words = [word for word in shown.values if word]
    assert "".join(words[:-1]) in "".join(text for text, _ in CHINESE).replace("，", "")
    assert shown.label in ("坏", "好")
    assert shown.truth is None
    assert len(shown.unknown) == len(shown.values)
    assert not any(shown.unknown[len(words) :])
    (rare,) = examples(spec(path, fewest=20), 0, 1)
    assert all(rare.unknown[: len(words)])


def test_texts_of_the_built_in_task_are_the_same_read_from_a_file(tmp_path):
    """The samples of keyword-text as a table with their splits and planted words: the same texts,
    classes and truth, so that whatever attention finds is measured alike."""
    built_in = make(TaskSpec.model_validate("keyword-text:samples=500,test_samples=0"), 0)
    rows = []
    for split in ("train", "validation", "test"):
        of = getattr(built_in, split)
        for tokens, label in zip(of.x, of.y, strict=True):
            planted = " ".join(WORDS[token] for token in tokens if token >= FIRST_KEYWORD)
            text = " ".join(WORDS[token] for token in tokens if token)
            rows.append((text, CLASS_NAMES[label], split, planted))
    names = ("text", "label", "split", "keywords")
    path = written(tmp_path / "k.csv", table(rows, names))
    options = {"truth": "keywords", "split": "column", "split_column": "split"}
    task = spec(path, **options, length=40, fewest=1)
    assert task.name == "own-text"
    own = make(task, 0)
    classes = task.entry.class_names(task.params)
    assert own.train.x.shape == built_in.train.x.shape
    read = {
        (own.words[number], classes[own.validation.y[number]], tuple(own.truth[number]))
        for number in range(len(own.validation))
    }
    assert read == {
        (
            tuple(WORDS[token] for token in tokens if token),
            CLASS_NAMES[label],
            tuple(truth),
        )
        for tokens, label, truth in zip(
            built_in.validation.x, built_in.validation.y, built_in.truth, strict=True
        )
    }
    np.testing.assert_array_equal(own.valid, own.validation.x > 0)
    assert sorted(own.valid.sum(1)) == sorted(built_in.valid.sum(1))


def test_a_study_whose_texts_are_gone_can_be_opened_but_not_trained(path):
    study = Study(task={"data": str(path), "name": "own-text"}, arms=["none"], seeds=2)
    memory.check(study)
    path.unlink()
    assert Study.from_text(study.to_yaml()) == study
    assert math.isnan(study.task.chance)
    assert study.task.entry.split_sizes(study.task.params) is None
    assert study.task.entry.class_names(study.task.params) == ()
    with pytest.raises(SpecError, match="there is no such file"):
        memory.check(study)


@pytest.mark.parametrize("kind", ["table", "files"])
def test_texts_are_carried_to_machines_that_do_not_have_them(path, tmp_path, kind):
    if kind == "files":
        path = archived(tmp_path / "set.zip", files(repeated(CHINESE, 10)))
    task = spec(path)
    before = make(task, 0)
    sent = pickle.loads(pickle.dumps(carrying.carried(task)))
    path.unlink()
    with pytest.raises(SpecError):
        make(task, 0)
    sent.install()
    try:
        np.testing.assert_array_equal(make(task, 0).train.x, before.train.x)
    finally:
        sent.remove()
    with pytest.raises(SpecError):
        make(task, 0)
    assert carrying.carried(TaskSpec.model_validate("own-text")) is None


@pytest.mark.parametrize("kind", ["table", "files"])
def test_changed_texts_have_another_fingerprint_and_may_lie_elsewhere(path, tmp_path, kind):
    if kind == "files":
        path = archived(tmp_path / "set.zip", files(repeated(CHINESE, 10)))
    study = Study(task={"data": str(path)}, arms=["none"], seeds=1)
    (before,) = fingerprints(study).values()
    there = tmp_path / f"elsewhere{path.suffix}"
    path.rename(there)
    moved = with_data_at(study, str(there))
    assert own_paths(moved) == [str(there)]
    assert list(fingerprints(moved).values()) == [before]
    changed = repeated(CHINESE, 9)
    if kind == "files":
        archived(there, files(changed))
    else:
        written(there, table(changed))
    assert list(fingerprints(moved).values()) != [before]


def test_what_may_mislead_is_told_with_the_study(tmp_path):
    path = written(tmp_path / "t.csv", table([*repeated(CHINESE, 6), *repeated(CHINESE, 6)]))
    told = advice(Study(task={"data": str(path)}, arms=["none"], seeds=1))
    assert "are in training too, word for word" in told[0]
    assert advice(Study(task="own-text", arms=["none"], seeds=1)) == []
