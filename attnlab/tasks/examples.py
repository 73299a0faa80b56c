"""One sample of a task as people see it: what to draw, the right answer, where the truth is.

Every task has a function for this, next to the one that makes its data, and names it in its entry:

    TaskEntry(..., example="attnlab.tasks.text:keyword_text_example")

    def keyword_text_example(params: Parameters, data: TaskData, number: int) -> Example:
        \"\"\"What the validation sample `number` looks like.\"\"\"

`number` counts the validation samples, which begin with the probe inputs. So `truth_of(data,
number)` is the truth of this sample, and the attention that a run stores for its probe inputs
belongs to it. Nothing here needs TensorFlow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from attnlab.spec import TaskSpec, load
from attnlab.tasks.data import TaskData, make, with_fewest_tests

Kind = Literal["features", "channels", "image", "words", "sentences", "pair", "series"]


@dataclass(frozen=True)
class Example:
    """What to draw of one sample.

    By `kind`, `values` are, with `truth` shaped like what attention weighs (None if unknown):

    - "features": D numbers, called `names` if they have names; truth (D,)
    - "channels": grey pictures (C, H, W), any numbers; truth (C,)
    - "image": (H, W) grey or (H, W, 3) colours, from 0 to 1; truth (H, W)
    - "words": T words, the empty ones are padding; truth (T,)
    - "sentences": S sentences of W words, the empty ones are padding; truth (S, W)
    - "series": the numbers (T, C) of T steps in C channels, called `names`; truth (T,)
    - "pair": two strings or sequences of symbols without padding, what is read and what is to be
      written; truth (Q, T), what each of the Q written symbols should look at

    `unknown`, shaped like the truth, is True for words that the network cannot tell from others
    that are as rare; None where it knows all. `label` is the right answer in words, such as
    "joy" or "class 3".
    """

    kind: Kind
    values: np.ndarray | Sequence
    label: str
    truth: np.ndarray | None = None
    names: tuple[str, ...] = ()
    unknown: np.ndarray | None = None


def example(task: TaskSpec, data: TaskData, number: int) -> Example:
    """The validation sample `number` of this task's data, as a copy without the other data."""
    shown: Example = load(task.entry.example)(task.params, data, number)
    if isinstance(shown.values, np.ndarray):
        shown = replace(shown, values=np.array(shown.values))
    return shown if shown.truth is None else replace(shown, truth=np.array(shown.truth))


def examples(task: TaskSpec, seed: int, most: int) -> list[Example]:
    """The first validation samples of this seed, `most` of them or fewer."""
    data = make(with_fewest_tests(task), seed)
    return [example(task, data, number) for number in range(min(most, len(data.validation)))]


def with_few_samples(task: TaskSpec) -> TaskSpec:
    """The same task with the fewest samples that it may have, which are quick to make."""
    task = with_fewest_tests(task)
    field = type(task.params).model_fields.get("samples")
    if field is None:
        return task
    fewest = next(mark.ge for mark in field.metadata if hasattr(mark, "ge"))
    params = {**task.params.model_dump(), "samples": fewest}
    return TaskSpec.model_validate({"name": task.name, **params})


def truth_of(data: TaskData, number: int, level: str = "") -> np.ndarray | None:
    """What attention should find in the validation sample `number`; None where that is unknown.

    `level` names the mask of a task with several levels.
    """
    truth = data.truth[level] if isinstance(data.truth, dict) else data.truth
    return truth[number] if truth is not None and number < len(truth) else None
