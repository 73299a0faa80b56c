"""The commands: each takes the parsed arguments and returns the exit code.

Functions import what only some commands need (the database, pandas), so that help and the
catalogue appear at once.
"""

from __future__ import annotations

import os
import threading
from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from attnlab import catalog
from attnlab.cli import catalogue, exporting, keeping, own_modules, own_tasks, training
from attnlab.cli.inspecting import inspect
from attnlab.cli.judging import judge
from attnlab.cli.keeping import open_store
from attnlab.cli.output import check_targets, dumped, say, tell
from attnlab.cli.own_data import data
from attnlab.cli.plans import UsageError, planned
from attnlab.cli.serving import app
from attnlab.cli.text import MOST_LISTED, columns
from attnlab.wording import counted

if TYPE_CHECKING:
    from attnlab.store import Store
    from attnlab.workers import WhoTrains

FINISHED, SOME_FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


def modules(given: Namespace) -> int:
    """Print the modules of the catalogue."""
    entries = [catalogue.module_json(entry) for entry in catalog.modules()]
    return _print_catalogue(entries, map(catalogue.entry_text, entries), given.json)


def tasks(given: Namespace) -> int:
    """Print the tasks of the catalogue, and how all of them can be trained."""
    entries = [catalogue.task_json(entry) for entry in catalog.tasks()]
    texts = [*map(catalogue.entry_text, entries), catalogue.training_text()]
    return _print_catalogue(entries, texts, given.json)


def list_studies(given: Namespace) -> int:
    """Print the studies, newest first; as a table the newest, unless told how many."""
    from attnlab.cli import report

    store = open_store()
    if given.json:
        say(dumped(report.list_json(store.studies(most=given.limit))))
    else:
        rows = store.studies(most=given.limit or MOST_LISTED)
        say(report.list_text(rows, more=store.count_studies() - len(rows)))
    return FINISHED


def show(given: Namespace) -> int:
    """Print a study's results."""
    store = open_store()
    _print_result(store, store.study(given.id).id, given.json)
    return FINISHED


def run(given: Namespace) -> int:
    """Train a study and print its results."""
    study = planned(given)
    exporting.check_files(given)
    from attnlab.cli import report
    from attnlab.store import Owner
    from attnlab.workers import chosen_cluster, memory_line

    training.check(study)
    who = training.who(given)
    store = open_store()
    study_id = store.create_study(
        study, name=given.name, owner=Owner.current(), fresh_seeds=given.first_seed is None
    )
    tell(report.seeds_line(store, study_id))
    if not given.anew:
        training.take_over(store, study_id, who)
    if chosen_cluster(who) is None:
        tell(f"{memory_line(study)}.")
    return _train(store, study_id, given, who)


def resume(given: Namespace) -> int:
    """Train what is left of a study and print its results."""
    exporting.check_files(given)
    from attnlab.running.foreground import refuse_if_taken
    from attnlab.store import Status

    store = open_store()
    row = store.study(given.id)
    if row.status == Status.FINISHED:
        tell(f"study {row.id} has finished already: nothing was left to train")
        return _hand_over(store, row.id, given, interrupted=False)
    refuse_if_taken(store, row.id)
    training.check_own_data(store, row.id, given)
    return _train(store, row.id, given, training.who(given))


def extend(given: Namespace) -> int:
    """Add seeds to a study that has finished, train them and print its results."""
    exporting.check_files(given)
    from attnlab.running.foreground import refuse_if_taken
    from attnlab.store import Owner
    from attnlab.training import memory

    store = open_store()
    row = store.study(given.id)
    refuse_if_taken(store, row.id)
    memory.check(row.study.extended(given.seeds))
    who = training.who(given)
    training.check_own_data(store, row.id, given)
    store.extend(row.id, given.seeds, owner=Owner.current())
    return _train(store, row.id, given, who)


def estimate(given: Namespace) -> int:
    """Print how long a study would take."""
    study = planned(given)
    from attnlab.jobs.estimate import estimate as estimated
    from attnlab.jobs.timing import duration_text
    from attnlab.running.quiet import without_chatter

    with without_chatter():
        time = estimated(study, stop=threading.Event())
    assert time is not None  # nothing stops it
    chooses = counted(study.tuning_runs, "run")
    before = f" and {chooses} that choose learning rates" if study.awaits_tuning else ""
    stage = " of the first stage" if study.judging.precision else ""
    if given.json:
        runs = {"runs": study.runs, "tuning_runs": study.tuning_runs}
        say(dumped({**asdict(time), "low": time.low, "high": time.high, **runs}))
    else:
        say(
            f"About {duration_text(time.seconds)} for {study.runs} runs{stage}{before}, most "
            f"likely between {duration_text(time.low)} and {duration_text(time.high)}; tried: "
            f"{time.tried} of {time.arms} kinds of arm"
        )
    return FINISHED


def export(given: Namespace) -> int:
    """Write a study in one of the formats, and its attention and measures on request."""
    exporting.check(given)
    exporting.check_files(given)
    from attnlab.export import write_bytes
    from attnlab.export.spreadsheets import without_mark

    store = open_store()
    study_id = store.study(given.id).id
    exporting.write_tables(store, study_id, given)
    content = exporting.content(store, study_id, given)
    if given.output:
        write_bytes(given.output, content.encode() if isinstance(content, str) else content)
    else:
        say(without_mark(str(content)), end="")
    return FINISHED


def replay(given: Namespace) -> int:
    """Train the study of a capsule again, and print how close the numbers are."""
    from attnlab import capsules
    from attnlab.cli import replaying
    from attnlab.store import Owner
    from attnlab.training import memory

    read = own_modules.read_capsule(given)
    if read is None:
        return FINISHED
    capsule = training.with_own_data(read, given)
    memory.check(capsule.study)
    who = training.who(given)
    store = open_store()
    name = capsules.replay_name(given.capsule)
    study_id = store.create_study(capsule.study, name=name, owner=Owner.current())
    if training.carry_out(store, study_id, who):
        tell(f"study {study_id} was stopped before all of it could be compared")
        return INTERRUPTED
    table, differing = capsules.compare(capsule, store, study_id), capsules.differing(capsule)
    if given.json:
        say(dumped(replaying.replay_json(study_id, table, differing)))
    else:
        say(replaying.replay_text(study_id, table, differing))
    return FINISHED if replaying.is_reproduced(table) else SOME_FAILED


def activations(given: Namespace) -> int:
    """Write the outputs of a layer of a run's network for inputs of the validation split."""
    ending = ".csv" if given.output is None else os.path.splitext(given.output)[1].lower()
    if ending not in (".csv", ".npz"):
        raise UsageError(f"activations are written as .csv or .npz, not as {given.output}")
    check_targets(given.output)
    from attnlab.export import activations_csv, activations_npz, layer_outputs, write_bytes
    from attnlab.running.quiet import without_chatter

    store = open_store()
    row = store.study(given.id)
    seed = row.study.seeds[0] if given.seed is None else given.seed
    run = (store, row.id, given.arm, seed)
    with without_chatter():
        if given.list:
            listed = layer_outputs.layers(*run)
        else:
            samples = layer_outputs.SAMPLES if given.samples is None else given.samples
            outputs = layer_outputs.activations(*run, given.layer, samples=samples)
    if given.list:
        rows = [("layer", "type", "gives a sample")]
        rows += [(name, kind, _sizes(shape)) for name, (kind, shape) in listed.items()]
        say("\n".join(columns(rows)))
        return FINISHED
    count = counted(len(outputs), "sample")
    tell(f"{given.layer} of {given.arm}, seed {seed}: {count} of {_sizes(outputs.shape[1:])}")
    if ending == ".npz":
        write_bytes(given.output, activations_npz(outputs))
    elif given.output:
        write_bytes(given.output, activations_csv(outputs).encode())
    else:
        say(activations_csv(outputs), end="")
    return FINISHED


COMMANDS: Mapping[str, Callable[[Namespace], int]] = {
    "app": app,
    "modules": modules,
    "tasks": tasks,
    "data": data,
    "judge": judge,
    "new-backbone": own_modules.new_backbone,
    "new-module": own_modules.new_module,
    "new-task": own_tasks.new_task,
    "list": list_studies,
    **keeping.COMMANDS,
    "show": show,
    "run": run,
    "resume": resume,
    "extend": extend,
    "estimate": estimate,
    "export": export,
    "replay": replay,
    "activations": activations,
    "inspect": inspect,
}


def _sizes(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) or "1"


def _train(store: Store, study_id: str, given: Namespace, who: WhoTrains) -> int:
    return _hand_over(store, study_id, given, interrupted=training.carry_out(store, study_id, who))


def _hand_over(store: Store, study_id: str, given: Namespace, interrupted: bool) -> int:
    """Write and print a study's results, say how it ended, and return the exit code."""
    from attnlab.cli.report import failures
    from attnlab.store import Status

    exporting.write_tables(store, study_id, given)
    _print_result(store, study_id, given.json)
    status = store.study(study_id).status
    if status == Status.FINISHED:
        return FINISHED
    for line in failures(store, study_id):
        tell(f"failed: {line}")
    if status != Status.FAILED:
        how = "stopped" if interrupted else f"{status} from elsewhere"
        tell(training.ended_early(study_id, how))
    return INTERRUPTED if interrupted else SOME_FAILED


def _print_catalogue(entries: list[dict[str, Any]], texts: Iterable[str], as_json: bool) -> int:
    if as_json:
        say(dumped(entries))
    else:
        say("\n\n".join(texts))
        say("\nParameters are shown with the values they have when nothing is said.")
    return FINISHED


def _print_result(store: Store, study_id: str, as_json: bool) -> None:
    from attnlab.cli import report

    if as_json:
        say(dumped(report.study_json(store, study_id)))
    else:
        say(report.study_text(store, study_id))
