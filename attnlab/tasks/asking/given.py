"""An input of somebody's own: as it is given, and as a network takes it.

A task that can be asked says in its entry what it `asks` for, and names what reads that:

    TaskEntry(..., asks="text", asked="attnlab.tasks.asking.words:asked_keywords")

    def asked_keywords(params: Parameters, seed: int, given: Given) -> Asked:
        \"\"\"What a network of this seed takes for a text.\"\"\"

Nothing here needs TensorFlow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from attnlab.spec import SpecError, TaskSpec, load
from attnlab.tasks.examples import Example


class GivenError(SpecError):
    """For an input that a network cannot take; the message says what was expected and what came."""


@dataclass(frozen=True)
class Given:
    """What somebody gives: a `text`, the numbers (D,) of features, or `ink` (H, W), from 0 for
    paper to 1, with what was found of it before in `notes`; the values of a table's `row` by the
    names of its columns; the bytes of a `picture`'s file; or the numbers of a `series` (T, C).
    `answer` is the right one where it is known: of a sample as it is."""

    text: str = ""
    values: tuple[float, ...] = ()
    ink: np.ndarray | None = None
    notes: tuple[str, ...] = ()
    row: Mapping[str, float | str | None] = field(default_factory=dict)
    picture: bytes = b""
    series: np.ndarray | None = None
    answer: str = ""


@dataclass(frozen=True)
class Asked:
    """One input as a network takes it.

    `inputs` are those of one sample (1, ...), `example` is how to draw it, with the right answer
    as its label, empty where nobody knows that, and `notes` are sentences on what was done to it.
    """

    inputs: tuple[np.ndarray, ...]
    example: Example
    notes: tuple[str, ...] = ()


def asked(task: TaskSpec, seed: int, given: Given) -> Asked:
    """What the networks of this task and seed take for an input of somebody's own.

    Raises GivenError for one that cannot be used, and SpecError where data cannot be read.
    """
    read: Asked = load(task.entry.asked)(task.params, seed, given)
    return read
