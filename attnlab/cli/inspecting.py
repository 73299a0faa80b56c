"""The command that says what a run's attention is worth."""

from __future__ import annotations

import math
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from attnlab.cli.keeping import open_store
from attnlab.cli.output import check_targets, say, tell
from attnlab.cli.plans import UsageError
from attnlab.cli.text import columns
from attnlab.wording import counted

if TYPE_CHECKING:
    from attnlab.inspection.found import RunInspection, Share
    from attnlab.store import Store

MISSING = "–"


def add_inspect(command: ArgumentParser) -> None:
    """Add the arguments."""
    command.add_argument("id", metavar="ID", help="the study's id, or how it begins")
    command.add_argument(
        "--arm", metavar="ARM", help="the arm's label; default: the first that has attention"
    )
    command.add_argument(
        "--seed", type=int, metavar="N", help="which of its seeds; default: the study's first"
    )
    command.add_argument(
        "--samples",
        type=int,
        metavar="N",
        help="on how many test examples at most, 2 to 10000; default: 1000",
    )
    command.add_argument(
        "--epsilon",
        type=float,
        metavar="SHARE",
        help="how much probability the adversary may move, between 0 and 1; default: 0.05",
    )
    command.add_argument("--csv", metavar="FILE", help="write a row per measure")
    command.add_argument(
        "--json", metavar="FILE", help="write the measures, the curves and the mean attention"
    )


def inspect(given: Namespace) -> int:
    """Print what a run's attention is worth, and write it on request."""
    check_targets(given.csv, given.json)
    from attnlab.export import write_text
    from attnlab.export.inspections import inspection_csv, inspection_json
    from attnlab.inspection.errors import InspectionError
    from attnlab.inspection.found import Settings
    from attnlab.inspection.running import inspect_run
    from attnlab.running.quiet import without_chatter

    store = open_store()
    try:
        settings = Settings.given(given.samples, given.epsilon)
        study_id, arm, seed = _run(store, given)
        with without_chatter():
            found = inspect_run(store, study_id, arm, seed, settings, _tell)
    except InspectionError as error:
        raise UsageError(str(error)) from error
    if given.csv:
        write_text(given.csv, inspection_csv(found))
    if given.json:
        write_text(given.json, f"{inspection_json(found)}\n")
    say(inspection_text(found))
    return 0


def inspection_text(found: RunInspection) -> str:
    """A heading, and under each question a row for each measure, chance beside the value."""
    from attnlab.inspection.described import MEASURES, QUESTIONS

    about = found.about
    examples = counted(int(about["examples"]), "example")
    lines = [
        f"{about['arm']}, seed {about['seed']}, on {about['task']}: {examples} of the "
        f"{about['split']} split (study {about['study']})"
    ]
    rows = found.table.to_dict("records")
    table = [("", "trace", "value", "±", "chance", "n")]
    notes: dict[str, list[str]] = {}
    places = {}
    for question in QUESTIONS:
        places[len(table)] = question
        for row in rows:
            described = MEASURES[row["measure"]]
            if described.question != question:
                continue
            if row["note"]:
                notes.setdefault(row["note"], []).append(described.title)
            numbers = (_number(row[name]) for name in ("value", "half", "chance"))
            table.append((described.title, row["axis"], *numbers, str(row["n"])))
    text = columns(table, right=(2, 3, 4, 5))
    lines += ["", text[0]]
    for place, line in enumerate(text[1:], 1):
        if place in places:
            lines += ["", places[place]]
        lines.append(f"  {line}")
    lines[2] = f"  {lines[2]}"
    if notes:
        lines.append("")
        lines += [f"{', '.join(titles)}: {note}." for note, titles in notes.items()]
    return "\n".join(lines)


def _run(store: Store, given: Namespace) -> tuple[str, str, int]:
    """The study, arm and seed that are meant."""
    from attnlab.inspection.errors import InspectionError
    from attnlab.inspection.running import inspectable

    row = store.study(given.id)
    seed = row.study.seeds[0] if given.seed is None else given.seed
    if given.arm is not None:
        return row.id, given.arm, seed
    able = inspectable(store, row.id, seed)
    if not able:
        which = "" if seed in row.study.seeds else f": its seeds are {_listed(row.study.seeds)}"
        raise InspectionError(
            f"study {row.id} has no finished run with attention at seed {seed}{which}"
        )
    return row.id, able[0][0], seed


def _listed(seeds: tuple[int, ...]) -> str:
    return ", ".join(map(str, seeds))


def _tell(share: Share) -> None:
    tell(f"{share.share:4.0%} {share.doing}")


def _number(value: float) -> str:
    return MISSING if math.isnan(value) else f"{value:.3f}"
