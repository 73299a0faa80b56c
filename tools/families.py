"""Does each family of attention find what its own task planted? The table in the README.

Every task whose truth is known is trained with the modules that stand for its families, five seeds
each, everything else at its default. `--write` puts the table into the README, between the marks
there; `--task NAME` trains one task alone and prints its rows.
"""

from __future__ import annotations

import argparse
import math
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

import attnlab
from attnlab.analysis.attention import weighed_axis
from attnlab.spec import Study

SEEDS = 5
README = Path(__file__).parents[1] / "README.md"
MARKS = ("<!-- families -->", "<!-- /families -->")

STUDIES: dict[str, tuple[str, ...]] = {
    "planted-features": ("none", "dense", "multi-head-dense", "bottleneck-dense", "feature-gate"),
    "planted-channels": ("none", "se:ratio=4", "selayer:ratio=4", "eca", "cbam-channel:ratio=4"),
    "planted-location": (
        "none",
        "cbam-spatial:batch_norm=true",
        "cbam:batch_norm=true,ratio=4",
    ),
    "cluttered-digits": ("none", "cbam-spatial:batch_norm=true", "cbam:batch_norm=true,ratio=4"),
    "planted-steps": ("none", "attention-pool", "step-dense", "last-query", "han"),
    "keyword-text": ("none", "attention-pool", "han", "hard", "self-attention"),
    "documents": ("none", "attention-pool", "han"),
    "reverse": ("none", "bahdanau", "luong", "scaled-dot"),
    "dates": ("none", "bahdanau"),
    "guided": ("none@guidance=0", "none", "cbam-spatial"),
}
HEAD = (
    "Task",
    "Module",
    "Peaks at the truth",
    "Attention on the truth",
    "Chance",
    "Accuracy",
    "Guessing",
    "Besides",
    "Seconds a run",
)


def main() -> None:
    """Train and print, or write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--task", choices=STUDIES, action="append", help="only these tasks")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many seeds; default: 5")
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    options = parser.parse_args()
    if options.write and options.task:
        parser.error("--write needs all tasks")
    rows = [row for name in options.task or STUDIES for row in rows_of(name, options.seeds)]
    text = "\n".join(f"| {' | '.join(cells)} |" for cells in (HEAD, ["---"] * len(HEAD), *rows))
    print(text)
    if options.write:
        write(text)


def rows_of(task: str, seeds: int) -> Iterator[list[str]]:
    """Train one task and yield a row an arm."""
    study = Study(task=task, arms=list(STUDIES[task]), seeds=seeds)
    with tempfile.TemporaryDirectory() as home:
        result = attnlab.run(study, home=home, progress=True)
        curves, measures = result.curves(), result.measures()
        seconds = curves.groupby(["arm", "seed"])["seconds"].sum()
        result.store.close()
    curves = curves[curves["epoch"] == curves["epoch"].max()]
    measures = measures[measures["epoch"] == measures["epoch"].max()]
    own = {measure.name: measure.title for measure in study.task.entry.extra_metrics}
    for arm in study.arms:
        ended = curves[curves["arm"] == arm.label]
        found = on_truth(measures[measures["arm"] == arm.label], study)
        yield [
            study.task.entry.title,
            arm.title,
            mean_sd(found.get("hit")),
            mean_sd(found.get("mass")),
            level(found.get("chance")),
            mean_sd(ended["val_accuracy"]),
            level(pd.Series([study.task_of(arm).chance])),
            ", ".join(f"{title} {mean_sd(ended[f'val_{name}'])}" for name, title in own.items()),
            f"{seconds[arm.label].mean():.2g}",
        ]


def on_truth(measures: pd.DataFrame, study: Study) -> dict[str, pd.Series]:
    """The measures of an arm by name, a value a seed, on the first axis that has a truth."""
    planted = measures[measures["measure"] == "mass"]
    axes = [axis for axis in planted["axis"] if weighed_axis(axis) == study.task.entry.truth_axis]
    if not axes:
        return {}
    own = measures[measures["axis"] == axes[0]]
    found = {name: rows["value"] for name, rows in own.groupby("measure")}
    return found | {"chance": own.loc[own["measure"] == "mass", "chance"]}


def mean_sd(values: pd.Series | None) -> str:
    """0.98 ± 0.01: as many digits as the spread supports."""
    if values is None or values.isna().all():
        return ""
    sd = values.std()
    digits = 3 if sd < 0.01 else 2
    return (
        f"{values.mean():.{digits}f} ± {sd:.{digits}f}"
        if math.isfinite(sd)
        else f"{values.mean():.2f}"
    )


def level(values: pd.Series | None) -> str:
    return "" if values is None else f"{values.mean():.2f}"


def write(table: str) -> None:
    """Put the table between the marks in the README."""
    first, last = MARKS
    text = README.read_text(encoding="utf-8")
    if first not in text or last not in text:
        raise SystemExit(f"{README} has no marks {first} and {last}")
    between = re.compile(f"{re.escape(first)}.*?{re.escape(last)}", re.DOTALL)
    README.write_text(between.sub(f"{first}\n{table}\n{last}", text), encoding="utf-8")


if __name__ == "__main__":
    main()
