"""Charts of verdicts are functions of a result: numbers are collected first, then drawn."""

from dataclasses import is_dataclass
from importlib import import_module
from inspect import signature
from typing import get_type_hints

import pytest

from attnlab.results.model import StudyResult

CHARTS = {
    "forest": ("forest", "collect_forest"),
    "seeds": ("per_seed", "collect_seeds"),
    "dose": ("dose", "collect_doses"),
    "interaction": ("interaction", "collect_interaction"),
    "parallel": ("parallel", "collect_parallel"),
    "pareto": ("pareto", "collect_pareto"),
}
"""By module: what draws, and what collects."""


@pytest.mark.parametrize("module", CHARTS)
def test_a_chart_its_spec_and_its_numbers_take_a_result_and_the_highlighted_arm(module):
    there, (chart, collect) = import_module(f"attnlab.charts.{module}"), CHARTS[module]
    for name in (chart, f"{chart}_spec", collect):
        function = getattr(there, name)
        assert get_type_hints(function)[next(iter(signature(function).parameters))] is StudyResult
        assert "chosen" in signature(function).parameters, name


@pytest.mark.parametrize("module", CHARTS)
def test_what_a_chart_collects_is_a_frozen_value(module):
    there = import_module(f"attnlab.charts.{module}")
    collected = get_type_hints(getattr(there, CHARTS[module][1]))["return"]
    assert is_dataclass(collected)
    assert collected.__dataclass_params__.frozen
