"""Capsules and plans that were written before tasks had `test_samples`."""

import csv
import zipfile
from pathlib import Path

import pytest
import yaml

import attnlab
from attnlab import Study
from attnlab.capsules.reading import read
from attnlab.store import Store

EARLIER = Path(__file__).parent / "before_test_samples"
NAMES = ("features", "text")
"""An arm of the first has more samples; the second is judged by the best epoch on the test."""

every_capsule = pytest.mark.parametrize("name", NAMES)


@pytest.fixture
def packed(tmp_path):
    def pack(name):
        path = tmp_path / f"{name}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for member in (EARLIER / name).iterdir():
                archive.write(member, member.name)
        return path

    return pack


def plan_of(name):
    return (EARLIER / name / "plan.yaml").read_text(encoding="utf-8")


@every_capsule
def test_an_earlier_capsule_comes_back_with_the_same_tests(name, packed, home):
    table = attnlab.replay(packed(name), home=home)
    assert set(table["outcome"]) <= {"match", "match within 0.0001"}
    store = Store(home)
    runs = store.runs(store.studies()[0].id).set_index(["arm", "seed"])
    with (EARLIER / name / "runs.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            now = runs.loc[(row["arm"], int(row["seed"]))]
            assert now["test_accuracy"] == pytest.approx(float(row["test_accuracy"]), abs=0.011)
            assert now["test_loss"] == pytest.approx(float(row["test_loss"]), abs=1e-4)
    store.close()


@every_capsule
def test_its_plan_means_what_it_meant_in_a_capsule_and_by_itself(name, packed):
    study = read(packed(name)).study
    assert "test_samples" not in plan_of(name)
    assert study.task.params.test_samples == 0
    assert study.judging.score == ("best" if name == "text" else "final")
    assert Study.from_text(plan_of(name)) == study


@every_capsule
def test_a_plan_that_a_person_wrote_has_the_defaults_of_today(name):
    plan = yaml.safe_load(plan_of(name))
    del plan["judging"], plan["task"]["samples"]
    study = Study.from_text(yaml.safe_dump(plan))
    assert study.task.params.test_samples == 5_000
    assert study.judging.score == "test"


def test_a_capsule_of_today_says_how_many_samples_it_tests():
    study = Study(task="planted-features:test_samples=700", arms=["none"])
    assert Study.from_text(study.to_yaml()) == study
