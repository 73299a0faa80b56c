"""Attention panels: one scale, the truth marked, words on the axes."""

import json

import numpy as np
import pandas as pd
import pytest

from attnlab import Study
from attnlab.analysis.attention import position_names
from attnlab.charts import attention_domains, attention_rows
from attnlab.charts.attention import collect_positions
from attnlab.charts.axis_titles import MOST_NAMED, position_axis
from attnlab.charts.palette import ARMS, REFERENCE, TRUTH
from tests.charts.attention import DENSE, GATE, HEADS, IMAGES, STUDY, heads, layer, panel, trace


def marks(spec):
    return [(layer["mark"]["type"], layer["mark"].get("shape")) for layer in spec["layer"]]


def test_bars_are_means_over_seeds():
    positions = collect_positions(DENSE, STUDY)
    assert positions["weight"].tolist() == pytest.approx([0.2, 0.5, 0.15, 0.15])
    assert positions["sd"].iloc[1] == pytest.approx(np.std([0.7, 0.3], ddof=1), abs=1e-5)
    assert positions["n"].tolist() == [2, 2, 2, 2]


def test_only_the_newest_epoch_is_shown():
    old = trace("dense", 0, [1.0, 0, 0, 0], epoch=1)
    new = trace("dense", 0, [0, 0, 1.0, 0], epoch=2)
    rows = layer(panel(pd.concat([old, new])), "rect")["rows"]
    assert [row["weight"] for row in rows] == [0, 0, 1, 0]


def test_planted_bars_have_the_accent_and_the_others_the_arms_colour():
    bars = layer(panel(DENSE), "rect")
    assert [row["colour"] for row in bars["rows"]] == [ARMS[0], TRUTH, ARMS[0], ARMS[0]]
    assert bars["encoding"]["color"] == {"field": "colour", "scale": None, "type": "nominal"}
    gates = layer(panel(GATE), "rect")
    assert [row["colour"] for row in gates["rows"]] == [ARMS[1], TRUTH, ARMS[1], ARMS[1]]


def test_planted_positions_are_marked_by_a_triangle_that_the_subtitle_explains():
    spec = panel(DENSE)
    triangles = layer(spec, "point", place=1)
    assert triangles["mark"]["shape"] == "triangle-down"
    assert triangles["mark"]["color"] == TRUTH
    assert triangles["rows"] == [{"index": 1}]
    assert spec["title"]["text"] == "Dense attention"
    assert spec["title"]["subtitle"] == ["▼ the planted column"]


def test_the_truth_marked_is_that_of_the_arms_own_task():
    study = Study(task=STUDY.task, arms=["none", "dense", "dense@features=5,planted=3"])
    own = trace(study.arms[2].label, 0, [0.1, 0.1, 0.1, 0.6, 0.1])
    assert layer(panel(own, study), "point")["rows"] == [{"index": 3}]
    (row,) = attention_rows(pd.concat([DENSE, own]), study)
    domains = [
        layer(shown.chart.to_dict(), "rect")["encoding"]["x"]["scale"]["domain"]
        for shown in row.panels
    ]
    assert domains == [[-0.5, 3.5], [-0.5, 4.5]]


def test_without_truth_nothing_is_marked():
    spec = panel(trace("cbam", 0, [0.5, 0.2], "block1/channel", "gate"), IMAGES)
    assert ("point", "triangle-down") not in marks(spec)
    assert TRUTH not in [row["colour"] for row in layer(spec, "rect")["rows"]]
    assert spec["title"]["subtitle"] == []


def test_single_seeds_are_dots_from_two_seeds_on():
    dots = layer(panel(DENSE), "point")
    assert len(dots["rows"]) == 8
    assert ("point", None) not in marks(panel(DENSE[DENSE["seed"] == 0]))


def test_a_distribution_has_the_uniform_level():
    spec = panel(DENSE)
    assert layer(spec, "rule")["rows"][0]["weight"] == 0.25
    assert layer(spec, "text")["rows"][0]["words"] == "uniform"
    assert layer(spec, "rect")["encoding"]["y"]["title"] == [
        "Attention (sums to 1)",
        "mean of 2 seeds; dots: each",
    ]


def test_a_gate_runs_from_shut_to_open_and_has_no_uniform_level():
    spec = panel(GATE)
    bars = layer(spec, "rect")
    assert bars["encoding"]["y"]["scale"]["domain"] == [0.0, 1.0]
    assert bars["encoding"]["y"]["title"] == ["Gate (0 shut, 1 open)"]
    assert ("rule", None) not in marks(spec)


def test_the_scale_of_an_empty_network_is_still_a_scale():
    assert attention_domains(trace("dense", 0, [0.0, 0.0])) == {
        ("feature", "distribution"): (0.0, 1.0)
    }


def test_places_are_a_heat_map_in_rows_and_columns():
    place = trace("cbam", 0, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], "block1/place", "gate", shape=[2, 3])
    spec = attention_rows(place, IMAGES)[0].panels[0].chart.to_dict()
    (rows,) = spec["datasets"].values()
    assert [(row["row"], row["column"]) for row in rows] == [
        *((0, 0), (0, 1), (0, 2)),
        *((1, 0), (1, 1), (1, 2)),
    ]
    encoding = layer(spec, "rect")["encoding"]
    colour = encoding["color"]
    assert colour["scale"] == {"scheme": "viridis", "domain": [0.0, 1.0]}
    assert colour["title"] == ["Gate (0 shut, 1 open)"]
    assert encoding["y"]["scale"]["reverse"] is True
    assert (encoding["x"]["title"], encoding["y"]["title"]) == ("Column", "Row")


def test_more_places_than_the_shape_holds_are_refused():
    place = trace("cbam", 0, [0.5] * 6, "place", "gate", shape=[2, 2])
    with pytest.raises(ValueError, match="6 weights do not fit the shape 2 × 2"):
        panel(place, IMAGES)


def test_a_panel_of_two_arms_is_refused():
    other = trace("bottleneck-dense", 0, [0.25] * 4)
    with pytest.raises(ValueError, match="a panel shows one arm"):
        panel(pd.concat([DENSE, other]))


def test_many_positions_touch_and_their_ticks_are_thinned_by_the_axis():
    study = Study(
        task={"name": "planted-features", "features": 256, "planted": 200}, arms=["none", "dense"]
    )
    bars = layer(panel(trace("dense", 0, np.full(256, 1 / 256)), study), "rect")
    assert bars["rows"][0]["right"] == bars["rows"][1]["left"] == 0.5
    assert bars["encoding"]["x"]["type"] == "quantitative"
    assert bars["encoding"]["x"]["axis"]["tickMinStep"] == 1


def test_several_heads_have_a_lane_each_on_one_scale():
    spec = panel(heads([[0.1, 0.7, 0.1, 0.1], [0.25, 0.25, 0.25, 0.25]]), HEADS)
    bars = layer(spec, "rect")
    top = 0.74  # 5 % above the largest
    assert [(row["head"], row["index"], row["base"]) for row in bars["rows"]] == [
        (head, index, 2 - head) for head in (1, 2) for index in range(4)
    ]
    assert bars["rows"][1]["height"] == pytest.approx(1 + 0.88 * 0.7 / top, abs=1e-3)
    assert bars["encoding"]["y"]["scale"]["domain"] == [0, 2]
    assert bars["encoding"]["y"]["title"][-1] == "each 0 to 0.74"
    assert layer(spec, "point")["rows"] == [{"index": 1}]  # planted, whichever head
    assert [row["planted"] for row in bars["rows"]] == [False, True, False, False] * 2


def test_more_heads_than_can_be_told_apart_are_left_out_and_it_says_so():
    spec = panel(heads(np.full((8, 4), 0.25)), HEADS)
    assert len(layer(spec, "rect")["rows"]) == 4 * 4
    assert spec["title"]["subtitle"][-1] == "Heads 1 to 4 of 8"


STEPS = Study(task={"name": "planted-steps", "steps": 4}, arms=["none", "self-attention"])


def test_steps_that_look_at_steps_are_a_map_with_heads_side_by_side():
    weights = np.full((2, 4, 4), 0.25)
    own = trace("self-attention", 0, weights.ravel(), "head,query,step", shape=[2, 4, 4])
    (row,) = attention_rows(own, STEPS)
    assert [shown.columns for shown in row.panels] == [2]
    spec = row.panels[0].chart.to_dict()
    cells = layer(spec, "rect")
    assert (cells["encoding"]["y"]["title"], cells["encoding"]["x"]["title"]) == (
        "Step that looks",
        "Step looked at",
    )
    second = [row for row in cells["rows"] if row["head"] == 2]
    assert [row["column"] for row in second] == [0, 1, 2, 3] * 4
    assert min(row["left"] for row in second) == 5  # behind the first head and a gap
    assert [row["words"] for row in layer(spec, "text")["rows"]] == ["Head 1", "Head 2"]
    planted = layer(spec, "point")["rows"]
    assert [row["middle"] for row in planted] == [1, 3, 6.5, 8.5]  # columns, in both heads


def test_a_large_map_is_drawn_in_blocks_and_says_so():
    study = Study(task={"name": "planted-steps", "steps": 100}, arms=["none", "self-attention"])
    weights = np.arange(100 * 100) / 10_000
    spec = panel(trace("self-attention", 0, weights, "query,step", shape=[100, 100]), study)
    cells = layer(spec, "rect")["rows"]
    assert len(cells) == 34**2
    assert cells[0]["weight"] == pytest.approx(weights.reshape(100, 100)[:3, :3].mean(), abs=1e-4)
    assert max(cell["right"] for cell in cells) == 99.5
    assert spec["title"]["subtitle"][-1] == "A cell is the mean of 3 × 3"


def test_float32_weights_are_sent_with_few_digits():
    rows = layer(panel(trace("dense", 0, [0.1, 1 / 3, 0.2, 0.3])), "rect")["rows"]
    assert [row["weight"] for row in rows] == [0.1, 0.33333, 0.2, 0.3]


def test_the_reference_keeps_its_grey_when_it_has_attention():
    study = Study(task=STUDY.task.model_dump(), arms=["dense", "feature-gate"], reference="dense")
    bars = layer(panel(DENSE, study), "rect")
    assert bars["rows"][0]["colour"] == REFERENCE


def test_features_that_have_names_are_named_below_the_bars_and_in_the_tooltip():
    study = Study(task="tabular:dataset=iris", arms=["none", "dense"])
    bars = layer(panel(DENSE, study), "rect")
    axis = bars["encoding"]["x"]["axis"]
    assert axis["values"] == [0, 1, 2, 3]
    assert json.loads(axis["labelExpr"].removesuffix("[datum.value]"))[2] == "petal length (cm)"
    assert bars["rows"][0]["name"] == "sepal length (cm)"
    assert "name" in [each["field"] for each in bars["encoding"]["tooltip"]]


def test_more_features_than_fit_below_the_bars_are_numbered_there_and_named_in_the_tooltip():
    named = position_axis([f"column {number}" for number in range(MOST_NAMED)]).to_dict()
    many = position_axis([f"column {number}" for number in range(MOST_NAMED + 1)]).to_dict()
    assert "labelExpr" in named
    assert many == position_axis().to_dict()


def test_channels_within_a_network_of_a_task_with_named_features_have_no_names():
    study = Study(task="tabular:dataset=iris", arms=["none", "dense"])
    assert position_names(study, "dense", "feature") == study.task.input_names
    assert position_names(study, "dense", "block1/channel") == ()
    assert position_names(STUDY, "dense", "feature") == ()


def test_every_layer_has_the_axis_of_names():
    """Vega keeps names away where the axis of one layer of several has none."""
    study = Study(task="tabular:dataset=iris", arms=["none", "dense"])
    axes = [each["encoding"]["x"].get("axis") for each in panel(DENSE, study)["layer"][:2]]
    assert axes[0] == axes[1]
    assert axes[0]["labelAngle"] == -90
