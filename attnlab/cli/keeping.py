"""The commands that look after the folder in which studies are kept."""

from __future__ import annotations

import textwrap
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from attnlab.cli import own_modules
from attnlab.cli.output import dumped, say, tell
from attnlab.cli.text import WIDTH
from attnlab.wording import counted

if TYPE_CHECKING:
    from attnlab.store import Store, checking


def add_keeping(command: Callable[[str, str], ArgumentParser]) -> None:
    """Add the commands; `command` adds one of this name and this help."""
    checking = command(
        "check",
        "look for damage in what is kept, or through files with modules or tasks of your own",
    )
    checking.add_argument(
        "files",
        nargs="*",
        metavar="FILE.py",
        help="files with modules or tasks of your own: what each promises, and whether it keeps "
        "that; default: the folder in which studies are kept",
    )
    checking.add_argument("--json", action="store_true", help="print JSON instead of text")
    backup = command("backup", "write all that is kept to one file, also while a study trains")
    backup.add_argument("file", metavar="FILE.zip", help="where to write it")
    restore = command("restore", "bring back what a backup has")
    restore.add_argument("file", metavar="FILE.zip", help="what backup wrote")
    restore.add_argument(
        "--replace",
        action="store_true",
        help="into a home that has studies; what is there is kept in a folder beside it",
    )


def open_store() -> Store:
    """The store, after it has ended the studies of dead processes."""
    from attnlab.store import Store

    store = Store()
    store.recover()
    return store


def check(given: Namespace) -> int:
    """Print what is damaged, and what of it can be saved; 1 if anything is. Of files with
    modules or tasks, whether they keep their promises."""
    if given.files:
        return own_modules.check_files(given)
    from attnlab.store import checking
    from attnlab.store.home import home_folder

    home = home_folder()
    checked = checking.check(home)
    if given.json:
        say(dumped(asdict(checked)))
    else:
        say(_check_text(checked, str(home)))
    return 1 if checked.findings else 0


def backup(given: Namespace) -> int:
    """Write a backup, and say what is in it."""
    from attnlab.store import backups
    from attnlab.store.home import home_folder

    made = backups.back_up(home_folder(), Path(given.file))
    say(
        f"{given.file}: {counted(made.studies, 'study', 'studies')}, {counted(made.files, 'file')} "
        f"of runs and uploads, {made.size / 2**20:,.1f} MiB. Downloaded data sets, and data of "
        "your own that were not uploaded, are not in it."
    )
    return 0


def restore(given: Namespace) -> int:
    """Bring a backup back; nothing of it trains, whatever trained when it was made."""
    from attnlab.store import Store, restoring
    from attnlab.store.home import home_folder

    home = home_folder()
    restoring.unpack(home, Path(given.file), given.replace)
    try:
        trial = Store(home / restoring.UNPACKED / "new")  # opened, and brought to this version
        trial.recover(lambda owner, heartbeat_at: False)
        studies = trial.count_studies()
        trial.close()
    except BaseException:
        restoring.discard(home)
        raise
    kept = restoring.decide(home)
    say(f"{home} has {counted(studies, 'study', 'studies')} now.")
    if kept is not None:
        tell(f"what was there before is in {kept}")
    return 0


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


COMMANDS: Mapping[str, Callable[[Namespace], int]] = {
    "check": check,
    "backup": backup,
    "restore": restore,
}
