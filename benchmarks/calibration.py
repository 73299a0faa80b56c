"""Do the verdicts keep their promises? Studies in which the truth is known, and what is said.

Nothing is trained: scores are drawn, and what attnlab says of them is held against what is known to
be true. Nothing but attnlab's own functions decides.

- `alarms`: of studies whose arms do not differ, in how many does any arm help or hurt, at one look
  and at several?
- `intervals`: how often is the true mean difference inside the 95 % interval, alone and of all arms
  together? Does an interval leave 0 out exactly when there is a verdict?
- `powers`: how often is a difference shown, and was that predicted?
- `same`: how often is *practically the same* said where it is wrong, and where it is right?
- `precision`: the intervals of studies in two stages, and those for new data.
- `tasks`: of studies of several tasks, how often a module is said to help in more of them than it
  does, and how often the mean over them is inside its interval.
- `paths`: what people find who look, choose and look again, in a home with its ledger of seeds.

A line is a promise, what was measured, and ok or BROKEN. Exit code 1 if a promise is broken by more
than so many studies can be off.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path

from benchmarks.promises import alarms, intervals, paths, powers, precision, same, tasks
from benchmarks.promises.measured import Line, Simulation, print_lines

PARTS = {
    "alarms": alarms,
    "intervals": intervals,
    "powers": powers,
    "same": same,
    "precision": precision,
    "tasks": tasks,
    "paths": paths,
}
QUICK = 15
MEASURED = Path(__file__).with_name("calibration.json")
"""What was measured last, which the pictures of docs/verdicts.md show."""


def kept(part: str) -> list[Line]:
    """The lines of a part that were measured last."""
    stored = json.loads(MEASURED.read_text(encoding="utf-8"))
    return [Line(**line) for line in stored[part]]


def write(measured: dict[str, list[Line]]) -> None:
    """Keep the lines of these parts in place of what was measured before."""
    stored = json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}
    stored |= {part: [asdict(line) for line in lines] for part, lines in measured.items()}
    MEASURED.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main(given: list[str] | None = None) -> int:
    """Simulate, print, and say what was broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--part", type=int, default=1, metavar="N", help="draw one in N of the studies"
    )
    parser.add_argument(
        "--quick",
        action="store_const",
        dest="part",
        const=QUICK,
        help=f"a rough look: --part {QUICK}",
    )
    parser.add_argument("--only", nargs="+", choices=PARTS, help="these parts alone")
    parser.add_argument("--processes", type=int, help="how many draw studies (all cores)")
    parser.add_argument("--write", action="store_true", help=f"keep the lines in {MEASURED.name}")
    options = parser.parse_args(given)
    measured: dict[str, list[Line]] = {}
    with ProcessPoolExecutor(options.processes) as pool:
        simulation = Simulation(pool, options.part)
        for name in options.only or PARTS:
            began = time.monotonic()
            measured[name] = []
            for line in PARTS[name].report(simulation):
                measured[name].append(line)
                if options.write:  # each line, as all of them take long
                    write({name: measured[name]})
            print_lines(measured[name])
            print(f"\n({name}: {time.monotonic() - began:.0f} s)", flush=True)
    lines = [line for own in measured.values() for line in own if line.is_promise]
    broken = [line for line in lines if not line.is_kept]
    for line in broken:
        print(f"BROKEN: {line.group}: {line.what}: promised {line.promised}, {line.share:.1%}")
    print(f"\n{len(lines) - len(broken)} of {len(lines)} promises kept.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
