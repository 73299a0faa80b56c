"""The modules that people bring, on the command line: begun, checked, brought, trusted."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from attnlab.cli.begun import write_begun
from attnlab.cli.output import dumped, say, tell, tell_once
from attnlab.command import command
from attnlab.spec import SOURCE, SpecError
from attnlab.spec.own_backbones import BACKBONE
from attnlab.spec.reading import read_text

if TYPE_CHECKING:
    from attnlab.capsules import Capsule
    from attnlab.own_modules.reading import OwnFileKind
    from attnlab.own_modules.report import Report

NAMING = ("arm", "leave_one_out", "reference", "backbone")
"""The options that may name a module or a network by its file."""

WITHOUT = (
    *("app", "backup", "check", "data", "judge", "list"),
    *("new-backbone", "new-module", "new-task", "restore"),
)
"""The commands that need no modules, beside tasks."""


_OF_NETWORK = re.compile(rf"{BACKBONE}\s*[:=]\s*[a-z0-9-]+#[0-9a-f]{{16}}")
"""In a plan, a network that somebody brought."""


def add_new_module(
    parser: ArgumentParser, example: str, usual: str, more: tuple[str, ...] = ()
) -> None:
    """Add the arguments of a command that begins a module, or a network; `more` inputs are those
    that the other cannot take."""
    parser.add_argument("name", metavar="NAME", help=f"what to call it, such as {example}")
    parser.add_argument(
        "--input",
        choices=("features", "image", "steps", *more),
        default=usual,
        help=f"what it takes; default: {usual}",
    )
    parser.add_argument(
        "--folder",
        metavar="FOLDER",
        default="my_modules",
        help="where to write it; default: my_modules, where it is found from here",
    )


def new_module(given: Namespace) -> int:
    """Write the file of a new module, and its test."""
    from attnlab.own_modules.template import files_for

    files = files_for(given.name, given.input, Path(given.folder), command())
    module, test = write_begun(files, given.folder)
    say(
        f"{module}  the module: change it to yours\n{test}  its test\n\n"
        f"Check it:    {command()} check {module}\n"
        f"Compare it:  {command()} run --task {_task(given.input)} --arm none --arm {module}"
    )
    return 0


def new_backbone(given: Namespace) -> int:
    """Write the file of a new network, and its test."""
    from attnlab.own_modules.backbone_template import files_for

    files = files_for(given.name, given.input, Path(given.folder), command())
    network, test = write_begun(files, given.folder)
    say(
        f"{network}  the network: change it to yours\n{test}  its test\n\n"
        f"Check it:  {command()} check {network}\n"
        "How modules are compared in it stands at its top."
    )
    return 0


def check_files(given: Namespace) -> int:
    """Print what is found in files with modules or tasks; 1 if anything is refused."""
    from attnlab.own_modules import reading

    reports: list[Report] = []
    for path in given.files:
        source = reading.source_at(Path(path))
        for kind in _kinds(source.text):
            report = reading.report_on(source, kind=kind, anew=True)
            reports.append(report)
            if not given.json:
                say(str(report))
    if given.json:
        say(dumped([{"file": each.source.path, **each.to_json()} for each in reports]))
    return 0 if all(each.passed for each in reports) else 1


def _kinds(text: str) -> list[OwnFileKind]:
    """What to look for in a file: tasks where it imports their decorator, modules otherwise."""
    from attnlab.own_modules.reading import OF_MODULES

    if "attnlab.own_tasks" not in text:
        return [OF_MODULES]
    from attnlab.own_tasks.library import OF_TASKS

    return [OF_MODULES, OF_TASKS] if "attnlab.own_modules" in text else [OF_TASKS]


def bring(given: Namespace) -> None:
    """Bring the modules that are looked for, and those of files that options name, whose names
    then stand in the options."""
    if given.command in (*WITHOUT, "tasks"):
        return
    from attnlab.own_modules.finding import files

    if files():
        from attnlab.own_modules.library import LIBRARY

        for report in LIBRARY.refresh(tell=tell_once()):
            if not report.passed:
                tell(f"note: not all of {report.source.path} can be used: {report.why}")
            _tell_notes(report)
    if _names_a_source(getattr(given, "study", None)):
        from attnlab.cli.keeping import open_store

        given.store = open_store()  # which has the sources of earlier plans, as long as it is open
    for option in NAMING:
        value = getattr(given, option, None)
        if isinstance(value, str):
            setattr(given, option, _named(value, is_network=option == BACKBONE))
        elif isinstance(value, list):
            setattr(given, option, [_named(each) for each in value])


def _names_a_source(plan: str | None) -> bool:
    """Whether a study's file names the source of a module that somebody brought.

    A file that cannot be read does not; who reads the plan of it says so, after what comes before.
    """
    if plan is None:
        return False
    try:
        text = read_text(plan).replace('"', "").replace("'", "")
        return f"{SOURCE}:" in text or _OF_NETWORK.search(text) is not None
    except SpecError:
        return False


def read_capsule(given: Namespace) -> Capsule | None:
    """The capsule of a replay; None where its sources were to be shown, and were."""
    from attnlab import capsules

    if given.show_source:
        shown = capsules.sources(given.capsule)
        say("\n".join(f"# --- {name} ---\n{text}" for name, text in shown.items()))
        if not shown:
            say("It brings no modules, networks or tasks of its own.")
        return None
    return capsules.read(given.capsule, trust=given.trust)


def _named(given: str, is_network: bool = False) -> str:
    if ".py" not in given:
        return given
    from attnlab.own_modules.library import LIBRARY
    from attnlab.own_modules.naming import with_name, with_network

    before = {each.path for each in LIBRARY.files}
    named = (with_network if is_network else with_name)(given, tell=tell_once())
    for each in LIBRARY.files:
        if each.path not in before and each.report is not None:
            _tell_notes(each.report)
    return named


def _tell_notes(report: Report) -> None:
    for module in report.modules:
        for note in module.notes if module.passed else ():
            tell(f"note: {module.name}: {note}.")


def _task(slot: str) -> str:
    from attnlab.spec.own_modules import TASKS

    return TASKS[slot]  # type: ignore[index]
