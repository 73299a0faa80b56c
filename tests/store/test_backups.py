"""Backups are whole, also while something trains; a restore happens completely or not at all."""

import json
import os
import threading
import zipfile
from pathlib import Path

import pytest

from attnlab.cli.main import main
from attnlab.data import uploads
from attnlab.store import Owner, Store, StoreError, restoring
from attnlab.store.backups import back_up
from attnlab.store.checking import check

from .damaging import keep_study


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A home with a study and an upload, and a backup of it: (home, backup, the study's id)."""
    home = tmp_path_factory.mktemp("kept") / "home"
    store = Store(home)
    study_id = keep_study(store, "kept one")
    with open(__file__, "rb") as content:
        uploads.keep(home, "data.csv", content)
    backup = home.parent / "backup.zip"
    made = back_up(home, backup)
    assert (made.studies, made.files) == (1, 5)
    store.close()
    return home, backup, study_id


def restored(monkeypatch, home, backup, *options):
    """Restore by the command; its exit code."""
    monkeypatch.setenv("ATTNLAB_HOME", str(home))
    return main(["restore", str(backup), *options])


def names(home):
    """The names of the studies in a home."""
    store = Store(home)
    try:
        return [row.name for row in store.studies()]
    finally:
        store.close()


def test_restored_home_is_what_was_backed_up(kept, home, monkeypatch):
    before, backup, study_id = kept
    assert restored(monkeypatch, home, backup) == 0
    store = Store(home)
    assert store.curves(study_id).equals(Store(before).curves(study_id))
    assert store.artifact(study_id, "dense", 1, "traces.npz").is_file()
    assert [upload.name for upload in uploads.uploads(home)] == ["data.csv"]
    assert list(check(home).findings) == []
    store.close()


def test_backup_is_whole_while_something_trains(home, tmp_path, monkeypatch):
    store, done = Store(home), threading.Event()
    keep_study(store, "first")

    def train():
        while not done.is_set():
            store.delete(keep_study(store, "another"))

    writer = threading.Thread(target=train)
    writer.start()
    try:
        for number in range(3):
            back_up(home, tmp_path / f"{number}.zip")
    finally:
        done.set()
        writer.join()
        store.close()
    for number in range(3):
        place = tmp_path / f"home{number}"
        assert restored(monkeypatch, place, tmp_path / f"{number}.zip") == 0
        missing = [each for each in check(place).findings if "first" in each.where]
        assert missing == []
        assert "first" in names(place)


def test_what_trained_when_it_was_backed_up_is_interrupted(home, tmp_path, plan, monkeypatch):
    store = Store(home)
    study_id = store.create_study(plan())
    store.acquire(study_id, Owner.current())
    back_up(home, tmp_path / "backup.zip")
    assert restored(monkeypatch, tmp_path / "new", tmp_path / "backup.zip") == 0
    assert Store(tmp_path / "new").study(study_id).status == "interrupted"
    assert store.study(study_id).status == "running"


def test_home_with_studies_is_replaced_on_request_alone(kept, home, monkeypatch, capsys):
    store = Store(home)
    keep_study(store, "of mine")
    store.close()
    assert restored(monkeypatch, home, kept[1]) == 2
    assert "has studies" in capsys.readouterr().err
    assert names(home) == ["of mine"]
    assert restored(monkeypatch, home, kept[1], "--replace") == 0
    assert names(home) == ["kept one"]
    [aside] = home.glob("before-restore-*")
    assert str(aside) in capsys.readouterr().err
    assert names(aside) == ["of mine"]
    assert list(check(aside).findings) == []


def test_home_in_which_attnlab_is_open_is_left_alone(kept, home, monkeypatch, capsys):
    store = Store(home)
    store.count_studies()
    assert restored(monkeypatch, home, kept[1], "--replace") == 2
    assert "attnlab is open" in capsys.readouterr().err
    store.close()


PACKS = (zipfile.ZipFile, "open")
"""What packs or unpacks a file."""


def dies_at(number, do, *more):
    """Whether `do` ended before its process died without a word at the so-manieth step on disk."""
    child = os.fork()
    if not child:
        left = number

        def fatal(function):
            def step(*arguments, **options):
                nonlocal left
                left -= 1
                if left < 0:
                    os._exit(9)
                return function(*arguments, **options)

            return step

        for owner, name in ((Path, "rename"), (os, "mkdir"), (os, "replace"), *more):
            setattr(owner, name, fatal(getattr(owner, name)))
        try:
            do()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_killed_restore_leaves_the_state_of_before_or_the_new_one(kept, home, monkeypatch):
    number, seen = 0, []
    store = Store(home)
    keep_study(store, "of mine")
    store.close()
    while not dies_at(number, lambda: restored(monkeypatch, home, kept[1], "--replace")):
        number += 1
        there = names(home)
        seen += there
        assert list(check(home).findings) == []
        if there == ["kept one"]:  # decided: all of it, and what was there is aside
            [aside] = home.glob("before-restore-*")
            assert names(aside) == ["of mine"]
            for name in ("attnlab.db", "artifacts"):  # as it was before, for the next kill
                (home / name).rename(aside / f"{name}-new")
                (aside / name).rename(home / name)
            aside.rename(home.parent / f"{home.name}-aside-{number}")
    assert names(home) == ["kept one"]
    assert set(seen) == {"of mine", "kept one"}
    assert not (home / restoring.UNPACKED).exists()


def test_killed_backup_leaves_the_one_of_before(kept, tmp_path):
    target, number = tmp_path / "backup.zip", 0
    target.write_bytes(b"the one of before")
    while not dies_at(number, lambda: back_up(kept[0], target), PACKS):
        assert target.read_bytes() == b"the one of before"
        number += 1
    assert number > 6
    assert zipfile.is_zipfile(target)
    assert [path.name for path in tmp_path.iterdir()] == ["backup.zip"]


def changed(backup, target, change):
    """Write a backup of which `change` made something else of its members."""
    with zipfile.ZipFile(backup) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members.pop("manifest.json"))
    change(manifest, members)
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.writestr("manifest.json", json.dumps(manifest))
    return target


def _outside(manifest, members):
    members["../evil"] = b""
    manifest["files"]["../evil"] = {"size": 0, "sha256": ""}


REFUSED = {
    "newer": (lambda manifest, members: manifest.update(format=2), "newer attnlab"),
    "outside": (_outside, "a file of the name '../evil'"),
    "larger": (lambda manifest, _: manifest["files"]["attnlab.db"].update(size=7), "larger than"),
    "changed": (
        lambda _, members: members.update({"artifacts/1/traces.npz": b"another"}),
        "checksum of its artifacts/1/traces.npz",
    ),
    "missing": (lambda _, members: members.pop("attnlab.db"), "not those of its list"),
    "more": (lambda _, members: members.update(more=b""), "not those of its list"),
    "no list": (lambda manifest, _: manifest.clear(), "no backup, or a damaged one"),
}


@pytest.mark.parametrize("how", REFUSED)
def test_backup_that_does_not_fit_is_refused(kept, home, tmp_path, how):
    change, message = REFUSED[how]
    backup = changed(kept[1], tmp_path / "changed.zip", change)
    with pytest.raises(StoreError, match=message):
        restoring.unpack(home, backup, replace=False)
    assert list(home.iterdir()) == []


def test_other_files_are_no_backups(home, tmp_path):
    (tmp_path / "text").write_text("text")
    for name, message in (("text", "no backup"), ("none", "No such file"), (".", "s a directory")):
        with pytest.raises(StoreError, match=message):
            restoring.unpack(home, tmp_path / name, replace=False)
