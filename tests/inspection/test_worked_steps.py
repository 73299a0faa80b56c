"""Numbers on their way through a module are those of the layer itself, step by step."""

import numpy as np
import pytest

from attnlab import catalog
from attnlab.inspection.worked import first_inputs, shapes_for, worked
from attnlab.spec import INPUTS, ModuleSpec, SpecError

EVERY = [
    (entry, slot)
    for entry in catalog.modules()
    if entry.fills
    for slot in INPUTS
    if slot in entry.fits
]
OPTIONS = (
    ("steps", "self-attention:heads=2,norm=batch"),
    ("steps", "last-query:score=bahdanau"),
    ("steps", "step-dense:shared=on"),
    ("image", "cbam:order=parallel"),
    ("image", "gather-excite:extent=2,weights=on,ratio=4"),
    ("image", "global-context:fuse=both,ratio=2"),
    ("alignment", "luong:score=concat"),
    ("features", "dense:depth=1,normaliser=sparsemax"),
    ("features", "frozen-random:of=feature-gate"),
)


def example(module, slot, inputs=None):
    inputs = first_inputs(shapes_for(module, slot)) if inputs is None else inputs
    return inputs, worked(module, slot, inputs)


def alike(first, second):
    """Whether two arrays have the same numbers, whatever their shape."""
    return first.size == second.size and np.allclose(first.ravel(), second.ravel(), atol=1e-6)


def is_the_layers_own(found):
    """The marked steps give what the layer gives as a whole."""
    (out,) = [step for step in found.steps if step.comes_out]
    assert alike(out.value, found.output)
    weights = [step for step in found.steps if step.weighs]
    assert all(any(alike(step.value, each) for step in weights) for each in found.weights)
    assert all(any(alike(step.value, each) for each in found.weights) for step in weights)


@pytest.mark.parametrize(("entry", "slot"), EVERY, ids=lambda each: getattr(each, "name", each))
def test_the_steps_of_every_module_lead_to_what_its_layer_gives(entry, slot):
    module = ModuleSpec.model_validate({"name": entry.name, **entry.about.first(slot)})
    inputs, found = example(module, slot)
    is_the_layers_own(found)
    known = set(INPUTS[slot].parts)
    for number, step in enumerate(found.steps, 1):
        assert step.formula.startswith(f"s{number} = ")
        assert set(step.takes) <= known, "a step takes what was there before"
        assert step.title
        known.add(f"s{number}")
    others = tuple(each + 1 for each in inputs)
    _, changed = example(module, slot, others)
    is_the_layers_own(changed)


@pytest.mark.parametrize(("slot", "short"), OPTIONS)
def test_so_do_they_with_other_settings(slot, short):
    _, found = example(ModuleSpec.model_validate(short), slot)
    is_the_layers_own(found)


def test_the_numbers_follow_the_formulas_by_hand():
    """Scaled dot product, which has no weights: NumPy alone gives every step."""
    (queries, values), found = example(ModuleSpec.model_validate("scaled-dot"), "alignment")
    scores = queries @ values.T
    exponentials = np.exp(scores / 2)
    weights = exponentials / exponentials.sum(axis=-1, keepdims=True)
    by_hand = {
        "s1 = s · hᵀ": scores,
        "s2 = s1 × 0.5": scores / 2,
        "s3 = softmax(s2)": weights,
        "s4 = s3 · h": weights @ values,
    }
    assert [step.formula for step in found.steps] == list(by_hand)
    for step, expected in zip(found.steps, by_hand.values(), strict=True):
        np.testing.assert_allclose(step.value, expected, atol=1e-5)


def test_queries_keys_and_values_are_branches():
    _, found = example(ModuleSpec.model_validate("self-attention"), "steps")
    formulas = [step.formula for step in found.steps]
    assert formulas[:3] == ["s1 = W x + b", "s2 = W x + b", "s3 = s1 · s2ᵀ"]
    assert [step.takes for step in found.steps[:3]] == [("x",), ("x",), ("s1", "s2")]
    (value,) = [step for step in found.steps if "value" in step.title]
    assert value.takes == ("x",)


def test_a_seed_is_taken_by_which_the_numbers_are_not_all_zero():
    _, found = example(ModuleSpec.model_validate("se"), "image")
    assert found.seed > 0  # by seed 0 the one hidden unit is 0 after its relu
    assert all(step.value.any() for step in found.steps)


def test_settings_that_take_too_much_for_a_small_example_are_told(monkeypatch):
    module = ModuleSpec.model_validate("self-attention:heads=5")
    assert shapes_for(module, "steps") == ((3, 10),)
    monkeypatch.setattr("attnlab.inspection.worked.WIDTHS", range(4, 10))
    with pytest.raises(SpecError, match="these settings take more than 9 numbers a row"):
        shapes_for(module, "steps")
