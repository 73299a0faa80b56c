"""Contrasts, a margin and controls in charts."""

import json

import pytest

from attnlab.analysis.varied import varied
from attnlab.charts import ARM_PARAM, contrasts_forest, dose, forest, per_seed
from attnlab.charts.dose_controls import collect_controls
from attnlab.charts.forest import collect_contrasts, collect_forest
from attnlab.charts.palette import ARMS, REFERENCE, SAME, arm_colours
from attnlab.charts.scale import scale_of
from attnlab.charts.seed_numbers import collect_seeds
from attnlab.results.contrasts import families_by_question
from attnlab.results.judge import judge
from attnlab.spec import Study
from tests.charts.verdict_rows import params_of, rows_in
from tests.export.with_contrasts import LEVELS, with_contrasts

FIELDS, BANDS, ZERO, MARGINS, INNER = range(5)
SIZE, LAYER = "Is it just size?", "Do these arms differ?"


@pytest.fixture
def result(home):
    store, study_id = with_contrasts(home)
    yield judge(store, study_id)
    store.close()


@pytest.fixture
def without_margin(home):
    store, study_id = with_contrasts(home, margin=0)
    yield judge(store, study_id)
    store.close()


def test_dashed_lines_stand_at_both_ends_of_the_margin(result):
    spec = forest(result).to_dict()
    lines = spec["layer"][MARGINS]
    assert rows_in(spec, MARGINS)["difference"].tolist() == [-2, 2]
    assert lines["mark"]["strokeDash"]
    low, high = lines["encoding"]["x"]["scale"]["domain"]
    assert low < -2 < 2 < high
    assert "the margin, ±2 percentage points" in " ".join(spec["title"]["subtitle"])


def test_what_is_practically_the_same_has_its_interval_between_them(result):
    spec = contrasts_forest(SIZE, families_by_question(result)[SIZE]).to_dict()
    [inner] = rows_in(spec, INNER).to_dict("records")
    assert -2 < inner["low"] < inner["high"] < 2
    assert inner["colour"] == SAME
    assert spec["layer"][INNER]["mark"]["strokeWidth"] > 4


def test_without_a_margin_there_is_neither(without_margin):
    spec = forest(without_margin).to_dict()
    assert "margin" not in " ".join(spec["title"]["subtitle"])
    assert not [layer for layer in spec["layer"] if "strokeDash" in layer["mark"]]


def test_contrasts_stand_below_their_question_and_are_called_by_both_arms(result):
    family = families_by_question(result)[LAYER]
    spec = contrasts_forest(LAYER, family).to_dict()
    assert spec["title"]["text"] == [LAYER]
    axis = spec["layer"][FIELDS]["encoding"]["y"]["axis"]["labelExpr"]
    [name] = json.loads(axis.partition("[format")[0]).values()
    assert " ".join(name) == "Dense attention, depth 1 − dense attention, depth 0"
    across = spec["layer"][MARGINS]["encoding"]["x"]["title"]
    assert " ".join(across) == "Difference of the two, percentage points"
    data = collect_contrasts(LAYER, family)
    assert data.arms["verdict_words"].tolist() == ["helps, by less than the margin"]


def test_a_press_on_a_contrast_chooses_its_arm(result):
    family = families_by_question(result)[LAYER]
    data = collect_contrasts(LAYER, family, chosen="dense:depth=1")
    assert data.arms[["label", "chosen"]].values.tolist() == [["dense:depth=1", True]]
    spec = contrasts_forest(LAYER, family).to_dict()
    assert params_of(spec)[ARM_PARAM][1] == [FIELDS]


def test_controls_are_no_arms_of_the_forest_and_have_colours_of_their_own(result):
    assert collect_forest(result).arms["label"].tolist() == ["none", "dense", "dense:depth=1"]
    colours = arm_colours(result)
    assert colours == dict(zip(LEVELS, (REFERENCE, *ARMS), strict=False))
    assert arm_colours(result.study) == colours


def test_seed_by_seed_a_control_says_what_it_is(result):
    arms = collect_seeds(result).arms.set_index("label")
    assert arms["headline"].tolist() == ["reference", "better at", "better at", *["control"] * 3]
    assert per_seed(result).to_dict()


def test_controls_are_named_lines_among_the_doses(result):
    [depth] = varied(result.study)
    data = collect_controls(result, depth, scale_of(result))
    assert data.kinds == ["Uniform weights", "Frozen at random", "Matched layers"]
    assert data.across["label"].tolist() == list(LEVELS)[3:]
    assert data.through.empty
    spec = dose(result, depth).to_dict()
    [place] = [at for at, layer in enumerate(spec["layer"]) if layer["mark"]["type"] == "text"]
    names = " ".join(rows_in(spec, place)["words"])
    assert names == "Uniform weights Frozen at random Matched layers"
    assert "Dashed: controls" in spec["title"]["subtitle"]


def test_a_control_of_each_dose_is_a_line_through_them():
    [depth] = varied(
        Study(task="planted-features", arms=[*LEVELS, "frozen-random:of=dense:depth=1"])
    )
    assert depth.controls["Frozen at random"] == {
        "frozen-random:of=dense": 0,
        "frozen-random:of=dense:depth=1": 1,
    }
    assert depth.controls["Uniform weights"] == {"uniform:kind=distribution": None}
