"""Which arm was clicked, and what is dimmed."""

import pandas as pd
import pytest

from attnlab.charts import (
    ARM_PARAM,
    chosen_arm,
    dose,
    forest,
    interaction,
    parallel,
    pareto,
    per_seed,
)
from attnlab.charts.choosing import dimmed
from tests.charts.test_dose import DOSES, parameter_of
from tests.charts.test_interaction import GRID
from tests.charts.verdict_rows import (
    params_of,
    result_of,
    rows_in,
    scores,
    varied_by,
    verdicts,
)

LABELS = pd.Series(["none", "se", "se"])


def test_a_click_tells_the_label():
    assert chosen_arm({ARM_PARAM: [{"label": "se"}]}, ["none", "se"]) == "se"


@pytest.mark.parametrize(
    "selection",
    [{}, {ARM_PARAM: {}}, {ARM_PARAM: []}, {ARM_PARAM: [{}]}, {ARM_PARAM: [{"label": None}]}],
)
def test_nothing_is_chosen_by_an_empty_selection(selection):
    assert chosen_arm(selection, ["none", "se"]) is None


def test_an_arm_that_is_gone_is_not_chosen():
    assert chosen_arm({ARM_PARAM: [{"label": "old"}]}, ["none", "se"]) is None


def test_the_others_are_dimmed_if_the_chosen_one_is_there():
    assert dimmed(LABELS, "se").tolist() == [True, False, False]
    assert not dimmed(LABELS, None).any()
    assert not dimmed(LABELS, "old").any()


TABLE = verdicts()
PARAMETERS = [varied_by(GRID, "x"), varied_by(GRID, "y")]
CHARTS = {
    "forest": lambda: forest(result_of(TABLE)),
    "per_seed": lambda: per_seed(result_of(TABLE, own=scores(TABLE))),
    "dose": lambda: dose(result_of(DOSES), parameter_of(DOSES)),
    "pareto": lambda: pareto(result_of(TABLE)),
    "interaction": lambda: interaction(result_of(GRID), *PARAMETERS),
    "parallel": lambda: parallel(result_of(GRID), PARAMETERS),
}


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_reports_the_label_of_what_is_clicked(name):
    spec = CHARTS[name]().to_dict()
    (select, layers) = params_of(spec)[ARM_PARAM]
    assert select["fields"] == ["label", "chosen"]
    assert select["toggle"] == "vlSelectionTest('arm_store', datum)"
    assert len(layers) == 1
    marked = spec["layer"][layers[0]]
    assert marked["encoding"]["tooltip"]
    assert {"label", "chosen"} <= set(rows_in(spec, layers[0]).columns)


@pytest.mark.parametrize("name", CHARTS)
def test_everything_that_answers_to_the_pointer_knows_its_arm(name):
    spec = CHARTS[name]().to_dict()
    for place, layer in enumerate(spec["layer"]):
        if "tooltip" in layer.get("encoding", {}):
            data = layer.get("data", spec.get("data"))
            rows = spec["datasets"][data["name"]]
            assert all("label" in row for row in rows), place


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_carries_its_data_and_fits_its_place(name):
    spec = CHARTS[name]().to_dict()
    assert "url" not in str(spec.get("data", "")) + "".join(
        str(layer.get("data", "")) for layer in spec["layer"]
    )
    assert spec["autosize"]["type"] == "fit-x"
    assert isinstance(spec["height"], int)
