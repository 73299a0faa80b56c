"""The task on people's own images by command: where they are, and whether they have changed."""

import json
import shutil
import zipfile

from data.images.conftest import archived, noise, usual

PLAN = ("--task", "image-folder", "--arm", "none", "--seeds", "1", "--epochs", "1")
PETS = {**usual(6), "dogs/copy.png": usual(6)["dogs/3.png"]}
SMALL = ("size=8", "width=4", "head=8")


def put(folder, files):
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def test_images_are_trained_on_as_long_as_they_are_the_same(attnlab, tmp_path, monkeypatch):
    pets = tmp_path / "007"  # a folder named by a number
    put(pets, PETS)
    monkeypatch.chdir(tmp_path)
    done = attnlab("run", *PLAN, "--set", "source=folder", "path=007", *SMALL, "--json")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert told["plan"]["task"]["path"] == str(pets)
    assert told["chance"] == 0.5
    assert "note: 1 image there more than once (dogs/3.png = dogs/copy.png): " in done.err
    study = told["id"]
    monkeypatch.chdir("/")
    before = (pets / "cats/0.png").read_bytes()
    (pets / "cats/0.png").write_bytes(noise(1))
    refused = attnlab("extend", study, "--seeds", "1")
    assert refused.code == 2
    assert "1 file is changed (cats/0.png)" in refused.err
    assert "--changed-data" in refused.err
    (pets / "cats/0.png").write_bytes(before)
    assert attnlab("extend", study, "--seeds", "1").code == 0
    assert "data of this study changed" not in attnlab("show", study).out

    capsule = tmp_path / "study.zip"
    assert attnlab("export", study, "--format", "capsule", "-o", capsule).code == 0
    with zipfile.ZipFile(capsule) as archive:
        assert b"cats/0.png" not in archive.read("data.json")  # names may tell whom it is about
    elsewhere = archived(
        tmp_path / "elsewhere.zip", {f"moved/{name}": content for name, content in PETS.items()}
    )
    shutil.rmtree(pets)
    lost = attnlab("replay", capsule)
    assert lost.code == 2
    assert f"there is no folder or zip archive {pets}" in lost.err
    assert "give --data PATH" in lost.err
    other = archived(tmp_path / "other.zip", {**PETS, "cats/5.png": noise(2)})
    wrong = attnlab("replay", capsule, "--data", other)
    assert wrong.code == 2
    assert "1 file is changed (cats/5.png)" in wrong.err
    again = attnlab("replay", capsule, "--data", elsewhere)
    assert again.code == 0, again.err
    assert "2 match bit for bit" in again.out

    put(pets, {**PETS, "cats/0.png": noise(1)})
    assert attnlab("extend", study, "--seeds", "10000", "--changed-data").code == 2
    assert "data of this study changed" not in attnlab("show", study).out
    assert attnlab("extend", study, "--seeds", "1", "--changed-data").code == 0
    assert "The data of this study changed while it was trained" in attnlab("show", study).out


def test_a_missing_folder_is_bad_input_and_nothing_is_trained(attnlab, tmp_path):
    done = attnlab(
        *("run", "--task", "image-folder", "--arm", "none", "--seeds", "1"),
        *("--set", "source=folder", f"path={tmp_path / 'nowhere'}"),
    )
    assert done.code == 2
    assert f"there is no folder or zip archive {tmp_path / 'nowhere'}" in done.err
