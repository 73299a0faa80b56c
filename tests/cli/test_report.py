"""What `show` says of a study that was recorded instead of trained."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from attnlab.spec import REGISTRY, Study
from attnlab.spec.entries import Measure
from attnlab.store import EpochRecord, Owner, Person, Store, TraceRecord
from tests.export.with_contrasts import with_contrasts


@pytest.fixture
def recorded(home, monkeypatch):
    """A study of texts, each with a truth of its own, whose task measures one thing more."""
    own = (Measure("exact_match", "Exact match", "All of it right."),)
    entry = replace(REGISTRY.task("keyword-text"), extra_metrics=own)
    monkeypatch.setitem(REGISTRY.tasks, entry.name, entry)
    store = Store(home)
    plan = Study(task="keyword-text", arms=["none", "attention-pool"], seeds=2, epochs=1)
    study = store.create_study(plan)
    store.acquire(study, Owner.current())
    for arm in plan.arms:
        for seed in plan.seeds:
            found = {"hit": 0.8 + 0.1 * seed, "mass": 0.5, "chance": 0.04}
            trace = TraceRecord("step", "distribution", np.full(40, 1 / 40), found)
            store.start_run(study, arm.label, seed)
            record = EpochRecord(
                arm=arm.label,
                seed=seed,
                epoch=1,
                loss=1,
                accuracy=0.5,
                val_loss=1,
                val_accuracy=0.6,
                seconds=1,
                traces=[trace] if arm.module.entry.layer else [],
                extra_metrics={"exact_match": 0.25 + 0.1 * seed},
            )
            store.record_epochs(study, [record])
            store.finish_run(study, arm.label, seed, 1.0)
    store.release(study)
    store.close()
    return study


def test_samples_are_counted_where_each_has_its_own_truth(attnlab, recorded):
    text = attnlab("show", recorded).out
    assert "attention-pool  in 85 ± 64 % of the samples" in text
    assert "by chance       in 4 % of the samples" in text
    assert "Attention pooling found the planted words in 85.0 % of the samples (chance 4 %)" in text
    assert "of 2 seeds" not in text


def test_what_a_task_measures_besides_has_a_column(attnlab, recorded):
    head, none, *_ = attnlab("show", recorded).out.partition("arm ")[2].splitlines()
    assert "exact match" in head
    assert "30 ± 64 %" in none
    document = json.loads(attnlab("show", recorded, "--json").out)
    assert document["arms"][0]["exact_match"] == pytest.approx(0.3)
    assert document["runs"][0]["val_exact_match"] == 0.25


def test_planned_contrasts_follow_the_verdicts_with_what_each_asks(attnlab, home):
    store, study = with_contrasts(home)
    store.close()
    text = attnlab("show", study).out
    verdicts, contrasts = text.split("Planned contrasts by test accuracy, a family of their own.")
    assert "dense: helps\n" in verdicts
    assert "uniform" not in verdicts.partition("Verdicts by")[2]
    lines = contrasts.splitlines()
    at = lines.index("Is it just size?")
    assert lines[at + 1] == "  dense against matched:of=dense: practically the same"
    assert "  dense:depth=1 against dense: helps, by less than the margin" in lines
    shown = json.loads(attnlab("show", study, "--json").out)
    assert [row["family"] for row in shown["contrasts"]] == ["contrasts"] * 4
    assert shown["contrasts"][1]["question"] == "Does learning matter?"
    assert shown["verdicts"][1]["margin"] == 0.02
    assert len(shown["verdicts"]) == 6


def test_list_says_how_many_older_studies_there_are(home, attnlab):
    store = Store(home)
    for number in range(52):
        store.create_study(Study(task="digits", arms=["none"], seeds=1), name=f"number {number}")
    store.close()
    *head, last = attnlab("list").out.splitlines()
    assert len(head) == 51
    assert "number 51" in head[1]
    assert "… and 2 older studies: " in last
    assert last.endswith("list --limit 52")
    assert len(attnlab("list", "--limit", "52").out.splitlines()) == 53
    assert len(json.loads(attnlab("list", "--json").out)) == 52
    assert [row["name"] for row in json.loads(attnlab("list", "--json", "--limit", 1).out)] == [
        "number 51"
    ]
    assert "--limit: expected a number from 1 on, got '0'" in attnlab("list", "--limit", "0").err


def test_who_made_a_study_is_said_where_people_sign_in(home, attnlab):
    store = Store(home)
    plan = Study(task="digits", arms=["none"], seeds=1)
    own = store.create_study(plan, name="own")
    assert "made by" not in attnlab("list").out
    ada = Person("https://issuer.test", "1", "ada@example.org")
    hers = store.as_person(ada).create_study(plan, name="hers")
    store.close()
    heads, *rows = (re.split(r" {2,}", line) for line in attnlab("list").out.splitlines())
    makers = {row[0]: row[heads.index("made by")] for row in rows}
    assert makers == {hers: "ada@example.org", own: "–"}
    listed = json.loads(attnlab("list", "--json").out)
    assert {each["id"]: each["made_by"] for each in listed} == {hers: "ada@example.org", own: None}
    assert "Made by ada@example.org" in attnlab("show", hers).out
    assert "Made by" not in attnlab("show", own).out
