"""The wheel holds all that attnlab needs and nothing else, also when built from the sdist."""

import email
import tarfile
import tomllib
import zipfile

import pytest

import attnlab

from .conftest import ROOT, build


@pytest.fixture(scope="module")
def members(wheel):
    """What the wheel holds: bytes by name."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def metadata(members):
    [name] = [each for each in members if each.endswith(".dist-info/METADATA")]
    return email.message_from_bytes(members[name])


def files(folder):
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_every_module_and_every_file_of_the_app_is_in_it_and_nothing_else(members):
    app = {"streamlit_app.py", *files("pages"), *files("data"), *files(".streamlit")}
    expected = files("attnlab") | {f"attnlab/_app/{name}" for name in app}
    assert {name for name in members if ".dist-info/" not in name} == expected


@pytest.mark.parametrize(
    "name",
    ["streamlit_app.py", "pages/claims.py", "data/claims.json", ".streamlit/config.toml"],
)
def test_the_files_are_those_of_the_checkout(members, name):
    assert members[f"attnlab/_app/{name}"] == (ROOT / name).read_bytes()


def test_it_says_version_requirements_licence_and_where_it_lives(members, metadata):
    assert metadata["Version"] == attnlab.__version__
    assert metadata["License-Expression"] == "Apache-2.0"
    assert any(name.endswith("/licenses/LICENSE") for name in members)
    needed = metadata.get_all("Requires-Dist")
    extra = [line for line in needed if "extra ==" in line]
    assert [line.partition("<")[0] for line in extra] == ["ray[client]"]
    required = {line.split(">")[0].split("<")[0] for line in needed if line not in extra}
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    names = {line.split(">")[0].lower() for line in lines if not line.startswith("#")}
    assert required == names
    urls = {line.split(",")[0] for line in metadata.get_all("Project-URL")}
    assert urls >= {"Homepage", "Source", "Issues", "Changelog"}


def test_a_source_archive_builds_the_same_wheel(wheel, tmp_path):
    archive = build(tmp_path / "sdist", "sdist")
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    [source] = tmp_path.glob("attnlab-*")
    again = build(tmp_path / "wheel", "wheel", source)
    assert again.read_bytes() == wheel.read_bytes()


def test_what_builds_it_is_there_for_those_who_work_on_it():
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]
    lines = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8").splitlines()
    assert set(needed["requires"]) <= {line.partition(" #")[0] for line in lines}
