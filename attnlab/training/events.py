"""The events that the engine yields while it trains, as plain data that others store or show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from attnlab.spec import NetworkLayer
from attnlab.tasks.preparing import Preparing


@dataclass(frozen=True)
class AttentionTrace:
    """Attention weights with named axes.

    `axis` is "feature", "channel", "place", with heads and queries "head,query,step", or with
    several slots "block2/channel"; `kind` is "distribution" (sums to one) or "gate" (each weight
    free in 0..1); `weights` is shaped as these axes are, with a leading sample axis where the trace
    is not a mean. `measures` are those of `attnlab.tasks.measures` that apply, means over samples.
    `samples`, (N, ...), are the weights of the first N samples alone, to look at; None where they
    are not kept.
    """

    axis: str
    kind: str
    weights: np.ndarray
    measures: Mapping[str, float] = field(default_factory=dict)
    samples: np.ndarray | None = None


@dataclass(frozen=True)
class Grouped:
    """Which seeds of an arm train together, by the plan alone: `together` in each group.

    `others` are the groups, in order, that are left to whoever asked for the first one alone.
    `is_large` says that the network gains by several threads an operation.
    """

    together: int
    others: tuple[tuple[int, ...], ...] = ()
    is_large: bool = False


@dataclass(frozen=True)
class RunStart:
    """A run begins. `network` describes its layers in order, for a picture."""

    seed: int
    network: tuple[NetworkLayer, ...]
    parameters: int
    attention_parameters: int


@dataclass(frozen=True)
class Progress:
    """Some part of an epoch is done by the seeds that train together.

    A `share` (0..1) of 1 follows the last event of the epoch. Between any two events the engine
    can be stopped.
    """

    seeds: tuple[int, ...]
    epoch: int
    share: float


@dataclass(frozen=True)
class EpochEnd:
    """An epoch (counted from 1) is over.

    `seconds` is the time spent in it, shared alike by seeds that train together; loss and accuracy
    are means over the training batches as they were seen, val_ ones are measured at its end;
    `traces` are means over the probe inputs; `extra_metrics` are what the objective measures
    besides, on the validation split. `predictions` are those of `RunEnd` for the first validation
    samples, `SHOWN_SAMPLES` at most, whose weights the traces have too.
    """

    seed: int
    epoch: int
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    seconds: float
    traces: tuple[AttentionTrace, ...]
    extra_metrics: Mapping[str, float] = field(default_factory=dict)
    predictions: np.ndarray | None = None


@dataclass(frozen=True)
class RunEnd:
    """A run is finished, with the weights it had after `epoch`.

    That is the last epoch, or with early stopping the best. `model` is a complete .keras file;
    `predictions` (N, K) are probabilities for the first test inputs, at most 512, and `labels`
    (N,) their classes, or both are tokens (N, T), or standardised numbers (N,); `traces` hold one
    row for each of the first probe inputs; `tested` are the loss, the accuracy and what the
    objective measures besides, on all test inputs. Of classes, `at_end` are the measures of
    `attnlab.tasks.class_measures` on all validation and test inputs, "val_" and "test_" before
    their names, and `confusion` (2, K, K) the counts of both splits, true classes down and answers
    across.
    """

    seed: int
    seconds: float
    epoch: int
    model: bytes
    predictions: np.ndarray
    labels: np.ndarray
    traces: tuple[AttentionTrace, ...]
    tested: Mapping[str, float] = field(default_factory=dict)
    at_end: Mapping[str, float] = field(default_factory=dict)
    confusion: np.ndarray | None = None


@dataclass(frozen=True)
class RunFailed:
    """A run failed in this epoch; `reason` says why to people, `loss` is its last loss."""

    seed: int
    epoch: int
    loss: float
    reason: str


RunEvent = RunStart | Progress | EpochEnd | RunEnd | RunFailed
Event = Grouped | Preparing | RunEvent


def first_line(error: Exception) -> str:
    """An error's type and the first line of its message."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
