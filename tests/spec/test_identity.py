"""A plan's identity is its content: new settings leave it, changed defaults and values do not."""

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from pydantic import create_model

from attnlab import Study
from attnlab.spec import REGISTRY, Judging, Training, completing, identity, number

from .plans import drawn

DEFAULTS = Path(__file__).parent / "defaults.json"

PINNED = {
    "45c9a32465da7761": {"task": "planted-features", "arms": ["none", "dense"]},
    "52ee21dcfddba63e": {
        "task": "digits:classes=4",
        "arms": ["none", "se:ratio=4,bias=false"],
        "seeds": [2, 5],
        "epochs": 3,
    },
    "cafff52969d75844": {
        "task": "digits",
        "arms": ["cbam", "frozen-random:of=cbam:ratio=8;order=parallel", "matched:of=cbam"],
        "optimizer": "sgd",
        "patience": 4,
    },
    "8de724d8d011fe72": {
        "task": "planted-features",
        "arms": ["none@classes=50,learning_rate=0.003", {"module": "dense", "label": "mine"}],
        "reference": "mine",
    },
    "06a4685d6052f4c7": {
        "task": "reverse",
        "arms": ["none", "luong"],
        "metric": "val_loss",
        "score": "mean",
        "last": 3,
        "most_seeds": 20,
        "looks": [4],
        "prediction": {"winner": "luong", "margin": 0.5},
    },
}


@pytest.mark.parametrize("name", PINNED)
def test_identities_stay_as_they_are(name):
    """Stored studies and shipped claims are found by them."""
    assert Study(**PINNED[name]).hash == name


def test_defaults_stay_as_they_are_or_their_number_is_raised():
    """A changed default needs a higher `DEFAULTS_VERSION`; a new setting joins the file."""
    known = json.loads(DEFAULTS.read_text(encoding="utf-8"))
    assert known == {"version": identity.DEFAULTS_VERSION, "defaults": _defaults()}


def _defaults():
    models = {
        **{f"task {entry.name}": entry.params for entry in REGISTRY.tasks.values()},
        **{f"module {entry.name}": entry.params for entry in REGISTRY.modules.values()},
        "training": Training,
        "judging": Judging,
    }
    return {name: _defaults_of(model) for name, model in models.items()}


def _defaults_of(model):
    fields = model.model_fields.items()
    return {name: field.default for name, field in fields if not field.is_required()}


PLACES = ("task", "module", "training", "judging")


def _plan(**changes):
    """A study with dense attention as an arm, under other conditions, and under a control."""
    arms = ["none", "dense", "dense:depth=1@classes=50", "matched:of=dense"]
    return Study(**{"task": "planted-features", "arms": arms, "epochs": 5, **changes})


def _add_setting(monkeypatch, what, default):
    """Give planted features, dense attention, the training or the judging the setting `new`."""
    setting = (int, number(default, low=0, high=9, title="New", help="A new setting."))
    if what in ("task", "module"):
        entries, name = {
            "task": (REGISTRY.tasks, "planted-features"),
            "module": (REGISTRY.modules, "dense"),
        }[what]
        params = create_model("Params", __base__=entries[name].params, new=setting)
        monkeypatch.setitem(entries, name, replace(entries[name], params=params))
    else:
        model = getattr(completing, what.title())
        larger = create_model(model.__name__, __base__=model, new=setting)
        monkeypatch.setattr(completing, model.__name__, larger)


def _value_of_setting(study, what):
    if what == "module":
        return study.arm("dense").module.params.new
    return study.task.params.new if what == "task" else getattr(study, what).new


@pytest.mark.parametrize("what", PLACES)
def test_a_new_setting_with_a_default_changes_no_identity(monkeypatch, what):
    before = _plan()
    _add_setting(monkeypatch, what, 3)
    after = _plan()
    assert _value_of_setting(after, what) == 3
    assert after.hash == before.hash
    stored = json.loads(before.canonical_json())  # from before there was the setting
    assert Study(**stored).hash == before.hash


@pytest.mark.parametrize("what", PLACES)
def test_another_value_of_a_new_setting_changes_the_identity(monkeypatch, what):
    _add_setting(monkeypatch, what, 3)
    written = {
        "task": {"task": "planted-features:new=4"},
        "module": {"arms": [{"label": "dense", "module": "dense", "new": 4}]},
        "training": {"new": 4},
        "judging": {"new": 4},
    }[what]
    same = {"arms": ["dense"]} if what == "module" else {}
    assert _plan(**written).hash != _plan(**same).hash


@pytest.mark.parametrize("what", PLACES)
def test_a_changed_default_with_a_raised_number_changes_the_identity(monkeypatch, what):
    _add_setting(monkeypatch, what, 3)
    before = _plan().hash
    with monkeypatch.context() as changed:
        _add_setting(changed, what, 5)
        assert _value_of_setting(_plan(), what) == 5
        assert _plan().hash == before  # the same words: only the number tells the two apart
        changed.setattr(identity, "DEFAULTS_VERSION", identity.DEFAULTS_VERSION + 1)
        assert _plan().hash != before


def test_a_new_field_of_a_study_with_a_default_changes_no_identity():
    class Larger(Study):
        new: int = 3

    plain, larger = (model(task="planted-features", arms=["none"]) for model in (Study, Larger))
    assert larger.new == 3
    assert larger.hash == plain.hash


@pytest.mark.parametrize("start", range(5))
def test_a_plan_has_one_identity_however_it_is_written(start):
    random = Random(start)
    for _ in range(10):
        study = drawn(random)
        for written in _written(study):
            assert Study(**written) == study
            assert Study(**written).hash == study.hash


def _written(study):
    """The same plan as mappings, each written in another way."""
    full = json.loads(study.canonical_json())
    beyond = identity.beyond_defaults(study)
    arms = [{"label": arm.label, "module": arm.short} for arm in study.arms]
    yield full
    yield study.to_dict()
    yield {**full, "arms": arms}
    yield {**full, "task": {"name": study.task.name, **beyond["task"]["params"]}}
    yield {**full, "judging": {"score": study.judging.score, **beyond.get("judging", {})}}
    yield {**full, "training": {name: str(value) for name, value in full["training"].items()}}
    yield {name: full[name] for name in reversed(full)}
    yield {**full, "arms": [dict(reversed(arm.items())) for arm in full["arms"]]}


def test_a_negative_zero_is_the_zero_that_it_equals():
    def hashed(momentum):
        return _plan(momentum=momentum).hash

    assert hashed("-0") == hashed(0)


def test_plans_of_different_content_have_different_identities():
    random = Random(0)
    plans = [drawn(random) for _ in range(300)]
    contents = {plan.canonical_json() for plan in plans}
    assert len({plan.hash for plan in plans}) == len(contents) > 250
