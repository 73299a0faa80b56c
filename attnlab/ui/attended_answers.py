"""What a network answered to single examples, in words."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from attnlab.analysis.rounding import figures_text
from attnlab.inspection.attended import RunAttention
from attnlab.tasks.examples import Example

RIGHT, WRONG = "right", "wrong"


def answer_words(found: RunAttention, examples: Sequence[Example], number: int) -> str:
    """What a run answered to the example `number`: a class, a text, or how far a number is off."""
    answers, labels = found.arrays["answers"][number], found.arrays["labels"][number]
    if found.is_number:
        off = float(answers[0] - labels[0]) * float(found.about["unit"])
        way = "too high" if off > 0 else "too low"
        return f"{figures_text(abs(off))} {way}"
    called = tokens_called(found, examples)
    if answers.size == 1:
        return called.get(int(answers[0]), f"class {int(answers[0])}")
    symbols = [called.get(int(token), "") for token in answers]
    is_text = isinstance(examples[number].values[1], str)
    return ("" if is_text else " ").join(each for each in symbols if each) or "nothing"


def tokens_called(found: RunAttention, examples: Sequence[Example]) -> dict[int, str]:
    """What classes, or tokens of a text that is written, are called, as far as right answers of
    the shown examples say."""
    labels = found.arrays["labels"]
    called: dict[int, str] = {}
    for row, example in zip(labels, examples, strict=False):
        symbols = list(example.values[1]) if example.kind == "pair" else [example.label]
        called.update(zip(row.astype(int).tolist(), map(str, symbols), strict=False))
    return called


def answer_line(found: RunAttention, examples: Sequence[Example], number: int) -> str:
    """The answer to one example in HTML, with whether it is right and how sure the network is."""
    words = escape(answer_words(found, examples, number))
    if found.is_number:
        return f"<div>Its number is <b>{words}</b></div>"
    sure = f"{100 * float(found.arrays['confidence'][number]):.0f} %"
    is_wrong = bool(found.errors[number])
    mark, said = ("✗", WRONG) if is_wrong else ("✓", RIGHT)
    return f"<div>{mark} answers <b>{words}</b>, {said}, {sure} sure</div>"


def those_shown(filter_by: str, found: Sequence[RunAttention], count: int) -> list[int]:
    """The numbers of the examples of a filter: "All", "Errors" of any of the runs, or
    "Different answers"."""
    shown = range(min([count, *(each.shown for each in found)]))
    if filter_by == "Errors":
        wrong = np.any([each.errors[: len(shown)] for each in found], axis=0)
        return np.flatnonzero(wrong).tolist()
    if filter_by == "Different answers":
        first, *others = (each.arrays["answers"] for each in found)
        return [n for n in shown if any(np.any(first[n] != own[n]) for own in others)]
    return list(shown)
