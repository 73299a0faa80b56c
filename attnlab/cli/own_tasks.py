"""The tasks that people bring, on the command line: begun, checked, brought."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from attnlab.cli.begun import write_begun
from attnlab.cli.output import say, tell, tell_once
from attnlab.command import command

NAMING = ("task", "also_on")
"""The options that may name a task by its file."""

WITHOUT = (
    *("app", "backup", "check", "data", "judge", "list", "modules"),
    *("new-backbone", "new-module", "new-task"),
)
"""The commands that need no tasks, beside restore."""


def add_new_task(parser: ArgumentParser) -> None:
    """Add the arguments of the command that begins a task."""
    parser.add_argument("name", metavar="NAME", help="what to call it, such as two-columns")
    parser.add_argument(
        "--on",
        choices=("features", "image", "channels", "steps", "text"),
        default="features",
        help="what its inputs are; default: features",
    )
    parser.add_argument(
        "--folder",
        metavar="FOLDER",
        default="my_tasks",
        help="where to write it; default: my_tasks, where it is found from here",
    )


def new_task(given: Namespace) -> int:
    """Write the file of a new task, and its test."""
    from attnlab.own_tasks.template import KINDS, files_for

    files = files_for(given.name, given.on, Path(given.folder), command())
    task, test = write_begun(files, given.folder)
    say(
        f"{task}  the task: change it to yours\n{test}  its test\n\n"
        f"Check it:     {command()} check {task}\n"
        f"Train on it:  {command()} run --task {task} --arm none --arm {KINDS[given.on].arm}"
    )
    return 0


def bring(given: Namespace) -> None:
    """Bring the tasks that are looked for, and those of files that options name, whose names then
    stand in the options."""
    if given.command in (*WITHOUT, "restore"):
        return
    from attnlab.own_tasks.finding import files

    if files():
        from attnlab.own_tasks.library import TASKS

        for report in TASKS.refresh(tell=tell_once()):
            if not report.passed:
                tell(f"note: not all of {report.source.path} can be used: {report.why}")
    for option in NAMING:
        value = getattr(given, option, None)
        if isinstance(value, str):
            setattr(given, option, _named(value))
        elif isinstance(value, list):
            setattr(given, option, [_named(each) for each in value])


def _named(task: str) -> str:
    if ".py" not in task:
        return task
    from attnlab.own_tasks.library import TASKS
    from attnlab.own_tasks.naming import with_task_name

    before = {each.path for each in TASKS.files}
    named = with_task_name(task, tell=tell_once())
    for each in TASKS.files:
        if each.path not in before and each.report is not None:
            for found in each.report.modules:
                for note in found.notes if found.passed else ():
                    tell(f"note: {found.name}: {note}.")
    return named
