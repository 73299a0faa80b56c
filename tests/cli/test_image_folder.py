"""The task on people's own images from the command line: its path as it was typed."""

import json

from data.images.conftest import archived, usual


def test_a_folder_named_by_a_number_is_trained_on(attnlab, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    archived(tmp_path / "007", usual(6))
    done = attnlab(
        *("run", "--task", "image-folder", "--arm", "none", "--seeds", "1", "--epochs", "1"),
        *("--set", "source=folder", "path=007", "size=8", "width=4", "head=8", "--json"),
    )
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert told["plan"]["task"]["path"] == "007"
    assert told["chance"] == 0.5


def test_a_missing_folder_is_bad_input_and_nothing_is_trained(attnlab, tmp_path):
    done = attnlab(
        *("run", "--task", "image-folder", "--arm", "none", "--seeds", "1"),
        *("--set", "source=folder", f"path={tmp_path / 'nowhere'}"),
    )
    assert done.code == 2
    assert f"there is no folder or zip archive {tmp_path / 'nowhere'}" in done.err
