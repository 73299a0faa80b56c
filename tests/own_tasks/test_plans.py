"""A task that somebody brought, in plans: named by its source, carried, kept, found again."""

import json
import pickle
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing

import numpy as np
import pytest

import attnlab
from attnlab import SpecError, Study, capsules
from attnlab.export.scripts.compose import compose
from attnlab.own_tasks import finding
from attnlab.own_tasks.library import TASKS
from attnlab.own_tasks.naming import with_task_name
from attnlab.results.judge import judge
from attnlab.spec import REGISTRY, OwnTask, TaskSpec
from attnlab.store import Store, StoreError, checking, own_modules_table, schema
from attnlab.tasks import make
from attnlab.tasks.examples import example, with_few_samples
from attnlab.ui import links

from .conftest import COLUMNS, spoiled

BEFORE = 1 + schema.UPGRADES.index(own_modules_table.add_tasks)


@pytest.fixture
def mine(write):
    """The path of a file whose task is in the catalogue."""
    path = write(COLUMNS)
    report = TASKS.bring(path)
    assert report.passed, str(report)
    return path


def planned(task="two-columns", *arms, **task_parameters):
    named = {"name": task, **task_parameters}
    return Study(task=named, arms=["none", "dense", *arms], seeds=2, epochs=1)


def forget(study):
    """As a process that has neither read the file nor the study."""
    REGISTRY.take_out(study.task.own)
    REGISTRY.brought_tasks._versions.pop(study.task.own.key, None)


def test_a_plan_names_the_source_and_another_source_is_another_plan(mine, write):
    first = planned(features=6)
    digest = first.task.own.source.digest
    assert first.task.model_dump() == {
        "name": "two-columns",
        "features": 6,
        "samples": 500,
        "label_noise": 0.0,
        "imbalance": 1,
        "source": digest,
    }
    assert Study(**json.loads(first.canonical_json())) == first
    write(COLUMNS + "# another word\n")
    assert [report.passed for report in TASKS.refresh()] == [True]
    second = planned(features=6)
    assert second.hash != first.hash
    again = Study(**json.loads(first.canonical_json()))
    assert (again.hash, again.task.own.source.text) == (first.hash, COLUMNS)
    assert REGISTRY.has_newer(first.task.own)
    assert dict(links.to_query(again))["source"] == digest


def test_the_hash_of_attnlabs_own_tasks_has_no_source(mine):
    plan = planned("planted-features")
    assert "source" not in plan.canonical_json()
    assert plan.hash == "0a26d4c8c90b61ad"


def test_it_may_be_what_other_tasks_are_but_for_an_arms_other_task(mine):
    study = planned(features=6)
    assert pickle.loads(pickle.dumps(study)) == study
    assert study.task.chance == 0.5
    assert study.task.entry.slot_sizes(study.task.params) == (6,)
    assert (
        planned("two-columns", "dense@features=5").task_of("dense@features=5").params.features == 5
    )
    for given in ({"also_on": ["two-columns"]}, {"arms": ["none", "none@task=two-columns"]}):
        with pytest.raises(
            SpecError, match="two-columns is a task of somebody's own, which can be"
        ):
            Study(**{"task": "planted-features", "arms": ["none"], "seeds": 2, **given})
    with pytest.raises(SpecError, match="of source '0123456789abcdef', which is not known here"):
        planned(source="0123456789abcdef")


def test_an_arm_may_change_its_parameters_where_nobody_has_its_file(mine, home):
    study = planned("two-columns", "dense@features=5")
    with closing(Store(home)) as store:
        study_id = store.create_study(study)
    forget(study)
    with closing(Store(home)) as store:
        found = store.study(study_id).study
    assert found == study
    assert "two-columns" not in REGISTRY.tasks
    assert found.task_of("dense@features=5").params.features == 5
    assert make(found.task_of("dense@features=5"), 0).train.x.shape == (300, 5)


def test_a_plan_brings_its_task_to_a_process_that_has_never_heard_of_it(mine):
    """As a worker process and a node of a cluster get it."""
    code = (
        "import pickle, sys; study = pickle.load(sys.stdin.buffer); "
        "from attnlab.spec import REGISTRY; from attnlab.tasks import make; "
        "print(study.task.name, make(study.task, 3).train.x.sum(), 'two-columns' in REGISTRY.tasks)"
    )
    study = planned()
    told = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps(study), capture_output=True, check=True
    ).stdout.decode()
    expected = make(study.task, 3).train.x.sum()
    assert told.split() == ["two-columns", str(expected), "False"]


def test_its_data_are_what_its_function_gives_cut_in_three(mine):
    task = TaskSpec.model_validate({"name": "two-columns", "features": 6})
    data = make(task, 4)
    x = np.random.default_rng(4).normal(size=(500, 6)).astype("float32")
    given = np.concatenate([data.train.x, data.validation.x, data.test.x])
    assert np.array_equal(given, x)
    assert [len(each) for each in (data.train, data.validation, data.test)] == [300, 100, 100]
    assert data.truth.shape == (100, 6)
    assert data.truth[7].tolist() == [True, True, False, False, False, False]
    shown = example(task, data, 3)
    assert (shown.kind, shown.label) == ("features", str(data.validation.y[3]))
    assert with_few_samples(task).params.samples == 300
    noisy = make(task.model_validate({**task.model_dump(), "label_noise": 0.5}), 4)
    changed = np.mean(noisy.train.y != data.train.y)
    assert 0.4 < changed < 0.6
    assert np.array_equal(noisy.test.y, data.test.y)


def test_an_error_of_its_own_code_names_the_line(write):
    bad = "    if seed > 5:\n        raise ValueError('too high')\n    y = (x"
    TASKS.bring(write(spoiled(COLUMNS, ("    y = (x", bad))))
    with pytest.raises(SpecError, match=r"mine.py, line 23: ValueError: too high"):
        make(TaskSpec.model_validate("two-columns"), 6)


def test_what_the_checks_did_not_see_is_told_at_its_seed(write):
    TASKS.bring(
        write(
            spoiled(COLUMNS, ("    y = (x", "    x[0, 0] = np.inf if seed == 9 else 0\n    y = (x"))
        )
    )
    task = TaskSpec.model_validate("two-columns")
    assert len(make(task, 8).train) == 300
    with pytest.raises(SpecError, match=r"mine.py: two-columns gives inf in x at \(0, 0\)"):
        make(task, 9)


def test_the_store_keeps_the_source_of_a_plan_and_says_when_it_changed(mine, home, write):
    study = planned()
    with closing(Store(home)) as store:
        study_id = store.create_study(study)
    forget(study)
    with closing(Store(home)) as store:
        found = store.study(study_id).study
        assert found == study
        assert found.task.own.source.text == COLUMNS
        write(COLUMNS + "# another word\n")
        TASKS.bring(mine)
        notes = str(judge(store, study_id))
        assert (
            "The source of two-columns (mine.py) has changed since this study was planned" in notes
        )
    with closing(sqlite3.connect(home / "attnlab.db")) as database:
        database.execute("UPDATE own_tasks SET content = '{'")
        database.commit()
    forget(study)
    with (
        closing(Store(home)) as store,
        pytest.raises(StoreError, match="of two-columns is damaged"),
    ):
        _ = store.study(study_id).study
    assert "own tasks" in [each.where for each in checking.check(home).findings]


def test_a_database_from_before_gets_the_table(home, monkeypatch):
    monkeypatch.setattr(schema, "UPGRADES", schema.UPGRADES[:BEFORE])  # no step after this one
    with closing(Store(home)) as store:
        study_id = store.create_study(planned("planted-features"))
    with closing(sqlite3.connect(home / "attnlab.db")) as database:
        database.execute("DROP TABLE own_tasks")
        database.execute(f"PRAGMA user_version = {BEFORE}")
        database.commit()
    with closing(Store(home)) as store:
        assert store.study(study_id).study == planned("planted-features")
    with closing(sqlite3.connect(home / "attnlab.db")) as database:
        columns = database.execute("PRAGMA table_info(own_tasks)").fetchall()
    assert [each[1] for each in columns] == ["name", "source", "content"]


def test_a_capsule_without_trust_is_not_read_and_runs_nothing(mine, home, tmp_path):
    study = planned()
    with closing(Store(home)) as store:
        content = capsules.writing.capsule(store, store.create_study(study))
    path = tmp_path / "c.zip"
    path.write_bytes(content)
    with zipfile.ZipFile(path) as archive:
        readme = archive.read("README.txt").decode()
    assert "The author's own are the task two-columns (sources in own_tasks/)." in readme
    assert "--trust" in readme
    assert capsules.read(path).study == study, "what is used here already needs no trust"
    forget(study)
    (home / "attnlab.db").unlink()
    with pytest.raises(capsules.UntrustedError, match="of its own for two-columns") as refused:
        capsules.read(path)
    assert refused.value.sources == capsules.sources(path) == {"mine.py": COLUMNS}
    assert capsules.read(path, trust=True).study == study
    forget(study)


def test_a_file_is_named_in_place_of_a_task(mine, write):
    assert with_task_name(str(mine)) == "two-columns"
    assert with_task_name(f"{mine}:two_columns") == with_task_name(f"{mine}:two-columns")
    assert with_task_name("planted-features") == "planted-features"
    with pytest.raises(SpecError, match=r"mine.py: unknown task 'other': .*two_columns"):
        with_task_name(f"{mine}:other")
    with pytest.raises(SpecError, match="line 1: invalid syntax"):
        with_task_name(str(write("def half(:", "half.py")))
    assert attnlab.bring(mine) == ["two-columns"]


def test_a_file_that_is_saved_wrong_leaves_the_version_before_in_use(mine, write):
    before = REGISTRY.brought_tasks.chosen["two-columns"]
    write("def half(:\n")
    (report,) = TASKS.refresh()
    assert not report.passed
    assert REGISTRY.brought_tasks.chosen["two-columns"] == before
    write(spoiled(COLUMNS, ("def two_columns", "def three_columns")))
    TASKS.refresh()
    assert list(REGISTRY.brought_tasks.chosen) == ["three-columns"]
    assert "two-columns" not in REGISTRY.tasks


def test_a_name_of_attnlabs_or_of_another_file_is_refused(mine, write):
    named = spoiled(COLUMNS, ("    shape=", '    name="digits",\n    shape='))
    assert "attnlab has a task 'digits'" in TASKS.bring(write(named, "d.py")).why
    assert "mine.py has a task 'two-columns' already" in TASKS.bring(write(COLUMNS, "copy.py")).why


def test_a_folder_and_the_variable_are_looked_through(write, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my_tasks").mkdir()
    for name in ("columns.py", "test_columns.py", "_shared.py"):
        (tmp_path / "my_tasks" / name).write_text(COLUMNS)
    elsewhere = write(COLUMNS, "elsewhere.py")
    monkeypatch.setenv("ATTNLAB_TASKS", str(elsewhere))
    assert finding.files() == [tmp_path / "my_tasks" / "columns.py", elsewhere]


def test_a_script_has_the_function_and_needs_no_attnlab(mine):
    text = compose(planned(features=6), "none", 1, "functional", None)
    assert "def two_columns(seed, features, samples):" in text
    assert "data = own_data(two_columns, PARAMS, SEED)" in text
    assert "import attnlab" not in text
    assert "from attnlab" not in text
    assert "@task" not in text


def test_what_attnlab_wrote_down_is_read_again(mine):
    own = planned().task.own
    assert OwnTask.from_json(json.loads(json.dumps(own.to_json()))) == own
    with pytest.raises(SpecError, match="no task that attnlab wrote down"):
        OwnTask.from_json({"text": "x"})
