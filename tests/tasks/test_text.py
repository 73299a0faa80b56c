"""Texts: the class is carried by the planted words alone, and the truth is where they stand."""

import numpy as np
import pytest

from attnlab import TaskSpec
from attnlab.tasks import make
from attnlab.tasks.vocabulary import CLASS_NAMES, FEELINGS, FIRST_KEYWORD, WORDS

TEXTS = "keyword-text:keywords=3,samples=800,length=20"
DOCUMENTS = "documents:samples=800"


def drawn(task):
    return make(TaskSpec.model_validate(task), 0)


def carried(tokens):
    """The class of each word that carries one, by its spelling; None for any other."""
    of_word = {word: feeling for feeling, words in FEELINGS.items() for word in words}
    return [of_word.get(WORDS[token]) for token in tokens]


@pytest.mark.parametrize(("task", "each"), [(TEXTS, 3), (DOCUMENTS, 1)])
def test_each_split_has_texts_with_so_many_words_of_their_class_and_of_no_other(task, each):
    data = drawn(task)
    for split in (data.train, data.validation, data.test):
        assert split.x.dtype == np.int32
        for tokens, label in zip(split.x, split.y, strict=True):
            feelings = [feeling for feeling in carried(tokens.ravel()) if feeling]
            assert feelings == [CLASS_NAMES[label]] * each


def test_every_word_of_a_feeling_is_used():
    data = drawn(TEXTS)
    assert set(range(FIRST_KEYWORD, len(WORDS))) <= set(np.unique(data.train.x))


def test_truth_is_where_the_planted_words_are():
    data = drawn(TEXTS)
    assert data.truth.sum(axis=1).tolist() == [3] * len(data.probe)
    for tokens, truth in zip(data.probe, data.truth, strict=True):
        assert [feeling is not None for feeling in carried(tokens)] == truth.tolist()


def test_truth_of_documents_is_the_word_and_its_sentence():
    data = drawn(DOCUMENTS)
    words, sentences = data.truth["words"], data.truth["sentences"]
    assert words.sum(axis=(1, 2)).tolist() == [1] * len(data.probe)
    np.testing.assert_array_equal(words.any(axis=2), sentences)
    np.testing.assert_array_equal(words, data.probe >= FIRST_KEYWORD)
    carries = [
        [[feeling is not None for feeling in carried(sentence)] for sentence in document]
        for document in data.probe
    ]
    np.testing.assert_array_equal(words, carries)


def test_padding_is_at_the_end_alone_and_no_longer_than_half():
    data = drawn(TEXTS)
    lengths = data.valid.sum(axis=1)
    assert (lengths.min(), lengths.max()) == (10, 20)
    np.testing.assert_array_equal(data.valid, np.arange(20) < lengths[:, None])
    np.testing.assert_array_equal(data.valid, data.probe > 0)


def test_padding_of_documents_is_at_the_end_of_a_sentence_and_of_the_document():
    data = drawn(DOCUMENTS)
    words, sentences = data.valid["words"], data.valid["sentences"]
    lengths, counts = words.sum(axis=2), sentences.sum(axis=1)
    np.testing.assert_array_equal(words, np.arange(8) < lengths[..., None])
    np.testing.assert_array_equal(sentences, np.arange(6) < counts[:, None])
    np.testing.assert_array_equal(sentences, lengths > 0)
    assert (counts.min(), counts.max()) == (3, 6)
    assert (lengths[sentences].min(), lengths.max()) == (4, 8)


def test_planted_words_stand_anywhere():
    data = drawn("keyword-text:samples=4000,length=12")
    share = data.truth.mean(axis=0)[:6]
    assert (share > 0.04).all()
    assert share.std() < 0.03
