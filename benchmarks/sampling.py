"""What 5,000 fresh test samples are worth: how much of the spread of scores was which were drawn?

Each run is scored twice: on its first 300 test samples, which is about what it was tested on before
tasks drew fresh ones, and on all 5,000. Scores of the same runs differ by the sampling of the test
alone, so what their variance over the seeds loses from the one to the other was due to that. The
same for the differences between two arms, paired by seed, which verdicts rest on: with less of it,
as many seeds show smaller differences. The price is the time that testing takes: the same seeds are
trained with the samples and without, in turn.
"""

from __future__ import annotations

import argparse
import time
from typing import Any, NamedTuple

import numpy as np

from attnlab import Study
from attnlab.training import engine
from attnlab.training.events import RunEnd
from attnlab.training.runtime import load_tensorflow
from benchmarks.report import print_table

FEW, MANY = 300, 5_000
SEEDS, QUICK_SEEDS = 20, 6
TIMED = 4
"""So many seeds are trained once more each way for the time."""

STUDIES: tuple[dict[str, Any], ...] = (
    {
        "task": {"name": "planted-channels", "channels": 32, "noise": 1.6, "samples": 1600},
        "arms": ["none", "se:ratio=4"],
    },
    {
        "task": {"name": "planted-location", "size": 16, "samples": 1400},
        "arms": ["none", "cbam-spatial:batch_norm=true"],
    },
    {
        "task": {"name": "keyword-text", "samples": 1500},
        "arms": ["none", "attention-pool"],
        "epochs": 5,
    },
    {
        "task": {"name": "planted-features", "samples": 1500, "classes": 20},
        "arms": ["none", "dense"],
        "epochs": 30,
    },
)


class Spread(NamedTuple):
    """Standard deviations over seeds, in points: on few test samples and on many, same runs."""

    few: float
    many: float

    @property
    def share(self) -> float:
        """The share of the variance that which samples were drawn was responsible for."""
        return 1 - (self.many / self.few) ** 2

    @property
    def words(self) -> str:
        return f"{self.few:.2f} → {self.many:.2f}"


def study(plan: dict[str, Any], seeds: int, test_samples: int) -> Study:
    return Study(**{**plan, "task": {**plan["task"], "test_samples": test_samples}, "seeds": seeds})


def trained(plan: Study) -> list[list[RunEnd]]:
    """The runs of each arm, by seed."""
    data, programs, arms = engine.DataPool(), engine.Programs(), []
    for arm in plan.arms:
        events = engine.train(
            arm,
            plan.seeds,
            task=plan.task_of(arm),
            training=plan.training_of(arm),
            data=data,
            programs=programs,
        )
        ends = [event for event in events if isinstance(event, RunEnd)]
        arms.append(sorted(ends, key=lambda end: end.seed))
    return arms


def scores(runs: list[list[RunEnd]]) -> tuple[np.ndarray, np.ndarray]:
    """Accuracies in points (A, S): on the first samples, and on all."""
    few = [
        [np.mean(end.predictions[:FEW].argmax(axis=-1) == end.labels[:FEW]) for end in arm]
        for arm in runs
    ]
    many = [[end.tested["accuracy"] for end in arm] for arm in runs]
    return 100 * np.array(few), 100 * np.array(many)


def spread(few: np.ndarray, many: np.ndarray) -> Spread:
    """Of scores (A, S) over the seeds: the root of the arms' mean variance."""
    return Spread(*(float(np.sqrt(each.var(axis=-1, ddof=1).mean())) for each in (few, many)))


def seconds(plan: dict[str, Any], rounds: int) -> float:
    """How many times as long training takes with the samples as without them."""
    ratios = []
    for _ in range(rounds):
        took = []
        for count in (0, MANY):
            begun = time.perf_counter()
            trained(study(plan, TIMED, count))
            took.append(time.perf_counter() - begun)
        ratios.append(took[1] / took[0])
    return float(np.median(ratios))


def main(given: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_SEEDS} seeds, one round")
    parser.add_argument("--rounds", type=int, default=3, help="how often the time is measured")
    options = parser.parse_args(given)
    load_tensorflow()
    table = []
    for plan in STUDIES:
        few, many = scores(trained(study(plan, QUICK_SEEDS if options.quick else SEEDS, MANY)))
        alone, paired = spread(few, many), spread(few[1:] - few[:1], many[1:] - many[:1])
        ratio = seconds(plan, 1 if options.quick else options.rounds)
        table.append(
            [
                plan["task"]["name"],
                f"{many.mean():.0f} %",
                alone.words,
                f"{alone.share:.0%}",
                paired.words,
                f"{paired.share:.0%}",
                f"{ratio:.2f}",
            ]
        )
    print_table(
        f"Spread of {QUICK_SEEDS if options.quick else SEEDS} seeds on {FEW} → {MANY:,} test "
        "samples of the same runs, in points",
        [
            "task",
            "accuracy",
            "sd of scores",
            "was sampling",
            "sd of differences",
            "was sampling",
            "time, times",
        ],
        table,
    )


if __name__ == "__main__":
    main()
