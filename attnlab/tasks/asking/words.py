"""Sentences that somebody types, as the tokens of the tasks on texts."""

from __future__ import annotations

import re

import numpy as np

from attnlab.catalog import DocumentsParameters, KeywordTextParameters
from attnlab.catalog.task_entries.own_text import OwnTextParameters, texts_of
from attnlab.data.tables.splits import SPLITS
from attnlab.data.texts.ready import UNKNOWN
from attnlab.data.texts.words import cutter
from attnlab.tasks.asking.given import Asked, Given, GivenError
from attnlab.tasks.examples import Example
from attnlab.tasks.own_text import NAME as OWN_TEXT
from attnlab.tasks.streams import generator
from attnlab.tasks.vocabulary import CLASS_NAMES, FEELINGS, FIRST_KEYWORD, KEYWORDS_EACH, WORDS
from attnlab.wording import counted, listed

_KNOWN = {word: token for token, word in enumerate(WORDS) if word}
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?;\n]+")
_NAMED = 5
"""So many unknown words are named."""


def asked_keywords(params: KeywordTextParameters, seed: int, given: Given) -> Asked:
    """The words of a text that the network has met, as tokens (1, T)."""
    words = _WORD.findall(given.text.lower())
    known, notes = _without_unknown(words, params.classes)
    kept, cut = known[: params.length], len(known) - params.length
    if cut > 0:
        notes.append(cut_note(params.length, "words", len(known)))
    tokens = np.zeros((1, params.length), np.int32)
    tokens[0, : len(kept)] = [_KNOWN[word] for word in kept]
    padded = (*kept, *[""] * (params.length - len(kept)))
    example = Example("words", padded, _feeling(tokens, params.classes), tokens[0] >= FIRST_KEYWORD)
    return Asked((tokens,), example, tuple(notes))


def asked_document(params: DocumentsParameters, seed: int, given: Given) -> Asked:
    """The sentences of a document, each of words that the network has met, as tokens (1, S, W)."""
    parts = [_WORD.findall(part) for part in _SENTENCE_END.split(given.text.lower())]
    met, notes = _without_unknown([word for part in parts for word in part], params.classes)
    sentences = [kept for part in parts if (kept := [word for word in part if word in met])]
    if len(sentences) > params.sentences:
        notes.append(cut_note(params.sentences, "sentences", len(sentences)))
    if (longest := max(map(len, sentences))) > params.words:
        notes.append(cut_note(params.words, "words of a sentence", longest))
    tokens = np.zeros((1, params.sentences, params.words), np.int32)
    for row, words in zip(tokens[0], sentences, strict=False):
        row[: min(len(words), params.words)] = [_KNOWN[word] for word in words[: params.words]]
    rows = tuple(tuple(WORDS[token] for token in row) for row in tokens[0])
    example = Example(
        "sentences", rows, _feeling(tokens, params.classes), tokens[0] >= FIRST_KEYWORD
    )
    return Asked((tokens,), example, tuple(notes))


def asked_own_text(params: OwnTextParameters, seed: int, given: Given) -> Asked:
    """A text as the tokens (1, T) that the training texts of this seed gave to its words."""
    ready = texts_of(params)
    words = cutter(ready.tokens.choice.kind, ready.reading.lower)(given.text)
    if not words:
        raise GivenError("expected some words, got none that the network could read")
    train = ready.texts.divided(generator(seed, OWN_TEXT, "split"))[SPLITS[0]]
    numbers = {ready.tokens.words[code]: at for at, code in enumerate(ready.vocabulary(train), 2)}
    kept = words[: ready.length]
    tokens = np.zeros((1, ready.length), np.int32)
    tokens[0, : len(kept)] = [numbers.get(word, UNKNOWN) for word in kept]
    notes = []
    if strange := list(dict.fromkeys(word for word in kept if word not in numbers)):
        verb = "is" if len(strange) == 1 else "are"
        notes.append(
            f"To the network {named_words(strange)} {verb} the same unknown word: too rare in its "
            "training texts"
        )
    if len(words) > ready.length:
        notes.append(cut_note(ready.length, "tokens", len(words)))
    padded = (*kept, *[""] * (ready.length - len(kept)))
    return Asked(
        (tokens,), Example("words", padded, "", unknown=tokens[0] == UNKNOWN), tuple(notes)
    )


def _without_unknown(words: list[str], classes: int) -> tuple[list[str], list[str]]:
    """The words that the network has met, with a note on the others. Raises GivenError if there
    are none."""
    names = CLASS_NAMES[:classes]
    taught = set(WORDS[: FIRST_KEYWORD + KEYWORDS_EACH * classes])
    strange = list(dict.fromkeys(word for word in words if word not in taught))
    known = [word for word in words if word in taught]
    such = ", ".join(FEELINGS[name][0] for name in names)
    if not known:
        came = f"got {named_words(strange)}" if strange else "got none"
        raise GivenError(
            f"expected words that the network has met, such as house, teacher, {such}; {came}"
        )
    notes = []
    if strange:
        verb = "is" if len(strange) == 1 else "are"
        notes.append(
            f"The network has never met {named_words(strange)}, which {verb} left out; it knows "
            f"{len(taught) - 1} words, such as house, teacher, {such}"
        )
    return known, notes


def _feeling(tokens: np.ndarray, classes: int) -> str:
    """The one feeling that the words carry; empty where they carry none, or several."""
    carried = np.unique((tokens[tokens >= FIRST_KEYWORD] - FIRST_KEYWORD) // KEYWORDS_EACH)
    return CLASS_NAMES[int(carried[0])] if len(carried) == 1 else ""


def named_words(words: list[str]) -> str:
    """Some of the words in quotes, and how many more there are."""
    more = len(words) - _NAMED
    named = [f"\u201c{word}\u201d" for word in words[:_NAMED]]
    return listed([*named, *([counted(more, "other word")] if more > 0 else [])])


def cut_note(most: int, what: str, came: int) -> str:
    """Says that only the first are read."""
    return f"Only the first {most} {what} are read, of {came}"
