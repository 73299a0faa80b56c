"""Charts of where networks look: their rows, and that they keep to the schema."""

import json

import numpy as np
import pandas as pd
import pytest

from attnlab.charts.attended import by_class, histogram, histogram_rows, importance
from attnlab.charts.inspected_scales import shared_domains
from attnlab.charts.palette import TRUTH
from attnlab.charts.small_multiples import seed_traces
from tests.ui.test_inspecting import inspection

COLOUR = "#3F5FD0"
NAMES = {0: "joy", 3: "fear"}


def rows_of(chart):
    return [pd.DataFrame(rows) for rows in chart.to_dict()["datasets"].values()]


def of_classes(positions):
    weights = np.arange(2.0 * positions) / 10
    index = np.tile(np.arange(positions), 2)
    classes = np.repeat([0, 3], positions)
    return pd.DataFrame({"class": classes, "index": index, "weight": weights, "n": 1})


def test_a_class_has_a_row_of_positions_with_the_planted_marked():
    chart = by_class(of_classes(4), NAMES, (4,), "Feature", 1.0, truth=(2,))
    cells, marks = rows_of(chart)
    assert cells.groupby("name")["weight"].apply(list).to_dict() == {
        "fear": [0.4, 0.5, 0.6, 0.7],
        "joy": [0.0, 0.1, 0.2, 0.3],
    }
    assert marks["left"].tolist() == [2]


def test_many_positions_are_averaged_in_neighbours():
    cells, *_ = rows_of(by_class(of_classes(3000), NAMES, (3000,), "Feature", 600.0))
    assert len(cells) < 2500
    assert cells["right"].max() == 2999.5
    assert cells["weight"].max() <= 599.9  # a mean, no sum


def test_places_have_a_small_map_for_each_class():
    cells, names = rows_of(by_class(of_classes(6), NAMES, (2, 3), "Place", 1.0))
    assert len(cells) == 12
    assert names["words"].tolist() == ["joy", "fear"]
    assert cells.loc[cells["name"] == "fear", "left"].min() > cells["right"].min()


def test_every_seed_has_its_own_bars_on_one_scale():
    traces = pd.DataFrame(
        {"seed": np.repeat([4, 7], 3), "index": [0, 1, 2] * 2, "weight": [1, 0, 0, 0, 0.5, 0]}
    )
    drawn, names = rows_of(seed_traces(traces, COLOUR, 1.0, truth=(1,)))
    assert names["words"].tolist() == ["seed 4", "seed 7"]
    assert (drawn["base"] - drawn["top"]).round(6).tolist() == [1, 0, 0, 0, 0.5, 0]
    assert drawn["colour"].tolist() == [COLOUR, TRUTH, COLOUR] * 2


def test_outputs_are_counted_once_each():
    values = np.random.default_rng(0).normal(size=(4, 50))
    assert histogram_rows(values)["count"].sum() == 200
    assert "200 outputs" in json.dumps(histogram(values, COLOUR, "dense").to_dict())


def test_importance_has_a_dot_a_feature_by_its_name():
    rows = pd.DataFrame(
        {"index": [0, 1], "importance": [0.1, 0.4], "attention": [0.3, 0.7], "planted": [0, True]}
    )
    [dots] = rows_of(importance(rows.assign(planted=[False, True]), COLOUR, ["age", "size"]))
    assert dots["name"].tolist() == ["age", "size"]
    assert dots["colour"].tolist() == [COLOUR, TRUTH]


def test_charts_side_by_side_share_scales_that_hold_both():
    low, high = inspection(), inspection(**{"lesion bypassed": 0.9, "tau leave-one-out": -0.5})
    domains = shared_domains([low, high], has_accuracy=True)
    assert domains["reliance"][1] > 93
    assert domains["reliance"][0] == pytest.approx(0.0)
    assert domains["agreement"][0] < -0.52
    assert domains["removal"] == pytest.approx((0.0, 1.04))
    assert domains["adversary"][0] == 0
