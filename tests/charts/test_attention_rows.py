"""Attention of several arms side by side: their order, their rows, what they share."""

import numpy as np
import pandas as pd
import pytest

from attnlab import Study
from attnlab.charts import attention_rows, place_title
from attnlab.charts.palette import REFERENCE
from tests.charts.attention import DENSE, GATE, HEADS, IMAGES, STUDY, heads, layer, trace


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


def test_an_earlier_epoch_is_drawn_on_the_scale_of_the_latest():
    early, late = trace("dense", 0, [0.5, 0.5]), trace("dense", 0, [0.1, 0.9], epoch=9)

    def top(shown, latest=None):
        return attention_rows(shown, STUDY, latest=latest)[0].panels[0].look.domain[1]

    assert top(early) < top(late)
    assert top(early, late) == top(late)
    assert top(late, early) == top(late)  # no bar is cut off, either


def test_panels_follow_the_arms_of_the_study_and_skip_those_without_attention():
    (row,) = attention_rows(pd.concat([GATE, DENSE]), STUDY)
    assert row.title == "Feature"
    assert [shown.arm for shown in row.panels] == ["dense", "feature-gate"]


def test_a_row_has_no_more_panels_than_columns():
    other = trace("bottleneck-dense", 0, [0.25] * 4)
    rows = attention_rows(pd.concat([DENSE, GATE, other]), STUDY, columns=2)
    assert [len(row.panels) for row in rows] == [2, 1]


def test_long_names_take_two_lines_and_the_others_leave_one_free():
    arms = [
        f"bottleneck-dense:ratio={ratio}@classes={classes}"
        for ratio in (2, 4)
        for classes in (9, 20)
    ]
    study = Study(task=STUDY.task, arms=["none", "dense", *arms])
    own = pd.concat(trace(arm.label, 0, [0.25] * 4) for arm in study.arms[1:])
    rows = attention_rows(own, study)
    titles = [shown.chart.to_dict()["title"]["text"] for row in rows for shown in row.panels]
    assert [len(lines) for lines in titles] == [2] * 5
    assert titles[0] == ["Dense attention", " "]
    assert titles[1] == ["Bottleneck attention,", "ratio 2, classes 9"]
    (wide,) = attention_rows(own, study, arms=[study.arms[2].label])
    assert wide.panels[0].chart.to_dict()["title"]["text"] == [
        "Bottleneck attention, ratio 2, classes 9"
    ]


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


def test_arms_with_and_without_heads_stand_side_by_side_on_one_scale():
    both = pd.concat([DENSE, heads([[0.9, 0.1, 0, 0], [0.1, 0.9, 0, 0]])])
    (row,) = attention_rows(both, HEADS)
    assert [shown.axis for shown in row.panels] == ["feature", "head,feature"]
    assert len({shown.look.domain for shown in row.panels}) == 1


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
