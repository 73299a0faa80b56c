"""The command `data`: what is in a file or folder of one's own, before anything trains on it."""

from __future__ import annotations

import textwrap
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from attnlab.cli.output import dumped, say
from attnlab.cli.plans import UsageError, dashed
from attnlab.cli.text import WIDTH, columns
from attnlab.cli.values import settings_in, words_in
from attnlab.data.named import NAMED
from attnlab.spec import REGISTRY, SpecError, TaskSpec, load
from attnlab.wording import counted

if TYPE_CHECKING:
    from attnlab.data.inspection import Inspection

OPTIONS = ("label", "leave_out", "split", "split_column", "missing", "sheet")
"""What has an option of its own: parameters of the tasks that have them."""

SPLIT_KINDS = ("stratified", "column", "group", "time")


def add_data(commands: Any) -> None:
    """Add the command's own commands and their arguments."""
    inside = commands.add_subparsers(dest="data_command", metavar="COMMAND", required=True)
    text = "say what a table, or a set of images or texts, holds, and what will be done with it"
    inspect = inside.add_parser(
        "inspect",
        help=text,
        description=f"{text[0].upper()}{text[1:]}.",
        epilog=f"Data sets by name: {', '.join(NAMED)}.",
        allow_abbrev=False,
    )
    inspect.add_argument(
        "path",
        metavar="PATH",
        help="a table (CSV, TSV, Parquet, Excel), images or texts by classes, arrays (.npz), or a "
        "data set by name",
    )
    inspect.add_argument(
        "--task", metavar="NAME", help="the task that takes them; default: told by what they are"
    )
    inspect.add_argument(
        "--set",
        nargs="+",
        action="extend",
        metavar="NAME=VALUE",
        help="parameters of the task, as in `run`",
    )
    inspect.add_argument(
        "--label", metavar="COLUMN", help="the column to predict; default: a guess"
    )
    inspect.add_argument(
        "--leave-out", nargs="+", metavar="COLUMN", help="columns not to learn from"
    )
    inspect.add_argument(
        "--split",
        choices=SPLIT_KINDS,
        help="how rows are divided; default: by seed, each class alike (stratified)",
    )
    inspect.add_argument(
        "--split-column", metavar="COLUMN", help="the column that decides about it"
    )
    inspect.add_argument(
        "--missing",
        choices=("impute", "drop"),
        help="whether missing values are imputed (the default), or their rows dropped",
    )
    inspect.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook")
    inspect.add_argument("--json", action="store_true", help="print JSON instead of text")


def data(given: Namespace) -> int:
    """Print what a data set holds; raises SpecError for one that cannot be used."""
    task = _task(given)
    found: Inspection = load(task.entry.inspect)(task.params)
    if given.json:
        say(dumped({"task": task.name, **found.to_json()}))
    else:
        say(inspection_text(found, task))
    return 0


def _task(given: Namespace) -> TaskSpec:
    """The task that takes the data, with what is said of them."""
    from attnlab.catalog.task_entries.tables import columns_listed

    options = {name: getattr(given, name) for name in OPTIONS if getattr(given, name) is not None}
    if "leave_out" in options:
        options["leave_out"] = columns_listed(options["leave_out"])
    told = {**words_in(given.set or []), **options}
    name = given.task or REGISTRY.task_for(given.path, told)[0]
    entry = REGISTRY.task(name)
    if entry.own_data is None:
        raise UsageError(f"the task {name} takes no data of one's own")
    for option in options:
        if option not in entry.params.model_fields:
            raise UsageError(f"--{dashed(option)} says nothing of what {name} takes: {given.path}")
    settings = settings_in(given.set or [], entry.params.model_fields)
    path = dict(entry.own_data(given.path))
    for twice in settings.keys() & {*options, *path}:
        raise SpecError(f"{twice} is given twice: with --set and without")
    return TaskSpec.model_validate({"name": name, **path, **options, **settings})


def inspection_text(found: Inspection, task: TaskSpec) -> str:
    """An inspection for people."""
    parts = [_heading(found, task), _splits(found)]
    if found.columns:
        rows = [(f"  {each.name}", each.kind, each.treatment) for each in found.columns]
        parts.append("\n".join(["Columns", *columns(rows, wrap_last=True)]))
    if found.left_out:
        reasons = [(f"  {each.what}", each.reason) for each in found.left_out]
        parts.append("\n".join(["Left out", *columns(reasons, wrap_last=True)]))
    if found.warnings:
        lines = [
            line
            for warning in found.warnings
            for line in textwrap.wrap(
                warning, WIDTH, initial_indent="  - ", subsequent_indent="    "
            )
        ]
        parts.append("\n".join(["Warnings", *lines]))
    return "\n\n".join(parts)


def _heading(found: Inspection, task: TaskSpec) -> str:
    classes = f" of {len(found.classes)} classes" if found.classes else ""
    lines = [f"{found.path}: {counted(found.samples, *found.called)}{classes}"]
    lines.append(f"  task {task.name}")
    if found.read_as:
        told = ", ".join(f"{name} {value}" for name, value in found.read_as.items())
        lines += textwrap.wrap(told, WIDTH, initial_indent="  ", subsequent_indent="  ")
    if found.label:
        guessed = f" (guessed {found.label_guessed})" if found.label_guessed else ""
        quantity = "; a number, so this is regression" if found.kind == "regression" else ""
        lines.append(f"  label {found.label}{guessed}{quantity}")
    if found.chance is not None:
        from attnlab.analysis.rounding import figures_text, level_text

        if found.kind == "regression":
            lines.append(
                f"  chance level {figures_text(found.chance, 4)} (RMSE of always saying the mean)"
            )
        else:
            lines.append(f"  chance level {level_text([found.chance])}")
    return "\n".join(lines)


def _splits(found: Inspection) -> str:
    names = next(iter(found.splits.values()))
    head = ("Splits", *found.splits)
    rows = [
        (f"  {name}", *(f"{of_split[name]:,}" for of_split in found.splits.values()))
        for name in names
    ]
    lines = columns([head, *rows], right=range(1, len(head)))
    if found.drawn_anew:
        lines.append("  Each seed divides them anew.")
    return "\n".join(lines)
