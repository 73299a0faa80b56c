"""A study's results on standard output: a table for people, a document for programs."""

from __future__ import annotations

import json
import math
import textwrap
import time
from typing import Any

from attnlab.analysis.attention import is_truth_per_sample
from attnlab.analysis.rounding import figures_text, level_text
from attnlab.cli.heading import heading
from attnlab.cli.text import WIDTH, columns
from attnlab.cli.verdicts import over_tasks_lines, verdict_lines
from attnlab.command import command
from attnlab.jobs.sharing import copied_text
from attnlab.results import columns as result_columns
from attnlab.results.earlier import seen_before
from attnlab.results.frames import accuracy_frame, contrasts_frame, verdicts_frame, with_task
from attnlab.results.headline import findings
from attnlab.results.judge import judge, judge_by_accuracy
from attnlab.results.model import StudyResult
from attnlab.results.table import Column, ResultTable, tabulate
from attnlab.results.task_sentences import over_tasks_frame
from attnlab.results.tuning import (
    LEARNING_RATE,
    edge_sentence,
    tuning_frame,
    tuning_result,
    tuning_sentence,
    what_to_do,
)
from attnlab.spec import ON_TEST
from attnlab.store import Status, Store, StudyRow
from attnlab.wording import capitalised, counted, noun, seeds_text

_INTERVALS = (
    "± is an arm's own 95 % interval, (… to …) that of a difference, corrected for all arms."
)
_SHOWN = ("parameters", "seconds")
"""The metrics that the table of results always has, besides the task's main one of validation
samples."""

_FLUSH_RIGHT = (
    result_columns.SEEDS.name,
    result_columns.PARAMETERS.name,
    result_columns.SECONDS.name,
)

_STOPPING = (
    "Early stopping kept of each seed the epoch with its lowest validation loss: mean (range)."
)


def study_json(store: Store, study_id: str) -> dict[str, Any]:
    """The study's plan, results, verdicts and runs as JSON values; what is missing is null."""
    row = store.study(study_id)
    judgement, by_accuracy = judge(store, study_id), judge_by_accuracy(store, study_id)
    task = row.study.task
    runs = store.runs(study_id).drop(columns="study")
    return {
        **_listed_json(row),
        "chance": None if math.isnan(task.chance) else task.chance,
        "plan": row.study.to_dict(),
        "arms": _records(with_task(accuracy_frame(by_accuracy), row.study, "label")),
        "judged_by": {"metric": judgement.metric.name, "score": judgement.rule.score},
        "conditions": list(judgement.conditions),
        "verdicts": _records(with_task(verdicts_frame(judgement), row.study, "label")),
        "contrasts": _records(with_task(contrasts_frame(judgement), row.study, "label")),
        "over_tasks": _records(over_tasks_frame(judgement)),
        "tuning": _tuning_json(store, study_id),
        "runs": _records(runs),
        "copied_from": store.copied_runs(study_id),
    }


def _tuning_json(store: Store, study_id: str) -> dict[str, Any] | None:
    """What was tried and chosen of learning rates; null of a study that chooses none."""
    result = tuning_result(store, study_id)
    if result is None:
        return None
    return {
        "metric": result.metric.name,
        "rates": sorted({at.rate for arm in result.arms for at in arm.rates}),
        "seeds": list(result.tuning.seeds),
        "chosen": {arm.label: arm.chosen for arm in result.arms},
        "edge": {arm.label: arm.edge or None for arm in result.arms},
        "runs": _records(tuning_frame(result)),
    }


def study_text(store: Store, study_id: str) -> str:
    """The study's results for people: its plan, a row per arm, the verdicts, and the failures."""
    row = store.study(study_id)
    by_accuracy, judgement = judge_by_accuracy(store, study_id), judge(store, study_id)
    if judgement.parts:
        lines = _results_of_tasks(by_accuracy, judgement)
    else:
        lines = _results(by_accuracy, judgement)
    conditions = ["", *judgement.conditions] if judgement.conditions else []
    copied = [f"{text}."] if (text := copied_text(store, study_id)) else []
    told = [*lines, *conditions, *copied, *_failures(store, study_id)]
    return "\n".join([*heading(row), "", *told])


def list_json(rows: list[StudyRow]) -> list[dict[str, Any]]:
    """The studies as JSON values, newest first."""
    return [_listed_json(row) for row in rows]


def list_text(rows: list[StudyRow], more: int) -> str:
    """The studies for people, newest first, and how many `more` there are."""
    if not rows:
        trains = f"{command()} run --task planted-features --arm none dense"
        return f"No studies yet. Train one: {trains}"
    shows_makers = any(row.made_by for row in rows)
    maker = ("made by",) if shows_makers else ()
    table = [("id", "status", "runs", "task", "created", *maker, "name")]
    for row in rows:
        done = f"{row.counts[Status.FINISHED]} of {row.runs}"
        first, *others = row.task_names or ["–"]
        task = f"{first} and {len(others)} more" if others else first
        maker = (row.made_by or "–",) if shows_makers else ()
        table.append((row.id, _status(row), done, task, _when(row.created_at), *maker, row.name))
    lines = columns(table, right=(2,))
    if any(row.damage for row in rows):
        lines.append(f"What is damaged, and what can be saved of it: {command()} check")
    if more > 0:
        rest = f"… and {counted(more, 'older study', 'older studies')}"
        lines += [f"{rest}: {command()} list --limit {len(rows) + more}"]
    return "\n".join(lines)


def seeds_line(store: Store, study_id: str) -> str:
    """Which seeds a study has, and whether one here had them before."""
    study = store.study(study_id).study
    which = capitalised(seeds_text(study.seeds))
    if study.tuning:
        which += f", and to choose learning rates {seeds_text(study.tuning.seeds)}"
    earlier = store.earlier_on_its_seeds(study_id)
    if earlier:
        return f"{which}. {seen_before(earlier)}"
    return f"{which}, which no study here has had before."


def failures(store: Store, study_id: str) -> list[str]:
    """A line per arm and reason why runs failed."""
    runs = store.runs(study_id)
    failed = runs[runs["status"] == Status.FAILED]
    return [
        f"{arm}, {noun(len(rows), 'seed')} {', '.join(map(str, rows['seed']))}: {error}"
        for (arm, error), rows in failed.groupby(["arm", "error"], sort=False)
    ]


def _results(
    by_accuracy: StudyResult, judgement: StudyResult, *, is_part: bool = False
) -> list[str]:
    """The scores of each arm, what its attention found of what was planted, and the verdicts.

    Of a part of a study of several tasks it is left out what may be done about learning rates: that
    is said once, of all of it.
    """
    study = by_accuracy.study
    always = (study.task.main_metric, *_SHOWN)
    is_shown = judgement.metric.name in always and judgement.rule.score not in ON_TEST
    scores = [] if is_shown else [(result_columns.SCORE, judgement)]
    used = [
        result_columns.LABEL,
        result_columns.SEEDS,
        LEARNING_RATE,
        result_columns.ACCURACY,
        result_columns.CHANCE,
        *result_columns.extra_columns(by_accuracy),
        result_columns.KEPT,
        result_columns.PARAMETERS,
        result_columns.SECONDS,
    ]
    shown = [(column, by_accuracy) for column in used]
    chosen = [tuning_sentence(study, names_rates=False), edge_sentence(study)]
    chosen += [] if is_part else [what_to_do(study)]
    parts = [
        [*_lines(tabulate([*shown[:2], *scores, *shown[2:]])), *_attention_lines(by_accuracy)],
        textwrap.wrap(findings(by_accuracy), WIDTH),
        verdict_lines(judgement),
        [line for text in chosen for line in textwrap.wrap(text, WIDTH)],
        [_INTERVALS, *([_STOPPING] if study.stops_early else [])],
    ]
    return [line for part in parts if part for line in (*part, "")][:-1]


def _results_of_tasks(by_accuracy: StudyResult, judgement: StudyResult) -> list[str]:
    """The same for each task, then what follows for all of them together."""
    lines = []
    for accuracy, part in zip(by_accuracy.parts, judgement.parts, strict=True):
        title = part.study.task.title
        lines += [title, "-" * len(title), *_results(accuracy, part, is_part=True), ""]
    lines += over_tasks_lines(judgement)
    advice = textwrap.wrap(what_to_do(judgement.study), WIDTH)
    return [*lines, *(["", *advice] if advice else [])]


def _lines(table: ResultTable, *more: tuple[str, ...]) -> list[str]:
    """A table of results with aligned columns; `more` are rows below those of the arms."""
    rows = [
        tuple(heading.one_line for heading in table.headings),
        *(tuple(cell.one_line for cell in cells) for cells in table.rows.values()),
        *more,
    ]
    right = [place for place, name in enumerate(table.names) if name in _FLUSH_RIGHT]
    return columns(rows, right=right)


def _attention_lines(result: StudyResult) -> list[str]:
    """For the arms with attention, whether it found what was planted."""
    found = {arm.label: arm.attention for arm in result.arms if arm.attention}
    if not found:
        return []
    used: list[Column] = [
        result_columns.LABEL,
        result_columns.HIT,
        result_columns.ON_TRUTH,
        result_columns.TRUTH_CHANCE,
    ]
    table = tabulate(((column, result) for column in used), found)
    if result_columns.TRUTH_CHANCE.name in table.names:
        return ["", *_lines(table)]
    truth = next(iter(found.values()))
    counted = "of the samples" if is_truth_per_sample(result.study) else "of seeds"
    by_chance = (
        "by chance",
        f"in {level_text([truth.chance])} {counted}",
        figures_text(truth.mass_chance),
    )
    return ["", *_lines(table, by_chance)]


def _failures(store: Store, study_id: str) -> list[str]:
    lines = failures(store, study_id)
    return ["", "Failed:", *(f"  {line}" for line in lines)] if lines else []


def _listed_json(row: StudyRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "status": _status(row),
        "task": next(iter(row.task_names), None),
        "tasks": row.task_names,
        "runs_planned": row.runs,
        "runs_finished": row.counts[Status.FINISHED],
        "runs_failed": row.counts[Status.FAILED],
        "created_at": row.created_at,
        "made_by": row.made_by or None,
        "seconds": row.seconds,
    }


def _status(row: StudyRow) -> str:
    return "damaged" if row.damage else str(row.status)


def _records(table: Any) -> list[dict[str, Any]]:
    return json.loads(table.to_json(orient="records", double_precision=15))


def _when(unix: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(unix))
