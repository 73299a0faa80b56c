"""Lines whose inputs the tests generate: how many of those tests fail."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable

from benchmarks.campaign.line import Asked, Outcome
from benchmarks.campaign.processes import ROOT

_COUNT = re.compile(r"(\d+) (passed|failed|errors?)")
_FAILED = re.compile(r"^(?:FAILED|ERROR) .*", re.MULTILINE)


def held_by(*arguments: str) -> Callable[[Asked], Outcome]:
    """The line of these tests, which are given as pytest takes them."""

    def line(asked: Asked) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        counts = {word: int(number) for number, word in _COUNT.findall(done.stdout)}
        broken = _FAILED.findall(done.stdout)
        if not broken and (done.returncode or not counts):
            broken = [f"pytest ended with {done.returncode}: {done.stdout[-300:]!r}"]
        paths = ", ".join(each for each in arguments if each.startswith("tests/"))
        return Outcome(sum(counts.values()), broken, f"tests of {paths}")

    return line
