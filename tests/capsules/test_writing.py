"""A capsule holds all of a study, at full resolution, and always the same bytes."""

import io
import json
import platform
import re
import socket
import zipfile

import numpy as np
import pandas as pd
import pytest

import attnlab
from attnlab.capsules.writing import capsule, runs, weights_hash
from attnlab.export import curves_csv
from attnlab.export.paper import latex, markdown
from attnlab.export.study_figures import followed
from attnlab.export.verdicts import verdicts
from attnlab.spec import Study
from attnlab.store import StoreError
from tests.export.studies import recorded

NONE = [0.5123456789012345, 0.52, 0.48, 0.51, 0.49, 0.53]
BETTER = [value + 0.2 for value in NONE]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    home = tmp_path_factory.mktemp("study") / "home"
    return recorded(home, {"none": NONE, "dense": [*BETTER[:5], None]}, mass={"dense": 0.8})


@pytest.fixture(scope="module")
def written(study):
    """The capsule of the study: its figures take seconds to draw."""
    return capsule(*study)


def members(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_has_the_plan_the_tables_and_the_figures(study, written):
    store, study_id = study
    found = members(written)
    assert list(found) == [
        *("README.txt", "attention.csv", "curves.csv"),
        *("figures/curves.png", "figures/curves.svg", "figures/forest.png", "figures/forest.svg"),
        *("figures/seeds.png", "figures/seeds.svg", "measures.csv", "plan.yaml", "runs.csv"),
        *("table.md", "table.tex", "verdicts.csv", "versions.json"),
    ]
    assert Study.from_text(found["plan.yaml"].decode()) == store.study(study_id).study
    assert found["curves.csv"].decode() == curves_csv(store, study_id)
    assert "0.5123456789012345" in found["curves.csv"].decode()
    assert found["table.md"].decode() == markdown(store, study_id)
    assert found["table.tex"].decode() == latex(store, study_id)
    for name, words in (
        ("forest", b"Difference"),
        ("seeds", b"seed by seed"),
        ("curves", b"Epoch"),
    ):
        assert found[f"figures/{name}.png"].startswith(b"\x89PNG")
        assert found[f"figures/{name}.svg"].startswith(b"<svg")
        assert words in found[f"figures/{name}.svg"]
        assert f"{name}: " in found["README.txt"].decode()
    assert "attnlab replay" in found["README.txt"].decode()
    assert "11 of 12 runs finished" in found["README.txt"].decode()


def test_weights_of_attention_come_back_to_the_last_bit(written):
    found = members(written)
    table = pd.read_csv(io.BytesIO(found["attention.csv"]))
    assert set(table["weight"].astype(np.float32)) == {np.float32(1 / 8)}
    measured = pd.read_csv(io.BytesIO(found["measures.csv"]))
    assert 0.804 in set(measured.loc[measured["measure"] == "mass", "value"])


def test_the_same_study_gives_the_same_bytes(study, written, monkeypatch):
    monkeypatch.setattr("time.time", lambda: 4e9)
    assert capsule(*study) == written


def test_versions_say_what_the_numbers_depend_on_and_nothing_of_the_machine(study, written):
    found = members(written)
    versions = json.loads(found["versions.json"])
    assert versions["attnlab"] == attnlab.__version__
    assert versions["python"] == platform.python_version()
    assert versions["numpy"] == np.__version__
    assert set(versions) == {
        *("python", "attnlab", "tensorflow", "keras", "numpy", "pandas", "scipy", "statsmodels"),
        "platform",
    }
    text = b"".join(content for name, content in found.items() if not name.startswith("figures"))
    assert str(study[0].home).encode() not in text
    host = re.escape(socket.gethostname()).encode()
    assert not re.search(rb"\b" + host + rb"\b", text)  # a short one may be in a study's id


def test_a_run_has_its_status_its_numbers_and_those_on_the_test_samples(study):
    table = runs(*study).set_index(["arm", "seed"])
    assert table.loc[("none", 0), "val_accuracy"] == NONE[0]
    assert table.loc[("none", 0), "test_accuracy"] == NONE[0]
    assert table.loc[("dense", 5), "status"] == "interrupted"
    assert {"seconds", "kept_epoch", "weights_sha256"} <= set(table.columns)
    assert "error" not in table


def test_the_hash_is_of_the_numbers_and_not_of_the_file(home, tmp_path):
    import h5py

    def file(value, name, comment):
        content = io.BytesIO()
        with h5py.File(content, "w") as weights:
            weights[name] = np.full((2, 3), value, np.float32)
        path = tmp_path / f"{comment}.keras"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("metadata.json", comment)
            archive.writestr("model.weights.h5", content.getvalue())
        return path

    first = weights_hash(file(1, "a/0", "first"))
    assert weights_hash(file(1, "a/0", "second")) == first
    assert weights_hash(file(2, "a/0", "other")) != first
    assert weights_hash(file(1, "b/0", "elsewhere")) != first
    store, study_id = recorded(home, {"none": NONE, "dense": BETTER})
    store.save_artifacts(
        study_id,
        "none",
        0,
        {"weights.keras": lambda path: path.write_bytes((tmp_path / "first.keras").read_bytes())},
    )
    store.save_artifacts(
        study_id, "none", 1, {"weights.keras": lambda path: path.write_bytes(b"damaged")}
    )
    hashes = runs(store, study_id).set_index(["arm", "seed"])["weights_sha256"]
    assert hashes["none", 0] == first
    assert hashes.drop(("none", 0)).isna().all()


def test_verdicts_stand_by_metric_with_the_rule_of_their_score(home):
    store, study_id = recorded(
        home, {"none": NONE, "dense": BETTER}, mass={"dense": 0.8}, score="mean", last=3
    )
    table = verdicts(store, study_id)
    assert list(table.columns[:4]) == ["study", "metric", "rule", "family"]
    assert list(table["metric"]) == ["val_accuracy"] * 2 + ["mass"] * 2
    assert set(table["rule"]) == {"mean of last 3"}
    assert set(verdicts(store, study_id, ["parameters"])["rule"]) == {"final"}
    assert verdicts(store, study_id, ["parameters"])["verdict"].tolist() == ["reference", "higher"]


def test_a_study_of_which_nothing_was_trained_has_a_capsule_too(home, tmp_path, written):
    path = tmp_path / "mine.keras"
    path.write_bytes(b"a model")
    task = {"name": "digits", "backbone": str(path), "after": "conv1"}
    store, study_id = recorded(home, {"none": [None], "eca": [None]}, task=task)
    path.unlink()
    found = members(capsule(store, study_id))
    told = "Not in here, and needed as it was at the same place to train again: "
    assert f"{told}{path}\n" in found["README.txt"].decode()
    assert told not in members(written)["README.txt"].decode()
    assert found["curves.csv"].count(b"\n") == 1
    assert "0 of 2 runs finished" in found["README.txt"].decode()
    assert b"No seed has finished yet" in found["figures/seeds.svg"]


def test_a_study_of_one_arm_has_all_figures_too(home):
    found = members(capsule(*recorded(home, {"none": NONE})))
    assert sum(name.startswith("figures/") for name in found) == 6
    assert b"A dot a seed" in found["figures/seeds.svg"]


def test_what_a_task_measures_besides_has_a_curve():
    study = Study(task="reverse", arms=["none"], seeds=1, epochs=1)
    own = [each.name for each in study.task.entry.extra_metrics]
    assert own
    assert followed(study) == ["accuracy", "loss", *own]


def test_an_unknown_study_has_none(study):
    with pytest.raises(StoreError, match="nothere"):
        capsule(study[0], "nothere")
