"""The command line in this process and in one of its own, and a study trained once for all."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from attnlab.api import open as open_study
from attnlab.cli import main

ROOT = Path(__file__).parents[2]
SMALL = (
    *("--task", "planted-features"),
    *("--set", "features=8", "--set", "classes=3", "--set", "samples=500"),
)


def start(*arguments, home, **options):
    """`python -m attnlab` as a shell starts it: with Ctrl-C working, from the source tree."""
    return subprocess.Popen(
        [sys.executable, "-m", "attnlab", *map(str, arguments)],
        env={**os.environ, "ATTNLAB_HOME": str(home), "PYTHONPATH": str(ROOT)},
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
    )


def finish(process):
    out, err = process.communicate(timeout=120)
    return SimpleNamespace(code=process.returncode, out=out, err=err)


@pytest.fixture
def attnlab(capsys):
    """Run a command in this process: its exit code, output and standard error."""

    def call(*arguments):
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return SimpleNamespace(code=code, out=out, err=err)

    return call


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """What `run` did with two arms, two seeds and three epochs, in a process of its own."""
    folder = tmp_path_factory.mktemp("trained")
    done = finish(
        start(
            *("run", *SMALL, "--arm", "none", "--arm", "dense", "--seeds", 2, "--epochs", 3),
            *("--csv", folder / "c.csv", "--attention-csv", folder / "a.csv"),
            *("--measures-csv", folder / "m.csv"),
            home=folder / "home",
        )
    )
    return SimpleNamespace(**vars(done), folder=folder, home=folder / "home")


@pytest.fixture
def at_trained(trained, monkeypatch):
    """The trained study, with this process looking into its folder."""
    monkeypatch.setenv("ATTNLAB_HOME", str(trained.home))
    trained.id = re.search(r"Study (\w+):", trained.out).group(1)
    return trained


@pytest.fixture
def result(at_trained):
    return open_study(at_trained.id, home=at_trained.home)


def without_times(curves):
    return curves.drop(columns=["study", "seconds"]).reset_index(drop=True)


@pytest.fixture
def study_file(tmp_path):
    path = tmp_path / "study.yaml"
    path.write_text(
        "task: {name: planted-features, features: 8, classes: 3, samples: 500}\n"
        "arms: [none, dense]\nseeds: 2\nepochs: 3\n"
    )
    return path
