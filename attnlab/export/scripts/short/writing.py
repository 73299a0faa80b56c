"""The data of tasks whose answer is written, in a few lines."""

from __future__ import annotations

from typing import Any

from attnlab.export.scripts.literals import literal
from attnlab.tasks.dates import FIRST, LANGUAGES, LAST, longest_of

_SPLITS = """written = np.roll(y, 1, axis=1)  # what the network has written so far
cuts = [{train}, {samples}]
x_train, x_val, x_test = zip(np.split(read, cuts), np.split(written, cuts), strict=True)
y_train, y_val, y_test = np.split(y, cuts)
"""


def reverse_lines(params: Any) -> str:
    """Letters, and the same backwards."""
    first = f"""
# Letters are numbers from 2; 1 ends an answer, and stands before its first letter.
read = rng.integers(2, 2 + {params.letters}, ({_count(params)}, {params.length}))
end = np.ones(({_count(params)}, 1), int)
y = np.concatenate([read[:, ::-1], end], axis=1)  # the same backwards
"""
    return first + _splits(params)


def dates_lines(params: Any) -> str:
    """Dates in several languages, and the same in ISO form."""
    forms = ["medium", "long", *(["full"] if params.weekdays else [])]
    languages = literal(list(LANGUAGES[: params.languages]))
    count = _count(params)
    first = f"""
languages, forms = {languages}, {literal(forms)}
days = rng.integers({FIRST.toordinal()}, {LAST.toordinal() + 1}, {count})  # from 1900 to 2099
days = [date.fromordinal(day) for day in days.tolist()]
ways = rng.choice([(form, language) for form in forms for language in languages], {count})
texts = [" ".join(format_date(day, *way).split()) for day, way in zip(days, ways, strict=True)]
numbers = {{character: n for n, character in enumerate(sorted(set("".join(texts))), 2)}}
read = np.zeros(({count}, {longest_of(params)}), int)  # 0 is padding
for row, text in zip(read, texts, strict=True):
    row[: len(text)] = [numbers[character] for character in text]
# In ISO form, such as 2004-09-05; 1 ends an answer, and stands before its first character.
y = np.array([["0123456789-".index(one) + 2 for one in str(day)] + [1] for day in days])
"""
    return first + _splits(params)


def _count(params: Any) -> int:
    """How many samples are drawn, with those for the test."""
    return int(params.samples + max(params.samples // 5, params.test_samples))


def _splits(params: Any) -> str:
    return _SPLITS.format(train=params.samples - params.samples // 5, samples=params.samples)
