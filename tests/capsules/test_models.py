"""A saved model goes along in a capsule, and is loaded elsewhere once somebody trusts it."""

import json
import shutil
import zipfile

import keras
import pytest
from keras import layers

import attnlab
from attnlab import capsules
from attnlab.backbones import saved
from attnlab.capsules import own_modules, planned_files
from attnlab.capsules.writing import _of_files, capsule
from attnlab.cli import main
from attnlab.data import planned_file
from attnlab.data.planned_file import FOLDER, PlannedFile
from attnlab.spec import SpecError
from attnlab.store import Store
from attnlab.store.backups import back_up


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """The capsule of a study of a saved model, the path of the model, and the study."""
    folder = tmp_path_factory.mktemp("models")
    image = keras.Input((8, 8, 1))
    x = layers.Conv2D(2, 3, activation="relu", name="conv1")(image)
    keras.Model(image, x).save(folder / "mine.keras")
    plan = {
        "task": {"name": "digits", "backbone": str(folder / "mine.keras"), "after": "conv1"},
        "arms": ["none", "eca"],
        "seeds": 1,
        "epochs": 1,
    }
    result = attnlab.run(plan, home=folder / "home")
    path = folder / "study.zip"
    path.write_bytes(capsule(result.store, result.id))
    content = (folder / "mine.keras").read_bytes()
    return path, folder / "mine.keras", content, result


@pytest.fixture
def gone(packed):
    """The path of the capsule, with the model nowhere but in there."""
    path, model, content, _ = packed
    model.unlink()
    saved._loaded.cache_clear()
    yield path
    model.write_bytes(content)
    saved._loaded.cache_clear()


def test_it_is_replayed_in_another_home_once_it_is_trusted(gone, packed, home):
    with pytest.raises(capsules.UntrustedFileError, match=r"brings mine\.keras.*add --trust"):
        attnlab.replay(gone)
    assert not (home / FOLDER).exists()
    table = attnlab.replay(gone, trust=True)
    assert set(table["outcome"]) == {"match"}
    (kept,) = (home / FOLDER).iterdir()
    assert kept.read_bytes() == packed[2]
    capsules.read(gone)  # known by now
    with zipfile.ZipFile(gone) as archive:
        assert "models/ has mine.keras" in archive.read("README.txt").decode()
        assert f"models/{kept.name}" in archive.namelist()


def test_what_is_not_as_the_plan_names_it_is_refused_and_not_kept(gone, tmp_path, home):
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(gone) as source, zipfile.ZipFile(other, "w") as target:
        for name in source.namelist():
            is_model = name.startswith("models/")
            target.writestr(name, b"something else" if is_model else source.read(name))
    with pytest.raises(capsules.CapsuleError, match=r"mine\.keras is not what its plan names"):
        capsules.read(other, trust=True)
    assert list((home / FOLDER).glob("*")) == []


def test_code_and_a_model_are_named_at_once(gone, tmp_path):
    other = tmp_path / "other.zip"
    declared = {
        **{"kind": "backbone", "name": "net", "title": "N", "summary": "", "function": "net"},
        **{"fits": "image", "takes": [], "needs": [], "slots": [], "tried": {}, "stacks": False},
    }
    shutil.copy(gone, other)
    with zipfile.ZipFile(other, "a") as archive:
        own = [{"text": "x", "path": "gate.py", "declared": declared}]
        archive.writestr(own_modules.MODULES, json.dumps(own))
    with pytest.raises(capsules.UntrustedError, match=r"for net, .* mine\.keras.* add --trust"):
        capsules.read(other)


def test_more_than_any_capsule_brings_is_refused_and_not_kept(gone, home, monkeypatch):
    monkeypatch.setattr(planned_files, "LARGEST_OF_ALL", 100)
    with pytest.raises(capsules.CapsuleError, match="expected at most 0 MiB of files"):
        capsules.read(gone, trust=True)
    assert list((home / FOLDER).glob("*")) == []


def test_a_backup_takes_it_along(gone, tmp_path, home, monkeypatch):
    study = capsules.read(gone, trust=True).study
    Store(home).create_study(study)
    back_up(home, tmp_path / "all.zip")
    monkeypatch.setenv("ATTNLAB_HOME", str(tmp_path / "elsewhere"))
    (file,) = planned_file.planned_files(study)
    with pytest.raises(SpecError, match="cannot read"):
        file.place()
    assert main(["restore", str(tmp_path / "all.zip")]) == 0
    assert file.place().parent.parent == tmp_path / "elsewhere"


def test_a_model_too_large_stays_out_and_is_named(packed, monkeypatch):
    *_, result = packed
    monkeypatch.setattr(planned_files, "LARGEST", 100)
    study = result.store.study(result.id).study
    assert planned_files.members(study) == {}
    assert "needed as it was" in _of_files(result.store.study(result.id))


def test_a_changed_model_stays_out(packed):
    _, model, content, result = packed
    study = result.store.study(result.id).study
    (name,) = planned_files.members(study)
    assert name == f"models/{PlannedFile.at(str(model)).kept_name}"
    model.write_bytes(content + b" ")
    try:
        assert planned_files.members(study) == {}
    finally:
        model.write_bytes(content)
