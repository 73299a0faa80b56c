"""Charts are functions of a result or a history: numbers are collected first, then drawn."""

from dataclasses import is_dataclass
from importlib import import_module
from inspect import signature
from typing import get_type_hints

import pytest

from attnlab.charts import AttentionPanel
from attnlab.charts.overlay import Overlay
from attnlab.results.history import StudyHistory
from attnlab.results.model import StudyResult

CHARTS = {
    "forest": ("forest", "collect_forest"),
    "seeds": ("per_seed", "collect_seeds"),
    "dose": ("dose", "collect_doses"),
    "interaction": ("interaction", "collect_interaction"),
    "parallel": ("parallel", "collect_parallel"),
    "pareto": ("pareto", "collect_pareto"),
    "curves": ("learning_curve", "collect_learning_curve"),
    "measures": ("measure_curve", "collect_measure_curve"),
}
"""By module: what draws, and what collects."""
OVER_EPOCHS = ("curves", "measures")


@pytest.mark.parametrize("module", CHARTS)
def test_a_chart_its_spec_and_its_numbers_take_one_value_and_the_highlighted_arm(module):
    taken = StudyHistory if module in OVER_EPOCHS else StudyResult
    there, (chart, collect) = import_module(f"attnlab.charts.{module}"), CHARTS[module]
    for name in (chart, f"{chart}_spec", collect):
        function = getattr(there, name)
        assert get_type_hints(function)[next(iter(signature(function).parameters))] is taken
        assert "chosen" in signature(function).parameters, name


@pytest.mark.parametrize("module", CHARTS)
def test_what_a_chart_collects_is_a_frozen_value(module):
    there = import_module(f"attnlab.charts.{module}")
    collected = get_type_hints(getattr(there, CHARTS[module][1]))["return"]
    assert is_dataclass(collected)
    assert collected.__dataclass_params__.frozen


def test_an_overlay_and_a_panel_are_frozen_values_too():
    for collected in (Overlay, AttentionPanel):
        assert is_dataclass(collected)
        assert collected.__dataclass_params__.frozen
