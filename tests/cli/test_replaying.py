"""Capsules are replayed on the command line, and what it says where numbers differ."""

import json
import shutil
import zipfile

import pytest

from attnlab.api import run
from attnlab.cli import main
from attnlab.store import Store


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A capsule of two runs of one arm, and their result: a replay trains both again."""
    folder = tmp_path_factory.mktemp("exported")
    task = {"name": "planted-features", "features": 8, "classes": 3, "samples": 500}
    plan = {"task": task, "arms": ["none"], "seeds": 2, "epochs": 1}
    result = run(plan, home=folder / "home", progress=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATTNLAB_HOME", str(folder / "home"))
        path = folder / "study.zip"
        assert main(["export", result.id, "--format", "capsule", "-o", str(path)]) == 0
    yield path, result
    result.store.close()


@pytest.fixture
def capsule(exported, tmp_path):
    """A copy of the capsule, to be changed."""
    return shutil.copy(exported[0], tmp_path / "study.zip")


def changed(path, name, old, new):
    """The same capsule with another text in one member."""
    with zipfile.ZipFile(path) as archive:
        members = {each: archive.read(each) for each in archive.namelist()}
    assert old in members[name]
    members[name] = members[name].replace(old, new, 1)
    with zipfile.ZipFile(path, "w") as archive:
        for each, content in members.items():
            archive.writestr(each, content)
    return path


def test_a_replay_that_matches_gives_zero(attnlab, capsule, monkeypatch, tmp_path):
    monkeypatch.setenv("ATTNLAB_HOME", str(tmp_path / "elsewhere"))
    done = attnlab("replay", capsule)
    assert done.code == 0, done.err
    first, _, head, *rows = done.out.splitlines()
    assert first.endswith("2 runs: 2 match bit for bit")
    assert head.split() == [
        *("arm", "seed", "outcome", "loss", "accuracy", "val_loss", "val_accuracy", "weights")
    ]
    assert rows[0].split() == ["none", "0", "match", "0", "0", "0", "0", "same"]
    assert done.out.endswith("Versions and platform are those of the capsule.\n")
    assert "(2 of 2 runs)" in done.err
    assert Store().studies()[0].name == "Replay of study.zip"


def test_drift_and_other_versions_are_told_and_give_one(attnlab, capsule, exported):
    changed(capsule, "versions.json", b'"keras": "', b'"keras": "0.')
    loss = str(exported[1].curves()["val_loss"].iloc[0]).encode()
    changed(capsule, "curves.csv", loss, b"7.5")
    done = attnlab("replay", capsule, "--json")
    assert done.code == 1, done.err
    told = json.loads(done.out)
    assert [run["outcome"] for run in told["runs"]] == ["drift", "match"]
    assert told["runs"][0]["largest"] == pytest.approx(7.5 - float(loss))
    assert list(told["versions"]) == ["keras"]
    assert not told["same"]


def unfinished(path, *, kept=0):
    """The same capsule, made before all but so many of its runs had finished."""
    with zipfile.ZipFile(path) as archive:
        finished = archive.read("runs.csv").count(b",finished,")
    assert finished > kept
    for _ in range(finished - kept):
        changed(path, "runs.csv", b",finished,", b",stopped,")


def test_a_replay_without_a_run_to_compare_says_so_and_gives_one(attnlab, capsule):
    unfinished(capsule)
    done = attnlab("replay", capsule)
    assert done.code == 1, done.err
    first, said, blank = done.out.splitlines()[:3]
    assert first.endswith("2 runs: 2 nothing to compare")
    assert said.startswith("This says nothing about the capsule: no run had finished when")
    assert blank == ""
    told = attnlab("replay", capsule, "--json")
    assert (told.code, json.loads(told.out)["same"]) == (1, None)


def test_a_replay_is_judged_by_the_runs_that_had_finished(attnlab, capsule):
    unfinished(capsule, kept=1)
    done = attnlab("replay", capsule, "--json")
    assert (done.code, json.loads(done.out)["same"]) == (0, True)


def test_runs_that_fail_in_a_replay_give_one(attnlab, capsule, monkeypatch):
    from attnlab.training import engine

    def broken(*_, **__):
        raise RuntimeError("out of memory")

    monkeypatch.setattr(engine, "train", broken)
    done = attnlab("replay", capsule)
    assert done.code == 1
    assert "2 runs: 2 failed" in done.out


def test_a_damaged_capsule_gives_two(attnlab, capsule):
    capsule.write_bytes(capsule.read_bytes()[:1000])
    done = attnlab("replay", capsule)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "not a zip file, or a damaged one" in done.err
