"""Learning curves of many arms, and of one that stands out."""

import json

import pytest

from attnlab.charts.averages import TRAINING, VALIDATION
from attnlab.charts.curves import learning_curve, learning_curve_spec
from attnlab.results.history import StudyHistory

from .curve_layers import layers, lines, spec
from .rows import curves, plan

CROWD = plan(arms=("none", *(f"dense@classes={n}" for n in range(2, 15))))


def test_of_many_arms_each_is_one_line_that_tells_its_name():
    chart = learning_curve(StudyHistory(CROWD, curves(CROWD)))
    seeds, (mean,) = lines(chart)
    assert {row["split"] for row in mean["rows"]} == {VALIDATION}
    assert {row["arm"] for row in mean["rows"]} == {arm.label for arm in CROWD.arms}
    assert mean["encoding"]["color"]["legend"] is not None  # on paper nothing can be pointed at
    assert mean["encoding"]["strokeDash"]["legend"] is None
    assert not any(layer["rows"] for layer in [*seeds, *layers(chart, "area")])
    told = spec(chart)["layer"][-2]
    assert told["encoding"]["tooltip"][0]["field"] == "name"
    assert spec(chart)["title"]["subtitle"] == ["14 arms, means of 3 seeds, validation"]


def test_on_a_page_many_arms_tell_their_names_to_the_pointer():
    page = learning_curve_spec(StudyHistory(CROWD, curves(CROWD)))
    assert "'orient': 'top'" not in str(page)
    assert page["title"]["subtitle"][-1] == "Point at a line for its arm and interval"
    few = learning_curve_spec(StudyHistory(plan(), curves(plan())))
    assert "'orient': 'top'" in str(few)


def test_the_chosen_one_of_many_arms_has_all_that_one_of_few_has():
    label = CROWD.arms[3].label
    chart = learning_curve(StudyHistory(CROWD, curves(CROWD)), chosen=label)
    seeds, (mean,) = lines(chart)
    (band,) = layers(chart, "area")
    assert {row["arm"] for row in mean["rows"] if row["split"] == TRAINING} == {label}
    for layer in (*seeds, band):
        assert {row["arm"] for row in layer["rows"]} == {label}
    assert spec(chart)["title"]["subtitle"][0] == (
        "Dense attention, classes 4, with its 95 % interval"
    )
    assert mean["encoding"]["strokeDash"]["legend"] is not None


def test_beside_a_chosen_arm_the_others_are_dimmed():
    chart = learning_curve(StudyHistory(plan(), curves(plan())), chosen="dense")
    drawn = [*layers(chart, "line"), *layers(chart, "area"), layers(chart, "point")[0]]
    for layer in drawn:
        assert layer["encoding"]["opacity"]["condition"]["test"] == "datum.dimmed"
        assert {row["arm"] for row in layer["rows"] if row["dimmed"]} == {"none"}
        assert {row["arm"] for row in layer["rows"] if not row["dimmed"]} == {"dense"}


@pytest.mark.parametrize("chosen", [None, "gone"])
def test_nothing_is_dimmed_where_no_arm_is_chosen_that_is_there(chosen):
    usual = learning_curve(StudyHistory(plan(), curves(plan()))).to_dict()
    assert learning_curve(StudyHistory(plan(), curves(plan())), chosen=chosen).to_dict() == usual
    assert "dimmed" not in json.dumps(usual)


def test_lines_of_a_further_turn_of_the_colours_are_dashed_in_their_own_way():
    arms = ["none", *(f"bottleneck-dense:ratio={ratio}" for ratio in range(1, 19) if ratio != 4)]
    study = plan(arms=tuple(arms))
    spec = learning_curve_spec(StudyHistory(study, curves(study)))
    (line,) = [layer for layer in spec["layer"] if "strokeDash" in layer["encoding"]]
    rows = spec["datasets"][line["data"]["name"]].drop_duplicates("arm").set_index("arm")
    assert rows.loc[arms[:8], "dash"].unique().tolist() == ["Validation"]
    assert rows.loc[arms[8:16], "dash"].unique().tolist() == ["Validation 2"]
    assert rows.loc[arms[16:], "dash"].unique().tolist() == ["Validation 3"]
    scale = line["encoding"]["strokeDash"]["scale"]
    dashes = dict(zip(scale["domain"], map(tuple, scale["range"]), strict=True))
    assert len({dashes[kind] for kind in rows["dash"]}) == 3
