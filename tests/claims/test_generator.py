"""`python -m tools.claims`: one small claim trained, printed and written."""

import sys
from dataclasses import replace

import pytest

from attnlab.claims import BY_NAME
from attnlab.claims.shipped import shipped
from tools import claims as generator

from .made_up import shipped_as

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


@pytest.fixture
def small(monkeypatch):
    """A claim that trains in a moment, known to the generator."""
    claim = BY_NAME[NAME]
    task = {**claim.study["task"], "samples": 500}
    small = replace(claim, study={**claim.study, "task": task, "epochs": 1})
    monkeypatch.setitem(generator.BY_NAME, NAME, small)
    return small


def test_a_claim_is_trained_and_written_with_what_makes_it_again(path, small, monkeypatch, capsys):
    claim = BY_NAME[NAME]
    called(monkeypatch, NAME, "--seeds", "2", "--write")
    assert f"{claim.title}: TOO FEW SEEDS" in capsys.readouterr().out
    [(name, entry)] = shipped(path).items()
    assert name == NAME
    assert entry.fits(small)
    assert entry.command == f"python -m tools.claims {NAME} --write --seeds 2"
    assert entry.first_seed == small.first_seed
    assert set(entry.versions) == {"python", "attnlab", "tensorflow", "keras", "numpy"}
    assert {label: len(values) for label, values in entry.scores["mass"].items()} == {
        "2 classes": 2,
        "5 classes": 2,
    }
    assert all(value is not None for value in entry.scores["mass"]["5 classes"])
    said = (path.parent / "claims.md").read_text(encoding="utf-8")
    assert f"### {claim.title}: too few seeds" in said
    assert entry.command in said
    assert "The second set has not been trained yet." in said

    called(monkeypatch, NAME, "--seeds", "2", "--replicate", "--write")
    [entry] = shipped(path).values()
    again = entry.replication
    assert again.first_seed == small.replication_plan(2).seeds[0] != entry.first_seed
    assert again.command == f"python -m tools.claims {NAME} --write --replicate --seeds 2"
    assert again.scores != entry.scores
    said = (path.parent / "claims.md").read_text(encoding="utf-8")
    assert "1 of 1 claims have the same word from both sets of seeds." in said
    row = f"| {claim.title} | 1000–1001 | too few seeds | 1500–1501 | too few seeds | yes |"
    assert row in said
    assert again.command in said


def test_what_is_not_there_cannot_be_replicated(path, small, monkeypatch, capsys):
    called(monkeypatch, NAME, "--seeds", "2", "--replicate", "--write")
    assert "so left out" in capsys.readouterr().out
    assert not path.exists()


def test_every_outcome_has_its_row_in_the_table_of_replications():
    claim = BY_NAME["a-hard-sigmoid-is-as-good"]
    first = shipped_as(claim, {}, seeds=40)
    higher = shipped_as(claim, {"val_accuracy": {"Hard sigmoid": 0.05}}, seeds=40, first_seed=1680)
    higher = replace(higher, plan=claim.plan(40).at_seeds(1680).hash)
    table = generator.document({claim.name: replace(first, replication=higher)})
    assert "0 of 1 claims have the same word from both sets of seeds." in table
    assert (
        f"| {claim.title} | 0–39 | survives | 1680–1719 | opposite seen once | **no** "
        "| opposite seen once |" in table
    )


def test_the_document_is_of_the_numbers_that_are_shipped():
    assert generator.DOCUMENT.read_text(encoding="utf-8") == generator.document(shipped())
    assert set(shipped()) <= set(BY_NAME)


def test_an_unknown_claim_is_named_with_those_there_are(monkeypatch, capsys):
    with pytest.raises(SystemExit):
        called(monkeypatch, "nonsense")
    assert "no such claim: nonsense" in capsys.readouterr().err
