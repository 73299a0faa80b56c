"""The runs of a tuning: which arms at which rates, and which rate is best by what they gave."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from attnlab.spec.arms import Arm
from attnlab.spec.judging import Judging
from attnlab.spec.metrics import VALIDATED, Metric, metric_of
from attnlab.spec.tuning import HIGH, LOW, MOST_RATES, RATE, edge_of, rate_bounds, rates_of

if TYPE_CHECKING:
    from attnlab.spec.study import Study

ARMS_AT_ONCE = 64
"""How many arms, each at one of its rates, train at once: as many as the largest study has."""


@dataclass(frozen=True)
class TuningRun:
    """An arm trained at one of its rates and one of the tuning's seeds: its validation score, None
    where it failed for the reason `error`, and the seconds that it took."""

    arm: str
    rate: float
    seed: int
    score: float | None
    error: str = ""
    seconds: float = 0.0


def tuning_metric(study: Study) -> Metric:
    """What rates are chosen by: what the study is judged by, on the validation samples.

    Of what is not measured there (attention, a size, a time) it is the task's main metric.
    """
    name = study.judging.metric
    if not metric_of(study.task, name).is_performance:
        name = study.task.main_metric
    return metric_of(study.task, name if name.startswith(VALIDATED) else f"{VALIDATED}{name}")


def tuning_plans(study: Study) -> list[tuple[Study, dict[str, tuple[str, float]]]]:
    """The plans that a study's tuning trains, each with the arm and the rate behind its labels.

    All rates of an arm are in one plan, where they share what is traced, and every task has plans
    of its own. Nothing is tested: the test samples are for the seeds that are judged.
    """
    return [plan for part in study.parts for plan in _plans_of(part)]


def _plans_of(study: Study) -> list[tuple[Study, dict[str, tuple[str, float]]]]:
    """The same of a study of one task."""
    tuning = study.tuning
    if tuning is None:
        return []
    together = max(1, ARMS_AT_ONCE // len(tuning.rates))
    task = study.task.model_dump()
    if study.task.fresh_samples:
        task["test_samples"] = 0
    plans = []
    for first in range(0, len(study.arms), together):
        arms: list[Arm] = []
        behind: dict[str, tuple[str, float]] = {}
        for arm in study.arms[first : first + together]:
            for rate in tuning.rates:
                at_rate = _at(arm, rate, behind)
                arms.append(at_rate)
                behind[at_rate.label] = (arm.label, rate)
        plan = type(study)(
            task=task,
            arms=arms,
            reference=arms[0].label,
            seeds=tuning.seeds,
            training=study.training,
            judging=Judging(metric=tuning_metric(study).name),
        )
        plans.append((plan, behind))
    return plans


def chosen_rates(study: Study, runs: Iterable[TuningRun]) -> dict[str, float]:
    """The best rate of each arm by the mean of its validation scores.

    A failed run is worse than any score: a rate with fewer of them comes first. Of rates that are
    as good the one nearest the plan's own is taken, of two as near the lower one.
    """
    better = tuning_metric(study).better or 1
    scores: dict[tuple[str, float], list[float | None]] = {}
    for run in runs:
        scores.setdefault((run.arm, run.rate), []).append(run.score)

    def place(part: Study, label: str, rate: float) -> tuple[float, float, float, float]:
        values = scores.get((label, rate), [])
        known = [value for value in values if value is not None]
        mean = math.fsum(known) / len(known) if known else -better * math.inf
        away = abs(math.log(rate / part.planned_training_of(part.arm(label)).learning_rate))
        return len(values) - len(known), -better * mean, round(away, 9), rate

    chosen = {
        arm.label: min(rates_of(part), key=partial(place, part, arm.label))
        for part in study.parts
        for arm in part.arms
    }
    return {arm.label: chosen[arm.label] for arm in study.arms}


_STEP = 10.0
"""By what factor a wider grid goes on at most, however far its rates lie from each other."""


def widened(study: Study) -> Study | None:
    """The plan before anything was chosen, with two further rates beyond each end of its grid that
    an arm took; None where no arm took one, or there is nothing beyond.

    Of several tasks it has the rates of each, with those beyond, and tries all of them on each.
    """
    if study.tuning is None:
        return None
    tried = {rate for part in study.parts for rate in rates_of(part)}
    rates = tried.union(*map(_beyond, study.parts))
    if len(rates) == len(tried) or len(rates) > MOST_RATES:
        return None
    plan = study.as_planned().to_dict()
    wider = {"rates": sorted(rates), "seeds": len(study.tuning.seeds)}
    return type(study)(**plan | {"tuning": wider})


def _beyond(part: Study) -> set[float]:
    """Two further rates beyond each end of the grid of a task that an arm took."""
    edges = {edge_of(part, arm.label) for arm in part.arms}
    tried, (low, high) = rates_of(part), rate_bounds()
    rates: set[float] = set()
    for end, ends in ((LOW, tried[1::-1]), (HIGH, tried[-2:])):
        if end in edges:
            step = min(max(ends[1] / ends[0], 1 / _STEP), _STEP)
            beyond = (float(f"{ends[1] * step**times:.2g}") for times in (1, 2))
            rates |= {rate for rate in beyond if low <= rate <= high}
    return rates


def _at(arm: Arm, rate: float, taken: Collection[str]) -> Arm:
    """The arm at this rate, under a label that people can read and that is not `taken`."""
    changes = tuple(sorted({**dict(arm.changes), RATE: rate}.items()))
    label = f"{arm.title[:50]} at {rate:g}"
    if label in taken:
        label = f"{label}, no. {len(taken) + 1}"
    return arm.model_copy(update={"label": label, "changes": changes})
