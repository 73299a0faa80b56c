"""Bad input gives exit code 2 and one line on standard error, before anything is trained."""

import os
import sqlite3

import pytest

from attnlab import Training

FEATURES = ("run", "--task", "planted-features")
DIGITS = ("run", "--task", "digits")

PLANS = {
    "ratio larger than channels": (
        (*DIGITS, "--set", "width=4", "--arm", "se:ratio=32"),
        "channels=4, ratio=32",
    ),
    "one class": ((*FEATURES, "--set", "classes=1", "--arm", "none"), "classes must be at least 2"),
    "zero epochs": ((*FEATURES, "--arm", "none", "--epochs", "0"), "epochs must be at least 1"),
    "epochs in words": ((*FEATURES, "--arm", "none", "--epochs", "ten"), "a whole number"),
    "half a batch": ((*FEATURES, "--arm", "none", "--batch-size", "0.5"), "batch_size"),
    "rate that is no number": ((*FEATURES, "--arm", "none", "--learning-rate", "nan"), "finite"),
    "unknown module": ((*FEATURES, "--arm", "dens"), "unknown module 'dens', did you mean 'dense'"),
    "unknown parameter of a module": (
        (*FEATURES, "--arm", "dense:dept=1"),
        "unknown parameter 'dept': the known ones are depth, activation, normaliser, temperature, "
        "did you mean 'depth'",
    ),
    "unknown parameter of a task": (
        (*FEATURES, "--set", "clases=3", "--arm", "none"),
        "did you mean 'classes'",
    ),
    "unknown setting of the training": (
        (*FEATURES, "--set", "optimiser=sgd", "--arm", "none"),
        "--set: unknown parameter 'optimiser': the known ones are label_noise, imbalance, backbone,"
        " slots, features, classes, planted, samples, test_samples, "
        f"{', '.join(Training.model_fields)}, did you mean 'optimizer'",
    ),
    "unknown optimiser": (
        (*FEATURES, "--set", "optimizer=lion", "--arm", "none"),
        "training: optimizer must be one of 'adam', 'adamw', 'sgd' or 'rmsprop', got 'lion'",
    ),
    "setting of the training twice": (
        (*FEATURES, "--set", "batch_size=8", "--batch-size", "16", "--arm", "none"),
        "batch_size is given twice: with --batch-size and with --set",
    ),
    "a task's name as parameter": ((*FEATURES, "--set", "name=digits", "--arm", "none"), "'name'"),
    "unknown task": (("run", "--task", "digit", "--arm", "none"), "did you mean 'digits'"),
    "module that does not fit": ((*DIGITS, "--arm", "dense"), "does not fit task 'digits'"),
    "set without value": ((*FEATURES, "--set", "classes", "--arm", "none"), "parameter=value"),
    "set twice": (
        (*FEATURES, "--set", "classes=3", "--set", "classes=4", "--arm", "none"),
        "classes is given twice",
    ),
    "arm without value": ((*FEATURES, "--arm", "dense:depth"), "got 'depth'"),
    "epochs of one arm": ((*FEATURES, "--arm", "dense@epochs=3"), "epochs cannot be changed for"),
    "unknown change of an arm": (
        (*FEATURES, "--arm", "dense@clases=3"),
        "arm dense@clases=3: unknown parameter 'clases'",
    ),
    "first seed of named ones": (
        (*FEATURES, "--seeds", "3,5", "--first-seed", "0", "--arm", "none"),
        "--first-seed goes with a number of seeds, and the plan says which seeds it has",
    ),
    "first seed below zero": ((*FEATURES, "--first-seed", "-1", "--arm", "none"), "got -1"),
    "empty arm": ((*FEATURES, "--arm", ""), "unknown module ''"),
    "the same arm twice": ((*FEATURES, "--arm", "none", "none"), "two arms are called 'none'"),
    "reference that is no arm": (
        (*FEATURES, "--arm", "none", "--reference", "dense"),
        "the reference must be one of the arms",
    ),
    "no seeds": ((*FEATURES, "--arm", "none", "--seeds", "0"), "seeds must be at least 1"),
    "negative seeds": ((*FEATURES, "--arm", "none", "--seeds", "-1"), "seeds must be at least 1"),
    "seeds in words": ((*FEATURES, "--arm", "none", "--seeds", "a,b"), "such as 3,5,8"),
    "no seed in the list": ((*FEATURES, "--arm", "none", "--seeds", ","), "at least one seed"),
    "a seed too large to keep": ((*FEATURES, "--arm", "none", "--seeds", f"{2**70},"), "seed"),
    "a seed twice": ((*FEATURES, "--arm", "none", "--seeds", "3,3"), "seed"),
    "no arm": (FEATURES, "give at least one --arm"),
    "nothing": (("run",), "give a task"),
    "no command": ((), "COMMAND"),
    "unknown command": (("trian",), "invalid choice: 'trian'"),
    "unknown option": ((*FEATURES, "--arm", "none", "--epoch", "3"), "--epoch"),
    "two modules to vary": (
        (*FEATURES, "--arm", "none", "dense", "--vary", "depth=0,1"),
        "--vary takes exactly one --arm, a module such as se or se:gate=hard; got none, dense",
    ),
    "no module to vary": ((*FEATURES, "--vary", "depth=0,1"), "exactly one --arm"),
    "a changed module to vary": (
        (*FEATURES, "--arm", "dense@classes=9", "--vary", "depth=0,1"),
        "got dense@classes=9",
    ),
    "nothing to vary": (
        (*FEATURES, "--arm", "dense", "--vary", "depth"),
        "--vary expects name=value,… such as ratio=2,4,8, got 'depth'",
    ),
    "varied twice": (
        (*FEATURES, "--arm", "dense", "--vary", "depth=0", "--vary", "depth=1"),
        "--vary depth is given twice",
    ),
    "an unknown parameter to vary": (
        (*FEATURES, "--arm", "dense", "--vary", "dept=0,1"),
        "did you mean 'depth'",
    ),
    "a module without parts": ((*FEATURES, "--leave-one-out", "none"), "nothing can be left out"),
    "an unknown control": (
        (*FEATURES, "--arm", "dense", "--controls", "uniform,randm"),
        "unknown control 'randm'",
    ),
    "an unknown metric": (
        (*FEATURES, "--arm", "none", "--metric", "val_los"),
        "did you mean 'val_loss'",
    ),
    "an unknown score": (
        (*FEATURES, "--arm", "none", "--score", "max"),
        "'final', 'mean', 'best' or 'test'",
    ),
    "one epoch averaged": ((*FEATURES, "--arm", "none", "--last", "1"), "last must be at least 2"),
    "fewer seeds than planned": (
        (*FEATURES, "--arm", "none", "--most-seeds", "3"),
        "most_seeds must be at least the 10 seeds planned",
    ),
    "an arm that cannot win": (
        (*FEATURES, "--arm", "none", "--predict", "dense=0.05"),
        "the predicted winner must be one of the arms none; got 'dense=0.05'",
    ),
    "a margin in words": (
        (*FEATURES, "--arm", "none", "--predict", "none=much"),
        "--predict expects an arm, or arm=margin such as dense=0.05; got 'none=much'",
    ),
    "file and metric": (("run", "s.yaml", "--metric", "loss"), "--metric cannot be given beside"),
    "file and builder": (("run", "s.yaml", "--swap"), "--swap cannot be given beside it"),
    "no study to estimate": (("estimate",), "give a task"),
    "missing file to estimate": (("estimate", "nowhere.yaml"), "cannot read the study file"),
    "unknown study to extend": (("extend", "nothere", "--seeds", "2"), "nothere"),
    "extended by nothing": (("extend", "x"), "--seeds"),
    "extended in words": (("extend", "x", "--seeds", "two"), "invalid int value: 'two'"),
    "no capsule": (("replay",), "CAPSULE.zip"),
    "missing capsule": (("replay", "nowhere.zip"), "nowhere.zip: it cannot be read: No such file"),
    "capsule to the terminal": (
        ("export", "x", "--format", "capsule"),
        "a capsule is a file of its own: say where, with -o FILE.zip",
    ),
    "metric of curves": (
        ("export", "x", "--metric", "loss"),
        "--metric goes with --format verdicts-csv or markdown or latex",
    ),
    "pivot of verdicts": (
        ("export", "x", "--format", "verdicts-csv", "--pivot"),
        "--pivot goes with --format markdown or latex",
    ),
    "missing file": (("run", "nowhere.yaml"), "cannot read the study file nowhere.yaml"),
    "file and task": (("run", "s.yaml", "--task", "digits"), "--task cannot be given beside it"),
    "file and rate": (("run", "s.yaml", "--learning-rate", "1"), "--learning-rate cannot"),
    "unknown study to show": (("show", "nothere"), "nothere"),
    "unknown study to resume": (("resume", "nothere"), "nothere"),
    "unknown study to export": (("export", "nothere"), "nothere"),
    "unknown format": (("export", "x", "--format", "xlsx"), "invalid choice: 'xlsx'"),
    "curves into no folder": (
        (*FEATURES, "--arm", "none", "--csv", "nowhere/c.csv"),
        "cannot write nowhere/c.csv: there is no folder",
    ),
    "attention into a folder": (
        (*FEATURES, "--arm", "none", "--attention-csv", "."),
        "cannot write .: it is a folder",
    ),
    "attention and measures into one file": (
        (*FEATURES, "--arm", "none", "--csv", "c", "--attention-csv", "x", "--measures-csv", "x"),
        "cannot both be written to x",
    ),
    "both into one file": (
        (*FEATURES, "--arm", "none", "--csv", "x.csv", "--attention-csv", "./x.csv"),
        "cannot both be written to ./x.csv",
    ),
}


def assert_refused(done, message):
    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("attnlab: ")
    assert done.err.count("\n") == 1, done.err
    assert message in done.err


@pytest.fixture(autouse=True)
def nothing_is_trained(monkeypatch, tmp_path):
    """Work in an empty folder, and fail if a training is begun."""

    def train(*_):
        raise AssertionError("a training was begun")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("attnlab.cli.commands._train", train)


@pytest.mark.parametrize("case", PLANS)
def test_bad_arguments_are_refused(attnlab, case):
    arguments, message = PLANS[case]
    assert_refused(attnlab(*arguments), message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("task: digits\narms: [none", "not readable as YAML or JSON at line 3"),
        ("- a list", "a study is a mapping"),
        ("", "a study is a mapping"),
        ("arms: [none]", "task"),
        ("task: digits", "arms"),
        ("task: digits\narms: 3", "arms"),
        ("task: [1]\narms: [none]", "got [1]"),
        ("task: digits\narms: [none]\nepoch: 3", "'epoch'"),
        ("task: digits\narms: [none]\ntraining: {epochs: 0}", "epochs must be at least 1"),
        ("task: digits\narms: [none]\nseeds: [a]", "seed"),
        ("task: digits\narms: [[none]]", "none"),
    ],
)
def test_a_bad_study_file_is_refused(attnlab, tmp_path, text, message):
    (tmp_path / "study.yaml").write_text(text)
    done = attnlab("run", "study.yaml")
    assert_refused(done, message)
    assert "study.yaml" in done.err


def test_a_study_file_that_is_no_text_is_refused(attnlab, tmp_path):
    (tmp_path / "study.yaml").write_bytes(b"\xff\xfe\x00")
    assert_refused(attnlab("run", "study.yaml"), "UTF-8")


STORE_COMMANDS = [
    ("list",),
    ("show", "x"),
    ("resume", "x"),
    ("export", "x"),
    ("extend", "x", "--seeds", "1"),
    (*FEATURES, "--arm", "none"),
]


@pytest.mark.parametrize("command", STORE_COMMANDS)
def test_a_damaged_database_is_refused(attnlab, home, command):
    home.mkdir()
    (home / "attnlab.db").write_bytes(b"not a database " * 100)
    assert_refused(attnlab(*command), "damaged")


@pytest.mark.parametrize("command", STORE_COMMANDS)
def test_a_newer_database_is_refused(attnlab, home, command):
    home.mkdir()
    with sqlite3.connect(home / "attnlab.db") as connection:
        connection.execute("PRAGMA user_version = 999")
        connection.execute("CREATE TABLE studies (id TEXT)")
    assert_refused(attnlab(*command), "newer")


@pytest.mark.parametrize("command", STORE_COMMANDS)
def test_a_home_that_is_a_file_is_refused(attnlab, home, command):
    home.write_text("")
    assert_refused(attnlab(*command), "expected a folder")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_an_unwritable_home_is_refused(attnlab, home):
    home.mkdir(mode=0o500)
    assert_refused(attnlab("list"), "permissions")


def test_a_home_where_nothing_can_be_made_is_refused(attnlab, monkeypatch):
    monkeypatch.setenv("ATTNLAB_HOME", "/proc/attnlab")
    assert_refused(attnlab("list"), "/proc/attnlab")


def test_a_study_of_a_live_process_is_not_resumed(attnlab, home):
    from attnlab.spec import Study
    from attnlab.store import Owner, Store

    store = Store(home)
    study_id = store.create_study(Study(task="digits", arms=["none"]), owner=Owner.current())
    store.acquire(study_id, Owner.current())
    assert_refused(attnlab("resume", study_id), "is being trained by this process")
