"""The commands: each takes the parsed arguments and returns the exit code.

What only some commands need (the database, pandas) is imported inside, so that help and the
catalogue come at once.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from attnlab import catalog
from attnlab.cli import words
from attnlab.cli.arguments import UsageError, planned

if TYPE_CHECKING:
    from attnlab.api import Result
    from attnlab.store import Store

FINISHED, SOME_FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


def modules(given: Namespace) -> int:
    """Print the modules of the catalogue."""
    entries = [words.module_json(entry) for entry in catalog.modules()]
    return _print_catalogue(entries, map(words.entry_text, entries), given.json)


def tasks(given: Namespace) -> int:
    """Print the tasks of the catalogue, and how all of them can be trained."""
    entries = [words.task_json(entry) for entry in catalog.tasks()]
    texts = [*map(words.entry_text, entries), words.training_text()]
    return _print_catalogue(entries, texts, given.json)


def list_studies(given: Namespace) -> int:
    """Print the studies, newest first."""
    from attnlab.cli import report

    rows = _open_store().studies()
    say(_dumped(report.list_json(rows)) if given.json else report.list_text(rows))
    return FINISHED


def show(given: Namespace) -> int:
    """Print a study's results."""
    from attnlab.api import Result

    store = _open_store()
    _print_result(Result(store.study(given.id).id, store), given.json)
    return FINISHED


def run(given: Namespace) -> int:
    """Train a study and print its results."""
    study = planned(given)
    _check_targets(given.csv, given.attention_csv, given.measures_csv)
    from attnlab.store import Owner
    from attnlab.training import memory

    memory.check(study)
    store = _open_store()
    study_id = store.create_study(study, name=given.name, owner=Owner.current())
    return _train(store, study_id, given)


def resume(given: Namespace) -> int:
    """Train what is left of a study and print its results."""
    _check_targets(given.csv, given.attention_csv, given.measures_csv)
    from attnlab.cli.foreground import refuse_if_taken
    from attnlab.store import Status

    store = _open_store()
    row = store.study(given.id)
    if row.status == Status.FINISHED:
        tell(f"study {row.id} has finished already: nothing was left to train")
        return _hand_over(store, row.id, given, interrupted=False)
    refuse_if_taken(store, row.id)
    return _train(store, row.id, given)


def export(given: Namespace) -> int:
    """Write a study's curves, and its attention and measures if asked for."""
    _check_targets(given.output, given.attention_csv, given.measures_csv)
    from attnlab.export import curves_csv, write_text

    store = _open_store()
    study_id = store.study(given.id).id
    _write_attention(store, study_id, given)
    text = curves_csv(store, study_id)
    if given.output:
        write_text(given.output, text)
    else:
        say(text, end="")
    return FINISHED


def activations(given: Namespace) -> int:
    """Write what a layer of a run's network gives for inputs of the validation split."""
    ending = ".csv" if given.output is None else os.path.splitext(given.output)[1].lower()
    if ending not in (".csv", ".npz"):
        raise UsageError(f"activations are written as .csv or .npz, not as {given.output}")
    _check_targets(given.output)
    from attnlab import inspection
    from attnlab.cli.quiet import without_chatter
    from attnlab.export import activations_csv, activations_npz, write_bytes

    store = _open_store()
    row = store.study(given.id)
    seed = row.study.seeds[0] if given.seed is None else given.seed
    run = (store, row.id, given.arm, seed)
    with without_chatter():
        if given.list:
            listed = inspection.layers(*run)
        else:
            samples = inspection.SAMPLES if given.samples is None else given.samples
            found = inspection.activations(*run, given.layer, samples=samples)
    if given.list:
        rows = [("layer", "type", "gives a sample")]
        rows += [(name, kind, _sizes(shape)) for name, (kind, shape) in listed.items()]
        say("\n".join(words.columns(rows)))
        return FINISHED
    count = f"{len(found)} {'sample' if len(found) == 1 else 'samples'}"
    tell(f"{given.layer} of {given.arm}, seed {seed}: {count} of {_sizes(found.shape[1:])}")
    if ending == ".npz":
        write_bytes(given.output, activations_npz(found))
    elif given.output:
        write_bytes(given.output, activations_csv(found).encode())
    else:
        say(activations_csv(found), end="")
    return FINISHED


COMMANDS: Mapping[str, Callable[[Namespace], int]] = {
    "modules": modules,
    "tasks": tasks,
    "list": list_studies,
    "show": show,
    "run": run,
    "resume": resume,
    "export": export,
    "activations": activations,
}


def _sizes(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) or "1"


def say(text: str, end: str = "\n") -> None:
    """Print a result. A reader that went away (`| head`) has had enough; that is no failure.

    Raises UsageError if standard output takes no more for another reason, such as a full disk.
    """
    try:
        print(text, end=end, flush=True)
    except OSError as error:
        # Else Python would try to write what is left, and complain, at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise UsageError(f"cannot write to standard output: {error.strerror}") from error


def tell(text: str) -> None:
    """Say one line beside the results, on standard error."""
    try:
        print(f"attnlab: {' '.join(text.split())}", file=sys.stderr, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def _open_store() -> Store:
    """The store, in which nothing is running any more that has no process."""
    from attnlab.store import Store

    store = Store()
    store.recover()
    return store


def _train(store: Store, study_id: str, given: Namespace) -> int:
    from attnlab.cli.foreground import carry_out
    from attnlab.cli.progress import Bar, Lines
    from attnlab.cli.quiet import without_chatter

    # What a failed arm logs with its traceback is told in one line, from the store.
    logging.getLogger("attnlab").addHandler(logging.NullHandler())
    if sys.stderr.isatty():
        # Straight to the terminal, past the filter, which passes on whole lines only.
        own = os.fdopen(os.dup(sys.stderr.fileno()), "w", encoding="utf-8")
        with own as terminal, without_chatter():
            interrupted = carry_out(store, study_id, Bar(store, study_id, terminal))
    else:
        with without_chatter():
            interrupted = carry_out(store, study_id, Lines(store, study_id, sys.stderr))
    return _hand_over(store, study_id, given, interrupted)


def _hand_over(store: Store, study_id: str, given: Namespace, interrupted: bool) -> int:
    """Write and print what there is of a study, say how it ended, and return the exit code."""
    from attnlab.api import Result
    from attnlab.cli.report import failures
    from attnlab.export import curves_csv, write_text
    from attnlab.store import Status

    if given.csv:
        write_text(given.csv, curves_csv(store, study_id))
    _write_attention(store, study_id, given)
    result = Result(study_id, store)
    _print_result(result, given.json)
    status = result.status
    if status == Status.FINISHED:
        return FINISHED
    for line in failures(result):
        tell(f"failed: {line}")
    if status != Status.FAILED:
        how = "stopped" if interrupted else f"{status} from elsewhere"
        tell(
            f"study {study_id} was {how}; its finished runs are kept. "
            f"Train the rest with: attnlab resume {study_id}"
        )
    return INTERRUPTED if interrupted else SOME_FAILED


def _write_attention(store: Store, study_id: str, given: Namespace) -> None:
    """Write the weights and the measures of attention to the files that are asked for."""
    from attnlab.export import attention_csv, measures_csv, write_text

    if given.attention_csv:
        write_text(given.attention_csv, attention_csv(store, study_id))
    if given.measures_csv:
        write_text(given.measures_csv, measures_csv(store, study_id))


def _check_targets(*paths: str | None) -> None:
    """Raise before anything is trained if a file that is asked for could not be written."""
    from attnlab.export import check_target

    asked = [path for path in paths if path is not None]
    for path in asked:
        check_target(path)
    real = [os.path.realpath(path) for path in asked]
    for place, path in enumerate(asked):
        if real[place] in real[:place]:
            raise UsageError(f"two tables cannot both be written to {path}")


def _print_catalogue(entries: list[dict[str, Any]], texts: Iterable[str], as_json: bool) -> int:
    if as_json:
        say(_dumped(entries))
    else:
        say("\n\n".join(texts))
        say("\nParameters are shown with the values they have when nothing is said.")
    return FINISHED


def _print_result(result: Result, as_json: bool) -> None:
    from attnlab.cli import report

    say(_dumped(report.study_json(result)) if as_json else report.study_text(result))


def _dumped(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
