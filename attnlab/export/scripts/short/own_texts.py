"""The data of one's own texts in a few lines of pandas."""

from __future__ import annotations

from typing import Any

import numpy as np

from attnlab.catalog.task_entries.own_text import text_path, texts_of
from attnlab.data.tables import is_named_like_a_table
from attnlab.data.tables.table import read_table
from attnlab.data.texts.ready import ReadyTexts
from attnlab.export.scripts.literals import literal
from attnlab.export.scripts.short.own_files import (
    check_divides,
    ran,
    read_otherwise,
    reading_line,
    sizes_of,
    split_lines,
)
from attnlab.export.scripts.short.refusing import refused

_WORD = 'r"\\w+(?:\'\\w+)*"'
"""The code of a pattern for words: about what Unicode calls so."""

_ALIKE = 0.95
"""The share of texts that have to be cut into the same words: a few rare ones may differ."""

_TOKENS = """# The words that training texts share, commonest first; 0 is padding, 1 another word.
counts = Counter(sorted(word for row in train for word in set(texts[row][:{length}])))
known = [word for word, count in counts.most_common({most}) if count >= {fewest}]
numbers = {{word: number for number, word in enumerate(known, 2)}}
x = np.zeros((len(texts), {length}), int)
for row, words in zip(x, texts, strict=True):
    row[: len(words)] = [numbers.get(word, 1) for word in words[:{length}]]
x_train, x_val, x_test = x[train], x[val], x[test]
y_train, y_val, y_test = y[train], y[val], y[test]
"""


def text_lines(params: Any, seed: int) -> str:
    """Texts of a table as tokens, and their classes.

    Raises ExportError for what takes more than a few lines, SpecError for what cannot be read.
    """
    path = text_path(params)
    if not is_named_like_a_table(path):
        raise refused("texts in files of their own take more than a few lines")
    ready = texts_of(params)
    rows = ready.texts.divided(np.random.default_rng(0))
    splits = split_lines(params.split, ready.texts.fixed.given, sizes_of(rows), "y")
    text, label = literal(ready.texts.text[0]), literal(ready.texts.label[0])
    lower = ".str.lower()" if params.lower else ""
    read = (
        f"{reading_line(read_table(path, params.sheet))}"
        f"table = table.dropna(subset=[{text}, {label}])\n"
        f'y = table[{label}].astype("category").cat.codes.to_numpy()\n'
        f"texts = [re.findall({_WORD}, text) for text in table[{text}]{lower}]\n"
    )
    found = ran(read, path.name)
    _check(ready, found, path.name)
    check_divides(splits, found, seed, path.name)
    tokens = _TOKENS.format(length=ready.length, most=ready.size - 2, fewest=params.fewest)
    return read + splits + tokens


def _check(ready: ReadyTexts, found: dict[str, Any], name: str) -> None:
    """Raise ExportError where the code found other classes or words than attnlab."""
    target, length = ready.texts.target, ready.length
    if found["y"].tolist() != target.tolist():
        raise read_otherwise(name)
    ours = ready.words_of(np.arange(len(target)))
    pairs = zip(ours, found["texts"], strict=True)
    alike = [tuple(map(str.lower, one)) == _read(other, length) for one, other in pairs]
    if np.mean(alike) < _ALIKE:
        raise read_otherwise(name)


def _read(words: list[str], length: int) -> tuple[str, ...]:
    return tuple(map(str.lower, words[:length]))
