"""One damaged cell: its study is named, and every other study is as it was."""

import json

import pytest
from sqlalchemy import LargeBinary

from attnlab.cli import report
from attnlab.cli.main import main
from attnlab.export import attention_csv, curves_csv, measures_csv
from attnlab.store import Store, StoreError
from attnlab.store.checking import check

from .damaging import Cell, columns, keep_study


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A home with two studies, as (store, the one to be damaged, the other)."""
    store = Store(tmp_path_factory.mktemp("kept"))
    yield store, keep_study(store, "first"), keep_study(store, "second")
    store.close()


def shown(store, study_id):
    """All that is said of a study."""
    return json.dumps(report.study_json(store, study_id), sort_keys=True) + "".join(
        write(store, study_id) for write in (curves_csv, measures_csv, attention_csv)
    )


def said(store, study_id):
    """What is said of a study: its results, or an error that names it."""
    try:
        return study_id in shown(store, study_id)
    except StoreError as error:
        return study_id in str(error)


@pytest.fixture(scope="module")
def as_it_was(kept):
    store, _, other = kept
    return shown(store, other)


def test_home_that_is_whole_has_no_findings(kept):
    checked = check(kept[0].home)
    assert (checked.studies, checked.files, list(checked.findings)) == (2, 8, [])


@pytest.mark.parametrize(("table", "column"), columns())
def test_damaged_cell_is_of_one_study(kept, as_it_was, table, column):
    store, damaged, other = kept
    cell = Cell(store.home / "attnlab.db", table, column, damaged)
    is_blob = (table, column) in columns(LargeBinary)
    try:
        cell.put(cell.value[:-3] if is_blob else b"{\xffbad")
        store.recover()
        report.list_text(store.studies(), more=0)
        assert report.list_json([store.study(other)])[0]["status"] == "finished"
        if (table, column) != ("spent_seeds", "study_id"):  # seeds seen by a study unheard of
            assert shown(store, other) == as_it_was
        findings = check(store.home).findings
        assert findings, "nothing was found"
        if column not in ("id", "study_id"):
            assert damaged in str(findings)
        assert said(store, damaged)
    finally:
        cell.put(cell.value)


def test_damaged_plan_is_listed_and_named(kept, monkeypatch, capsys):
    store, damaged, other = kept
    monkeypatch.setenv("ATTNLAB_HOME", str(store.home))
    cell = Cell(store.home / "attnlab.db", "studies", "spec", damaged)
    try:
        cell.put("{bad")
        assert main(["list"]) == 0
        lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
        assert "damaged" in lines[damaged]
        assert "finished" in lines[other]
        assert main(["show", damaged]) == 2
        assert f"study {damaged} is damaged: its plan" in capsys.readouterr().err
        assert main(["check"]) == 1
        said = " ".join(capsys.readouterr().out.split())
        assert f"study {damaged} (first) its plan cannot be read readable: attention, " in said
        assert "files of 4 runs in artifacts: 1, 2, 3, 4" in said
    finally:
        cell.put(cell.value)
    assert main(["check"]) == 0


@pytest.mark.parametrize("damage", ["flipped", "shortened", "empty"])
def test_damaged_file_of_a_run_is_found(kept, damage):
    store, damaged, _ = kept
    path = store.artifact(damaged, "none", 0, "traces.npz")
    content = path.read_bytes()
    at = len(content) // 2
    flipped = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    path.write_bytes({"flipped": flipped, "shortened": content[:at], "empty": b""}[damage])
    try:
        [finding] = check(store.home).findings
    finally:
        path.write_bytes(content)
    assert finding.where == "artifacts/1/traces.npz"


@pytest.mark.parametrize("empty", [True, False])
def test_empty_database_beside_files_of_runs_is_no_new_home(home, empty):
    store = Store(home)
    keep_study(store, "lost")
    store.close()
    path = home / "attnlab.db"
    path.unlink()
    if empty:
        path.touch()
    with pytest.raises(StoreError, match=r"empty or missing, but .*artifacts has the files"):
        Store(home)
    assert path.exists() == empty
    assert not empty or path.stat().st_size == 0
    [finding] = check(home).findings
    assert finding.saved == "files of 4 runs in artifacts"


def test_database_with_damaged_pages_is_checked(home):
    store = Store(home)
    keep_study(store, "torn")
    store.close()
    path = home / "attnlab.db"
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    path.write_bytes(content)
    assert any(
        "SQLite finds" in each.wrong or "damaged" in each.wrong for each in check(home).findings
    )
