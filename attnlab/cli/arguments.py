"""What the command line takes. Training options are generated from `Training`'s fields."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from pydantic.fields import FieldInfo

import attnlab
from attnlab.cli import words
from attnlab.spec import REGISTRY, SpecError, Study, Training, unknown

PLAN_OPTIONS = ("task", "set", "arm", "reference", "seeds", *Training.model_fields)
"""What a study file says by itself, so that it cannot be given beside one."""


class UsageError(Exception):
    """Arguments that do not fit together; the message says which."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see {self.prog} --help)")


def parser() -> argparse.ArgumentParser:
    """The parser of all commands; its `parse_args` raises UsageError."""
    main = _Parser(
        prog="attnlab",
        description="Ablation studies of attention modules: does this module earn its parameters?",
        allow_abbrev=False,
    )
    main.add_argument("--version", action="version", version=f"attnlab {attnlab.__version__}")
    commands = main.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, text in (
        ("modules", "list the attention modules and their parameters"),
        ("tasks", "list the tasks and their parameters"),
        ("list", "list the studies kept here"),
    ):
        _json(_command(commands, name, text))
    _add_run(commands)
    show = _command(commands, "show", "show the results of a study")
    _study_id(show)
    _json(show)
    resume = _command(commands, "resume", "train what is left of a study")
    _study_id(resume)
    _output(resume)
    export = _command(commands, "export", "write a study as CSV")
    _study_id(export)
    export.add_argument("--format", choices=("csv",), default="csv", help="default: csv")
    export.add_argument("-o", "--output", metavar="FILE", help="default: standard output")
    _attention_csv(export)
    return main


def planned(given: argparse.Namespace) -> Study:
    """The study that `run` was given, as options or as a file.

    Raises UsageError for options that do not go together, SpecError for a study that cannot be
    trained.
    """
    options = {name: getattr(given, name) for name in PLAN_OPTIONS}
    options = {name: value for name, value in options.items() if value is not None}
    if given.study is not None:
        if options:
            first = _dashed(next(iter(options)))
            raise UsageError(f"{given.study} is a whole plan: --{first} cannot be given beside it")
        return Study.from_file(given.study)
    if given.task is None:
        raise UsageError(
            "give a task (--task NAME --arm SPEC ...) or a study file; see `attnlab tasks`"
        )
    entry = REGISTRY.task(given.task)
    if given.arm is None:
        fitting = [e.name for e in REGISTRY.modules.values() if entry.slot in e.fits]
        raise UsageError(f"give at least one --arm: for {entry.name} one of {', '.join(fitting)}")
    task = _settings(given.set or [], {**entry.params.model_fields, **Training.model_fields})
    training = {name: task.pop(name) for name in Training.model_fields if name in task}
    for name in Training.model_fields:
        if name in options and name in training:
            raise SpecError(f"{name} is given twice: with --{_dashed(name)} and with --set")
        if name in options:
            training[name] = _number(options[name])
    study: dict[str, Any] = {"task": {"name": entry.name, **task}, "training": training}
    study["arms"] = given.arm
    if given.reference is not None:
        study["reference"] = given.reference
    if given.seeds is not None:
        study["seeds"] = _seeds(given.seeds)
    return Study(**study)


def _command(commands: Any, name: str, text: str) -> argparse.ArgumentParser:
    return commands.add_parser(
        name, help=text, description=text[0].upper() + text[1:] + ".", allow_abbrev=False
    )


def _add_run(commands: Any) -> None:
    run = _command(commands, "run", "train a study, given by options or by a file")
    run.add_argument("study", nargs="?", metavar="STUDY.yaml", help="a whole plan as YAML or JSON")
    plan = run.add_argument_group("the plan")
    plan.add_argument(
        "--task", metavar="NAME", help="see `attnlab tasks`, which lists what --set takes too"
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
        help="the arm that all others are compared with; default: none, else the first",
    )
    plan.add_argument("--seeds", metavar="N", help="how many seeds, or which (3,5,8); default: 10")
    for declared in words.parameters(Training):
        plan.add_argument(
            f"--{_dashed(declared['name'])}",
            metavar={"integer": "N", "string": "NAME"}.get(declared["type"], "X"),
            help=words.explained(declared).replace("%", "%%") + "; default: the task's own",
        )
    run.add_argument("--name", default="", metavar="TEXT", help="what to call the study")
    _output(run)


def _study_id(command: argparse.ArgumentParser) -> None:
    command.add_argument("id", metavar="ID", help="the study's id, or how it begins")


def _output(command: argparse.ArgumentParser) -> None:
    command.add_argument("--csv", metavar="FILE", help="write a row per run and epoch")
    _attention_csv(command)
    _json(command)


def _attention_csv(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--attention-csv", metavar="FILE", help="write a row per run, epoch and position"
    )


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print JSON instead of a table")


def _settings(pairs: list[str], known: Mapping[str, FieldInfo]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not (name and equals and value):
            raise SpecError(f"--set expects parameter=value such as classes=5, got {pair!r}")
        if name in settings:
            raise SpecError(f"--set {name} is given twice")
        if name not in known:
            raise SpecError(f"--set: {unknown('parameter', name, known)}")
        settings[name] = value if known[name].annotation is str else _number(value)
    return settings


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def _seeds(text: str) -> int | list[int]:
    if re.fullmatch(r"[+-]?\d+", text.strip()):
        return int(text)
    try:
        return [int(seed) for seed in text.split(",") if seed.strip()]
    except ValueError:
        raise SpecError(
            f"--seeds expects a count such as 10 or a list such as 3,5,8, got {text!r}"
        ) from None


def _number(text: str) -> int | float | str:
    """The number this text is, so that a message quotes it as one; else the text."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
