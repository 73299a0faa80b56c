"""Dates as people write them in several languages, to be written as 2004-09-05."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

import babel.numbers  # noqa: F401  (else Babel imports it in the first thread that reads dates)
import numpy as np
from babel.dates import DateTimeFormat, get_date_format

from attnlab.catalog import ISO_LENGTH, DatesParameters
from attnlab.tasks.data import Split, TaskData, with_further_tests
from attnlab.tasks.examples import Example
from attnlab.tasks.streams import generator
from attnlab.tasks.writing import (
    END,
    FIRST_TOKEN,
    cut_pairs,
    pair_example,
    pairs_split,
    tokens_of,
)

NAME = "dates"
LANGUAGES = ("en", "fr", "zh", "de", "es", "ru", "it", "pt", "ja", "nl")
FIRST, LAST = date(1900, 1, 1), date(2099, 12, 31)
WRITTEN = "0123456789-"
"""The characters of an answer, besides its end."""

_FIELDS = {"y": "year", "M": "month", "L": "month", "d": "day"}
_ISO_SPANS = {"year": slice(0, 4), "month": slice(5, 7), "day": slice(8, 10)}
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


class Part(NamedTuple):
    """A piece of a pattern: a text, or a field such as "MMMM" that depends on the date."""

    text: str
    field: str


@lru_cache(maxsize=64)
def patterns(languages: int, weekdays: bool) -> tuple[tuple[str, tuple[Part, ...]], ...]:
    """The (language, pattern) in which dates are written: CLDR's medium and long, and full."""
    lengths: list[Literal["medium", "long", "full"]] = ["medium", "long"]
    if weekdays:
        lengths.append("full")
    per_language = []
    for language in LANGUAGES[:languages]:
        for length in lengths:
            pieces = re.split(r"%\((\w+)\)s", str(get_date_format(length, language).format))
            parts = [
                Part("", piece) if place % 2 else Part(piece.replace("%%", "%"), "")
                for place, piece in enumerate(pieces)
            ]
            per_language.append((language, tuple(part for part in parts if any(part))))
    return tuple(per_language)


@lru_cache(maxsize=64)
def alphabet(languages: int, weekdays: bool) -> str:
    """Every character that a date may have, sorted."""
    days = [date(2001, month, day) for month in range(1, 13) for day in range(1, 8)]
    texts = (
        written(day, language, parts)[0]
        for language, parts in patterns(languages, weekdays)
        for day in days
    )
    return "".join(sorted({*"0123456789", *(character for text in texts for character in text)}))


def written(day: date, language: str, parts: tuple[Part, ...]) -> tuple[str, dict[str, slice]]:
    """A date as it is written, and where its year, month and day stand."""
    text, spans = "", {}
    for part in parts:
        piece = part.text or _field(day, language, part.field)
        piece = piece.translate(_SPACES)
        if part.field and part.field[0] in _FIELDS:
            spans[_FIELDS[part.field[0]]] = slice(len(text), len(text) + len(piece))
        text += piece
    return text, spans


def _field(day: date, language: str, field: str) -> str:
    key = {"M": day.month, "L": day.month, "d": day.day, "y": day.year}.get(field[0])
    return _field_of(language, field, day.weekday() if key is None else key)


@lru_cache(maxsize=10_000)
def _field_of(language: str, field: str, value: int) -> str:
    """A field's text, which depends on one number of the date alone."""
    if field[0] in "ML":
        day = date(2001, value, 1)
    elif field[0] == "d":
        day = date(2001, 1, value)
    elif field[0] == "y":
        day = date(value, 1, 1)
    else:  # a weekday; the first of January 2001 was a Monday
        day = date(2001, 1, 1 + value)
    return DateTimeFormat(day, language)[field]


def dates(params: DatesParameters, seed: int) -> TaskData:
    """Dates between 1900 and 2099 as characters (N, S), and in ISO form with an end (N, 11).

    S is the length of the longest date in these languages. Language and pattern are drawn for each
    date. Attention should find the characters of year, month and day while they are written; the
    other steps may look anywhere. `samples` are split 80:20 into training and validation, as many
    again as in the validation split are drawn for testing, and further ones where more are wanted.
    Source: the patterns of the Unicode CLDR, as Babel has them.
    """
    total = params.samples + params.samples // 5
    source, targets, truth = _pairs(params, generator(seed, NAME, "data"), total)
    data = cut_pairs(source, targets, truth, params.samples, FIRST_TOKEN + len(WRITTEN))

    def draw(random: np.random.Generator, count: int) -> Split:
        source, targets, _ = _pairs(params, random, count)
        return pairs_split(source, targets)

    return with_further_tests(data, params.test_samples, generator(seed, NAME, "test"), draw)


def _pairs(
    params: DatesParameters,
    random: np.random.Generator,
    count: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Dates (count, S), the same in ISO form (count, 11), and where each step of that should look
    (count, 11, S)."""
    known = patterns(params.languages, params.weekdays)
    days = random.integers(0, (LAST - FIRST).days + 1, count)
    chosen = random.integers(0, len(known), count)
    texts, answers, length = [], [], longest_of(params)
    truth = np.zeros((count, ISO_LENGTH, length), bool)
    for place, (offset, pattern) in enumerate(zip(days.tolist(), chosen.tolist(), strict=True)):
        day = FIRST + timedelta(days=offset)
        text, spans = written(day, *known[pattern])
        for name, span in spans.items():
            _mark(truth[place], _ISO_SPANS[name], span, text[span].isdecimal())
        texts.append(text)
        answers.append(day.isoformat() + END)
    symbols = alphabet(params.languages, params.weekdays)
    source = tokens_of(texts, symbols, length)
    return source, tokens_of(answers, WRITTEN, ISO_LENGTH), truth


def _mark(truth: np.ndarray, steps: slice, span: slice, digits: bool) -> None:
    """Mark in `truth` the span that these steps of the answer should look at, digit by digit.

    Both steps of a day or month of one digit look at that digit; all steps of a name look at all
    of it.
    """
    length = span.stop - span.start
    for step in range(steps.start, steps.stop):
        place = span.stop - (steps.stop - step)
        if digits and length > 1:
            truth[step, place] = True
        else:
            truth[step, span] = True


@lru_cache(maxsize=64)
def _longest(languages: int, weekdays: bool) -> int:
    days = [date(2000, month, 22 + weekday) for month in range(1, 13) for weekday in range(7)]
    return max(
        len(written(day, language, parts)[0])
        for language, parts in patterns(languages, weekdays)
        for day in days
    )


def longest_of(params: DatesParameters) -> int:
    """How many characters the longest date has: every month and weekday with two digits a day."""
    return _longest(params.languages, params.weekdays)


def read_date(params: DatesParameters, text: str) -> tuple[date, np.ndarray] | None:
    """The day that a text names in one of the forms, and where each step of its ISO form should
    look (11, S); None for any other text."""
    for year in map(int, re.findall(r"\d{4}", text)):
        if FIRST.year <= year <= LAST.year:
            found = _texts_of_year(year, params.languages, params.weekdays).get(text)
            if found is not None:
                day, place = found
                truth = np.zeros((ISO_LENGTH, longest_of(params)), bool)
                _, spans = written(day, *patterns(params.languages, params.weekdays)[place])
                for name, span in spans.items():
                    _mark(truth, _ISO_SPANS[name], span, text[span].isdecimal())
                return day, truth
    return None


@lru_cache(maxsize=8)
def _texts_of_year(year: int, languages: int, weekdays: bool) -> dict[str, tuple[date, int]]:
    """Every date of a year as it may be written, with its day and the number of its pattern."""
    first = date(year, 1, 1)
    days = [first + timedelta(days=offset) for offset in range(366)]
    known = patterns(languages, weekdays)
    return {
        written(day, *known[place])[0]: (day, place)
        for place in reversed(range(len(known)))
        for day in days
        if day.year == year
    }


def dates_example(params: DatesParameters, data: TaskData, number: int) -> Example:
    """A date as it is written somewhere, and in ISO form."""
    symbols = alphabet(params.languages, params.weekdays)
    return pair_example(data, number, symbols, WRITTEN)
