"""What the catalogue tells people about every module is there, readable, and adds up."""

import math
import re
from dataclasses import replace
from typing import get_args

import pytest

from attnlab import Study, catalog
from attnlab.catalog.module_entries.shared import RATIO
from attnlab.spec import (
    INPUTS,
    SLOT_UNITS,
    ModuleEntry,
    Parameters,
    Size,
    Slot,
    SpecError,
    each_shape,
)
from attnlab.spec.entries import SLOT_SHAPES

SIZES = (
    Size(),
    Size(features=4, steps=5, queries=3, side=4, channels=4),
    Size(features=256, steps=100, queries=40, side=32, channels=512),
)
JARGON = re.compile(r"\b(einsum|tensor|kwargs|ops\.|dtype|axis=|float32)\b|`")


def settings(entry: ModuleEntry, slot: Slot):
    """The first ones, and each parameter at its bounds and at each of its choices in turn."""
    first = entry.first(slot)
    yield first
    for name, field in entry.params.model_fields.items():
        if field.is_required():
            continue  # it has no bounds: a module, say
        if field.annotation is bool:
            values = (True, False)
        elif not (values := get_args(field.annotation)):
            low = next(mark.ge for mark in field.metadata if hasattr(mark, "ge"))
            high = next(mark.le for mark in field.metadata if hasattr(mark, "le"))
            values = (low, high - (name == "kernel_size" and high % 2 == 0))
        for value in values:
            yield entry.params(**{**entry.about.first(slot), name: value})


def sizes(entry, slot, params):
    """The shapes of SIZES at which a module can have these parameters."""
    shapes = []
    for size in SIZES:
        shape = INPUTS[slot].shape(size)
        try:
            if entry.size_rule is not RATIO:  # a layer with fewer units than that keeps one
                entry.check_size(params, SLOT_UNITS[slot], each_shape(shape)[0][-1])
        except SpecError:
            continue
        shapes.append(shape)
    assert shapes
    return shapes


CASES = [
    pytest.param(entry, slot, params, id=f"{entry.name}-{slot}-{params}")
    for entry in catalog.modules()
    for slot in INPUTS
    if slot in entry.fits
    for params in settings(entry, slot)
]
each_entry = pytest.mark.parametrize("entry", catalog.modules(), ids=lambda entry: entry.name)


def test_every_slot_has_an_input_that_a_size_gives_the_shape_of():
    assert set(INPUTS) == set(get_args(Slot)) == set(SLOT_SHAPES) == set(SLOT_UNITS)
    for slot, given in INPUTS.items():
        shapes = each_shape(given.shape(Size()))
        assert [len(shape) for shape in shapes] == [
            axes.count(",") for axes in SLOT_SHAPES[slot].split(" with ")
        ]
        assert len(shapes) == len(given.parts)


def test_a_size_gives_the_shapes_of_two_sequences():
    shapes = INPUTS["alignment"].shape(Size(features=16, steps=7, queries=3))
    assert shapes == ((3, 16), (7, 16))
    assert each_shape(shapes) == shapes
    assert each_shape((7, 16)) == ((7, 16),)


@each_entry
def test_explanation_is_two_to_four_plain_sentences(entry):
    sentences = re.findall(r"[^.?!]+[.?!](?= |$)", entry.about.explanation)
    assert 2 <= len(sentences) <= 4
    assert entry.about.explanation == entry.about.explanation.strip()
    assert 120 <= len(entry.about.explanation) <= 500
    assert not JARGON.search(entry.about.explanation)


@each_entry
def test_formula_is_latex_that_says_what_comes_out(entry):
    assert re.search(r"\by(_\{\w+\})? =", entry.about.formula[-1])
    for equation in entry.about.formula:
        assert " = " in equation
        assert equation.count("{") == equation.count("}")
        assert equation.count("(") == equation.count(")")
        assert "$" not in equation


@each_entry
def test_sources_have_a_year_and_a_link(entry):
    assert bool(entry.about.papers) == bool(entry.source)
    assert entry.source or entry.family == "control"  # some are ours
    for paper in entry.about.papers:
        assert paper.citation
        assert 1980 <= paper.year <= 2100
        assert paper.link.startswith("https://")
    links = " ".join(paper.link for paper in entry.about.papers)
    for number in re.findall(r"arXiv ([\d.]+)", entry.source):
        assert number in links
    if entry.about.papers:
        assert str(entry.about.papers[-1].year) in entry.source


@each_entry
def test_deviations_are_told_in_sentences(entry):
    assert entry.about.deviations.endswith(".")
    assert not JARGON.search(entry.about.deviations)


@each_entry
def test_try_it_is_a_study_on_a_task_that_has_a_slot_for_it(entry):
    task = catalog.REGISTRY.task(entry.about.task)
    assert task.slot in entry.fits
    arm = {"module": entry.name, **entry.first(task.slot).model_dump()}
    training = {**task.training, **entry.about.training}
    assert Study(task=task.name, arms=[arm], training=training).arms


class ControlParameters(Parameters):
    of: str  # a name; without a default


def test_a_module_without_defaults_begins_with_what_its_entry_says():
    def inner_flow(params, shape):
        inner = catalog.REGISTRY.module(params.of)
        return inner.about.flow(inner.params(), shape)

    about = replace(
        catalog.REGISTRY.module("uniform").about,
        flow=inner_flow,
        first=lambda slot: {"of": "se" if slot == "image" else "dense"},
    )
    entry = replace(
        catalog.REGISTRY.module("uniform"), params=ControlParameters, about=about, layer=""
    )
    assert entry.first("features").of == "dense"
    (params,) = settings(entry, "image")
    assert params.of == "se"
    assert entry.about.parameters(params, (8, 8, 64)) == 580


@pytest.mark.parametrize(("entry", "slot", "params"), CASES)
def test_parameter_formula_gives_the_parameters_of_the_steps(entry, slot, params):
    for shape in sizes(entry, slot, params):
        symbols = entry.about.symbols(params, shape)
        assert all(symbol.meaning and re.fullmatch(r"\w", symbol.name) for symbol in symbols)
        values = {symbol.name: symbol.value for symbol in symbols}
        assert set(values) == set(re.findall(r"[A-Za-z]", entry.about.count))
        assert eval(entry.about.count, {}, values) == entry.about.parameters(params, shape)


@pytest.mark.parametrize(("entry", "slot", "params"), CASES)
def test_flow_has_words_and_shapes_and_says_where_the_weights_are(entry, slot, params):
    flow = entry.about.flow(params, sizes(entry, slot, params)[0])
    for step in flow:
        assert step.operation
        assert len(step.operation) <= 42
        assert all(isinstance(side, int) and side > 0 for side in step.shape)
        assert math.prod(step.shape) > 0
        assert step.parameters >= 0
        assert step.macs >= 0
    weighs = entry.fills and entry.name != "matched"  # the control that weighs nothing
    assert any(step.weighs for step in flow) == weighs
