"""What the catalogue tells people about every module is there, readable, and adds up."""

import math
import re
from typing import get_args

import pytest

from attnlab import Study, catalog
from attnlab.spec import INPUTS, SLOT_UNITS, Parameters, Size, Slot
from attnlab.spec.registry import SLOT_SHAPES

SIZES = (
    Size(),
    Size(features=4, steps=5, side=4, channels=4),
    Size(features=256, steps=100, side=32, channels=512),
)
JARGON = re.compile(r"\b(einsum|tensor|kwargs|ops\.|dtype|axis=|float32)\b|`")


def settings(model: type[Parameters]):
    """The defaults, and each parameter at its bounds and at each of its choices in turn."""
    yield model()
    for name, field in model.model_fields.items():
        if field.annotation is bool:
            values = (True, False)
        elif not (values := get_args(field.annotation)):
            low = next(mark.ge for mark in field.metadata if hasattr(mark, "ge"))
            high = next(mark.le for mark in field.metadata if hasattr(mark, "le"))
            values = (low, high - (name == "kernel_size" and high % 2 == 0))
        for value in values:
            yield model(**{name: value})


CASES = [
    pytest.param(entry, slot, params, id=f"{entry.name}-{slot}-{params}")
    for entry in catalog.modules()
    for slot in INPUTS
    if slot in entry.fits
    for params in settings(entry.params)
]
each_entry = pytest.mark.parametrize("entry", catalog.modules(), ids=lambda entry: entry.name)


def test_every_slot_has_an_input_that_a_size_gives_the_shape_of():
    assert set(INPUTS) == set(get_args(Slot)) == set(SLOT_SHAPES) == set(SLOT_UNITS)
    for slot, given in INPUTS.items():
        assert len(given.shape(Size())) == SLOT_SHAPES[slot].count(",")


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
    assert bool(entry.about.papers) == bool(entry.source) == bool(entry.layer)
    for paper in entry.about.papers:
        assert paper.words
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
    assert Study(task=task.name, arms=[entry.name]).arms


@pytest.mark.parametrize(("entry", "slot", "params"), CASES)
def test_parameter_formula_gives_the_parameters_of_the_steps(entry, slot, params):
    for size in SIZES:
        shape = INPUTS[slot].shape(size)
        symbols = entry.about.symbols(params, shape)
        assert all(symbol.words and re.fullmatch(r"\w", symbol.name) for symbol in symbols)
        values = {symbol.name: symbol.value for symbol in symbols}
        assert set(values) == set(re.findall(r"[A-Za-z]", entry.about.count))
        assert eval(entry.about.count, {}, values) == entry.about.parameters(params, shape)


@pytest.mark.parametrize(("entry", "slot", "params"), CASES)
def test_flow_has_words_and_shapes_and_says_where_the_weights_are(entry, slot, params):
    flow = entry.about.flow(params, INPUTS[slot].shape(Size()))
    for step in flow:
        assert step.words
        assert len(step.words) <= 42
        assert all(isinstance(side, int) and side > 0 for side in step.shape)
        assert math.prod(step.shape) > 0
        assert step.parameters >= 0
        assert step.macs >= 0
    assert any(step.weighs for step in flow) == bool(entry.layer)
