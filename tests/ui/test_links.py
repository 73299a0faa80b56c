"""Links: every set-up comes back from its address, and bad ones say what is wrong."""

from typing import get_args
from urllib.parse import parse_qs, urlsplit

import pytest

from attnlab import Arm, SpecError, Study, catalog
from attnlab.spec import ModuleSpec
from attnlab.ui import forms, links
from tests.arms import fitting

TASKS = [entry.name for entry in catalog.tasks()]
PAIRS = [(task.name, module) for task in catalog.tasks() for module in fitting(task.slot)]


def reopened(study):
    query = parse_qs(urlsplit(links.to_link(study, "http://host:1/?old=1")).query)
    assert "old" not in query
    return links.from_query(query)


def settings(model):
    """Each parameter of a model at each of its declared extremes and choices, in turn."""
    for name, field in model.model_fields.items():
        if field.annotation is ModuleSpec:
            continue
        if choices := get_args(field.annotation):
            values = choices
        elif field.annotation is bool:
            values = (True, False)
        elif names := forms.options_of(field):
            values = names
        elif name == "slots":
            values = ("all", "none", "1")
        elif name in ("saved", "weights_file"):  # files that are there
            values = ("",)
        elif field.annotation is str:
            values = ("", "/a folder/of #1, & more/set.zip")
        else:
            values = (*forms.bounds(field), *((field.json_schema_extra or {}).get("choices") or ()))
        for value in values:
            yield {name: value}


def plan(**how):
    """The study, or None where these values cannot go together."""
    try:
        return Study(**how)
    except SpecError:
        return None


@pytest.mark.parametrize(("task", "module"), PAIRS)
def test_every_module_comes_back(task, module):
    model = type(ModuleSpec.model_validate(module).params)
    tried = [{}, *settings(model)]
    plans = [plan(task=task, arms=[{"module": module, **values}], seeds=1) for values in tried]
    kept = [study for study in plans if study]
    assert kept
    for study in kept:
        assert reopened(study) == study


@pytest.mark.parametrize("task", TASKS)
def test_every_task_comes_back(task):
    model = catalog.REGISTRY.task(task).params
    plans = [plan(task={"name": task, **values}, arms=["none"]) for values in settings(model)]
    kept = [study for study in plans if study]
    assert len(kept) > len(plans) / 2 or not model.model_fields
    for study in kept or [plan(task=task, arms=["none"])]:
        assert reopened(study) == study


@pytest.mark.parametrize(
    "training",
    [
        {"epochs": 1000},
        {"batch_size": 8192},
        {"learning_rate": 1e-8},
        {"learning_rate": 0.0012345678},
    ],
)
def test_training_comes_back_to_the_last_digit(training):
    study = Study(task="digits", arms=["none"], seeds=[4, 7], training=training)
    assert reopened(study) == study


def test_what_an_arm_changes_comes_back():
    arms = ["none", "none@classes=7,learning_rate=1e-8", "se:ratio=2@batch_size=8,dropout=0.35"]
    study = Study(task="digits", arms=arms, seeds=1)
    assert reopened(study) == study
    link = links.to_link(study, "http://localhost:8501/")
    assert "&arm=none@classes=7,learning_rate=1e-08&" in link


def test_reference_and_order_of_arms_come_back():
    arms = ["se:ratio=2", "none", "eca", "se:ratio=4"]
    study = Study(task="digits", arms=arms, reference="eca", seeds=1)
    labels = [arm.label for arm in links.reference_first(study)]
    assert labels == ["eca", "se:ratio=2", "none", "se:ratio=4"]
    again = reopened(study)
    assert again.reference == "eca"
    assert [arm.label for arm in again.arms] == labels


def test_link_can_be_read_by_people():
    study = Study(task={"name": "planted-features", "classes": 7}, arms=["none", "dense"], seeds=2)
    link = links.to_link(study, "http://localhost:8501/?study=abc")
    assert link.startswith("http://localhost:8501/?task=planted-features&")
    assert "classes=7" in link
    assert "arm=none&arm=dense" in link
    assert "seeds=0,1" in link
    assert "study=abc" not in link


def test_address_without_set_up_gives_none():
    assert links.from_query({}) is None
    assert links.from_query({"study": ["abc"]}) is None


def test_short_link_takes_the_defaults():
    study = links.from_query({"task": ["digits"]})
    assert study.seeds == tuple(range(len(study.seeds)))
    assert study.arms == (Arm.model_validate("none"),)
    assert study.training.epochs == 8


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"task": ["nothing"]}, "nothing"),
        ({"task": ["digits"], "arm": ["dense"]}, "does not fit"),
        ({"task": ["digits"], "arm": ["se:ratio=64"]}, "ratio"),
        ({"task": ["digits"], "classes": ["many"]}, "classes must be a whole number"),
        ({"task": ["digits"], "colour": ["red"]}, "unknown parameter 'colour'"),
        ({"task": ["digits"], "seeds": ["a,b"]}, "seeds must be numbers"),
        ({"task": ["digits"], "seeds": [""]}, "seeds must be numbers"),
        ({"task": ["digits"], "seeds": ["-1"]}, "whole number"),
        ({"task": ["digits"], "seeds": ["1,1"]}, "each seed may be named once"),
        ({"task": ["digits"], "epochs": ["0"]}, "epochs must be at least 1"),
        ({"task": ["digits"], "learning_rate": ["nan"]}, "learning_rate"),
        ({"task": ["digits", "planted-features"]}, "task may be given once"),
        ({"task": ["digits"], "arm": ["none", "none"]}, "two arms are called 'none'"),
        ({"task": ["digits"], "arm": [""]}, "module"),
        ({"task": ["digits"], "arm": ["none@colour=3"]}, "unknown parameter 'colour'"),
    ],
)
def test_bad_link_says_what_is_wrong(query, said):
    with pytest.raises(SpecError, match=said) as caught:
        links.from_query(query)
    assert "\n" not in str(caught.value)
