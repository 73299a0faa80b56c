"""Modules that share a parameter begin alike on a task, or the page says in what they do not."""

import itertools

import pytest

from attnlab import Arm, Study, catalog
from attnlab.spec import CONTROL, REGISTRY, ModuleSpec, TaskSpec, check_fit, first_on, unlike
from attnlab.ui.alike import unlike_text

OF_ITS_OWN = {"gate", "kernel_size", "units"}
"""Parameters that are called alike and mean another thing in each module, or are what a module was
published with: neighbouring channels or places, hidden units of one layer or another, a gate."""

PUBLISHED_OTHERWISE = {"coordinate", "double-attention", "global-context", "non-local"}
"""Modules whose own ratio is another one than that of squeeze-and-excitation."""


def begun_on(task):
    """Every module for a task, with what people begin with."""
    return [
        ModuleSpec(name=entry.name, params=first_on(task, entry))
        for entry in catalog.modules()
        if task.slot in entry.fits and entry.family != CONTROL
    ]


@pytest.mark.parametrize("task", catalog.tasks(), ids=lambda task: task.name)
def test_every_pair_of_modules_begins_alike_or_the_page_says_in_what_not(task):
    for one, other in itertools.combinations(begun_on(task), 2):
        mine, theirs = one.params.in_use(), other.params.in_use()
        differing = {name for name in mine.keys() & theirs.keys() if mine[name] != theirs[name]}
        own_ratio = {one.name, other.name} & PUBLISHED_OTHERWISE
        allowed = OF_ITS_OWN | ({"ratio"} if own_ratio else set())
        assert differing <= allowed, (one.short, other.short)
        words = unlike_text(Study(task=task.name, arms=[one.short, other.short]))
        assert len(unlike([one, other])) == len(differing)
        for name in differing:
            title = type(one.params).model_fields[name].title.lower()
            assert f"{title} ({mine[name]} in {one.entry.title} and {theirs[name]} in" in words
        if not differing:
            assert not words


@pytest.mark.parametrize("task", catalog.tasks(), ids=lambda task: task.name)
def test_a_task_begins_with_its_own_comparison_and_with_modules_that_fit(task):
    spec = TaskSpec.model_validate(task.name)
    for module in begun_on(task):
        check_fit(spec, module)
    for text in task.arms:
        module = Arm.model_validate(text).module
        if module.entry.family != CONTROL:
            assert first_on(task, module.entry) == module.params


def test_a_newcomers_first_comparison_is_at_one_ratio():
    digits = REGISTRY.task("digits")
    ratios = {
        each.name: each.params.ratio for each in begun_on(digits) if each.name in ("se", "cbam")
    }
    assert ratios == {"se": 4, "cbam": 4}


def test_values_that_modules_have_in_common_and_controls_are_not_told():
    def told(*arms):
        return unlike_text(Study(task="digits", arms=list(arms)))

    told_of_one = told("none", "se:ratio=4", "cbam")
    assert told_of_one.startswith("Not alike in what they share: reduction ratio (4 in Squeeze")
    assert told_of_one.endswith(" and 16 in CBAM).")
    assert told("none", "se:ratio=2", "se:ratio=4") == ""
    assert told("none", "se:ratio=2", "se:ratio=4", "cbam:ratio=4") == ""
    assert "2 or 4 in Squeeze" in told("none", "se:ratio=2", "se:ratio=4", "cbam:ratio=8")
    assert told("none", "se:ratio=4", "matched:of=cbam", "cbam:ratio=4") == ""
