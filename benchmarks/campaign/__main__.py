"""The command: see the package."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from attnlab.workers import PROCESSES
from benchmarks.campaign import damage, disk, fuzz, kills, soak
from benchmarks.campaign.line import Asked, Outcome
from benchmarks.campaign.tests import held_by

LINES: dict[str, Callable[[Asked], Outcome]] = {
    "clock": held_by("tests/store/test_owner.py"),
    "zip-entry": fuzz.single("an archive that unpacks to 2 GB", "an archive of 100,000 entries"),
    "devices": fuzz.single("a named pipe", "a device", "a loop of links"),
    "deep-folders": fuzz.single("folders 3,000 deep"),
    "dangling-link": held_by("tests/data/images/test_links.py"),
    "root": fuzz.root,
    "study-files": fuzz.study_files,
    "fuzzing": fuzz.fuzzing,
    "columns": damage.damaged_columns,
    "markdown": held_by(
        *("tests/ui/test_names.py", "tests/ui/test_plain_text.py", "tests/browser/test_zz_names.py")
    ),
    "terminal": held_by("tests/cli/test_terminal.py", "tests/spec/test_labels.py"),
    "formula": held_by("tests/export/test_spreadsheets.py"),
    "host-names": held_by("tests/browser/test_zz_names.py", "tests/cli/test_app.py"),
    "several-people": held_by("tests/data/test_shared_folders.py"),
    "backups": held_by("tests/store/test_backups.py"),
    "kills-server": kills.server_kills,
    "kills-command": kills.command_kills,
    "disk": disk.full_disks,
    "soak": soak.soak,
}
"""What measures each line, by its name. The fuzzing is of study files, links, capsules, archives,
tables, images and texts."""

SHOWN = 5


def main(arguments: list[str] | None = None) -> int:
    """Take the lines that were asked for, one after another; 1 if a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.campaign")
    parser.add_argument("--only", nargs="+", choices=LINES, default=list(LINES), metavar="LINE")
    parser.add_argument("--quick", action="store_true", help="a few of each")
    parser.add_argument("--seed", type=int, default=0, help="which moments and inputs are drawn")
    lasting = parser.add_mutually_exclusive_group()
    lasting.add_argument("--minutes", type=float, default=10.0, help="of fuzzing (10)")
    lasting.add_argument("--hours", type=float, help="of fuzzing, in their place")
    chosen = parser.parse_args(arguments)
    minutes = chosen.minutes if chosen.hours is None else 60 * chosen.hours
    folder = Path(tempfile.mkdtemp(prefix="attnlab-campaign-"))
    os.environ |= {"ATTNLAB_HOME": str(folder / "home"), "ATTNLAB_WORKERS": "1"}
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # it costs each process seconds
    broken = 0
    try:
        for name in chosen.only:
            place = folder / name
            place.mkdir()
            began = time.monotonic()
            found = _outcome(LINES[name], Asked(place, chosen.quick, chosen.seed, minutes))
            seconds = time.monotonic() - began
            broken += len(found.broken)
            counts = f"{found.tried:7,} tried {len(found.broken):4} broken {seconds:6.0f} s"
            print(f"{name:15}{counts}  {found.figures}", flush=True)
            for each in found.broken[:SHOWN]:
                print(f"{'':15}BROKEN {each}", flush=True)
    finally:
        PROCESSES.end()
    if broken:
        print(f"Kept in {folder}.")
        return 1
    shutil.rmtree(folder)
    return 0


def _outcome(line: Callable[[Asked], Outcome], asked: Asked) -> Outcome:
    """What came of a line; one that fails itself is broken, and does not end the others."""
    try:
        return line(asked)
    except Exception as error:
        return Outcome(broken=[f"the line ended with {error!r}"])


if __name__ == "__main__":
    sys.exit(main())
