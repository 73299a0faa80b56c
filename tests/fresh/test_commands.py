"""Every documented command, as written but smaller, each in a fresh process."""

import re
import shutil

import pytest

from attnlab.store import Store

from .documented import blocks, commands, known, run, words

HOW = known()
RUN = [
    pytest.param(command, id=command.partition("attnlab ")[2])
    for command, how in HOW.items()
    if "skip" not in how
]


def smaller(text, seeds=2):
    """A study of few seeds and an epoch instead of what is written."""
    an_epoch = re.sub(r"(epochs\W+)\d+", r"\g<1>1", text)
    small = re.sub(r"(seeds\W+)\d+", rf"\g<1>{seeds}", an_epoch)
    assert small != text
    return small


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with a home in which a study was trained, its id, and its capsule."""
    folder = tmp_path_factory.mktemp("trained")
    home = folder / "home"
    plan = "--task planted-features --arm none --arm dense --seeds 2 --epochs 1"
    run(["-m", "attnlab", "run", *plan.split()], folder, home)
    study_id = Store(home).studies()[0].id
    run(["-m", "attnlab", "export", study_id, "--format=capsule", "-o=study.zip"], folder, home)
    return folder, study_id


def test_every_documented_command_is_run_or_said_why_not():
    assert set(commands()) == set(HOW)


@pytest.mark.parametrize("command", RUN)
def test_command_does_what_it_says_in_a_fresh_process(command, trained, tmp_path):
    how, study_id, folder = HOW[command], "", tmp_path / "folder"
    if how.get("home") == "trained":
        begun, study_id = trained
        shutil.copytree(begun, folder)
    else:
        folder.mkdir()
        (folder / "study.yaml").write_text(smaller(blocks("yaml")[0]), encoding="utf-8")
    run(words(command, how, study_id), folder, folder / "home", how.get("ends", 0))
    for name in re.findall(r"(?:-o|-csv) (\S+)", command):
        assert (folder / name).stat().st_size > 0


@pytest.mark.parametrize("number", range(1, len(blocks("yaml"))))
def test_further_study_files_train(number, tmp_path):
    (tmp_path / "study.yaml").write_text(smaller(blocks("yaml")[number], seeds=1), encoding="utf-8")
    run(["-m", "attnlab", "run", "study.yaml"], tmp_path, tmp_path / "home")


def test_python_of_the_readme_runs(tmp_path):
    study, layer = blocks("python")
    inputs = "import keras\n\ninputs = keras.ops.ones((2, 4, 4, 8))\n"
    (tmp_path / "readme.py").write_text(f"{smaller(study)}\n{inputs}{layer}", encoding="utf-8")
    run(["readme.py"], tmp_path, tmp_path / "home")
