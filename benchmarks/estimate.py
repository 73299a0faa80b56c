"""Is the time a page promises before a study is launched the time it takes?

For some plans of different kinds: seconds estimated from a trial of two epochs, seconds that the
trial took, and seconds that the study took.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from typing import Any

import attnlab
from attnlab import Study
from attnlab.jobs.estimate import estimate
from benchmarks.report import arguments, median, print_table, rounds_of

PLANS: dict[str, dict[str, Any]] = {
    "features, a dose": {
        "task": "planted-features",
        "build": {"dose": "dense", "classes": [2, 5, 20, 50]},
    },
    "features, two arms": {"task": "planted-features", "arms": ["none", "dense"], "seeds": 5},
    "channels": {"task": "planted-channels", "arms": ["none", "se", "eca"], "seeds": 5},
    "steps": {"task": "planted-steps", "arms": ["none", "transformer-encoder"], "seeds": 5},
    "words": {"task": "keyword-text", "build": "swap", "seeds": 5},
}


def measured(plan: dict) -> tuple[float, float, float]:
    """Seconds estimated, seconds of the trial, and seconds that the study took."""
    study = Study(**plan)
    began = time.perf_counter()
    found = estimate(study, stop=threading.Event())
    tried = time.perf_counter() - began
    assert found is not None, "nobody stops it"
    with tempfile.TemporaryDirectory() as home:
        began = time.perf_counter()
        attnlab.run(study, home=home, progress=False).store.close()
        return found.seconds, tried, time.perf_counter() - began


def main(given: list[str] | None = None) -> int:
    parser = arguments(__doc__.splitlines()[0], rounds=3, quick=1)
    rounds = rounds_of(parser.parse_args(given))
    estimate(Study(task="planted-features", arms=["none"], epochs=1), stop=threading.Event())
    rows = []
    for name, plan in PLANS.items():
        found = [measured(plan) for _ in range(rounds)]
        promised, tried, took = (median(values) for values in zip(*found, strict=True))
        rows.append(
            [
                *(name, f"{promised:.1f}", f"{tried:.1f}", f"{took:.1f}"),
                f"{median([true / said for said, _, true in found]):.2f}",
            ]
        )
    head = ["plan", "estimated, s", "the trial, s", "taken, s", "taken / estimated"]
    print_table("Estimates before a study, and what it took", head, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
