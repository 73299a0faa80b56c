"""The formats that `export` writes; a further one is a line in `FORMATS`.

Each format imports its writer when it is used, so that help appears at once.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attnlab.cli.output import check_targets
from attnlab.cli.plans import UsageError

if TYPE_CHECKING:
    from attnlab.store import Store

Content = str | bytes


@dataclass(frozen=True)
class Format:
    """A format: its help, the function that makes it, and the options of export that it takes."""

    help: str
    content: Callable[[Store, str, Namespace], Content]
    takes: tuple[str, ...] = ()
    is_text: bool = True


def check(given: Namespace) -> None:
    """Raise UsageError for options that the format does not take."""
    chosen = FORMATS[given.format]
    for option in (*_TABLES, *_SCRIPTS):
        if getattr(given, option) not in (None, False) and option not in chosen.takes:
            able = [name for name, each in FORMATS.items() if option in each.takes]
            raise UsageError(f"--{option} goes with --format {' or '.join(able)}")
    if "arm" in chosen.takes and given.arm is None:
        raise UsageError("a script trains one arm: say which, with --arm LABEL")
    if not chosen.is_text and not given.output:
        raise UsageError(f"a {given.format} is a file of its own: say where, with -o FILE.zip")


def content(store: Store, study_id: str, given: Namespace) -> Content:
    """The content of the file. Raises StoreError, SpecError and ExportError."""
    with _cells(given.raw_csv and _is_csv(given)):
        return FORMATS[given.format].content(store, study_id, given)


def check_files(given: Namespace) -> None:
    """Raise UsageError or ExportError if a file cannot be written, or --raw-csv means none."""
    names = ("output", *(name for name, _ in _FILES))
    paths = [getattr(given, name, None) for name in names]
    check_targets(*paths)
    if given.raw_csv and not any(paths[1:]) and not _is_csv(given):
        raise UsageError(
            "--raw-csv says how a CSV file is written: ask for one, as with --csv FILE"
        )


def write_tables(store: Store, study_id: str, given: Namespace) -> None:
    """Write curves, and weights and measures of attention, to the files that the arguments name."""
    from attnlab import export

    for name, make in _FILES:
        if path := getattr(given, name, None):
            with _cells(given.raw_csv):
                export.write_text(path, getattr(export, make)(store, study_id))


def _is_csv(given: Namespace) -> bool:
    return getattr(given, "format", "").endswith("csv")


def _cells(are_raw: bool) -> AbstractContextManager[None]:
    from attnlab.export.spreadsheets import raw_cells

    return raw_cells() if are_raw else nullcontext()


def _curves(store: Store, study_id: str, given: Namespace) -> str:
    from attnlab.export import curves_csv

    return curves_csv(store, study_id)


def _verdicts(store: Store, study_id: str, given: Namespace) -> str:
    from attnlab.export.verdicts import verdicts_csv

    return verdicts_csv(store, study_id, given.metric)


def _tuning(store: Store, study_id: str, given: Namespace) -> str:
    from attnlab.export.verdicts import tuning_csv

    return tuning_csv(store, study_id)


def _confusion(store: Store, study_id: str, given: Namespace) -> str:
    from attnlab.export.by_class import confusion_csv

    return confusion_csv(store, study_id)


def _recall(store: Store, study_id: str, given: Namespace) -> str:
    from attnlab.export.by_class import recall_csv

    return recall_csv(store, study_id)


def _tasks(store: Store, study_id: str, given: Namespace) -> str:
    from attnlab.export.verdicts import over_tasks_csv

    return over_tasks_csv(store, study_id)


def _markdown(store: Store, study_id: str, given: Namespace) -> str:
    from attnlab.export.paper import markdown

    return markdown(store, study_id, given.metric, pivot=given.pivot)


def _latex(store: Store, study_id: str, given: Namespace) -> str:
    from attnlab.export.paper import latex

    return latex(store, study_id, given.metric, pivot=given.pivot)


def _capsule(store: Store, study_id: str, given: Namespace) -> bytes:
    from attnlab.capsules.writing import capsule

    return capsule(store, study_id)


def _script(store: Store, study_id: str, given: Namespace) -> str:
    from attnlab.export import script, tutorial

    write = script if given.exact else tutorial
    study = store.study(study_id).study
    seed = study.seeds[0] if given.seed is None else given.seed
    return write(study, given.arm, seed, given.style or "functional")


def _notebook(store: Store, study_id: str, given: Namespace) -> str:
    from attnlab.export import notebook

    study = store.study(study_id).study
    seed = study.seeds[0] if given.seed is None else given.seed
    return notebook(study, given.arm, seed, given.style or "functional")


_FILES = (
    ("csv", "curves_csv"),
    ("attention_csv", "attention_csv"),
    ("measures_csv", "measures_csv"),
)
"""The arguments that name files, and what makes their content."""

_TABLES = ("metric", "pivot")
_NOTEBOOKS = ("arm", "seed", "style")
_SCRIPTS = (*_NOTEBOOKS, "exact")

FORMATS: Mapping[str, Format] = {
    "csv": Format("a row per run and epoch", _curves),
    "verdicts-csv": Format("a row per metric and arm, and per contrast", _verdicts, ("metric",)),
    "confusion-csv": Format("a row per arm, true class and answer: the mean share", _confusion),
    "recall-csv": Format("a row per arm and class: recall, with its spread over seeds", _recall),
    "tuning-csv": Format("a row per arm, learning rate and seed of a study with --tune", _tuning),
    "tasks-csv": Format("a row per module of what several tasks show together", _tasks),
    "markdown": Format("a table with its caption", _markdown, _TABLES),
    "latex": Format("the same for LaTeX", _latex, _TABLES),
    "script": Format(
        "a short Keras program that trains one arm without attnlab (with --exact: a long one that "
        "repeats the run)",
        _script,
        _SCRIPTS,
    ),
    "ipynb": Format("the short program as a Jupyter notebook", _notebook, _NOTEBOOKS),
    "capsule": Format(
        "a zip file with all of it, which `attnlab replay` trains again", _capsule, is_text=False
    ),
}
