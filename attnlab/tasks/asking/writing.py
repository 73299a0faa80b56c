"""Texts that somebody types, as the tokens of the tasks whose answer is a text."""

from __future__ import annotations

import numpy as np

from attnlab.catalog import DatesParameters, ReverseParameters
from attnlab.tasks import dates, reverse
from attnlab.tasks.asking.given import Asked, Given, GivenError
from attnlab.tasks.examples import Example
from attnlab.tasks.writing import tokens_of, written_before
from attnlab.wording import listed

_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


def asked_date(params: DatesParameters, seed: int, given: Given) -> Asked:
    """A date as characters (1, S), and its ISO form where it is written as the networks know it."""
    text = " ".join(given.text.translate(_SPACES).split())
    forms = _forms(params)
    longest = dates.longest_of(params)
    if not text:
        raise GivenError(f"expected a date such as {forms}, got nothing")
    alphabet = dates.alphabet(params.languages, params.weekdays)
    if strange := sorted(set(text) - set(alphabet)):
        named = listed(f"\u201c{character}\u201d" for character in strange[:5])
        raise GivenError(f"expected a date such as {forms}; no date here is written with {named}")
    if len(text) > longest:
        raise GivenError(
            f"expected a date such as {forms}, of at most {longest} characters; got {len(text)}"
        )
    found = dates.read_date(params, text)
    inputs = _inputs(tokens_of([text], alphabet, longest), dates.ISO_LENGTH)
    if found is None:
        note = "This is no date in a form that was trained: the answer is a guess"
        return Asked(inputs, Example("pair", (text, ""), ""), (note, _known(params)))
    day, truth = found
    answer = day.isoformat()
    marked = truth[: len(answer), : len(text)]
    return Asked(inputs, Example("pair", (text, answer), answer, marked))


def _known(params: DatesParameters) -> str:
    """All forms that were trained, of one day."""
    day = dates.date(2004, 9, 5)
    known = dates.patterns(params.languages, params.weekdays)
    each = dict.fromkeys(dates.written(day, name, pattern)[0] for name, pattern in known)
    return f"Trained forms of one day: {'; '.join(each)}"


def _forms(params: DatesParameters) -> str:
    """Some forms of one day, a language each."""
    known = dates.patterns(params.languages, params.weekdays)
    first = dict(reversed(known))
    some = [name for name in dates.LANGUAGES if name in first][:3]
    day = dates.date(2004, 9, 5)
    return listed([dates.written(day, name, first[name])[0] for name in some], "or")


def asked_letters(params: ReverseParameters, seed: int, given: Given) -> Asked:
    """Letters (1, L), and the same backwards."""
    text = "".join(given.text.upper().split())
    letters = reverse.alphabet(params)
    expected = f"expected up to {params.length} of the letters {letters[0]} to {letters[-1]}"
    if not text:
        raise GivenError(f"{expected}, got nothing")
    if strange := sorted(set(text) - set(letters)):
        raise GivenError(f"{expected}; got {listed(strange[:5])}, too")
    if len(text) > params.length:
        raise GivenError(f"{expected}; got {len(text)}")
    notes = []
    if len(text) < params.length:
        notes.append(
            f"The network was trained on words of {params.length} letters, and has never met "
            "shorter ones"
        )
    truth = np.eye(len(text), dtype=bool)[:, ::-1]
    inputs = _inputs(tokens_of([text], letters, params.length), params.length + 1)
    return Asked(inputs, Example("pair", (text, text[::-1]), text[::-1], truth), tuple(notes))


def _inputs(source: np.ndarray, written: int) -> tuple[np.ndarray, np.ndarray]:
    """What is read (1, S), and nothing written yet (1, T)."""
    return source, written_before(np.zeros((1, written), np.int32))
