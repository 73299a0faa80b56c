"""A study's runs as scores and verdicts: what the store holds, as the plan wants it judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attnlab.imports import importing
from attnlab.spec import Judging, Metric, Study, metric_of
from attnlab.store import Status, Store

if TYPE_CHECKING:
    import pandas as pd

    from attnlab.analysis.basis import Scale


@dataclass(frozen=True)
class Judged:
    """The scores (arm, seed, value) by one metric, and a verdict an arm (see `verdicts`).

    `rule` says how a score was read of a run: the plan's way, or, where this metric has no such
    value, that of the epoch kept.
    """

    study: Study
    metric: Metric
    scores: pd.DataFrame
    verdicts: pd.DataFrame
    rule: Judging


def judged(
    store: Store, study_id: str, metric: str | None = None, *, interim: bool = False
) -> Judged:
    """Judge a study by its own metric, or by another one that is stored.

    With `interim`, runs that still train count with what they have come to; arms that are compared
    by such runs have no verdict yet, but `TRAINING`.

    The verdicts have, besides the columns of `analysis.verdicts.verdicts`, each arm's title,
    attention_parameters, total_parameters and mean seconds of a run. Raises StoreError for an
    unknown study, and SpecError for an unknown metric.
    """
    study = store.study(study_id).study
    chosen = metric_of(study.task.entry, metric or study.judging.metric)
    runs = store.runs(study_id)
    rule = _rule_for(chosen, study.judging)
    found = _scores(store, study_id, runs, chosen, rule, interim)
    table = _verdicts(store, study_id, study, chosen, runs, found)
    if interim:
        table = _without_interim_verdicts(table, runs)
    return Judged(study, chosen, found, table, rule)


def _without_interim_verdicts(table: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """The verdicts of arms that are compared by runs which still train, taken back."""
    with importing("attnlab.analysis.deciding", "attnlab.analysis.scores"):
        from attnlab.analysis.deciding import TRAINING
        from attnlab.analysis.scores import RUNNING

    training = set(runs.loc[(runs["status"] == RUNNING) & (runs["epoch"] > 0), "arm"])
    open_ = table["label"].isin(training) | table["against"].isin(training)
    open_ &= ~table["is_reference"] & (table["pairs"] > 0)
    table.loc[open_, "verdict"] = TRAINING
    table.loc[open_, "final"] = False
    table.loc[open_, "basis"] = "What the latest epochs gave, to follow the training by."
    return table


def _scores(
    store: Store,
    study_id: str,
    runs: pd.DataFrame,
    metric: Metric,
    rule: Judging,
    interim: bool,
) -> pd.DataFrame:
    with importing("attnlab.analysis.scores"):
        from attnlab.analysis.scores import scores

    averaged = rule.score == "mean"
    needs_curves = metric.kind == "time" or (averaged and metric.kind == "curve")
    return scores(
        runs,
        metric,
        rule,
        curves=store.curves(study_id) if needs_curves else None,
        measured=store.measures(study_id, None if averaged else "last")
        if metric.kind == "attention"
        else None,
        parameters={
            arm.label: arm.parameters for arm in store.arms(study_id) if arm.parameters is not None
        },
        interim=interim,
    )


def _scale(metric: Metric) -> Scale:
    with importing("attnlab.analysis.basis"):
        from attnlab.analysis.basis import POINTS, Scale

    return POINTS if metric.share else Scale(1.0, metric.unit)


def _rule_for(metric: Metric, judging: Judging) -> Judging:
    """The plan's rule, or where this metric has no such value, that of the epoch kept."""
    impossible = (judging.score == "best" and not metric.is_tested) or (
        judging.score == "mean" and metric.kind in ("size", "time")
    )
    return judging.model_copy(update={"score": "final"}) if impossible else judging


def _ended(runs: pd.DataFrame, study: Study) -> list[str]:
    """The arms of which every planned seed has finished or failed."""
    planned = runs[runs["seed"].isin(study.seeds[: study.planned])]
    open_ = planned.loc[~planned["status"].isin([Status.FINISHED, Status.FAILED]), "arm"]
    return [arm.label for arm in study.arms if arm.label not in set(open_)]


def _verdicts(
    store: Store,
    study_id: str,
    study: Study,
    metric: Metric,
    runs: pd.DataFrame,
    found: pd.DataFrame,
) -> pd.DataFrame:
    with importing(
        "attnlab.analysis.deciding", "attnlab.analysis.scores", "attnlab.analysis.verdicts"
    ):
        from attnlab.analysis.deciding import most_of
        from attnlab.analysis.scores import FINISHED
        from attnlab.analysis.verdicts import counted_verdicts, verdicts

    seeds, against = len(study.seeds), study.references
    table = verdicts(
        found,
        [arm.label for arm in study.arms],
        against,
        better=metric.better,
        planned=seeds,
        most=most_of(study),
        looks=study.looks,
        seeds=study.seeds,
        scale=_scale(metric),
        ended=_ended(runs, study),
    )
    if metric.kind == "size":
        table = counted_verdicts(table, metric.better, _scale(metric))
    if metric.kind == "time":
        table["basis"] += " Seeds that train together share a clock and count once."
    sizes = {arm.label: arm for arm in store.arms(study_id)}
    finished = runs[runs["status"] == FINISHED]
    seconds = finished.groupby("arm")["seconds"].mean()
    table["title"] = [study.arm(label).title for label in table["label"]]
    for column, size in (
        ("attention_parameters", "attention_parameters"),
        ("total_parameters", "parameters"),
    ):
        table[column] = [getattr(sizes[label], size) for label in table["label"]]
    table["seconds"] = [float(seconds.get(label, float("nan"))) for label in table["label"]]
    return table
