"""Do verdicts stay silent where there is nothing? Studies of real trainings that differ by chance.

Both arms are the same module, which starts from other random numbers in the second one (the
setting `module_stream`): whatever they differ in is chance. Many seeds are trained at once and then
cut into studies of ten, each judged by itself. Beside them: what somebody reports who looks at a
single seed of each and calls the better arm the winner.

The empty slot against itself, which has no random numbers of its own, must come out the same to the
last bit.
"""

from __future__ import annotations

import argparse
import sys
import tempfile

import pandas as pd
from scipy.stats import binom

import attnlab
from attnlab.analysis.statistics import LEVEL
from attnlab.results.comparing import Rules, compare_arms
from attnlab.results.verdict import Verdict
from benchmarks.report import print_table

STUDIES, QUICK_STUDIES = 40, 10
SEEDS = 10
TASK = {"name": "planted-features", "classes": 20, "samples": 2_000}
EPOCHS = 8
MODULES = ("dense", "feature-gate")
WIN = 0.01
"""A difference at one seed that somebody would write home about: a point of accuracy."""


def scores(module: str, studies: int) -> pd.DataFrame:
    """A row per arm and seed: twins of a module over the seeds of so many studies."""
    twins = [module, f"{module}@module_stream=1"]
    with tempfile.TemporaryDirectory() as home:
        result = attnlab.run(
            {"task": TASK, "arms": twins, "seeds": studies * SEEDS, "epochs": EPOCHS},
            home=home,
            progress=False,
        )
        runs = result.store.runs(result.id)
        result.store.close()
    return runs[["arm", "seed", "val_accuracy"]].rename(columns={"val_accuracy": "value"})


def verdict(rows: pd.DataFrame, number: int) -> Verdict:
    """The verdict of one study: of its own ten seeds."""
    seeds = range(number * SEEDS, (number + 1) * SEEDS)
    arms = list(dict.fromkeys(rows["arm"]))
    own = rows[rows["seed"].isin(seeds)]
    return compare_arms(own, arms, arms[0], Rules(planned=SEEDS, seeds=seeds))[1].verdict


def main(given: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_STUDIES} studies")
    studies = QUICK_STUDIES if parser.parse_args(given).quick else STUDIES
    most = int(binom.ppf(0.999, studies, LEVEL))
    table, kept = [], True
    for module in MODULES:
        rows = scores(module, studies)
        verdicts = [verdict(rows, number) for number in range(studies)]
        alarms = sum(each.is_difference for each in verdicts)
        wide = rows.pivot(index="seed", columns="arm", values="value")
        gain = (wide.iloc[:, 1] - wide.iloc[:, 0]).abs()
        kept &= alarms <= most
        table.append(
            [
                module,
                f"{alarms} of {studies}",
                f"{LEVEL * studies:.1f}",
                f"{(gain >= WIN).mean():.0%}",
            ]
        )
    empty = scores("none", 1).pivot(index="seed", columns="arm", values="value")
    same = bool((empty.iloc[:, 0] == empty.iloc[:, 1]).all())
    table.append(["none", "the same bit for bit" if same else "not the same", "0", "0%"])
    print_table(
        f"False alarms of {studies} studies of {SEEDS} seeds, whose arms differ by chance alone",
        ["twins of", "helps or hurts", "expected", f"single seeds apart by {100 * WIN:.0f} point"],
        table,
    )
    print(f"\nUp to {most} would be chance (999 times in 1,000).")
    return 0 if kept and same else 1


if __name__ == "__main__":
    sys.exit(main())
