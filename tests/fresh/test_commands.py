"""Every documented command, as written but smaller, in a process that begins fresh.

Commands that train as another does run one after the other in one process, which loads TensorFlow
once: each has a home of its own, and whatever only one of them imports is watched all the same.
"""

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from attnlab.store import Store

from .documented import ROOT, blocks, commands, known, run, words

HOW = known()
RUN = {command: how for command, how in HOW.items() if "skip" not in how}
IN_TURN = [command for command, how in RUN.items() if how.get("process") == "shared"]
ALONE = [command for command in RUN if command not in IN_TURN]
FILES = range(1, len(blocks("yaml")))
PLAN = ["--task", "planted-features", "--arm", "none", "dense", "--seeds", "2", "--epochs", "1"]


def shown(command):
    return command.partition("attnlab ")[2]


def smaller(text, seeds=2):
    """A study of few seeds and an epoch instead of what is written."""
    an_epoch = re.sub(r"(epochs\W+)\d+", r"\g<1>1", text)
    small = re.sub(r"(seeds\W+)\d+", rf"\g<1>{seeds}", an_epoch)
    assert small != text
    return small


@dataclass
class InTurn:
    """What one process did: the folder of each of its commands, and how the command ended."""

    folder: Path
    ended: dict

    @property
    def trained(self):
        """A folder with a home in which a study was trained, its id, and its capsule."""
        folder = self.folder / "trained"
        return folder, Store(folder / "home").studies()[0].id

    def assert_well(self, name, ends=0):
        """The command ended as said, without a fault; returns its folder."""
        folder, ended = self.ended[name]
        assert ended["code"] == ends, ended["err"]
        assert "Traceback" not in ended["err"], ended["err"]
        for text in HOW.get(name, {}).get("says", ()):
            assert text in " ".join(ended["out"].split())
        return folder


@pytest.fixture(scope="module")
def in_turn(request, tmp_path_factory):
    """A study and the commands of the tests that were asked for, in one fresh process."""
    folder = tmp_path_factory.mktemp("commands")
    jobs = {
        "run": job(["run", *PLAN], folder / "trained"),
        "export": job(["export", "ID", "--format=capsule", "-o=study.zip"], folder / "trained"),
    }
    here = (item for item in request.session.items if item.path == request.path)
    for asked in (item.callspec.params for item in here if hasattr(item, "callspec")):
        own = folder / str(len(jobs))
        if command := asked.get("shared"):
            begun = folder / HOW[command]["home"] if "home" in HOW[command] else None
            if begun == folder / "images" and not begun.exists():
                write_images(begun)
            given = words(command, HOW[command], "ID")[2:]  # after `-m attnlab`
            jobs[command] = job(given, own, begun)
        elif number := asked.get("number"):
            jobs[number] = job(["run", "study.yaml"], own, file=number)
    done = run(
        [str(ROOT / "tests" / "fresh" / "in_turn.py")],
        folder,
        folder / "home",
        told=json.dumps([*jobs.values()], default=str),
        times=len(jobs),
    )
    folders = [each["folder"] for each in jobs.values()]
    ended = json.loads(done.stdout.splitlines()[-1])
    return InTurn(folder, dict(zip(jobs, zip(folders, ended, strict=True), strict=True)))


def write_images(folder):
    """What the Python of the tutorial on images writes."""
    folder.mkdir()
    [program] = blocks("python", ROOT / "docs" / "tutorial-images.md")
    (folder / "make_digits.py").write_text(program, encoding="utf-8")
    run(["make_digits.py"], folder, folder / "home")


def job(words, folder, copied=None, file=0):
    """A command for in_turn.py, in a folder that is a copy or has a study file of the README."""
    if copied is None and not folder.exists():
        folder.mkdir()
        text = smaller(blocks("yaml")[file], seeds=1)
        (folder / "study.yaml").write_text(text, encoding="utf-8")
    return {"words": words, "folder": folder, "copied": copied}


def assert_written(command, folder):
    for name in re.findall(r" (?:-o|--[\w-]*csv) (\S+)", command):
        assert (folder / name).stat().st_size > 0


def test_every_documented_command_is_run_or_said_why_not():
    assert set(commands()) == set(HOW)


@pytest.mark.parametrize("command", ALONE, ids=shown)
def test_command_does_what_it_says_in_a_fresh_process(command, request, tmp_path):
    how, study_id, folder = HOW[command], "", tmp_path / "folder"
    if how.get("home") == "trained":
        begun, study_id = request.getfixturevalue("in_turn").trained
        shutil.copytree(begun, folder)
    else:
        folder.mkdir()
    run(words(command, how, study_id), folder, folder / "home", how.get("ends", 0))
    assert_written(command, folder)


@pytest.mark.parametrize("shared", IN_TURN, ids=shown)
def test_command_does_what_it_says_in_turn(shared, in_turn):
    folder = in_turn.assert_well(shared, HOW[shared].get("ends", 0))
    assert_written(shared, folder)


@pytest.mark.parametrize("number", FILES)
def test_further_study_files_train(number, in_turn):
    in_turn.assert_well(number)


def test_python_of_the_readme_runs(tmp_path):
    study, layer = blocks("python")
    inputs = "import keras\n\ninputs = keras.ops.ones((2, 4, 4, 8))\n"
    (tmp_path / "readme.py").write_text(f"{smaller(study)}\n{inputs}{layer}", encoding="utf-8")
    run(["readme.py"], tmp_path, tmp_path / "home")
