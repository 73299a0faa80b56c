"""Attention panels: one scale, the truth marked, words on the axes."""

import json

import numpy as np
import pandas as pd
import pytest

from attnlab import Study
from attnlab.charts import attention_domains, attention_panel, attention_rows, place_title
from attnlab.charts.attention import collect_positions
from attnlab.charts.palette import ARMS, REFERENCE, TRUTH

STUDY = Study(
    task={"name": "planted-features", "features": 4, "planted": 1},
    arms=["none", "dense", "feature-gate", "bottleneck-dense"],
)
IMAGES = Study(task={"name": "digits"}, arms=["none", "cbam", "cbam-spatial"])


def trace(arm, seed, weights, axis="feature", kind="distribution", epoch=1, shape=None):
    rows = pd.DataFrame({"index": range(len(weights))})
    about = {"study": "s", "arm": arm, "seed": seed, "epoch": epoch, "axis": axis, "kind": kind}
    weight = np.asarray(weights, dtype=np.float32)
    return rows.assign(**about, weight=weight, shape=json.dumps(shape or [len(weights)]))


DENSE = pd.concat(
    [trace("dense", 0, [0.1, 0.7, 0.1, 0.1]), trace("dense", 1, [0.3, 0.3, 0.2, 0.2])]
)
GATE = trace("feature-gate", 0, [0.2, 0.9, 0.4, 0.1], kind="gate")


def panel(traces, study=STUDY, **options):
    return json.loads(
        attention_panel(traces, study, attention_domains(traces), **options).to_json()
    )


def layer(spec, mark, place=0):
    found = [layer for layer in spec["layer"] if layer["mark"]["type"] == mark][place]
    data = found.get("data") or spec["data"]  # a single layer's data moves to the top
    return {**found, "rows": spec["datasets"][data["name"]]}


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
        "mean of 2 seeds",
    ]


def test_a_gate_runs_from_shut_to_open_and_has_no_uniform_level():
    spec = panel(GATE)
    bars = layer(spec, "rect")
    assert bars["encoding"]["y"]["scale"]["domain"] == [0.0, 1.0]
    assert bars["encoding"]["y"]["title"] == ["Gate (0 shut, 1 open)"]
    assert ("rule", None) not in marks(spec)


def test_arms_share_one_scale_that_holds_every_seed():
    other = trace("bottleneck-dense", 0, [0.8, 0.1, 0.05, 0.05])
    (row,) = attention_rows(pd.concat([DENSE, other, GATE]), STUDY)
    tops = {
        shown.arm: layer(shown.chart.to_dict(), "rect")["encoding"]["y"]["scale"]["domain"][1]
        for shown in row.panels
    }
    assert tops["dense"] == tops["bottleneck-dense"] == pytest.approx(0.84)
    assert tops["feature-gate"] == 1.0


def test_some_arms_alone_keep_the_scale_of_all():
    other = trace("bottleneck-dense", 0, [0.8, 0.1, 0.05, 0.05])
    (row,) = attention_rows(pd.concat([DENSE, other, GATE]), STUDY, arms=["dense"])
    (shown,) = row.panels
    top = layer(shown.chart.to_dict(), "rect")["encoding"]["y"]["scale"]["domain"][1]
    assert (shown.arm, top) == ("dense", pytest.approx(0.84))


def test_the_scale_of_an_empty_network_is_still_a_scale():
    assert attention_domains(trace("dense", 0, [0.0, 0.0])) == {
        ("feature", "distribution"): (0.0, 1.0)
    }


def test_panels_follow_the_arms_of_the_study_and_skip_those_without_attention():
    (row,) = attention_rows(pd.concat([GATE, DENSE]), STUDY)
    assert row.title == "Feature"
    assert [shown.arm for shown in row.panels] == ["dense", "feature-gate"]


def test_a_row_has_no_more_panels_than_columns():
    other = trace("bottleneck-dense", 0, [0.25] * 4)
    rows = attention_rows(pd.concat([DENSE, GATE, other]), STUDY, columns=2)
    assert [len(row.panels) for row in rows] == [2, 1]


def test_every_slot_of_a_network_has_its_own_row_in_order():
    traces = pd.concat(
        [
            trace("cbam", 0, [0.5] * n, f"block{block}/channel", "gate")
            for block, n in ((10, 8), (2, 4), (1, 2))
        ]
    )
    rows = attention_rows(traces, IMAGES)
    assert [row.title for row in rows] == [
        "Channel (block 1)",
        "Channel (block 2)",
        "Channel (block 10)",
    ]
    bars = layer(rows[2].panels[0].chart.to_dict(), "rect")
    assert bars["encoding"]["x"]["title"] == "Channel (block 10)"
    assert bars["encoding"]["x"]["scale"]["domain"] == [-0.5, 7.5]


def test_axes_are_named_in_words():
    assert place_title("feature", STUDY.task) == "Feature"
    assert place_title("block2/place", STUDY.task) == "Place (block 2)"
    assert place_title("encoder/layer3/head,place", STUDY.task) == "Place (encoder, layer 3)"


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


def test_maps_of_arms_with_images_of_other_sizes_keep_their_own_shapes():
    study = Study(task="planted-channels", arms=["cbam", "cbam@size=10"])
    small, large = (
        trace(arm.label, 0, [0.5] * side**2, "place", "gate", shape=[side, side])
        for arm, side in zip(study.arms, (2, 3), strict=True)
    )
    (row,) = attention_rows(pd.concat([small, large]), study)
    widths = [
        layer(shown.chart.to_dict(), "rect")["encoding"]["x"]["scale"]["domain"][1] + 0.5
        for shown in row.panels
    ]
    assert widths == [2, 3]


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


HEADS = Study(task=STUDY.task, arms=["none", "dense", "multi-head-dense"])


def heads(weights, seed=0):
    own = HEADS.arms[2].label
    shape = list(np.shape(weights))
    return trace(own, seed, np.ravel(weights), "head,feature", shape=shape)


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


def test_arms_with_and_without_heads_stand_side_by_side_on_one_scale():
    both = pd.concat([DENSE, heads([[0.9, 0.1, 0, 0], [0.1, 0.9, 0, 0]])])
    (row,) = attention_rows(both, HEADS)
    assert [shown.axis for shown in row.panels] == ["feature", "head,feature"]
    assert len({shown.look.domain for shown in row.panels}) == 1


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


def test_words_and_sentences_of_a_document_have_their_own_names():
    study = Study(task="documents", arms=["none", "han"])
    words = trace("han", 0, np.full(48, 1 / 8), "words/query,step", shape=[6, 8])
    sentences = trace("han", 0, np.full(6, 1 / 6), "sentences/step")
    rows = attention_rows(pd.concat([words, sentences]), study)
    assert [row.title for row in rows] == ["Sentence", "Word"]
    cells = layer(rows[1].panels[0].chart.to_dict(), "rect")["encoding"]
    assert (cells["y"]["title"], cells["x"]["title"]) == ("Sentence", "Word")


def test_no_traces_give_no_rows():
    assert attention_rows(DENSE.iloc[:0], STUDY) == []


def test_float32_weights_are_sent_with_few_digits():
    rows = layer(panel(trace("dense", 0, [0.1, 1 / 3, 0.2, 0.3])), "rect")["rows"]
    assert [row["weight"] for row in rows] == [0.1, 0.33333, 0.2, 0.3]


def test_the_reference_keeps_its_grey_when_it_has_attention():
    study = Study(task=STUDY.task.model_dump(), arms=["dense", "feature-gate"], reference="dense")
    bars = layer(panel(DENSE, study), "rect")
    assert bars["rows"][0]["colour"] == REFERENCE


def opacities(shown):
    """Of each layer of a panel, by its mark."""
    found = shown.chart.to_dict()["layer"]
    return [(each["mark"]["type"], each["mark"].get("opacity")) for each in found]


def test_beside_the_panel_of_a_chosen_arm_the_others_are_dimmed():
    both = pd.concat([DENSE, GATE])
    (usual,) = attention_rows(both, STUDY)
    (shown,) = attention_rows(both, STUDY, chosen="dense")
    dense, gate = shown.panels
    assert opacities(dense) == opacities(usual.panels[0])
    full = [own or 1 for _, own in opacities(usual.panels[1])]
    assert [own for _, own in opacities(gate)] == pytest.approx([0.3 * own for own in full])
    colours = [each.chart.to_dict()["title"].get("color") for each in shown.panels]
    assert colours == [None, REFERENCE]


@pytest.mark.parametrize("chosen", [None, "none", "bottleneck-dense"])
def test_no_panel_is_dimmed_beside_an_arm_that_has_none(chosen):
    both = pd.concat([DENSE, GATE])
    (row,) = attention_rows(both, STUDY, chosen=chosen)
    assert not [shown.arm for shown in row.panels if shown.look.dimmed]


def test_maps_are_dimmed_too():
    place = pd.concat(
        trace(arm, 0, [0.25] * 4, "place", "gate", shape=[2, 2]) for arm in ("cbam", "cbam-spatial")
    )
    (row,) = attention_rows(place, IMAGES, chosen="cbam")
    assert [dict(opacities(shown))["rect"] for shown in row.panels] == [None, 0.3]
