"""What a tuning gave: the validation scores of each arm at each learning rate, and the choice."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import pandas as pd

from attnlab.results.columns import headed
from attnlab.results.table import Cell, Column
from attnlab.spec import Metric, Study, titles_of
from attnlab.spec.tuning import HIGH, LOW, Tuning, edge_of, part_with, rates_of
from attnlab.spec.tuning_runs import TuningRun, tuning_metric, widened
from attnlab.store import Store
from attnlab.wording import counted, in_sentence, listed, noun, seeds_text

_ENDS = {LOW: "lowest", HIGH: "highest"}
MOST_NAMED = 8


@dataclass(frozen=True)
class RateScores:
    """An arm at one learning rate: its validation scores by seed, and how many runs failed."""

    rate: float
    scores: Mapping[int, float]
    failed: int

    @property
    def mean(self) -> float:
        """The mean of the runs that did not fail; NaN of none."""
        return fmean(self.scores.values()) if self.scores else math.nan


@dataclass(frozen=True)
class ArmTuning:
    """An arm at every rate tried, ascending; `chosen` is the best, None until there is one, `edge`
    says whether that is an end of the grid (`LOW`, `HIGH`)."""

    label: str
    title: str
    rates: tuple[RateScores, ...]
    chosen: float | None
    edge: str


@dataclass(frozen=True)
class TuningResult:
    """The tuning of a study: by which metric, and each arm in the order of the plan."""

    study: Study
    tuning: Tuning
    metric: Metric
    runs: tuple[TuningRun, ...]
    arms: tuple[ArmTuning, ...]


def tuning_result(store: Store, study_id: str) -> TuningResult | None:
    """What the tuning of a study gave so far; None of a study without one. Raises StoreError."""
    study = store.study(study_id).study
    return tuned(study, store.tuning_runs(study_id))


def tuned(study: Study, runs: Sequence[TuningRun]) -> TuningResult | None:
    """The same of a plan, or one of its parts, and the runs of its study that have ended."""
    tuning = study.tuning
    if tuning is None:
        return None
    titles = titles_of(study)
    arms = []
    for arm in study.arms:
        own = [run for run in runs if run.arm == arm.label]
        rates = tuple(_scores(rate, own) for rate in rates_of(part_with(study, arm.label)))
        chosen = tuning.rate_of.get(arm.label)
        edge = edge_of(study, arm.label)
        arms.append(ArmTuning(arm.label, titles[arm.label], rates, chosen, edge))
    known = tuple(run for run in runs if run.arm in titles)
    return TuningResult(study, tuning, tuning_metric(study), known, tuple(arms))


def _scores(rate: float, runs: Sequence[TuningRun]) -> RateScores:
    at_rate = [run for run in runs if run.rate == rate]
    scores = {run.seed: run.score for run in at_rate if run.score is not None}
    return RateScores(rate, scores, len(at_rate) - len(scores))


def tuning_table(store: Store, study_id: str) -> pd.DataFrame:
    """The frame of the tuning of a study; empty of one that chooses no rates. Raises StoreError."""
    result = tuning_result(store, study_id)
    return pd.DataFrame() if result is None else tuning_frame(result)


def tuning_frame(result: TuningResult) -> pd.DataFrame:
    """A row per run of the tuning that has ended: arm, learning_rate, seed, metric, score (NaN
    where it failed), error, chosen (whether this is the rate that was chosen for the arm)."""
    chosen, name = result.tuning.rate_of, result.metric.name
    rows = [
        (run.arm, run.rate, run.seed, name, run.score, run.error, chosen.get(run.arm) == run.rate)
        for run in result.runs
    ]
    names = ["arm", "learning_rate", "seed", "metric", "score", "error", "chosen"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.astype(
        {"learning_rate": "float64", "seed": "int64", "score": "float64", "chosen": "bool"}
    )


def tuning_sentence(study: Study, *, names_rates: bool = True) -> str:
    """How the learning rate of each arm was chosen, and what it is; empty without a tuning.

    Without `names_rates` the rates are left out, for a text beside a table that has them; beyond
    `MOST_NAMED` arms they are, too.
    """
    tuning = study.tuning
    if tuning is None:
        return ""
    of = _tried(study)
    at = f"at {seeds_text(tuning.seeds)}, which {noun(len(tuning.seeds), 'is', 'are')} not judged"
    by = f"mean {in_sentence(tuning_metric(study).title)} {at}"
    if study.awaits_tuning:
        return f"Every arm trains at its own best of {of}, by {by}."
    sentence = f"Every arm trained at its own best of {of}, by {by}"
    if names_rates and len(study.arms) <= MOST_NAMED:
        titles = titles_of(study)
        chosen = [f"{titles[label]} {rate:g}" for label, rate in _in_order(study)]
        return f"{sentence}: {listed(chosen)}."
    return f"{sentence}."


def _tried(study: Study) -> str:
    """How many rates each arm was trained at, and from which to which, task by task."""
    counts = {len(rates_of(part)) for part in study.parts}
    spans: dict[str, list[str]] = {}
    for part in study.parts:
        rates = rates_of(part)
        spans.setdefault(f"{rates[0]:g} to {rates[-1]:g}", []).append(in_sentence(part.task.title))
    if len(spans) == 1:
        text = next(iter(spans))
    else:
        text = "; ".join(f"{listed(names)}: {span}" for span, names in spans.items())
    low, high = min(counts), max(counts)
    many = counted(high, "learning rate") if low == high else f"{low} to {high} learning rates"
    return f"{many} ({text})"


def _in_order(study: Study) -> list[tuple[str, float]]:
    """The rate that was chosen for each arm, in the order of the plan."""
    rate_of = study.tuning.rate_of if study.tuning else {}
    return [(arm.label, rate_of[arm.label]) for arm in study.arms]


def edge_sentence(study: Study) -> str:
    """Whether a rate that was chosen is at an end of the grid; empty until they are chosen."""
    tuning = study.tuning
    if tuning is None or not tuning.chosen:
        return ""
    titles, took = titles_of(study), []
    for part in study.parts:
        for end, place in ((LOW, 0), (HIGH, -1)):
            at = [titles[arm.label] for arm in part.arms if edge_of(part, arm.label) == end]
            if at:
                of = listed(at) if len(at) <= MOST_NAMED else f"{len(at)} arms"
                rate = rates_of(part)[place]
                took.append(f"{of} took the {_ENDS[end]} rate tried ({rate:g})")
    if not took:
        return "No arm took the lowest or the highest rate tried."
    return f"{'; '.join(took)}: the best may lie beyond."


def what_to_do(study: Study) -> str:
    """What may be done about a rate at an end of the grid; empty where none is."""
    wider = widened(study)
    if wider is None or wider.tuning is None:
        return ""
    rates = ",".join(f"{rate:g}" for rate in wider.tuning.rates)
    return f"Try a wider grid on fresh seeds: --tune-rates {rates}."


def _rate_cell(study: Study, label: str) -> Cell:
    edge = edge_of(study, label)
    notes = (f"{_ENDS[edge]} tried",) if edge else ()
    return Cell(f"{study.training_of(label).learning_rate:g}", notes)


def is_tuned(study: Study) -> bool:
    """Whether learning rates were chosen arm by arm."""
    return study.tuning is not None and not study.awaits_tuning


LEARNING_RATE = Column(
    "learning rate",
    headed("Learning rate", "each arm's own best"),
    lambda result, arm: _rate_cell(result.study, arm.label),
    applies=lambda result: is_tuned(result.study),
)
"""The learning rate of an arm, of a study that chose them."""
