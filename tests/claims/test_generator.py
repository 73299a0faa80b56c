"""`python -m tools.claims`: one small claim trained, printed and written."""

import sys
from dataclasses import replace

import pytest

from attnlab.claims import BY_NAME
from attnlab.claims.shipped import shipped
from tools import claims as generator

NAME = "focus-falls-from-2-to-5-classes"


@pytest.fixture
def path(tmp_path, monkeypatch):
    """Where the generator writes, here."""
    monkeypatch.setattr(generator, "PATH", tmp_path / "claims.json")
    monkeypatch.setattr(generator, "DOCUMENT", tmp_path / "claims.md")
    return tmp_path / "claims.json"


def called(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["claims", *arguments])
    generator.main()


def test_a_claim_is_trained_and_written_with_what_makes_it_again(path, monkeypatch, capsys):
    claim = BY_NAME[NAME]
    task = {**claim.study["task"], "samples": 500}
    small = replace(claim, study={**claim.study, "task": task, "epochs": 1})
    monkeypatch.setitem(generator.BY_NAME, NAME, small)
    called(monkeypatch, NAME, "--seeds", "2", "--write")
    assert f"{claim.title}: TOO FEW SEEDS" in capsys.readouterr().out
    [(name, entry)] = shipped(path).items()
    assert name == NAME
    assert entry.fits(small)
    assert not entry.fits(claim)
    assert entry.command == f"python -m tools.claims {NAME} --write --seeds 2"
    assert set(entry.versions) == {"python", "attnlab", "tensorflow", "keras", "numpy"}
    assert {label: len(values) for label, values in entry.scores["mass"].items()} == {
        "2 classes": 2,
        "5 classes": 2,
    }
    assert all(value is not None for value in entry.scores["mass"]["5 classes"])
    said = (path.parent / "claims.md").read_text(encoding="utf-8")
    assert f"### {claim.title}: too few seeds" in said
    assert entry.command in said


def test_the_document_is_of_the_numbers_that_are_shipped():
    assert generator.DOCUMENT.read_text(encoding="utf-8") == generator.document(shipped())
    assert set(shipped()) == set(BY_NAME)


def test_an_unknown_claim_is_named_with_those_there_are(monkeypatch, capsys):
    with pytest.raises(SystemExit):
        called(monkeypatch, "nonsense")
    assert "no such claim: nonsense" in capsys.readouterr().err
