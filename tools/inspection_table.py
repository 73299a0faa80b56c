"""The table of docs/inspection.md: reliance beside need and agreement, module by module.

    python -m tools.inspection_table --write

trains each task's arms at ten seeds, inspects every run, and writes the means with their 95 %
t-intervals over seeds. `--minutes` ends it early: then the table says of how many seeds it is.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import attnlab
from attnlab.inspection.beside import NEEDED
from attnlab.inspection.found import RunInspection, Settings
from attnlab.inspection.running import inspect_run
from attnlab.inspection.several import over_seeds
from attnlab.spec import Study
from attnlab.store import Status, Store, Wanted

PAGE = Path("docs/inspection.md")
BEGIN, END = "<!-- measured: python -m tools.inspection_table --write -->", "<!-- end -->"
SEEDS = 10

STUDIES = (
    ({"name": "planted-features"}, ("dense", "feature-gate"), 20),
    ({"name": "planted-steps", "samples": 4000}, ("attention-pool", "self-attention"), 10),
    ({"name": "keyword-text", "samples": 2000}, ("attention-pool",), 6),
    ({"name": "tabular"}, ("dense", "feature-gate"), 30),
)
"""Tasks, the modules on each, beside the arm without any, and how long they are trained."""

BYPASSED, LEFT_OUT, JSD = "lesion bypassed", "tau leave-one-out", "adversary JSD"
HEAD = (
    "| Task | Module | Reliance: accuracy lost without the module, points "
    "| Need: accuracy lost when trained without it, points "
    "| Agreement: τ with leave-one-out (permuted) | Adversary: JSD | Seeds |\n"
    "| --- | --- | --- | --- | --- | --- | --- |\n"
)


def main() -> None:
    """Measure, print the table, and with `--write` put it into the page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--minutes", type=float, default=60.0, help="stop measuring after so long")
    parser.add_argument("--samples", type=int, default=500, help="test examples of each run")
    parser.add_argument(
        "--home", help="keep the studies here, and take those that are here already"
    )
    parser.add_argument("--write", action="store_true", help=f"write it to {PAGE}")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        end = time.monotonic() + 60 * given.minutes
        rows = list(measured(given.home or folder, end, given.samples))
    table = HEAD + "\n".join(rows)
    print(table)
    if given.write:
        text = written(PAGE.read_text(encoding="utf-8"), table, given.samples)
        PAGE.write_text(text, encoding="utf-8")


def measured(home: str, end: float, samples: int) -> Iterator[str]:
    """A row for each module: of all seeds, or of as many as were inspected before the `end`."""
    results = [
        _studied(Study(task=task, arms=["none", *modules], seeds=SEEDS, epochs=epochs), home)
        for task, modules, epochs in STUDIES
    ]
    arms = [
        (result, arm.label)
        for result in results
        for arm in result.study.arms
        if arm.module.entry.fills
    ]
    found: dict[tuple[str, str], list[RunInspection]] = {
        (result.id, label): [] for result, label in arms
    }
    settings = Settings(samples)
    for place in range(SEEDS):  # seed by seed, so that an early end leaves all rows as many
        if time.monotonic() > end and place > 1:
            break
        for result, label in arms:
            seed = result.study.seeds[place]
            own = inspect_run(result.store, result.id, label, seed, settings)
            found[result.id, label].append(own)
    for result, label in arms:
        yield row(result.study.task.title, label, over_seeds(found[result.id, label]))


def _studied(plan: Study, home: str) -> attnlab.Result:
    """The result of a plan, trained unless it is there already."""
    store = Store(home)
    finished = store.studies(Wanted(statuses=[Status.FINISHED]), most=100)
    known = next((each for each in finished if each.study == plan), None)
    return attnlab.run(plan, home=home) if known is None else attnlab.open(known.id, home=home)


def row(task: str, module: str, found: RunInspection) -> str:
    """One line of the table."""
    seeds = int(found.about.get("seeds", 1))
    lost, need = (_cell(found, name, 100.0) for name in (BYPASSED, NEEDED))
    tau, jsd = _cell(found, LEFT_OUT), _cell(found, JSD)
    chance = found.table.loc[found.table["measure"] == LEFT_OUT, "chance"]
    permuted = f" ({_number(float(chance.iloc[0]), 2)})" if len(chance) else ""
    return f"| {task} | `{module}` | {lost} | {need} | {tau}{permuted} | {jsd} | {seeds} |"


def _cell(found: RunInspection, measure: str, factor: float = 1.0) -> str:
    rows = found.table[(found.table["measure"] == measure) & found.table["value"].notna()]
    if rows.empty:
        return "–"
    value, half = factor * float(rows["value"].iloc[0]), factor * float(rows["half"].iloc[0])
    digits = 1 if factor > 1 else 2
    return f"{_number(value, digits)} ± {_number(half, digits)}"


def _number(value: float, digits: int) -> str:
    """With so many digits, a minus sign where there is one, and no negative zero."""
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")


def written(page: str, table: str, samples: int) -> str:
    """The text of the page with this table in its place."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"expected {PAGE} to have {BEGIN} and {END}")
    told = f"On up to {samples:,} test examples of each run; ± is the 95 % interval over seeds."
    return f"{before}{BEGIN}\n{told}\n\n{table}\n{END}{after}"


if __name__ == "__main__":
    main()
