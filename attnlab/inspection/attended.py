"""What one trained network attends to: plain data, as a worker gives it and a run keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

ATTENDED_VERSION = 1
"""Of what is kept: what an earlier version kept is made again."""

MOST_SHOWN = 48
"""So many examples are kept one by one: the first of the validation split."""


@dataclass(frozen=True)
class RunAttention:
    """Where one trained network looks: on the test examples together, and on some one by one.

    `about` says of which run: study, arm, seed, how many test `examples` the means rest on, and how
    many validation examples are `shown`. `kinds` are those of the traces by their axis. `arrays`
    are by name; of a trace "AXIS/mean" is its mean over the test examples in its own shape,
    "AXIS/each" its scores (S, ...) of the shown examples, "AXIS/by class" the mean (K, n) of the
    test examples of each of the "classes" (K,), over heads and queries, and "AXIS/rollout" (T,)
    the mean share of each step in self-attention through all layers. Where places are weighed,
    "AXIS/Grad-CAM" is the class activation map (S, H, W) of each shown example. Of the shown
    examples, "labels" and "answers" (S, M) are the right and the given answers as numbers of
    classes or as numbers, "confidence" (S,) is the mean probability of what was answered, and
    "valid" (S, T) says which steps are no padding.
    """

    about: Mapping[str, str | int | float]
    kinds: Mapping[str, str]
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)

    @property
    def shown(self) -> int:
        """How many examples there are to look at."""
        return int(self.about["shown"])

    @property
    def is_number(self) -> bool:
        """Whether an answer is a number, so that none is right or wrong and none has a
        probability."""
        return "confidence" not in self.arrays

    @property
    def errors(self) -> np.ndarray:
        """Which of the shown examples (S,) are answered wrongly; none of those that ask for a
        number. Where an answer has several tokens, one that is wrong is enough."""
        if self.is_number:
            return np.zeros(self.shown, bool)
        labels, answers = self.arrays["labels"], self.arrays["answers"]
        counted = labels != 0 if labels.shape[1] > 1 else np.ones_like(labels, bool)
        wrong: np.ndarray = np.any((labels != answers) & counted, axis=1)
        return wrong


def mean_traces(found: Iterable[RunAttention]) -> pd.DataFrame:
    """The mean attention of some runs as the store gives traces: a row for each arm, seed, axis
    and position, with its kind, its weight and the shape of the trace."""
    frames = []
    for run in found:
        for axis, kind in run.kinds.items():
            mean = run.arrays[f"{axis}/mean"]
            frames.append(
                pd.DataFrame(
                    {
                        "arm": run.about["arm"],
                        "seed": run.about["seed"],
                        "epoch": 1,
                        "axis": axis,
                        "kind": kind,
                        "index": np.arange(mean.size),
                        "weight": mean.ravel().astype(float),
                        "shape": json.dumps(mean.shape),
                    }
                )
            )
    columns = ["arm", "seed", "epoch", "axis", "kind", "index", "weight", "shape"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def by_class_rows(found: Iterable[RunAttention], axis: str) -> pd.DataFrame:
    """The mean attention on one axis by class: arm, class, index, weight (the mean over the runs of
    an arm) and n (how many)."""
    rows = []
    for run in found:
        weights = run.arrays.get(f"{axis}/by class")
        if weights is None:
            continue
        for number, row in zip(run.arrays["classes"].tolist(), weights, strict=True):
            rows.append(
                pd.DataFrame(
                    {
                        "arm": run.about["arm"],
                        "seed": run.about["seed"],
                        "class": number,
                        "index": np.arange(row.size),
                        "weight": row.astype(float),
                    }
                )
            )
    if not rows:
        return pd.DataFrame(columns=["arm", "class", "index", "weight", "n"])
    grouped = pd.concat(rows).groupby(["arm", "class", "index"], sort=False)["weight"]
    return grouped.agg(weight="mean", n="count").reset_index()
