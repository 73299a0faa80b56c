"""The command: see the package."""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from benchmarks.damaged_data.inputs import KINDS as DATA_KINDS
from benchmarks.damaged_data.inputs import Input
from benchmarks.damaged_data.plans import KINDS as PLAN_KINDS
from benchmarks.damaged_data.single import SINGLE
from benchmarks.damaged_data.trial import Counts, tried
from benchmarks.report import print_table

KINDS = {**DATA_KINDS, **PLAN_KINDS}
INPUTS, QUICK_INPUTS = 5_000, 250
MOST_SECONDS, MOST_BYTES = 10.0, 1_500_000_000


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--inputs", type=int, default=INPUTS)
    parser.add_argument("--seed", type=int, default=0, help="which inputs are drawn")
    parser.add_argument("--only", nargs="+", choices=KINDS, default=list(KINDS), metavar="KIND")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_INPUTS} inputs")
    chosen = parser.parse_args(arguments)
    inputs = QUICK_INPUTS if chosen.quick else chosen.inputs
    folder = Path(tempfile.mkdtemp(prefix="attnlab-damaged-"))
    os.environ["ATTNLAB_HOME"] = str(folder / "home")
    counts = {kind: Counts() for kind in chosen.only}
    for kind, of_kind in counts.items():
        (folder / kind).mkdir()
        draw(kind, of_kind, folder / kind, inputs // len(counts), chosen.seed)
    if chosen.only == list(KINDS):
        counts["one of each"] = Counts()
        for name, make in SINGLE.items():
            tried(Input(name, make), folder, counts["one of each"], elsewhere=True)
    rows = [
        (kind, *map(str, (of.tried, of.used, of.refused, len(of.broken))), f"{of.slowest:.1f}")
        for kind, of in counts.items()
    ]
    head = ("inputs", "tried", "used", "refused", "broken", "slowest s")
    print_table("What came of damaged and hostile data", head, rows)
    peak = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"\nPeak memory of the process: {peak / 1e9:.2f} GB, {MOST_BYTES / 1e9:.1f} allowed.")
    broken = [each for of in counts.values() for each in of.broken]
    for each in broken[:20]:
        print(f"BROKEN {each}")
    slowest = max(of.slowest for of in counts.values())
    if broken or slowest > MOST_SECONDS or peak > MOST_BYTES:
        print(f"Kept in {folder}.")
        return 1
    shutil.rmtree(folder)
    return 0


def draw(kind: str, counts: Counts, folder: Path, inputs: int, first: int) -> None:
    """Try so many inputs of a kind, drawn by hypothesis; a broken one does not end it."""

    @seed(first)
    @settings(
        max_examples=inputs,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(KINDS[kind])
    def each(drawn: Input) -> None:
        tried(drawn, folder, counts)

    each()


if __name__ == "__main__":
    sys.exit(main())
