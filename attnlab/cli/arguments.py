"""The arguments of the command line."""

from __future__ import annotations

import argparse
from functools import partial
from typing import Any, NoReturn

from attnlab.cli.exporting import FORMATS
from attnlab.cli.inspecting import add_inspect
from attnlab.cli.judging import add_judge
from attnlab.cli.keeping import add_keeping
from attnlab.cli.own_data import add_data
from attnlab.cli.own_modules import add_new_module
from attnlab.cli.own_tasks import add_new_task
from attnlab.cli.plans import UsageError, add_plan
from attnlab.cli.serving import add_app
from attnlab.cli.text import MOST_LISTED
from attnlab.command import command
from attnlab.version import __version__
from attnlab.wording import as_sentence


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see {self.prog} --help)")


def parser() -> argparse.ArgumentParser:
    """The parser of all commands; its `parse_args` raises UsageError."""
    main = _Parser(
        prog=command(),
        description="Ablation studies of attention modules: does this module earn its parameters?",
        allow_abbrev=False,
    )
    main.add_argument("--version", action="version", version=f"attnlab {__version__}")
    commands = main.add_subparsers(dest="command", metavar="COMMAND", required=True)
    add_app(_command(commands, "app", "open the app in a browser"))
    for name, text in (
        ("modules", "list the attention modules and their parameters"),
        ("tasks", "list the tasks and their parameters"),
    ):
        _json(_command(commands, name, text))
    listed = _command(commands, "list", "list the studies kept here, newest first")
    listed.add_argument(
        "--limit",
        type=_positive,
        metavar="N",
        help=f"how many; default: {MOST_LISTED} in a table, all of them as JSON",
    )
    _json(listed)
    add_keeping(partial(_command, commands))
    add_data(_command(commands, "data", "look at data of your own before training on them"))
    begun = "begin a module of your own, with its test"
    add_new_module(_command(commands, "new-module", begun), "tanh-gate", "features", ("alignment",))
    begun = "begin a network of your own, with slots for modules and its test"
    add_new_module(_command(commands, "new-backbone", begun), "tiny-net", "image")
    add_new_task(_command(commands, "new-task", "begin a task of your own, with its test"))
    add_judge(_command(commands, "judge", "judge scores of runs that were trained elsewhere"))
    _add_run(commands)
    _add_later(commands)
    _add_export(commands)
    _add_activations(commands)
    add_inspect(_command(commands, "inspect", "say what a trained run's attention is worth"))
    return main


def _command(commands: Any, name: str, text: str) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=text, description=as_sentence(text), allow_abbrev=False)


def _add_run(commands: Any) -> None:
    run = _command(commands, "run", "train a study, given by options or by a file")
    add_plan(run)
    run.add_argument("--name", default="", metavar="TEXT", help="what to call the study")
    run.add_argument(
        "--anew",
        action="store_true",
        help="train all runs; otherwise those that a study here has trained before, with the same "
        "seeds (--first-seed) and the same bits, are copied",
    )
    _cluster(run)
    _output(run)
    estimate = _command(
        commands, "estimate", "say how long a study would take, from a short trial of it"
    )
    add_plan(estimate)
    _json(estimate)


def _add_later(commands: Any) -> None:
    """The commands for a study that was trained before."""
    show = _command(commands, "show", "show the results of a study")
    _study_id(show)
    _json(show)
    resume = _command(commands, "resume", "train what is left of a study")
    _study_id(resume)
    _changed_data(resume)
    _cluster(resume)
    _output(resume)
    extend = _command(commands, "extend", "add seeds to a study that has finished, and train them")
    _study_id(extend)
    extend.add_argument(
        "--seeds",
        type=int,
        required=True,
        metavar="N",
        help="how many more; unless its plan allowed for them (--most-seeds), they leave "
        "differences and verdicts as they are",
    )
    _changed_data(extend)
    _cluster(extend)
    _output(extend)


def _add_export(commands: Any) -> None:
    export = _command(commands, "export", "write a study as tables, for a paper, or as a capsule")
    _study_id(export)
    export.add_argument(
        "--format",
        choices=tuple(FORMATS),
        default="csv",
        help="; ".join(f"{name}: {each.help}" for name, each in FORMATS.items()) + "; default: csv",
    )
    export.add_argument("-o", "--output", metavar="FILE", help="default: standard output")
    export.add_argument(
        "--metric",
        nargs="+",
        action="extend",
        metavar="NAME",
        help="what to show of a table or of verdicts, such as val_loss; default: what the study is "
        "judged by, accuracy, and the attention on what was planted",
    )
    export.add_argument(
        "--pivot",
        action="store_true",
        help="of a study that varies two parameters: a row and a column per value of them",
    )
    export.add_argument("--arm", metavar="LABEL", help="the arm that a script trains")
    export.add_argument(
        "--seed", type=int, metavar="N", help="the seed a script trains; default: the study's first"
    )
    export.add_argument(
        "--style",
        choices=("functional", "sequential", "subclassing"),
        help="how a script writes the network; default: functional",
    )
    export.add_argument(
        "--exact",
        action="store_true",
        help="of a script: the long program that repeats the run, number by number",
    )
    _attention_csvs(export)
    replay = _command(
        commands, "replay", "train a study again from its capsule, and compare run by run"
    )
    replay.add_argument("capsule", metavar="CAPSULE.zip", help="what export --format capsule wrote")
    replay.add_argument(
        "--data", metavar="PATH", help="where the study's own data are on this machine"
    )
    _changed_data(replay)
    replay.add_argument(
        "--show-source",
        action="store_true",
        help="print the modules, networks and tasks that it brings, run nothing",
    )
    replay.add_argument(
        "--trust",
        action="store_true",
        help="run the modules, networks, tasks and saved models that it brings: you trust them",
    )
    _cluster(replay)
    _json(replay)


def _add_activations(commands: Any) -> None:
    command = _command(commands, "activations", "write what a layer of a trained network gives")
    _study_id(command)
    command.add_argument("--arm", required=True, metavar="ARM", help="the arm's label")
    command.add_argument(
        "--seed", type=int, metavar="N", help="which of its seeds; default: the study's first"
    )
    which = command.add_mutually_exclusive_group(required=True)
    which.add_argument("--layer", metavar="NAME", help="a layer, or one inside: attention/score")
    which.add_argument("--list", action="store_true", help="list the layers instead")
    command.add_argument(
        "--samples",
        type=int,
        metavar="N",
        help="how many inputs, the first of the validation split; default: 64",
    )
    command.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="FILE.npz for an array, FILE.csv for a row per sample and position; default: that CSV "
        "on standard output",
    )


def _study_id(command: argparse.ArgumentParser) -> None:
    command.add_argument("id", metavar="ID", help="the study's id, or how it begins")


def _changed_data(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--changed-data",
        action="store_true",
        help="go on although the study's own data are not those that it was begun with",
    )


def _cluster(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="train on this Ray cluster: auto, HOST:PORT or ray://HOST:PORT; default: "
        "ATTNLAB_CLUSTER, or else this machine",
    )


def _output(command: argparse.ArgumentParser) -> None:
    command.add_argument("--csv", metavar="FILE", help="write a row per run and epoch")
    _attention_csvs(command)
    _json(command)


def _attention_csvs(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--attention-csv", metavar="FILE", help="write a row per run, epoch and position"
    )
    command.add_argument(
        "--measures-csv", metavar="FILE", help="write a row per run, epoch and measure of attention"
    )
    command.add_argument(
        "--raw-csv",
        action="store_true",
        help="write the cells of CSV files as they are, for programs: without the apostrophe that "
        "keeps spreadsheets from taking a name such as =1+1 for a formula",
    )


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a number from 1 on, got {text!r}")
    return int(text)


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print JSON instead of a table")
