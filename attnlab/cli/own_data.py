"""The command `data`: what is in a file or folder of one's own, before anything trains on it."""

from __future__ import annotations

import textwrap
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from attnlab.cli.output import dumped, say
from attnlab.cli.plans import UsageError
from attnlab.cli.text import WIDTH, columns
from attnlab.spec import REGISTRY
from attnlab.wording import counted

if TYPE_CHECKING:
    from attnlab.data.inspection import Inspection

SPLIT_KINDS = ("stratified", "column", "group", "time")


def add_data(commands: Any) -> None:
    """Add the command's own commands and their arguments."""
    inside = commands.add_subparsers(dest="data_command", metavar="COMMAND", required=True)
    text = "say what a table or image set holds, and what will be done with it"
    inspect = inside.add_parser(
        "inspect", help=text, description=f"{text[0].upper()}{text[1:]}.", allow_abbrev=False
    )
    inspect.add_argument(
        "path", metavar="PATH", help="a table (CSV, TSV, Parquet, Excel), or images by classes"
    )
    inspect.add_argument(
        "--label", default="", metavar="COLUMN", help="the column to predict; default: a guess"
    )
    inspect.add_argument(
        "--leave-out", nargs="+", default=[], metavar="COLUMN", help="columns not to learn from"
    )
    inspect.add_argument(
        "--split", choices=SPLIT_KINDS, default="stratified", help="how rows are divided"
    )
    inspect.add_argument(
        "--split-column", default="", metavar="COLUMN", help="the column that decides about it"
    )
    inspect.add_argument(
        "--missing",
        choices=("impute", "drop"),
        default="impute",
        help="whether missing values are imputed, or their rows dropped",
    )
    inspect.add_argument("--sheet", default="", metavar="NAME", help="the sheet of a workbook")
    inspect.add_argument("--json", action="store_true", help="print JSON instead of text")


def data(given: Namespace) -> int:
    """Print what a data set holds; raises SpecError for one that cannot be used."""
    from attnlab.catalog import ImageFolderParameters
    from attnlab.data.paths import pasted_path
    from attnlab.data.tables import USUAL_OPTIONS, Options
    from attnlab.data.tables.inspecting import inspect_table

    options = Options(
        label=given.label,
        leave_out=tuple(given.leave_out),
        split=given.split,
        split_column=given.split_column,
        missing=given.missing,
    )
    if REGISTRY.task("image-folder").recognises(given.path):
        if options != USUAL_OPTIONS or given.sheet:
            raise UsageError("columns, splits and sheets are of tables, and these are images")
        from attnlab.tasks.folder import inspected_images

        found = inspected_images(ImageFolderParameters(source="folder", path=given.path))
    else:
        found = inspect_table(pasted_path(given.path), options, given.sheet)
    say(dumped(found.to_json()) if given.json else inspection_text(found))
    return 0


def inspection_text(found: Inspection) -> str:
    """An inspection for people."""
    parts = [_heading(found), _splits(found)]
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


def _heading(found: Inspection) -> str:
    what = {"images": "image"}.get(found.kind, "row")
    classes = f" of {len(found.classes)} classes" if found.classes else ""
    lines = [f"{found.path}: {counted(found.samples, what)}{classes}"]
    if found.read_as:
        lines.append("  " + ", ".join(f"{name} {value}" for name, value in found.read_as.items()))
    if found.label:
        guessed = f" (guessed {found.label_guessed})" if found.label_guessed else ""
        quantity = "; a number, so this is regression" if found.kind == "regression" else ""
        lines.append(f"  label {found.label}{guessed}{quantity}")
    if found.chance is not None:
        from attnlab.analysis.rounding import level_text

        if found.kind == "regression":
            lines.append(f"  chance level {found.chance:.4g} (RMSE of always saying the mean)")
        else:
            lines.append(f"  chance level {level_text([found.chance])}")
    return "\n".join(lines)


def _splits(found: Inspection) -> str:
    names = found.classes or ("rows",)
    head = ("Splits", *found.splits)
    rows = [
        (f"  {name}", *(f"{of_split[name]:,}" for of_split in found.splits.values()))
        for name in names
    ]
    lines = columns([head, *rows], right=range(1, len(head)))
    if found.drawn_anew:
        lines.append("  Each seed divides them anew.")
    return "\n".join(lines)
