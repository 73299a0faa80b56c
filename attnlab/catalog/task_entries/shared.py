"""What the entries of several tasks share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, Protocol

from attnlab.data.memory import most_in_memory
from attnlab.spec import Measure, Parameters, SplitSizes, Streamed, choice, number, text

TEST_SAMPLES = 5_000
"""So many leave an accuracy of 90 % a standard error of 0.4 points, where 300 leave 1.7."""


NUMBER_MEASURES = (
    Measure(
        "rmse",
        "RMSE",
        "How far answers are from the number, in its own unit: the root of the mean squared "
        "distance. Always saying the mean gives the spread of the numbers.",
        better=-1,
        share=False,
        top=None,
    ),
    Measure(
        "mae",
        "MAE",
        "How far answers are from the number on average, in its own unit.",
        better=-1,
        share=False,
        top=None,
    ),
    Measure(
        "r2",
        "R²",
        "The share of the variance of the numbers that is explained: 0 for whoever always says "
        "their mean, below 0 for worse.",
        share=False,
    ),
)
"""What is measured of a task whose answer is a number."""


def class_field(default: int, high: int) -> int:
    return number(
        default,
        low=2,
        high=high,
        title="Classes",
        help="How many answers there are; guessing is right once in that many times.",
    )


def samples_field(default: int, *, high: int, what: str) -> int:
    return number(
        default,
        low=500,
        high=high,
        step=500,
        title="Samples",
        advanced=True,
        help=f"How many {what} are drawn; a fifth of them is kept for validation.",
    )


def test_samples_field() -> int:
    return number(
        TEST_SAMPLES,
        low=0,
        high=50_000,
        choices=(0, 500, 1000, 2000, TEST_SAMPLES, 10_000, 20_000, 50_000),
        title="Test samples",
        advanced=True,
        help="How many samples that decided nothing a trained network is tested on; never fewer "
        "than are kept for validation. With few of them a score hangs on which ones were drawn.",
    )


Split = Literal["stratified", "column", "group", "time"]


def split_field(by_seed: str) -> Split:
    """How data of one's own are divided; `by_seed` says how a seed does it."""
    return choice(
        "stratified",
        title="Split",
        help=f"{by_seed}; as a column says that holds train, validation and test (column); with "
        "all of one group on one side (group); or with the latest held out (time).",
    )


def split_column_field() -> str:
    """The column that divides data of one's own."""
    return text(
        "",
        title="Column of the split",
        help="The column that says so: of the splits' names, of the group, or of the time; not "
        "needed for splits by seed.",
    )


def share_field(what: str) -> float:
    """The share of data of one's own that is held out."""
    return number(
        0.2,
        low=0.05,
        high=0.4,
        step=0.05,
        title="Share of validation",
        advanced=True,
        help=f"The share of {what} that is kept for validation, and as much for testing, where no "
        "column decides about it.",
    )


class LabelParameters(Parameters):
    """What makes the training data harder to learn from; every task with classes has it."""

    label_noise: float = number(
        0.0,
        low=0.0,
        high=0.9,
        step=0.05,
        title="Label noise",
        advanced=True,
        help="The share of training labels replaced by a wrong class, drawn at random; validation "
        "and test keep the true ones.",
    )
    imbalance: int = number(
        1,
        low=1,
        high=100,
        choices=(1, 2, 5, 10, 20, 50, 100),
        title="Class imbalance",
        advanced=True,
        help="How many times rarer the last class is than the first in training, where a fixed "
        "data set leaves samples out; validation and test keep the classes they have, so that "
        "guessing the common class does not pay and chance stays the same.",
    )


class ParametersWithClasses(Protocol):
    """The parameters of a task that know the number of classes."""

    @property
    def classes(self) -> int: ...


def numbered_classes(params: ParametersWithClasses) -> tuple[str, ...]:
    """The names of classes that have none: their numbers, counted from 0."""
    return tuple(map(str, range(params.classes)))


class SampledParameters(Protocol):
    """The parameters of a task that draws its samples."""

    @property
    def samples(self) -> int: ...

    @property
    def test_samples(self) -> int: ...


def array_bytes(samples: int, values: int) -> int:
    """Bytes of so many samples, each of `values` float32 numbers and an int32 class number."""
    return 4 * samples * (values + 1)


def splits_of(counts: Sequence[int], params: LabelParameters) -> SplitSizes:
    """The splits of a fixed data set with so many samples of each class: a fifth each is held out
    for validation and test. Training samples are left out for imbalance: about so many stay."""
    held_out = sum(counts) // 5
    train = sum(counts) - 2 * held_out
    if params.imbalance > 1:
        train = kept([count * train / sum(counts) for count in counts], params.imbalance)
    return SplitSizes(train, held_out, held_out)


def kept(counts: Sequence[float], imbalance: int) -> int:
    """How many training samples stay where the last class is to be so many times rarer than the
    first: see `attnlab.tasks.labels.leave_out_rare`."""
    shares = [imbalance ** (-label / (len(counts) - 1)) for label in range(len(counts))]
    commonest = min(count / share for count, share in zip(counts, shares, strict=True))
    return sum(max(1, round(commonest * share)) for share in shares)


def drawn_samples(params: SampledParameters) -> int:
    """How many samples are drawn: `samples`, and for testing no fewer than for validation."""
    return params.samples + max(params.test_samples, params.samples // 5)


def streamed_images(samples: int, shape: tuple[int, ...]) -> Streamed | None:
    """How so many images of this shape are held if they take too much memory; None for others."""
    pixels = samples * math.prod(shape)
    if 4 * pixels <= most_in_memory():
        return None
    return Streamed(pixels, array_bytes(samples, 1))
