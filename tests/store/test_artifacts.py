"""Artifacts: a run's files are there whole or not at all."""

import os

import pytest

from attnlab.store import Owner, Store, StoreError, artifacts


@pytest.fixture
def study_id(store, plan):
    return store.create_study(plan())


def text(content):
    """What writes this text."""
    return lambda path: path.write_text(content)


def leftovers(home):
    return [path.name for path in (home / "artifacts" / ".staging").iterdir()]


def test_files_are_found_by_name(home, store, study_id):
    store.save_artifacts(study_id, "none", 0, {"a.txt": text("a"), "b.txt": text("b")})
    path = store.artifact(study_id, "none", 0, "b.txt")
    assert path.read_text() == "b"
    assert path.parent.parent == home / "artifacts"
    assert store.artifact(study_id, "none", 0, "c.txt") is None
    assert store.artifact(study_id, "none", 1, "a.txt") is None
    assert leftovers(home) == []


def test_saving_again_replaces_all_files_together(home, store, study_id):
    store.save_artifacts(study_id, "none", 0, {"a.txt": text("old"), "b.txt": text("old")})
    store.save_artifacts(study_id, "none", 0, {"a.txt": text("new")})
    assert store.artifact(study_id, "none", 0, "a.txt").read_text() == "new"
    assert store.artifact(study_id, "none", 0, "b.txt") is None
    assert leftovers(home) == []


def fails(path):
    path.write_text("half of")
    raise ValueError("weights are not finite\nsecond line")


def test_write_that_fails_leaves_the_earlier_files(home, store, study_id):
    store.save_artifacts(study_id, "none", 0, {"a.txt": text("old")})
    with pytest.raises(StoreError, match=r"could not write 'b.txt'.*: weights are not finite$"):
        store.save_artifacts(study_id, "none", 0, {"a.txt": text("new"), "b.txt": fails})
    assert store.artifact(study_id, "none", 0, "a.txt").read_text() == "old"
    assert leftovers(home) == []


def test_interruption_leaves_nothing_half_written(home, store, study_id):
    def interrupted(path):
        path.write_text("half of")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.save_artifacts(study_id, "none", 0, {"a.txt": interrupted})
    assert store.artifact(study_id, "none", 0, "a.txt") is None
    assert leftovers(home) == []


def test_writer_that_writes_nothing_is_an_error(home, store, study_id):
    with pytest.raises(StoreError):
        store.save_artifacts(study_id, "none", 0, {"a.txt": lambda path: None})
    assert store.artifact(study_id, "none", 0, "a.txt") is None


def test_full_disk_half_way_leaves_the_earlier_files(home, store, study_id, python):
    store.save_artifacts(study_id, "none", 0, {"a.bin": text("old")})
    code = (
        "import resource, sys; from attnlab.store import Store, StoreError\n"
        "store = Store()\n"
        "def write(path): path.write_bytes(b'x' * 1_000_000)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))\n"
        "try: store.save_artifacts(sys.argv[1], 'none', 0, {'a.bin': write})\n"
        "except StoreError as error: print(error)\n"
    )
    said, trouble = python(code, study_id).communicate()
    assert said.startswith("no space left to write"), trouble
    assert store.artifact(study_id, "none", 0, "a.bin").read_text() == "old"
    assert leftovers(home) == []


def test_failing_rename_puts_the_earlier_files_back(home, store, study_id, monkeypatch):
    store.save_artifacts(study_id, "none", 0, {"a.txt": text("old")})
    folder = store.artifact(study_id, "none", 0, "a.txt").parent
    real = type(folder).rename

    def rename(self, target):
        if target == folder and (self / "a.txt").read_text() == "new":
            raise OSError(5, "Input/output error")
        return real(self, target)

    monkeypatch.setattr(type(folder), "rename", rename)
    with pytest.raises(StoreError, match="Input/output error"):
        store.save_artifacts(study_id, "none", 0, {"a.txt": text("new")})
    assert store.artifact(study_id, "none", 0, "a.txt").read_text() == "old"
    assert leftovers(home) == []


@pytest.mark.parametrize("name", ["", "..", ".", "a/b", "../a", "/etc/x"])
def test_name_outside_the_folder_is_refused(store, study_id, name):
    with pytest.raises(StoreError, match="plain file name"):
        store.save_artifacts(study_id, "none", 0, {name: text("x")})


def test_only_files_of_the_run_are_found(store, study_id):
    for seed in (0, 1):
        store.save_artifacts(study_id, "none", seed, {"a.txt": text("a")})
    other = store.artifact(study_id, "none", 1, "a.txt")
    for name in (f"../{other.parent.name}/a.txt", str(other), "..", ""):
        assert store.artifact(study_id, "none", 0, name) is None


def test_opening_sweeps_what_dead_processes_left(home, store, study_id, python):
    code = (
        "import os, sys; from attnlab.store import Store\n"
        "def die(path): path.write_text('half of'); print(path.parent, flush=True); os._exit(9)\n"
        "Store().save_artifacts(sys.argv[1], 'none', 0, {'a.txt': die})"
    )
    writer = python(code, study_id)
    left = writer.communicate()[0].strip()
    assert os.path.isdir(left)
    mine = artifacts._temporary(home / "artifacts")
    mine.mkdir()  # this process lives, and is writing still
    strange = mine.parent / ".tmp-not-ours"
    strange.mkdir()
    Store(home).close()
    assert not os.path.exists(left)
    assert mine.exists()
    assert strange.exists()


def test_what_an_earlier_version_left_beside_the_runs_is_swept_once(home):
    """It staged there; looking for it each time would read a folder of all runs."""
    dead = f".tmp-{Owner.current().host}-999999999-1.00-abcd"
    Store(home).close()
    (home / "artifacts" / ".staging").rmdir()
    for name in (dead, ".tmp-not-ours", "7"):
        (home / "artifacts" / name).mkdir(parents=True)
    Store(home).close()
    left = {path.name for path in (home / "artifacts").iterdir()}
    assert left == {".staging", ".tmp-not-ours", "7"}
    (home / "artifacts" / dead).mkdir()
    Store(home).close()
    assert (home / "artifacts" / dead).exists()


def test_a_further_file_stands_beside_the_others(store, study_id, home):
    store.save_artifacts(study_id, "none", 0, {"a.txt": text("a")})
    store.add_artifact(study_id, "none", 0, "b.txt", text("b"))
    store.add_artifact(study_id, "none", 0, "b.txt", text("c"))
    assert store.artifact(study_id, "none", 0, "a.txt").read_text() == "a"
    assert store.artifact(study_id, "none", 0, "b.txt").read_text() == "c"
    assert leftovers(home) == []
    store.save_artifacts(study_id, "none", 0, {"a.txt": text("a")})
    assert store.artifact(study_id, "none", 0, "b.txt") is None


def test_a_further_file_needs_a_run_with_files_and_a_plain_name(store, study_id, home):
    with pytest.raises(StoreError):
        store.add_artifact(study_id, "none", 0, "b.txt", text("b"))
    store.save_artifacts(study_id, "none", 0, {"a.txt": text("a")})
    with pytest.raises(StoreError, match="plain file name"):
        store.add_artifact(study_id, "none", 0, "../b.txt", text("b"))
    assert leftovers(home) == []
