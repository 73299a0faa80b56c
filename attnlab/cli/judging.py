"""The command `judge`: verdicts on scores of runs that were trained elsewhere."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from attnlab.cli.output import dumped, say, tell
from attnlab.cli.plans import UsageError
from attnlab.cli.text import WIDTH, columns

if TYPE_CHECKING:
    from attnlab.results.model import StudyResult
    from attnlab.scores import ScoreTable

FORMATS = ("json", "latex", "markdown", "html", "csv")

STANDARD_INPUT = "-"


def add_judge(judge: Any) -> None:
    """Add the arguments of the command."""
    judge.add_argument(
        "file",
        metavar="FILE",
        help="scores: CSV, TSV or Excel, a row a run or a column an arm; an export of MLflow or "
        "Weights & Biases; a folder of TensorBoard's event files; - for standard input",
    )
    judge.add_argument(
        "--reference", required=True, metavar="ARM", help="the arm that others are compared with"
    )
    judge.add_argument(
        "--metric", default="", metavar="NAME", help="what is judged, where the file has several"
    )
    judge.add_argument(
        "--margin",
        default="",
        metavar="M",
        help="a smaller difference is practically none, in the unit in which the scores are "
        "written; 0.5%% is half a point of shares, too",
    )
    better = judge.add_mutually_exclusive_group()
    for option, value, word in (("higher", 1, "more"), ("lower", -1, "less")):
        better.add_argument(
            f"--{option}-is-better",
            dest="better",
            action="store_const",
            const=value,
            help=f"{word} of the metric is better; default: by its name",
        )
    judge.add_argument(
        "--unpaired",
        action="store_true",
        help="do not pair runs by their seeds, where these have nothing in common",
    )
    judge.add_argument(
        "--correction",
        choices=("holm", "max-t"),
        default="holm",
        help="for several arms; default: holm",
    )
    for option, what in (("arm", "arm"), ("seed", "seed"), ("task", "task")):
        judge.add_argument(
            f"--{option}-column",
            default="",
            metavar="NAME",
            help=f"the column that says the {what}; default: by its name",
        )
    judge.add_argument(
        "--tag", default="", metavar="NAME", help="which series of event files is judged"
    )
    judge.add_argument(
        "--value",
        choices=("final", "best"),
        default="final",
        help="the last value of each series, or its best; default: final",
    )
    judge.add_argument(
        "--without-missing",
        action="store_true",
        help="leave out runs without a finite score, and say so",
    )
    form = judge.add_mutually_exclusive_group()
    for name in FORMATS:
        what = "the verdicts as CSV" if name == "csv" else f"a table in {name}"
        form.add_argument(
            f"--{name}",
            dest="form",
            action="store_const",
            const=name,
            help="print JSON instead of text" if name == "json" else f"print {what} instead",
        )


def judge(given: Namespace) -> int:
    """Print the verdicts on a file of scores. Raises SpecError for what cannot be judged."""
    from attnlab.results.judging_scores import judge_scores, margin_in

    table = _read(given)
    result = judge_scores(
        table,
        given.reference,
        margin=margin_in(given.margin, table),
        paired=not given.unpaired,
        correction=given.correction,
    )
    if given.form == "json":
        say(dumped(judged_json(result, table)))
    elif given.form:
        say(_written(result, given.form), end="")
    else:
        say(judged_text(result, table))
    return 0


def _read(given: Namespace) -> ScoreTable:
    from pathlib import Path

    from attnlab.running.quiet import without_chatter
    from attnlab.scores import ScoreOptions
    from attnlab.scores.reading import read_scores, scores_in

    named = ScoreOptions(
        metric=given.metric,
        arm=given.arm_column,
        seed=given.seed_column,
        task=given.task_column,
        better=given.better or 0,
        tag=given.tag,
        value=given.value,
        without_missing=given.without_missing,
    )
    is_folder = Path(given.file).expanduser().is_dir()
    if given.tag and not is_folder:
        raise UsageError("--tag names a series of event files: expected their folder")
    if given.file == STANDARD_INPUT:
        return scores_in(sys.stdin.buffer.read(), named, "standard input")
    if is_folder:
        tell("reading event files …")
        # Nothing is trained: what TensorFlow finds of processors and GPUs does not matter.
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        with without_chatter():
            return read_scores(given.file, named)
    return read_scores(given.file, named)


def _written(result: StudyResult, form: str) -> str:
    from attnlab.export import judged
    from attnlab.export.spreadsheets import without_mark

    if form == "csv":
        return without_mark(judged.judged_csv(result))
    make = {
        "latex": judged.judged_latex,
        "markdown": judged.judged_markdown,
        "html": judged.judged_html,
    }
    return make[form](result)


def judged_json(result: StudyResult, table: ScoreTable) -> dict[str, Any]:
    """The verdicts as JSON values; what is missing is null."""
    from attnlab.results.frames import scores_frame, verdicts_frame
    from attnlab.results.headline import headline
    from attnlab.results.task_sentences import over_tasks_frame

    metric = result.metric
    return {
        "source": table.source,
        "read_as": dict(table.read_as),
        "metric": {"name": metric.name, "better": metric.better, "share": metric.share},
        "says": headline(result).replace("**", ""),
        "conditions": list(result.conditions),
        "verdicts": _records(verdicts_frame(result)),
        "over_tasks": _records(over_tasks_frame(result)),
        "scores": _records(scores_frame(result)),
    }


def judged_text(result: StudyResult, table: ScoreTable) -> str:
    """The verdicts for people: how the file was read, a row per arm, the verdicts, conditions."""
    from attnlab.cli.verdicts import over_tasks_lines
    from attnlab.results.headline import headline
    from attnlab.results.judging_scores import AS_GIVEN

    told = ", ".join(f"{name} {value}" for name, value in table.read_as)
    lines = [f"{table.source}: {len(table.runs)} runs", *textwrap.wrap(told, WIDTH)]
    if not result.parts:
        lines += ["", *textwrap.wrap(headline(result).replace("**", ""), WIDTH)]
    for part in result.parts or (result,):
        lines += [""]
        if result.parts:
            lines += [part.task_title, "-" * len(part.task_title)]
        lines += _of_part(part)
    lines += ["", *over_tasks_lines(result)] if result.parts else []
    for condition in (*result.conditions, AS_GIVEN):
        lines += ["", *textwrap.wrap(condition, WIDTH)]
    return "\n".join(lines)


def _of_part(result: StudyResult) -> list[str]:
    """A row per arm, and the verdicts with what they rest on."""
    from attnlab.cli.verdicts import verdict_lines
    from attnlab.results import columns as result_columns
    from attnlab.results.table import tabulate

    used = [
        result_columns.ARM,
        result_columns.SEEDS,
        result_columns.SCORE,
        result_columns.DIFFERENCE,
        result_columns.P,
    ]
    table = tabulate((column, result) for column in used)
    rows = [
        tuple(heading.one_line for heading in table.headings),
        *(tuple(cell.one_line for cell in cells) for cells in table.rows.values()),
    ]
    return [*columns(rows, right=(1,)), "", *verdict_lines(result)]


def _records(table: Any) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads(table.to_json(orient="records", double_precision=15))
    return records
