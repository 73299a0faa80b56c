"""A plan as options. Those of the training and of the judging are generated from their fields."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from attnlab.cli import catalogue
from attnlab.cli.networks import UsageError, add_network, network_in
from attnlab.cli.tuning import TUNING_OPTIONS, add_tuning, tuning_from
from attnlab.cli.values import prediction_in, seeds_in, settings_in, words_in
from attnlab.spec import (
    ALSO_ON,
    INSPECTED,
    METRICS,
    RECALL,
    REGISTRY,
    Judging,
    SpecError,
    Study,
    TaskEntry,
    Training,
    number_in,
    shown,
    value_in,
)
from attnlab.spec.building import CONTROLS

PLAN_OPTIONS = (
    *("task", "data", "label", "backbone", "slots", "also_on", "set", "arm", "reference", "seeds"),
    *("leave_one_out", "vary", "swap", "controls", "contrast", "predict"),
    *TUNING_OPTIONS,
    *(*Judging.model_fields, *Training.model_fields),
)
"""The options that a study file replaces, so that they cannot be given beside one."""

_KINDS = {"integer": "N", "number": "X", "string": "NAME"}


def add_plan(command: argparse.ArgumentParser) -> None:
    """Add the arguments for a plan, as options or as a file."""
    command.add_argument(
        "study", nargs="?", metavar="STUDY.yaml", help="a whole plan as YAML or JSON"
    )
    plan = command.add_argument_group("the plan")
    known = "see `attnlab tasks`, which lists what --set takes too; or a file of your own"
    plan.add_argument("--task", metavar="NAME", help=known)
    plan.add_argument(
        "--data",
        metavar="PATH",
        help="data of your own: a table (CSV, TSV, Parquet, Excel), or a folder or zip archive of "
        "images, a subfolder for each class; takes the place of --task",
    )
    plan.add_argument(
        "--label", metavar="COLUMN", help="the column of that table to predict; default: a guess"
    )
    add_network(plan)
    plan.add_argument(
        "--also-on",
        nargs="+",
        action="extend",
        metavar="TASK[:PARAMETER=VALUE,...]",
        help="train the same arms on these tasks, too, such as planted-channels or "
        "digits:classes=4: a verdict for each, and what follows for all of them together",
    )
    plan.add_argument(
        "--set",
        nargs="+",
        action="extend",
        metavar="PARAMETER=VALUE",
        help="a parameter of the task or of the training, such as classes=5 or optimizer=sgd",
    )
    plan.add_argument(
        "--arm",
        nargs="+",
        action="extend",
        metavar="MODULE[:PARAMETER=VALUE,...][@NAME=VALUE,...]",
        help="a configuration to compare, such as none, dense or se:ratio=4; give one or more; "
        "dense@classes=50 changes the task or the training for this arm alone",
    )
    plan.add_argument(
        "--reference",
        metavar="ARM",
        help="the arm that all others are compared with; default: none, else the first; of arms "
        "that are built, the first",
    )
    plan.add_argument("--seeds", metavar="N", help="how many seeds, or which (3,5,8); default: 10")
    command.add_argument(
        "--first-seed",
        metavar="N",
        type=int,
        help="the first of so many seeds, such as 0 to repeat a study; default: the first that no "
        "study here has had on this task",
    )
    add_tuning(plan)
    for declared in catalogue.parameters(Training):
        plan.add_argument(
            f"--{dashed(declared['name'])}",
            metavar=_KINDS[declared["type"]],
            help=catalogue.explained(declared).replace("%", "%%") + "; default: the task's own",
        )
    _add_builders(command.add_argument_group("arms by a plan"))
    _add_judging(command.add_argument_group("what decides, fixed before anything is trained"))


def planned(given: argparse.Namespace) -> Study:
    """The study that the arguments of a command plan, as options or as a file.

    Raises UsageError for options that do not go together, SpecError for a study that cannot be
    trained.
    """
    options = {name: getattr(given, name) for name in PLAN_OPTIONS}
    options = {name: value for name, value in options.items() if value is not None}
    if given.study is not None:
        if options:
            first = dashed(next(iter(options)))
            raise UsageError(f"{given.study} is a whole plan: --{first} cannot be given beside it")
        return _from_first_seed(Study.from_file(given.study), given)
    entry, own_data = _task(given)
    arms = _arms(given, entry)
    task = settings_in(given.set or [], {**entry.params.model_fields, **Training.model_fields})
    training = {name: task.pop(name) for name in Training.model_fields if name in task}
    for name in Training.model_fields:
        if name in options and name in training:
            raise SpecError(f"{name} is given twice: with --{dashed(name)} and with --set")
        if name in options:
            training[name] = number_in(options[name])
    judging = {name: number_in(options[name]) for name in Judging.model_fields if name in options}
    study: dict[str, Any] = {
        "task": {"name": entry.name, **own_data, **task},
        "training": training,
        "judging": judging,
        **arms,
    }
    if given.also_on is not None:
        study[ALSO_ON] = given.also_on
    if given.reference is not None:
        study["reference"] = given.reference
    if given.seeds is not None:
        study["seeds"] = seeds_in(given.seeds)
    tuning = tuning_from(given)
    if tuning is not None:
        study["tuning"] = tuning
    if given.contrast is not None:  # those of the controls, and beside them these
        own = Study(**study).contrasts if "controls" in study else ()
        named = [{"arm": arm, "against": against} for arm, against in given.contrast]
        study["contrasts"] = [*own, *named]
    if given.predict is not None:
        study["prediction"] = prediction_in(given.predict, Study(**study))
    return _from_first_seed(Study(**study), given)


def _task(given: argparse.Namespace) -> tuple[TaskEntry, dict[str, Any]]:
    """The task that is named, or that takes the data given, and what chooses these."""
    if given.task is None and given.data is None:
        raise UsageError(
            "give a task (--task NAME --arm SPEC ...), data of your own (--data PATH --arm SPEC "
            "...) or a study file; see `attnlab tasks`"
        )
    own: dict[str, Any] = {}
    name, told = given.task, words_in(given.set or [])
    if name is None:
        label = {} if given.label is None else {"label": given.label}
        name, own = REGISTRY.task_for(given.data, {**told, **label})
    elif given.data is not None:
        own = {"data": given.data}
    entry = REGISTRY.task(name)
    if given.label is not None:
        if "label" not in entry.params.model_fields:
            raise UsageError(f"--label names a column of a table, and {name} takes none")
        own["label"] = given.label
    own |= network_in(given, entry)
    for each in own.keys() & told.keys():
        raise SpecError(f"{each} is given twice: with --set and without")
    return entry, own


def _from_first_seed(study: Study, given: argparse.Namespace) -> Study:
    first: int | None = getattr(given, "first_seed", None)
    if first is None:
        return study
    if not study.counts_its_seeds:
        raise UsageError(
            "--first-seed goes with a number of seeds, and the plan says which seeds it has"
        )
    return study.at_seeds(first)


def dashed(name: str) -> str:
    """An option's name without the dashes before it."""
    return name.replace("_", "-")


def _add_builders(group: Any) -> None:
    group.add_argument(
        "--leave-one-out",
        metavar="MODULE",
        help="the whole module, such as cbam, then without one part at a time, then none",
    )
    group.add_argument(
        "--vary",
        action="append",
        metavar="NAME=V1,V2,...",
        help="the module of the one --arm with each of these values of a parameter of it, of the "
        "task or of the training, and none; given more than once, with every combination",
    )
    group.add_argument(
        "--swap",
        action="store_const",
        const=True,
        help="none, and every module that fits the task",
    )
    group.add_argument(
        "--controls",
        nargs="?",
        const=True,
        metavar="KIND,...",
        help="add what tells attention from its side effects, for every arm it fits: "
        f"{', '.join(CONTROLS)}; default: all of them. Planned contrasts hold each against its arm",
    )
    group.add_argument(
        "--contrast",
        nargs=2,
        action="append",
        metavar=("ARM", "AGAINST"),
        help="hold an arm against another one beside the comparisons with the reference, such as "
        "dense eca; may be given more than once; corrected as a family of their own",
    )


def _add_judging(group: Any) -> None:
    for declared in catalogue.parameters(Judging):
        text = catalogue.explained(declared)
        if declared["name"] == "metric":
            known = ", ".join([*METRICS, *INSPECTED])
            text = (
                f"{declared['help'].rstrip('.')}: {known}, {RECALL}0 and so on for the recall of a "
                "class, or what the task measures besides"
            )
        group.add_argument(
            f"--{dashed(declared['name'])}",
            metavar=_KINDS.get(declared["type"], "X"),
            help=f"{text}; default: {_default_of(declared)}".replace("%", "%%"),
        )
    group.add_argument(
        "--predict",
        metavar="ARM[=MARGIN]",
        help="which arm you expect to win, and by how much, in the metric's own units: dense=0.05 "
        "for five points of accuracy; the reference for none",
    )


def _default_of(declared: Mapping[str, Any]) -> str:
    if declared["name"] == "score":
        return "test on a task that draws test samples, else final"
    return str(declared["default"])


def _arms(given: argparse.Namespace, entry: TaskEntry) -> dict[str, Any]:
    """The part of the study that lists its arms: named ones, built ones, and controls."""
    named = given.arm
    build: list[dict[str, Any] | str] = []
    if given.leave_one_out is not None:
        build.append({"leave-one-out": given.leave_one_out})
    if given.vary is not None:
        build.append(_varied(named or [], given.vary))
        named = None
    if given.swap:
        build.append("swap")
    if named is None and not build:
        fitting = [e.name for e in REGISTRY.modules.values() if entry.slot in e.fits]
        raise UsageError(f"give at least one --arm: for {entry.name} one of {', '.join(fitting)}")
    study: dict[str, Any] = {"arms": named} if named is not None else {}
    if build:
        study["build"] = build
    if given.controls is not None:
        kinds = given.controls
        study["controls"] = True if kinds is True else [kind.strip() for kind in kinds.split(",")]
    return study


def _varied(arms: list[str], vary: list[str]) -> dict[str, Any]:
    """The arms of a dose of one parameter, or of a grid of several."""
    if len(arms) != 1 or "@" in arms[0]:
        raise UsageError(
            "--vary takes exactly one --arm, a module such as se or se:gate=hard; got "
            f"{', '.join(arms) or 'none'}"
        )
    values: dict[str, Any] = {}
    for text in vary:
        name, equals, listed = (part.strip() for part in text.partition("="))
        if not (name and equals and listed):
            raise SpecError(f"--vary expects name=value,… such as ratio=2,4,8, got {shown(text)}")
        if name in values:
            raise SpecError(f"--vary {name} is given twice")
        values[name] = [value_in(each.strip()) for each in listed.split(",")]
    return {"dose" if len(values) == 1 else "grid": arms[0], **values}
