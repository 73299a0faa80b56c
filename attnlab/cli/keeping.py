"""The commands that look after the folder in which studies are kept."""

from __future__ import annotations

import textwrap
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from attnlab.cli.output import dumped, say
from attnlab.cli.text import WIDTH
from attnlab.wording import counted

if TYPE_CHECKING:
    from attnlab.store import Store, checking


def add_keeping(command: Callable[[str, str], ArgumentParser]) -> None:
    """Add the commands; `command` adds one of this name and this help."""
    checking = command("check", "look for damage in what is kept, and say what can be saved")
    checking.add_argument("--json", action="store_true", help="print JSON instead of text")


def open_store() -> Store:
    """The store, after it has ended the studies of dead processes."""
    from attnlab.store import Store

    store = Store()
    store.recover()
    return store


def check(given: Namespace) -> int:
    """Print what is damaged, and what of it can be saved; 1 if anything is."""
    from attnlab.store import checking
    from attnlab.store.home import home_folder

    home = home_folder()
    checked = checking.check(home)
    if given.json:
        say(dumped(asdict(checked)))
    else:
        say(_check_text(checked, str(home)))
    return 1 if checked.findings else 0


def _check_text(checked: checking.Checked, home: str) -> str:
    looked = (
        f"{counted(checked.studies, 'study', 'studies')} and {counted(checked.files, 'file')} of "
        f"runs in {home}"
    )
    if not checked.findings:
        return f"{looked}: nothing is damaged."
    lines = [f"{looked}: {counted(len(checked.findings), 'finding')}."]
    for finding in checked.findings:
        lines += ["", finding.where]
        for text in filter(None, (finding.wrong, finding.saved)):
            lines += textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ")
    return "\n".join(lines)


COMMANDS: Mapping[str, Callable[[Namespace], int]] = {"check": check}
