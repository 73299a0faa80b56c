"""The task on pairs of one's own: how it is found, what a seed gets, and what is measured."""

import math
import pickle

import numpy as np
import pytest
from sacrebleu.metrics import BLEU

from attnlab import SpecError, Study, TaskSpec
from attnlab.data.pairs.vocabulary import END, UNKNOWN, UNKNOWN_TEXT
from attnlab.data.states import advice, fingerprints
from attnlab.data.tables import TableError
from attnlab.spec.metrics import metrics_of
from attnlab.tasks import carrying, make
from attnlab.tasks.examples import examples
from attnlab.tasks.text_measures import bleu_tokenizer, text_measures
from attnlab.training import memory
from tests.data.pairs.samples import PO, TATOEBA, drawn
from tests.data.tables.tables import FLOWERS, written


def spec(path, **options):
    return TaskSpec.model_validate({"data": str(path), **options})


@pytest.fixture
def path(tmp_path):
    return written(tmp_path / "mine.tsv", drawn(80))


def test_data_that_are_pairs_name_their_task(path, tmp_path):
    assert spec(path).name == "own-pairs"
    assert spec(written(tmp_path / "fra.txt", TATOEBA)).name == "own-pairs"
    assert spec(written(tmp_path / "fr.po", PO)).name == "own-pairs"
    assert spec(tmp_path, target="fr").name == "own-pairs"
    flowers = written(tmp_path / "flowers.csv", FLOWERS)
    assert spec(flowers).name != "own-pairs"
    assert spec(flowers, source="colour", target="kind").name == "own-pairs"
    assert spec(path, label="book").name != "own-pairs"
    study = Study(task={"data": str(path)}, arms=["none"], seeds=1)
    assert Study.from_text(study.to_yaml()) == study


def test_every_seed_has_arrays_of_the_same_shape_and_other_pairs(path):
    first, second = make(spec(path), 0), make(spec(path), 1)
    for split in ("train", "validation", "test"):
        mine, other = getattr(first, split), getattr(second, split)
        assert [each.shape for each in mine.x] == [each.shape for each in other.x]
        assert mine.y.shape == mine.x[1].shape
        assert {each.dtype for each in (*mine.x, mine.y)} == {np.dtype(np.int32)}
    task = spec(path)
    assert first.train.x[0].shape == (48, task.params.read_shape[0])
    assert first.train.y.shape == (48, task.params.written_shape[0])
    assert first.classes == second.classes == task.params.written_shape[1]
    assert first.train.y.max() < first.classes
    assert (first.train.y == END).sum(axis=1).tolist() == [1] * 48
    assert first.texts.test != second.texts.test
    assert first.valid.shape == first.validation.x[0].shape
    assert task.entry.nbytes(task.params) >= first.nbytes


def test_the_right_answers_are_what_somebody_wrote(path):
    data = make(spec(path), 0)
    (shown,) = examples(spec(path), 0, 1)
    assert shown.label == data.texts.validation[0]
    assert shown.values[1][1:] == tuple(shown.label.replace(".", " .").split(" "))[1:]
    written_texts = list(data.texts.of_answers(data.test.y))
    for tokens, text, right in zip(data.test.y, written_texts, data.texts.test, strict=True):
        assert (text == right) == (UNKNOWN not in tokens)
        assert (UNKNOWN_TEXT in text) == (UNKNOWN in tokens)


def test_guessing_is_right_as_often_as_the_commonest_token(path):
    task = spec(path)
    y = make(task, 0).validation.y
    shares = [np.mean((y == token).sum(axis=1) / (y > 0).sum(axis=1)) for token in range(1, 9)]
    assert task.chance == pytest.approx(max(shares), rel=0.1)


def test_a_study_whose_pairs_are_gone_can_be_opened_but_not_trained(path):
    study = Study(task={"data": str(path)}, arms=["none", "bahdanau"], seeds=2)
    memory.check(study)
    before = fingerprints(study)
    assert before
    assert any("pairs teach a network little" in each for each in advice(study))
    written(path, drawn(80, seed=1))
    assert fingerprints(study) != before
    path.unlink()
    assert Study.from_text(study.to_yaml()) == study
    assert math.isnan(study.task.chance)
    assert study.task.entry.split_sizes(study.task.params) is None
    with pytest.raises(TableError, match="there is no such file"):
        memory.check(study)


def test_pairs_are_carried_to_machines_that_do_not_have_them(path):
    task = spec(path)
    before = make(task, 0)
    sent = pickle.loads(pickle.dumps(carrying.carried(task)))
    path.unlink()
    sent.install()
    try:
        np.testing.assert_array_equal(make(task, 0).train.y, before.train.y)
    finally:
        sent.remove()
    with pytest.raises(TableError):
        make(task, 0)


def test_bleu_and_chrf_are_sacrebleus_and_know_the_script():
    right = ["the cat sees the dog .", "a small house by the sea"]
    wrote = ["the cat sees a dog .", "a small house"]
    measured = text_measures(wrote, right)
    assert measured["bleu"] == BLEU(force=True).corpus_score(wrote, [right]).score
    assert 0 < measured["bleu"] < measured["chrf"] < 100
    assert text_measures(right, right) == {"bleu": pytest.approx(100), "chrf": pytest.approx(100)}
    assert text_measures([], []) == {}
    assert bleu_tokenizer(["请输入一个值。"]) == "zh"
    assert bleu_tokenizer(["はい、値です。"]) == bleu_tokenizer(["สวัสดี"]) == "char"
    assert bleu_tokenizer(right) == "13a"


def test_a_study_may_be_judged_by_what_is_measured_of_texts(path):
    metrics = metrics_of(spec(path))
    assert list(metrics)[:4] == ["val_accuracy", "val_exact_match", "val_bleu", "val_chrf"]
    assert metrics["val_bleu"].kind == "end"
    plan = {"arms": ["none"], "seeds": 1, "metric": "val_chrf"}
    assert Study(task={"data": str(path)}, **plan).metric.title == "chrF"
    with pytest.raises(SpecError, match="unknown metric 'val_chrf'"):
        Study(task="dates", **plan)
