"""Every module for images on two tasks whose truth is known: the tables of docs/module-tables.md.

Each task is trained as `--swap` does: no attention, then every module that fits, everything at its
default. `--write` puts the tables into the page, each between the marks of its task there, with how
many seeds it is of; `--task NAME` trains one task alone and leaves the table of the other one.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

import attnlab
from attnlab.results.verdict import Verdict
from attnlab.spec import Study
from attnlab.wording import counted
from tools.families import level, mean_sd, on_truth

TASKS = ("planted-channels", "cluttered-digits")
SEEDS = 10
PAGE = Path(__file__).parents[1] / "docs" / "module-tables.md"
HEAD = (
    "Module",
    "Parameters",
    "Accuracy",
    "Difference, points",
    "Verdict",
    "Attention on the truth",
    "Peaks at the truth",
    "Chance",
)


def main() -> None:
    """Train and print, or write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--task", choices=TASKS, action="append", help="only these tasks")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many seeds; default: 10")
    parser.add_argument("--write", action="store_true", help=f"put the tables into {PAGE.name}")
    options = parser.parse_args()
    for task in options.task or TASKS:
        text = table_of(task, options.seeds)
        print(text, flush=True)
        if options.write:
            write(task, text)


def table_of(task: str, seeds: int) -> str:
    """Train every module that fits the task; a line that says what was trained, and the table."""
    study = Study(task=task, build="swap", seeds=seeds)
    with tempfile.TemporaryDirectory() as home:
        result = attnlab.run(study, home=home, progress=True)
        verdicts, curves, measures = result.verdicts(), result.curves(), result.measures()
        result.store.close()
    rows = [HEAD, ["---"] * len(HEAD), *_rows(study, verdicts, curves, measures)]
    trained = f"{counted(seeds, 'seed', 'seeds')}, {study.training.epochs} epochs:"
    return "\n".join([trained, "", *(f"| {' | '.join(cells)} |" for cells in rows)])


def _rows(
    study: Study, verdicts: pd.DataFrame, curves: pd.DataFrame, measures: pd.DataFrame
) -> Iterator[list[str]]:
    """A row an arm, in the order of the catalogue."""
    ended = curves[curves["epoch"] == curves["epoch"].max()]
    last = measures[measures["epoch"] == measures["epoch"].max()]
    judged = {str(row["label"]): row for row in verdicts.to_dict("records")}
    for arm in study.arms:
        row = judged[arm.label]
        found = on_truth(last[last["arm"] == arm.label], study)
        yield [
            arm.title,
            f"{row['attention_parameters']:,.0f}",
            mean_sd(ended[ended["arm"] == arm.label]["val_accuracy"]),
            "" if row["is_reference"] else _difference(row),
            "reference" if row["is_reference"] else str(Verdict(row["verdict"])),
            mean_sd(found.get("mass")),
            mean_sd(found.get("hit")),
            level(found.get("chance")),
        ]


def _difference(row: Mapping[Hashable, Any]) -> str:
    """+1.2 (−0.3 to +2.7): the mean difference in points, with its interval if there is one."""
    if pd.isna(row["difference"]):
        return ""
    low, high = row["low"], row["high"]
    interval = "" if pd.isna(low) else f" ({_points(low)} to {_points(high)})"
    return f"{_points(row['difference'])}{interval}"


def _points(share: float) -> str:
    return f"{100 * share:+.1f}".replace("-", "−")


def write(task: str, text: str) -> None:
    """Put a task's table between its marks in the page."""
    first, last = f"<!-- {task} -->", f"<!-- /{task} -->"
    page = PAGE.read_text(encoding="utf-8")
    if first not in page or last not in page:
        raise SystemExit(f"{PAGE} has no marks {first} and {last}")
    between = re.compile(f"{re.escape(first)}.*?{re.escape(last)}", re.DOTALL)
    PAGE.write_text(between.sub(lambda _: f"{first}\n{text}\n{last}", page), encoding="utf-8")


if __name__ == "__main__":
    main()
