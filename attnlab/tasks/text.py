"""Tasks on text: tokens (N, T), or documents of sentences (N, S, W); token 0 is padding."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from attnlab.catalog import DocumentsParameters, KeywordTextParameters
from attnlab.tasks.data import (
    PROBE_SAMPLES,
    Masks,
    Split,
    TaskData,
    one_array,
    with_further_tests,
)
from attnlab.tasks.examples import Example, truth_of
from attnlab.tasks.labels import add_label_noise, draw_imbalanced
from attnlab.tasks.streams import generator
from attnlab.tasks.vocabulary import CLASS_NAMES, FIRST_KEYWORD, KEYWORDS_EACH, PLAIN, WORDS

KEYWORD_TEXT = "keyword-text"
DOCUMENTS = "documents"
SHORTEST = 0.5
"""The length of the shortest text over that of the longest."""


def keyword_text(params: KeywordTextParameters, seed: int) -> TaskData:
    """Plain words (N, T), among them a few that carry the feeling, which is the class.

    A text has from half as many words as `length` up to all, then padding. `samples` are split
    80:20 into training and validation, as many again as in the validation split are drawn for
    testing, and further ones where more are wanted.
    """
    random = generator(seed, KEYWORD_TEXT, "data")
    y = _classes(random, params, seed, KEYWORD_TEXT)
    x = _texts(params, random, y)
    data = _cut(params, seed, KEYWORD_TEXT, x, y, truth=x >= FIRST_KEYWORD, valid=x > 0)

    def draw(random: np.random.Generator, count: int) -> Split:
        y = random.integers(0, params.classes, count)
        return Split(_texts(params, random, y), y)

    return with_further_tests(
        data, params.test_samples, generator(seed, KEYWORD_TEXT, "test"), draw
    )


def _texts(
    params: KeywordTextParameters,
    random: np.random.Generator,
    y: np.ndarray,
) -> np.ndarray:
    """Texts (N, T) of these classes (N,)."""
    words = random.integers(1, 1 + len(PLAIN), (len(y), params.length))
    lengths = _lengths(random, len(y), params.length)
    order = np.argsort(random.random(words.shape) + (np.arange(params.length) >= lengths[:, None]))
    places = order[:, : params.keywords]  # distinct, and none on padding
    carried = random.integers(0, KEYWORDS_EACH, places.shape)
    keywords = FIRST_KEYWORD + y[:, None] * KEYWORDS_EACH + carried
    np.put_along_axis(words, places, keywords, axis=1)
    return np.where(np.arange(params.length) < lengths[:, None], words, 0).astype(np.int32)


def documents(params: DocumentsParameters, seed: int) -> TaskData:
    """Sentences of plain words (N, S, W), one of which has a word that carries the class.

    Documents have from half of `sentences` up to all, and sentences from half of `words` up to all;
    the rest is padding. What attention should find is the sentence, and the word in it.
    """
    random = generator(seed, DOCUMENTS, "data")
    y = _classes(random, params, seed, DOCUMENTS)
    x = _documents(params, random, y)
    planted, filled = x >= FIRST_KEYWORD, x > 0
    truth = {"words": planted, "sentences": np.any(planted, axis=-1)}
    valid = {"words": filled, "sentences": np.any(filled, axis=-1)}
    data = _cut(params, seed, DOCUMENTS, x, y, truth=truth, valid=valid)

    def draw(random: np.random.Generator, count: int) -> Split:
        y = random.integers(0, params.classes, count)
        return Split(_documents(params, random, y), y)

    return with_further_tests(data, params.test_samples, generator(seed, DOCUMENTS, "test"), draw)


def _documents(
    params: DocumentsParameters,
    random: np.random.Generator,
    y: np.ndarray,
) -> np.ndarray:
    """Documents (N, S, W) of these classes (N,)."""
    n, s, w = len(y), params.sentences, params.words
    x = random.integers(1, 1 + len(PLAIN), (n, s, w))
    sentences = _lengths(random, n, s)
    words = _lengths(random, n * s, w).reshape(n, s)
    sentence = (random.random(n) * sentences).astype(int)
    every = np.arange(n)
    word = (random.random(n) * words[every, sentence]).astype(int)
    carried = random.integers(0, KEYWORDS_EACH, n)
    x[every, sentence, word] = FIRST_KEYWORD + y * KEYWORDS_EACH + carried
    there = (np.arange(w) < words[..., None]) & (np.arange(s) < sentences[:, None])[..., None]
    return np.where(there, x, 0).astype(np.int32)


def keyword_text_example(params: KeywordTextParameters, data: TaskData, number: int) -> Example:
    """The words of a text."""
    words = tuple(WORDS[token] for token in one_array(data.validation.x)[number])
    label = CLASS_NAMES[one_array(data.validation.y)[number]]
    return Example("words", words, label, truth_of(data, number))


def documents_example(params: DocumentsParameters, data: TaskData, number: int) -> Example:
    """The sentences of a document."""
    sentences = tuple(
        tuple(WORDS[token] for token in sentence)
        for sentence in one_array(data.validation.x)[number]
    )
    label = CLASS_NAMES[one_array(data.validation.y)[number]]
    return Example("sentences", sentences, label, truth_of(data, number, "words"))


def _classes(
    random: np.random.Generator,
    params: KeywordTextParameters | DocumentsParameters,
    seed: int,
    task: str,
) -> np.ndarray:
    held_out = params.samples // 5
    y = random.integers(0, params.classes, params.samples + held_out)
    draw_imbalanced(y[: params.samples - held_out], params.classes, params.imbalance, seed, task)
    return y


def _lengths(random: np.random.Generator, count: int, longest: int) -> np.ndarray:
    return random.integers(int(np.ceil(SHORTEST * longest)), longest + 1, count)


def _cut(
    params: KeywordTextParameters | DocumentsParameters,
    seed: int,
    task: str,
    x: np.ndarray,
    y: np.ndarray,
    *,
    truth: Masks,
    valid: Masks,
) -> TaskData:
    held_out = params.samples // 5
    first, second = params.samples - held_out, params.samples
    y = y.astype(np.int32)
    train, validation, test = (
        Split(x[cut], y[cut])
        for cut in (slice(0, first), slice(first, second), slice(second, None))
    )
    probe = slice(first, min(first + PROBE_SAMPLES, second))
    data = TaskData(train, validation, test, classes=params.classes)
    data = add_label_noise(data, params.label_noise, seed, task)
    return replace(data, truth=_of_probe(truth, probe), valid=_of_probe(valid, probe))


def _of_probe(masks: Masks, probe: slice) -> Masks:
    if isinstance(masks, dict):
        return {name: mask[probe] for name, mask in masks.items()}
    return None if masks is None else masks[probe]
