"""The task on pairs of texts from a file: tokens (N, S) that are read, and (N, T) to be written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from attnlab.catalog.task_entries.own_pairs import (
    OwnPairsParameters,
    pair_options,
    pairs_of,
    pairs_path,
)
from attnlab.data.fingerprint import Fingerprint, of_contents
from attnlab.data.inspection import Inspection
from attnlab.data.pairs.files import catalogues_at, contents_of
from attnlab.data.pairs.inspecting import inspect_pairs
from attnlab.data.pairs.prepared import prepared
from attnlab.data.pairs.reading import Pairs, bring_pairs, chosen_of, is_archive, read_pairs
from attnlab.data.pairs.tokens import shown
from attnlab.data.pairs.vocabulary import END, FIRST, PADDING, numbered
from attnlab.tasks.data import PROBE_SAMPLES, Split, TaskData, arrays_in, one_array
from attnlab.tasks.examples import Example
from attnlab.tasks.streams import generator
from attnlab.tasks.texts import TaskTexts
from attnlab.tasks.writing import written_before

NAME = "own-pairs"


def own_pairs(params: OwnPairsParameters, seed: int) -> TaskData:
    """Pairs of texts as tokens; raises TableError."""
    return pairs_at(pairs_path(params), params, seed)


def pairs_at(path: Path, params: OwnPairsParameters, seed: int) -> TaskData:
    """The pairs at this path: what is read (N, S), and what is to be written, with its end (N, T).

    S and T are the lengths of the longest texts in use, at every seed. Which tokens are known, and
    their numbers, are those of the seed's training pairs: see `attnlab.data.pairs.vocabulary`. The
    network gets the source and the token before each token of the answer.
    """
    options = pair_options(params)
    pairs = prepared(read_pairs(path, options.source, options.target), options)
    rows = pairs.divided(generator(seed, NAME, "split"))
    source = numbered(pairs.source, rows["train"], params.vocabulary)
    target = numbered(pairs.target, rows["train"], params.vocabulary)
    answers = _with_end(target.numbers)
    splits = {
        name: Split(
            (source.numbers[chosen], written_before(answers[chosen])),
            answers[chosen],
        )
        for name, chosen in rows.items()
    }
    classes = FIRST + pairs.vocabulary_size(pairs.target, params.vocabulary)
    probe = arrays_in(splits["validation"].x)[0][:PROBE_SAMPLES]
    texts = TaskTexts(
        read=source.tokens,
        written=target.tokens,
        kind=pairs.target.kind,
        validation=tuple(pairs.texts[row] for row in rows["validation"]),
        test=tuple(pairs.texts[row] for row in rows["test"]),
    )
    return TaskData(
        splits["train"],
        splits["validation"],
        splits["test"],
        classes=classes,
        valid=probe > PADDING,
        texts=texts,
    )


def _with_end(numbers: np.ndarray) -> np.ndarray:
    """Tokens (N, L) with the end behind the last of each (N, L + 1)."""
    answers = np.pad(numbers, ((0, 0), (0, 1)), constant_values=PADDING)
    lengths = (numbers != PADDING).sum(axis=1)
    answers[np.arange(len(answers)), lengths] = END
    return answers


def own_pairs_example(params: OwnPairsParameters, data: TaskData, number: int) -> Example:
    """The tokens that are read, and those to be written, without the end."""
    if data.texts is None:
        raise ValueError("expected the texts of the task's own data, got none")
    read = _texts(arrays_in(data.validation.x)[0][number], data.texts.read)
    written = _texts(one_array(data.validation.y)[number], data.texts.written)
    return Example("pair", (read, written), data.texts.validation[number])


def _texts(tokens: np.ndarray, known: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(shown(known[token]) for token in tokens if token not in (PADDING, END))


@dataclass(frozen=True)
class CarriedPairs:
    """Pairs as read on one machine, for the tasks on others."""

    params: OwnPairsParameters
    pairs: Pairs

    @property
    def key(self) -> str:
        """The path and columns, and which state of the files was read."""
        return " ".join(map(str, (*self._place, self.pairs.stamp)))

    @property
    def _place(self) -> tuple[Path, str, str]:
        options = pair_options(self.params)
        return pairs_path(self.params), options.source, options.target

    def install(self) -> None:
        """Let tasks find the pairs here instead of at their path."""
        bring_pairs(*self._place, self.pairs)

    def remove(self) -> None:
        """Let them look at the path again."""
        bring_pairs(*self._place, None)


def carried_pairs(params: OwnPairsParameters) -> CarriedPairs | None:
    """The pairs, to be sent to other machines; None for those that come with attnlab. Raises
    TableError."""
    return CarriedPairs(params, pairs_of(params).pairs) if params.data else None


def pairs_fingerprint(params: OwnPairsParameters) -> Fingerprint | None:
    """The state of the file, whatever it is called, or of the catalogues of the chosen language;
    None for the example. Raises TableError."""
    if not params.data:
        return None
    path, options = pairs_path(params), pair_options(params)
    read_pairs(path, options.source, options.target)  # says what is wrong with what cannot be used
    if path.is_dir() or is_archive(path):
        return of_contents(contents_of(path, chosen_of(catalogues_at(path), options.target)))
    return of_contents([("pairs", path.read_bytes())])


def pairs_advice(params: OwnPairsParameters) -> list[str]:
    """What in one's own pairs may mislead: see `attnlab.data.pairs.inspecting`. Raises
    TableError."""
    return list(inspected_pairs(params).warnings) if params.data else []


def inspected_pairs(params: OwnPairsParameters) -> Inspection:
    """What pairs there are and what will be done with them; raises TableError."""
    return inspect_pairs(pairs_path(params), pair_options(params), params.vocabulary)
