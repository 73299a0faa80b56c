"""Lines whose inputs the tests generate: how many of those tests fail."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable

from benchmarks.campaign.line import Asked, Outcome
from benchmarks.campaign.processes import ROOT

_OURS = ("ATTNLAB_HOME", "ATTNLAB_WORKERS")
"""Of the environment: what tests have of their own."""

_COUNT = re.compile(r"(\d+) (passed|failed|errors?)")
_FAILED = re.compile(r"^(?:FAILED|ERROR) .*", re.MULTILINE)


def held_by(*files: str) -> Callable[[Asked], Outcome]:
    """The line of the tests in these files; none in one of them is a broken promise, too."""

    def line(asked: Asked) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rA", *files],
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if name not in _OURS},
            capture_output=True,
            text=True,
            check=False,
        )
        counts = {word: int(number) for number, word in _COUNT.findall(done.stdout)}
        broken = _FAILED.findall(done.stdout)
        if not broken and done.returncode:
            broken = [f"pytest ended with {done.returncode}: {done.stdout[-300:]!r}"]
        broken += [f"no test of {each} ran" for each in files if f" {each}::" not in done.stdout]
        return Outcome(sum(counts.values()), broken, f"tests of {', '.join(files)}")

    return line
