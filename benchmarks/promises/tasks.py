"""Studies of several tasks: in how many a module holds, and the mean over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
import pandas as pd

from attnlab.results.comparing import compare_arms
from attnlab.results.judge import rules_of
from attnlab.results.model import StudyResult
from attnlab.results.over_tasks import OverTasks
from attnlab.results.together import together
from attnlab.results.verdict import Verdict
from attnlab.spec import Study
from benchmarks.promises.measured import Line, Simulation, percent
from benchmarks.simulated_studies import SEEDS, WITHIN, scores

STUDIES = 600
LARGE = 3 * WITHIN
"""An effect that is shown in nearly every study."""

HOLDS = "Several tasks: any module is said to help in more tasks than it does"
MEAN = "Several tasks: the intervals of the mean over them cover the truth, of all modules"
_OTHERS = ("planted-location", "cluttered-digits", "planted-channels")


@cache
def plan(tasks: int, modules: int) -> Study:
    """A study of so many tasks."""
    arms = ["none", "se", "eca", "cbam", "cbam-spatial"][: modules + 1]
    return Study(task="digits", also_on=_OTHERS[: tasks - 1], arms=arms, seeds=SEEDS)


def judged(study: Study, effects: np.ndarray, rng: np.random.Generator) -> StudyResult:
    """The result, as a page has it, of drawn scores where the true effects are these (tasks,
    modules)."""
    parts = []
    for part, truth in zip(study.parts, effects, strict=True):
        drawn = scores(rng, len(part.arms), SEEDS)
        drawn[1:] += truth[:, None]
        labels = [arm.label for arm in part.arms]
        rows = [
            (label, seed, value)
            for label, own in zip(labels, drawn, strict=True)
            for seed, value in enumerate(own)
        ]
        table = pd.DataFrame(rows, columns=["arm", "seed", "value"])
        rules = rules_of(part, part.metric, labels, explain=False)
        arms = compare_arms(table, labels, part.references, rules)
        parts.append(StudyResult(part, part.metric, part.judging, tuple(arms)))
    return together(study, parts, study.judging)


def modules_in(result: StudyResult) -> list[OverTasks]:
    """The modules that are compared."""
    return [each for each in result.over_tasks if not each.is_reference]


def _effects(tasks: int, modules: int, true: Sequence[int]) -> np.ndarray:
    """Each module has an effect in the first so many tasks."""
    return np.array(
        [[LARGE * (task < true[module]) for module in range(modules)] for task in range(tasks)]
    )


def holds_too_often(
    rng: np.random.Generator, tasks: int, true: tuple[int, ...]
) -> tuple[bool, bool, bool]:
    """Whether any module is said to help in more tasks than it does, to hurt in any, and whether
    its verdicts counted one by one would say so."""
    effects = _effects(tasks, len(true), true)
    result = judged(plan(tasks, len(true)), effects, rng)
    found = modules_in(result)
    higher = [each.holds.higher > own for each, own in zip(found, true, strict=True) if each.holds]
    lower = [each.holds.lower > 0 for each in found if each.holds]
    counted = [
        sum(result.arm(label).verdict == Verdict.HELPS for label in each.labels) > own
        for each, own in zip(found, true, strict=True)
    ]
    return any(higher), any(lower), any(counted)


def mean_covers(rng: np.random.Generator, tasks: int, true: tuple[int, ...]) -> tuple[bool]:
    """Whether all intervals of means over the tasks cover the truth."""
    effects = _effects(tasks, len(true), true)
    found = modules_in(judged(plan(tasks, len(true)), effects, rng))
    ends = [each.mean.difference for each in found]
    truth = effects.mean(axis=0)
    return (all(own.low <= mean <= own.high for own, mean in zip(ends, truth, strict=True)),)


def report(simulation: Simulation) -> Iterator[Line]:
    """One and two modules on two and four tasks, with no effect and with some."""
    cases = [(2, (0,)), (4, (0,)), (4, (1,)), (4, (3,)), (4, (0, 0)), (4, (0, 2))]
    found = simulation.shares(holds_too_often, cases, STUDIES)
    for case, ((higher, lower, counted), count) in zip(cases, found, strict=True):
        what = _words(*case)
        beside = f"hurts in any {percent(lower)}; verdicts counted {percent(counted)}"
        yield Line(HOLDS, what, higher, count, high=0.025, beside=beside)
    cases = [(2, (0,)), (4, (0,)), (4, (2,)), (4, (0, 2))]
    for case, ((covered,), count) in zip(
        cases, simulation.shares(mean_covers, cases, STUDIES), strict=True
    ):
        yield Line(MEAN, _words(*case), covered, count, low=0.93)


def _words(tasks: int, true: tuple[int, ...]) -> str:
    modules = "1 module" if len(true) == 1 else f"{len(true)} modules"
    return f"{tasks} tasks, {modules}, true in {' and '.join(map(str, true))}"
