"""What a network answers, in the words in which the task says what is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from attnlab.data.pairs.tokens import shown as shown_token
from attnlab.data.pairs.vocabulary import END, PADDING, UNKNOWN_TEXT
from attnlab.spec import TaskSpec
from attnlab.tasks.data import Arrays, Split, TaskData, arrays_in, make, with_fewest_tests
from attnlab.tasks.examples import Example, example
from attnlab.tasks.texts import TaskTexts


@dataclass(frozen=True)
class Said:
    """An answer to one sample: a class, tokens (T,), or a number as the task's targets are."""

    label: int | None = None
    tokens: tuple[int, ...] = ()
    value: float | None = None


@dataclass(frozen=True)
class FewSamples:
    """A few samples of a seed, and the words for answers to them."""

    task: TaskSpec
    examples: tuple[Example, ...]
    data: TaskData

    def answered(self, number: int, answer: Said) -> Example:
        """Sample `number` with this answer in place of the right one: as its `label`, and where
        the answer is a text, as what is written, too."""
        number %= len(self.examples)
        if self.data.texts is not None:
            return _of_own_texts(self.examples[number], self.data.texts, answer.tokens)
        targets = arrays_in(self.data.validation.y)
        given: Any = answer.label if answer.value is None else answer.value
        first = np.array(targets[0])
        if answer.tokens:
            first[number] = 0
            first[number, : len(answer.tokens)] = answer.tokens[: first.shape[-1]]
        else:
            first[number] = given
        y: Arrays = (first, *targets[1:]) if isinstance(self.data.validation.y, tuple) else first
        answered = replace(self.data, validation=Split(self.data.validation.x, y))
        return example(self.task, answered, number)

    def words(self, answer: Said) -> str:
        """The words for an answer to any sample."""
        return self.answered(0, answer).label


def shown(task: TaskSpec, seed: int, most: int) -> FewSamples:
    """The first validation samples of this seed, `most` of them or fewer, with no more of the data
    than they need."""
    data = make(with_fewest_tests(task), seed)
    count = min(most, len(data.validation))
    few = _first(data, count)
    return FewSamples(task, tuple(example(task, few, number) for number in range(count)), few)


def _first(data: TaskData, count: int) -> TaskData:
    """The data with copies of the first validation samples alone."""
    head = Split(
        _each(data.validation.x, lambda array: _head(array, count)),
        _each(data.validation.y, lambda array: _head(array, count)),
    )
    words = [data.words[number] for number in range(count)] if len(data.words) else data.words
    return replace(data, train=head, test=head, validation=head, words=words)


def _head(array: Any, count: int) -> Any:
    """A copy of the first rows; of images that are read from a file when they are needed, all."""
    return np.array(array[:count]) if isinstance(array, np.ndarray) else array


def _each(arrays: Arrays, change: Callable[[Any], Any]) -> Arrays:
    return tuple(map(change, arrays)) if isinstance(arrays, tuple) else change(arrays)


def _of_own_texts(right: Example, texts: TaskTexts, tokens: tuple[int, ...]) -> Example:
    """The pair with what was written, token by token."""
    [text] = texts.of_answers(np.array([tokens]))
    ends = [place for place, token in enumerate(tokens) if token in (PADDING, END)]
    written = tokens[: ends[0]] if ends else tokens
    known = texts.written
    words = (known[token] if token < len(known) else UNKNOWN_TEXT for token in written)
    values = right.values[0], tuple(map(shown_token, words))
    return replace(right, values=values, label=text, truth=None)
