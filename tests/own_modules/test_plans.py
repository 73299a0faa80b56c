"""A module that somebody brought, in plans: named by its source, carried, kept, found again."""

import copy
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
from attnlab.backbones import build
from attnlab.inspection.places import replaced
from attnlab.own_modules.library import LIBRARY
from attnlab.own_modules.naming import with_name
from attnlab.spec import REGISTRY, OwnModule, OwnSource, load, titles_of
from attnlab.store import Store, StoreError, checking, own_modules_table, schema
from attnlab.training.program_keys import sharing_key
from attnlab.ui import links
from attnlab.workers import cluster_task, versions
from attnlab.workers.work import Work

from .conftest import GATE, spoiled

BEFORE = 1 + schema.UPGRADES.index(own_modules_table.add)


@pytest.fixture
def gate(write, home):
    """The path of a file whose module is in the catalogue."""
    path = write(GATE)
    assert LIBRARY.bring(path).passed
    return path


def planned(*arms):
    task = {"name": "planted-features", "features": 8, "samples": 500, "test_samples": 0}
    return Study(task=task, arms=["none", *arms], seeds=2, epochs=1)


def test_a_plan_names_the_source_and_another_source_is_another_plan(gate, write):
    first = planned("tanh-gate:sharpness=2")
    module = first.arms[1].module
    assert module.short == "tanh-gate:sharpness=2.0"
    assert module.model_dump() == {
        "name": "tanh-gate",
        "sharpness": 2.0,
        "source": module.own.source.digest,
    }
    assert Study(**json.loads(first.canonical_json())) == first
    write(GATE + "# another word\n")
    assert [report.passed for report in LIBRARY.refresh()] == [True]
    second = planned("tanh-gate:sharpness=2")
    assert second.hash != first.hash
    again = Study(**json.loads(first.canonical_json()))
    assert again.hash == first.hash
    assert again.arms[1].module.own.source.text == GATE
    assert again.arms[1].module.short.endswith(f"source={module.own.source.digest}")
    assert REGISTRY.has_newer(module.own)


def test_what_was_traced_of_another_source_is_not_used(gate, write):
    def key():
        study = planned("tanh-gate")
        objective = load(study.task.entry.objective)(5, study.task.params)
        return sharing_key(build(study.task, study.arms[1].module), study.training, objective, 1)

    first = key()
    assert key() == first
    write(spoiled(GATE, ("/ 2", "/ 4")))
    LIBRARY.refresh()
    assert key() != first


def test_a_newer_version_of_a_file_leaves_the_titles_of_studies_of_before(gate, write):
    arms = ["tanh-gate:sharpness=2", "frozen-random:of=tanh-gate", "tanh-gate@features=9"]
    before = planned(*arms, {"module": "tanh-gate", "label": "mine"})
    titles = titles_of(before)
    write(GATE + "# another word\n")
    LIBRARY.refresh()
    again = Study(**json.loads(before.canonical_json()))
    assert titles_of(again) == titles
    assert [arm.title for arm in again.arms] == [arm.title for arm in before.arms]
    assert [arm.is_named for arm in again.arms] == [False, False, False, False, True]
    digest = before.arms[1].module.own.source.digest
    beside = planned("tanh-gate", f"tanh-gate:source={digest}")
    assert beside.arms[2].title == f"Tanh gate, source {digest}", "two versions in one study"


def test_the_hash_of_attnlabs_own_modules_has_no_source(gate):
    assert "source" not in planned("dense").canonical_json()


def test_it_may_stand_wherever_a_module_may(gate):
    study = planned("tanh-gate", "frozen-random:of=tanh-gate:sharpness=3", "matched:of=tanh-gate")
    assert Study(**json.loads(study.canonical_json())) == study
    assert pickle.loads(pickle.dumps(study)) == study
    assert copy.deepcopy(study) == study
    entry = REGISTRY.module("tanh-gate")
    assert entry.about.parameters(entry.params(), (8,)) == 72


def test_a_plan_brings_its_modules_to_a_process_that_has_never_heard_of_them(gate):
    """As a worker process and a node of a cluster get it."""
    study = planned("tanh-gate")
    order = cluster_task.GroupOrder(
        "x", Work(study, "tanh-gate", (0,), (0,)), versions.versions(), 1
    )
    code = (
        "import pickle, sys; from attnlab.spec import load, REGISTRY; "
        "order = pickle.load(sys.stdin.buffer); "
        "module = order.work.study.arms[1].module; "
        "print(module.entry.layer, module.short, list(REGISTRY.own))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps(order), capture_output=True, check=True
    ).stdout.decode()
    assert told.split() == [study.arms[1].module.entry.layer, "tanh-gate", "[]"]


def test_its_shape_is_told_while_an_inspection_has_its_own_call_there(gate):
    layer = load(REGISTRY.own["tanh-gate"].entry.layer)()
    layer(np.ones((2, 8), "float32"))
    with replaced(layer, lambda call: lambda x: call(x, return_attention_scores=True)):
        assert layer.compute_output_shape((None, 8)) == (None, 8)
        outputs, scores = layer(np.ones((2, 8), "float32"))
    assert outputs.shape == scores.shape == (2, 8)


def test_a_version_that_nobody_knows_is_refused(gate):
    with pytest.raises(SpecError, match="of source '0123456789abcdef', which is not known here"):
        planned("tanh-gate:source=0123456789abcdef")
    with pytest.raises(SpecError, match="unknown parameter 'source'"):
        planned("dense:source=0123456789abcdef")


def test_the_store_keeps_the_source_of_a_plan(gate, home):
    study = planned("tanh-gate")
    with closing(Store(home)) as store:
        study_id = store.create_study(study)
        store.create_study(study)
    forget("tanh-gate", study)
    with closing(Store(home)) as store:
        found = store.study(study_id).study
    assert found == study
    assert found.arms[1].module.own.source.text == GATE
    link = dict(links.to_query(found))["arm"]
    assert link == f"tanh-gate:source={found.arms[1].module.own.source.digest}"
    assert planned(link) == found


def test_a_source_that_was_damaged_is_told_and_its_study_alone_fails(gate, home):
    study = planned("tanh-gate")
    with closing(Store(home)) as store:
        damaged, whole = store.create_study(study), store.create_study(planned("dense"))
    forget("tanh-gate", study)
    with closing(sqlite3.connect(home / "attnlab.db")) as database:
        database.execute("UPDATE own_modules SET content = '{'")
        database.commit()
    with closing(Store(home)) as store:
        with pytest.raises(StoreError, match=r"the source \w{16} of tanh-gate is damaged"):
            _ = store.study(damaged).study
        assert store.study(whole).study == planned("dense")
    (finding,) = checking.check(home).findings
    assert finding.where == "own modules"
    assert "of tanh-gate is damaged" in finding.wrong
    forget("tanh-gate", study)


def test_a_database_from_before_gets_the_table(home, monkeypatch):
    monkeypatch.setattr(schema, "UPGRADES", schema.UPGRADES[:BEFORE])  # no step after this one
    with closing(Store(home)) as store:
        study_id = store.create_study(planned("dense"))
    with closing(sqlite3.connect(home / "attnlab.db")) as database:
        database.execute("DROP TABLE own_modules")
        database.execute("ALTER TABLE epochs DROP COLUMN answers")  # what later steps add
        database.execute("ALTER TABLE traces DROP COLUMN samples")
        database.execute(f"PRAGMA user_version = {BEFORE}")
        database.commit()
    with closing(Store(home)) as store:
        assert store.study(study_id).study == planned("dense")
    with closing(sqlite3.connect(home / "attnlab.db")) as database:
        columns = database.execute("PRAGMA table_info(own_modules)").fetchall()
    assert [each[1] for each in columns] == ["name", "source", "content"]


def test_a_file_is_named_in_an_arm(gate, write):
    assert with_name(f"{gate}") == "tanh-gate"
    assert with_name(f"{gate}:TanhGate:sharpness=2@classes=3") == "tanh-gate:sharpness=2@classes=3"
    assert with_name("dense:depth=1") == "dense:depth=1"
    with pytest.raises(SpecError, match=r"mine.py: unknown module 'Other': .*TanhGate"):
        with_name(f"{gate}:Other")
    with pytest.raises(SpecError, match="line 1: invalid syntax"):
        with_name(str(write("def half(:", "half.py")))
    with pytest.raises(SpecError, match=r"cannot read .*none.py"):
        attnlab.bring(gate.with_name("none.py"))


def test_a_file_that_is_saved_wrong_leaves_the_version_before_in_use(gate, write):
    before = REGISTRY.own["tanh-gate"]
    write("def half(:\n")
    (report,) = LIBRARY.refresh()
    assert not report.passed
    assert REGISTRY.own["tanh-gate"] == before
    (file,) = [each for each in LIBRARY.files if each.path == gate]
    assert file.is_old
    write(GATE)
    assert [each.passed for each in LIBRARY.refresh()] == [True]


def test_a_module_that_is_gone_from_its_file_can_be_chosen_no_more(gate, write):
    write(spoiled(GATE, ('name="tanh-gate"', 'name="another-gate"')))
    LIBRARY.refresh()
    assert list(REGISTRY.own) == ["another-gate"]


def test_a_name_of_attnlabs_or_of_another_file_is_refused(gate, write):
    report = LIBRARY.bring(write(spoiled(GATE, ('name="tanh-gate"', 'name="dense"')), "d.py"))
    assert "attnlab has a module 'dense': give yours another name" in report.why
    report = LIBRARY.bring(write(GATE, "copy.py"))
    assert "mine.py has a module 'tanh-gate' already" in report.why


def test_a_folder_the_variable_and_a_package_are_looked_through(write, tmp_path, monkeypatch):
    from attnlab.own_modules import finding

    monkeypatch.chdir(tmp_path)
    (tmp_path / "my_modules").mkdir()
    for name in ("gate.py", "test_gate.py", "_shared.py"):
        (tmp_path / "my_modules" / name).write_text(GATE)
    elsewhere = write(GATE, "elsewhere.py")
    monkeypatch.setenv("ATTNLAB_MODULES", f"{elsewhere}:{tmp_path / 'missing.py'}")
    package = tmp_path / "site" / "gates"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise SystemExit('a package is not run to be found')")
    (package / "mine.py").write_text(GATE)
    info = tmp_path / "site" / "gates-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: gates\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[attnlab.modules]\nmine = gates.mine\n")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    assert finding.files() == [
        tmp_path / "my_modules" / "gate.py",
        elsewhere,
        tmp_path / "missing.py",
        package / "mine.py",
    ]


def test_a_capsule_without_trust_is_not_read_and_runs_nothing(gate, home, tmp_path):
    study = planned("tanh-gate")
    with closing(Store(home)) as store:
        content = capsules.writing.capsule(store, store.create_study(study))
    path = tmp_path / "c.zip"
    path.write_bytes(content)
    with zipfile.ZipFile(path) as archive:
        readme = archive.read("README.txt").decode()
    assert "The author's own are the module tanh-gate (sources in modules/)." in readme
    assert "--trust" in readme
    assert capsules.read(path).study == study, "what is used here already needs no trust"
    forget("tanh-gate", study)
    (home / "attnlab.db").unlink()
    with pytest.raises(capsules.UntrustedError, match="add --trust") as refused:
        capsules.read(path)
    assert refused.value.sources == capsules.sources(path) == {"mine.py": GATE}
    assert capsules.read(path, trust=True).study == study
    forget("tanh-gate", study)


def test_a_source_is_the_same_whatever_ends_its_lines():
    assert OwnSource("a\nb\n", "x").digest == OwnSource("a\r\nb", "y").digest
    assert OwnSource("# a\nb", "x").digest != OwnSource("# a\fb", "x").digest
    with pytest.raises(SpecError, match="no module that attnlab wrote down"):
        OwnModule.from_json({"text": "x"})


def forget(name, study):
    """As a process that has neither read the file nor the study."""
    if name in REGISTRY.own:
        REGISTRY.take_out(REGISTRY.own[name])
    for own in {each.own for each in (arm.module for arm in study.arms) if each.own}:
        REGISTRY.brought._versions.pop(own.key, None)
