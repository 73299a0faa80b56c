"""A study's results on standard output: a table for people, a document for programs."""

from __future__ import annotations

import json
import math
import textwrap
import time
from typing import Any

import pandas as pd

from attnlab.analysis.attention import is_truth_per_sample
from attnlab.analysis.headline import findings
from attnlab.analysis.rounding import (
    MISSING,
    epochs_text,
    level_text,
    mean_text,
    percent_text,
    samples_text,
    share_text,
)
from attnlab.api import Result
from attnlab.cli.verdicts import verdict_lines
from attnlab.cli.words import WIDTH, columns, plain
from attnlab.command import command
from attnlab.judged import Judged, judged
from attnlab.spec import Training
from attnlab.store import Status, StudyRow

_INTERVALS = "± and (… to …) are 95 % intervals over the n seeds, not corrected for several arms."
_SHOWN = ("val_accuracy", "parameters", "seconds")
"""What the table of results has in any case."""

_STOPPING = (
    "Early stopping kept of each seed the epoch with its lowest validation loss: mean (range)."
)


def study_json(result: Result) -> dict[str, Any]:
    """The study's plan, results, verdicts and runs as JSON values; what is missing is null."""
    row = result.store.study(result.id)
    found = judged(result.store, result.id)
    task = row.study.task
    runs = result.store.runs(result.id).drop(columns="study")
    return {
        **_listed_json(row),
        "chance": None if math.isnan(task.chance) else task.chance,
        "plan": row.study.to_dict(),
        "arms": _records(result.table()),
        "judged_by": {"metric": found.metric.name, "score": found.rule.score},
        "verdicts": _records(found.verdicts),
        "runs": _records(runs),
    }


def study_text(result: Result) -> str:
    """The study's results for people: what was trained, a row per arm, what that shows, what went
    wrong."""
    row = result.store.study(result.id)
    found = judged(result.store, result.id)
    return "\n".join([*_heading(row), "", *_results(result, row, found), *_failures(result)])


def list_json(rows: list[StudyRow]) -> list[dict[str, Any]]:
    """The studies as JSON values, newest first."""
    return [_listed_json(row) for row in rows]


def list_text(rows: list[StudyRow]) -> str:
    """The studies for people, newest first."""
    if not rows:
        trains = f"{command()} run --task planted-features --arm none dense"
        return f"No studies yet. Train one: {trains}"
    table = [("id", "status", "runs", "task", "created", "name")]
    for row in rows:
        done = f"{row.counts[Status.FINISHED]} of {row.runs}"
        task = json.loads(row.spec)["task"]["name"]
        table.append((row.id, str(row.status), done, task, _when(row.created_at), row.name))
    return "\n".join(columns(table, right=(2,)))


def failures(result: Result) -> list[str]:
    """A line per arm and reason why runs failed."""
    runs = result.store.runs(result.id)
    failed = runs[runs["status"] == Status.FAILED]
    return [
        f"{arm}, {'seed' if len(own) == 1 else 'seeds'} {', '.join(map(str, own['seed']))}: {error}"
        for (arm, error), own in failed.groupby(["arm", "error"], sort=False)
    ]


def _heading(row: StudyRow) -> list[str]:
    study = row.study
    task, training = study.task, study.training
    usual = Training(**task.entry.training)
    unusual = [
        f", {name.replace('_', ' ')} {plain(value)}"
        for name, value in training.in_use().items()
        if name not in ("epochs", "batch_size", "learning_rate") and value != getattr(usual, name)
    ]
    settings = ", ".join(f"{key} {plain(value)}" for key, value in task.params.in_use().items())
    name = f" “{row.name}”" if row.name else ""
    chance = level_text(study.task_of(arm).chance for arm in study.arms)
    return [
        f"Study {row.id}{name}: {row.status}, {row.counts[Status.FINISHED]} of {row.runs} runs",
        f"{task.entry.title} ({settings})",
        f"{len(study.seeds)} {'seed' if len(study.seeds) == 1 else 'seeds'}, "
        f"{training.epochs} {'epoch' if training.epochs == 1 else 'epochs'}, "
        f"batch size {training.batch_size}, learning rate {plain(training.learning_rate)}"
        f"{''.join(unusual)}; "
        f"guessing is right {chance} of the time",
    ]


def _results(result: Result, row: StudyRow, judgement: Judged) -> list[str]:
    """What each arm reached, where something was planted whether its attention found it, and what
    all this shows."""
    table = result.table()
    own_chance, stops_early = table["chance"].nunique() > 1, row.study.stops_early
    own_measures = row.study.task.entry.own
    judged_by = judgement.metric.title.lower()
    scores = {} if judgement.metric.name in _SHOWN else _scores(judgement)
    rows = [
        (
            "arm",
            "n",
            *([judged_by] if scores else []),
            "val accuracy",
            *(["chance"] if own_chance else []),
            *(own.title.lower() for own in own_measures),
            *(["kept epoch"] if stops_early else []),
            "parameters (attention)",
            "s/run",
        )
    ]
    for arm in table.itertuples():
        seconds = MISSING if math.isnan(arm.seconds) else f"{arm.seconds:.1f}"
        rows.append(
            (
                arm.label,
                str(arm.n),
                *([scores[arm.label]] if scores else []),
                percent_text(arm.accuracy, arm.accuracy_half, arm.n),
                *([level_text([arm.chance])] if own_chance else []),
                *(
                    percent_text(getattr(arm, own.name), getattr(arm, f"{own.name}_half"), arm.n)
                    for own in own_measures
                ),
                *([epochs_text(arm.kept, arm.kept_first, arm.kept_last)] if stops_early else []),
                _size(arm.total_parameters, arm.attention_parameters),
                seconds,
            )
        )
    last = len(rows[0]) - 1
    parts = [
        [*columns(rows, right=(1, last - 1, last)), *_found(table, row)],
        textwrap.wrap(findings(row.study, table), WIDTH),
        verdict_lines(judgement),
        [_INTERVALS, *([_STOPPING] if stops_early else [])],
    ]
    return [line for part in parts if part for line in (*part, "")][:-1]


def _scores(found: Judged) -> dict[str, str]:
    """The scores that the verdicts are of, by arm."""
    text = percent_text if found.metric.share else mean_text
    return {
        row.label: text(row.score, (row.score_high - row.score_low) / 2, row.n)
        for row in found.verdicts.itertuples()
    }


def _found(table: pd.DataFrame, row: StudyRow) -> list[str]:
    traced = table[table["found_n"] > 0]
    if traced.empty:
        return []
    truth, by_sample = row.study.task.entry.sought, is_truth_per_sample(row.study)
    own_chance = traced["found_chance"].nunique() > 1
    head = ("arm", f"attention peaks at {truth}", "attention on it")
    rows = [(*head, "both by chance") if own_chance else head]
    for arm in traced.itertuples():
        on_truth = mean_text(arm.mass, arm.mass_half, arm.found_n)
        often = f"in {share_text(arm.found, arm.found_n)} seeds"
        if by_sample:
            often = f"in {samples_text(arm.found, arm.found_half)} of the samples"
        found = (arm.label, often, on_truth)
        rows.append((*found, level_text([arm.found_chance])) if own_chance else found)
    if not own_chance:
        level = traced["found_chance"].iloc[0]
        counted = "of the samples" if by_sample else "of seeds"
        rows.append(("by chance", f"in {level_text([level])} {counted}", f"{level:.3g}"))
    return ["", *columns(rows)]


def _failures(result: Result) -> list[str]:
    lines = failures(result)
    return ["", "Failed:", *(f"  {line}" for line in lines)] if lines else []


def _listed_json(row: StudyRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "status": str(row.status),
        "task": json.loads(row.spec)["task"]["name"],
        "runs_planned": row.runs,
        "runs_finished": row.counts[Status.FINISHED],
        "runs_failed": row.counts[Status.FAILED],
        "created_at": row.created_at,
        "seconds": row.seconds,
    }


def _records(table: Any) -> list[dict[str, Any]]:
    return json.loads(table.to_json(orient="records", double_precision=15))


def _size(total: int | Any, attention: int | Any) -> str:
    """Parameters, and how many of them are the attention's; missing until the arm has begun."""
    if pd.isna(total):
        return MISSING
    return f"{total:,} ({attention:,})" if attention else f"{total:,}"


def _when(unix: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(unix))
