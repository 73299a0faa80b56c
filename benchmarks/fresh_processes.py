"""Does a first study fail by chance? Commands in fresh processes, again and again."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import attnlab  # noqa: F401  (fills the registry)
from attnlab.spec import REGISTRY, ModuleEntry

ROOT = Path(__file__).parent.parent
WATCH = ROOT / "tests" / "fresh" / "watch"
COMMAND = ("run", "--task", "digits", "--leave-one-out", "cbam", "--seeds", "10")
SECONDS = 1800


def main() -> None:
    """Run the commands and print how many processes were started and how many failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", type=Path, default=ROOT, help="the checkout to run (this one)")
    parser.add_argument("--times", type=int, default=40, help="fresh processes of the one command")
    parser.add_argument("--epochs", type=int, help="epochs of the one command (its own default)")
    parser.add_argument("--only", choices=("command", "sweep"), help="leave out the other part")
    parser.add_argument(
        "--as-is", action="store_true", help="Python's own pace of changing threads"
    )
    options = parser.parse_args()
    failed = 0
    if options.only != "sweep":
        epochs = ("--epochs", str(options.epochs)) if options.epochs else ()
        failed += _report("the command", [(*COMMAND, *epochs)] * options.times, options)
    if options.only != "command":
        failed += _report("the sweep", sweep(), options)
    sys.exit(failed > 0)


def sweep() -> list[tuple[str, ...]]:
    """`--swap` on every task and `--leave-one-out` of every module with parts, very small."""
    small = ("--seeds", "2", "--epochs", "1")
    swaps: list[tuple[str, ...]] = [
        ("run", "--task", task, "--swap", *small) for task in REGISTRY.tasks
    ]
    parts: list[tuple[str, ...]] = [
        ("run", "--task", _task_for(entry), "--leave-one-out", name, *small)
        for name, entry in REGISTRY.modules.items()
        if entry.family != "control" and entry.parts(entry.params())
    ]
    return swaps + parts


def _task_for(entry: ModuleEntry) -> str:
    """A task with a slot for this module."""
    return next(task.name for task in REGISTRY.tasks.values() if task.slot in entry.fits)


def _report(title: str, commands: Sequence[tuple[str, ...]], options: argparse.Namespace) -> int:
    """Run each in a process and a home of its own; print and count those that did not end well."""
    failed = races = 0
    for number, command in enumerate(commands, 1):
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "imports.log"
            ended = subprocess.run(
                [sys.executable, "-m", "attnlab", *command],
                cwd=options.tree,
                env=_environment(Path(folder) / "home", None if options.as_is else log),
                capture_output=True,
                text=True,
                timeout=SECONDS,
            )
            raced = log.read_text().splitlines() if log.exists() else []
        failed += ended.returncode != 0
        races += bool(raced)
        if ended.returncode or raced:
            print(f"  {' '.join(command)}: exit code {ended.returncode}")
            print(*(f"    {line}" for line in [*_reasons(ended.stderr), *raced[:3]]), sep="\n")
        print(f"{title}: {number} of {len(commands)} processes, {failed} failed", flush=True)
    print(f"{title}: {len(commands)} processes, {failed} failed, imports at once in {races}")
    return failed + races


def _environment(home: Path, log: Path | None) -> dict[str, str]:
    environment = {**os.environ, "ATTNLAB_HOME": str(home)}
    if log is not None:
        environment |= {"PYTHONPATH": str(WATCH), "ATTNLAB_IMPORT_LOG": str(log)}
    return environment


def _reasons(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if "Error" in line]
    return lines[:3]


if __name__ == "__main__":
    main()
