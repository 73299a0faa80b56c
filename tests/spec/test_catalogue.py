"""Everything the catalogue declares can be shown in a form, and its defaults can be trained."""

import math
from typing import Literal, get_args, get_origin

import pytest
from pydantic import ValidationError

from attnlab import SpecError, Study, Training, catalog
from attnlab.spec import REGISTRY, ModuleEntry, ModuleSpec, load, wording
from attnlab.spec.registry import Registry
from tests.arms import fitting

ENTRIES = [*catalog.modules(), *catalog.tasks()]
FIELDS = [
    pytest.param(model, name, id=f"{owner}-{name}")
    for owner, model in [*((entry.name, entry.params) for entry in ENTRIES), ("training", Training)]
    for name in model.model_fields
]

# Beside these values the other parameter can take both of its bounds.
ROOM = {
    "features": {"planted": 0},
    "planted": {"features": 256},
    "signal": {"channels": 64},
    "channels": {"signal": 1},
    "size": {"glyph": 3},
    "glyph": {"size": 20},
}


def bounds(field):
    low = next((mark.ge for mark in field.metadata if hasattr(mark, "ge")), None)
    high = next((mark.le for mark in field.metadata if hasattr(mark, "le")), None)
    return low, high


@pytest.mark.parametrize(("model", "name"), FIELDS)
def test_every_parameter_has_title_help_and_a_default_within_its_bounds(model, name):
    field = model.model_fields[name]
    assert field.title
    assert field.title[0].isupper()
    assert field.description.endswith(".")
    extra = field.json_schema_extra
    assert isinstance(extra["advanced"], bool)
    if field.annotation in (int, float):
        low, high = bounds(field)
        assert low <= field.default <= high
        assert type(field.default) is field.annotation
        stops = extra["choices"] or []
        assert all(low <= stop <= high for stop in stops)
        assert stops == sorted(set(stops))
        if stops:
            assert field.default in stops
        if extra["step"]:
            steps = (field.default - low) / extra["step"]
            assert steps == pytest.approx(round(steps))
    elif field.annotation is bool:
        assert isinstance(field.default, bool)
    elif field.annotation is str:
        assert isinstance(field.default, str)
    elif field.annotation is ModuleSpec:
        assert field.is_required()
    else:
        assert get_origin(field.annotation) is Literal
        assert field.default in get_args(field.annotation)


READ = ("backbone", "slots", "saved", "weights_file")
"""Texts that say something which is known or is there, or are refused: tests/spec/test_slots.py,
tests/test_saved_backbones.py."""


@pytest.mark.parametrize(("model", "name"), FIELDS)
def test_every_parameter_takes_its_bounds_and_nothing_beyond(model, name):
    field = model.model_fields[name]
    if field.annotation is str and name not in READ:
        longest = next(mark.max_length for mark in field.metadata)
        start = "/" if name in ("path", "data") else ""  # a relative one would be made absolute
        fits = start + "x" * (longest - len(start))
        assert getattr(model(**{name: fits}), name) == fits
        with pytest.raises(ValidationError) as caught:
            model(**{name: fits + "x"})
        assert f"at most {longest} characters long" in wording(caught.value)
    if field.annotation not in (int, float):
        return
    low, high = bounds(field)
    for value, valid in ((low, True), (high, True), (low - 1, False), (high + 1, False)):
        room = {
            other: fits for other, fits in ROOM.get(name, {}).items() if other in model.model_fields
        }
        given = {**room, name: value}
        if valid:
            assert getattr(model(**given), name) == value
        else:
            with pytest.raises(ValidationError) as caught:
                model(**given)
            assert f"got {value}" in wording(caught.value)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_entry_says_in_a_sentence_what_it_is(entry):
    assert entry.title
    assert entry.summary[-1] in ".?"
    assert entry.name == entry.name.lower().strip()


@pytest.mark.parametrize("task", catalog.tasks(), ids=lambda task: task.name)
def test_every_tasks_own_experiment_is_a_valid_study(task):
    study = Study(task=task.name, arms=list(task.arms), training=dict(task.training))
    assert study.training == Training(**task.training)
    assert len(study.arms) >= 2
    assert study.reference == "none"
    assert 0 < task.chance(study.task.params) < (1 if study.task.has_accuracy else math.inf)


@pytest.mark.parametrize("task", catalog.tasks(), ids=lambda task: task.name)
def test_what_an_arm_changes_is_of_the_task_or_of_the_training(task):
    assert task.params.model_fields.keys().isdisjoint(Training.model_fields)


@pytest.mark.parametrize("entry", catalog.modules(), ids=lambda entry: entry.name)
def test_no_parameter_of_a_module_is_called_like_a_field_of_an_arm(entry):
    assert entry.params.model_fields.keys().isdisjoint({"label", "module", "set", "name"})


@pytest.mark.parametrize("task", catalog.tasks(), ids=lambda task: task.name)
def test_every_module_fits_with_its_defaults_or_says_why_not(task):
    arms = fitting(task.slot)
    assert Study(task=task.name, arms=arms).runs == 10 * len(arms)
    for entry in catalog.modules():
        if task.slot not in entry.fits:
            with pytest.raises(SpecError, match="does not fit"):
                Study(task=task.name, arms=[entry.name])


@pytest.mark.parametrize("entry", catalog.modules(), ids=lambda entry: entry.name)
def test_every_layer_takes_the_parameters_of_its_entry(entry):
    if not entry.layer:
        assert bool(entry.control) == (entry.name != "none")
        return
    layer = load(entry.layer)(**entry.params().model_dump())
    config = layer.get_config()
    for name, value in entry.params().model_dump().items():
        assert name in config
        assert config[name] == value or (name, value) == ("kernel_size", 0)


SIZED = [
    pytest.param(entry, name, id=f"{entry.name}-{name}")
    for entry in catalog.modules()
    for name in ("ratio", "heads")
    if name in entry.params.model_fields
]


EIGHT_STAY = ("coordinate", "non-local", "selective-kernel")
"""Modules whose hidden layer keeps eight units, whatever their ratio."""


@pytest.mark.parametrize("value", [1, 4, 16])
@pytest.mark.parametrize("size", [4, 6, 24, 32])
@pytest.mark.parametrize(("entry", "name"), SIZED)
def test_an_entry_refuses_what_its_layer_would_refuse_at_a_slot(entry, name, size, value):
    """And a ratio that leaves less than one unit, of which the layer would keep one."""
    params = entry.params(**{name: value})
    narrows = name == "ratio" and entry.name not in EIGHT_STAY
    possible = value <= size if narrows else builds(entry, params, size)
    assert allows(entry, params, size) == possible


def builds(entry, params, size):
    shape = {"features": (None, size), "image": (None, 5, 5, size), "steps": (None, 9, size)}
    try:
        load(entry.layer)(**params.model_dump()).build(shape[min(entry.fits)])
    except ValueError:
        return False
    return True


def allows(entry, params, size):
    try:
        entry.check_size(params, "features", size)
    except SpecError:
        return False
    return True


def test_every_task_has_its_data_and_backbone():
    for task in catalog.tasks():
        assert callable(load(task.data))
        assert callable(load(task.backbone))


def test_a_name_is_declared_once():
    about = catalog.modules()[0].about
    entry = ModuleEntry("none", "", "", frozenset(), catalog.NoParameters, "", "", about)
    registry = Registry()
    registry.add(entry)
    with pytest.raises(SpecError, match="'none' is declared already"):
        registry.add(entry)
    assert REGISTRY.module("none") is not entry


@pytest.mark.parametrize(("model", "name"), FIELDS)
def test_a_parameter_hangs_on_a_value_that_an_earlier_one_can_have(model, name):
    names = list(model.model_fields)
    other, value = model.model_fields[name].json_schema_extra.get("only_if") or (None, None)
    if other:
        assert other in names[: names.index(name)]
        assert getattr(model(**{other: value}), other) == value
