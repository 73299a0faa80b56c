"""The costs of modules: every number at its place, two panels with the same rows."""

import json

import pytest

from attnlab.charts.costs import (
    PANELS,
    ModuleCost,
    collect_costs,
    count_text,
    module_costs,
    module_costs_spec,
)
from attnlab.charts.palette import ARMS, REFERENCE

COSTS = (
    ModuleCost("No attention", 0, 0, chosen=False),
    ModuleCost("Squeeze-and-excitation", 580, 512, chosen=True),
    ModuleCost("CBAM", 6_100, 26_112_000, chosen=False),
)


def test_every_module_has_a_row_in_both_panels():
    table = collect_costs(COSTS)
    assert len(table) == 2 * len(COSTS)
    for panel in PANELS:
        assert list(table[table["quantity"] == panel]["name"]) == [cost.name for cost in COSTS]
    assert table[table["name"] == "CBAM"]["words"].tolist() == ["6,100", "26.1 M"]


def test_places_are_logarithmic_and_panels_apart():
    ten = [ModuleCost(f"m{power}", 10**power, 10**power, chosen=False) for power in range(5)]
    table = collect_costs(ten)
    left, right = (table[table["quantity"] == panel]["place"] for panel in PANELS)
    steps = left.diff().dropna()
    assert steps.min() == pytest.approx(steps.max())
    assert steps.min() > 0
    assert left.max() < 0.75  # room for the number beside it
    assert right.min() > 1


def test_nothing_stands_at_the_left_edge_without_a_line():
    table = collect_costs(COSTS)
    none = table[table["name"] == "No attention"]
    assert (none["place"] == none["start"]).all()
    assert (none["words"] == "0").all()
    drawn = module_costs_spec(COSTS)["datasets"]
    assert "No attention" not in set(drawn["some"]["name"])


def test_one_more_parameter_moves_no_scale():
    more = [cost._replace(parameters=cost.parameters + 1) for cost in COSTS]
    first, second = (module_costs_spec(costs) for costs in (COSTS, more))
    assert json.dumps(first["layer"]) == json.dumps(second["layer"])


def test_chart_is_valid_and_its_spec_is_the_same():
    spec = module_costs(COSTS).to_dict()
    assert spec["height"] == 26 * len(COSTS)
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["rule", "point", "text", "text"]
    condition = spec["layer"][1]["encoding"]["color"]
    assert (condition["condition"]["value"], condition["value"]) == (ARMS[0], REFERENCE)
    labels = spec["layer"][1]["encoding"]["x"]["axis"]["labelExpr"]
    assert '"10k"' in labels
    assert '"100M"' in labels


def test_chart_of_modules_without_any_costs_can_be_drawn():
    assert module_costs([COSTS[0]]).to_dict()["height"] == 26


@pytest.mark.parametrize(
    ("value", "words"), [(0, "0"), (1056, "1,056"), (999_999, "999,999"), (2_510_000, "2.51 M")]
)
def test_numbers_are_written_for_people(value, words):
    assert count_text(value) == words
