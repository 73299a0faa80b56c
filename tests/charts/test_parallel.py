"""Parallel coordinates: every arm at its values, in order, and at its score."""

import re

import pandas as pd
import pytest

from attnlab import export
from attnlab.charts import parallel
from attnlab.charts.parallel import collect_parallel, in_order, value_text
from tests.charts.verdict_rows import (
    NAN,
    result_of,
    rows_in,
    varied_by,
)

AXES, LINES, FIELDS, PILLS, WORDS, HEADS = range(6)
TITLES = {"ratio": "Reduction ratio", "gate": "Gate"}


def grid(scores=(0.6, 0.7, 0.8, 0.75)):
    return pd.DataFrame(
        {
            "label": ["a", "b", "c", "d"],
            "ratio": [16, 2, 16, 4],
            "gate": ["softmax", "sigmoid", "sigmoid", "softmax"],
            "score": scores,
        }
    )


def every_of(frame, titles):
    return [varied_by(frame, column, title) for column, title in titles.items()]


def collected(frame):
    return collect_parallel(result_of(frame), every_of(frame, TITLES))


def drawn(frame, titles=TITLES, chosen=None):
    return parallel(result_of(frame), every_of(frame, titles), chosen)


def test_values_stand_evenly_in_their_order():
    ticks = collected(grid()).ticks
    first = ticks[ticks["axis"] == 0]
    assert first["words"].tolist() == ["2", "4", "16"]
    assert first["place"].tolist() == [0, 0.5, 1]
    assert ticks[ticks["axis"] == 1]["words"].tolist() == ["softmax", "sigmoid"]


def test_every_arm_goes_through_its_values_to_its_score():
    lines = collected(grid()).lines.set_index(["label", "axis"])["place"]
    assert lines["b", 0] == 0
    assert lines["d", 0] == 0.5
    assert [lines[arm, 2] for arm in "abcd"] == pytest.approx([0, 0.5, 1, 0.75])


def test_arms_of_one_value_are_spread_by_their_score_and_stay_by_it():
    lines = collected(grid()).lines.set_index(["label", "axis"])["place"]
    assert lines["c", 0] > 1 > lines["a", 0] > 0.75
    assert abs(lines["c", 0] - 1) == pytest.approx(abs(lines["a", 0] - 1))


def test_values_keep_their_places_as_scores_come():
    before = collected(grid((0.9, 0.6, NAN, NAN))).ticks
    after = collected(grid()).ticks
    ends = [own[own["axis"] < 2].reset_index(drop=True) for own in (before, after)]
    pd.testing.assert_frame_equal(*ends)


def test_the_score_has_round_values_within_its_reach():
    ticks = collected(grid()).ticks
    assert ticks[ticks["axis"] == 2]["words"].tolist() == ["60", "65", "70", "75", "80"]


def test_the_pointer_is_told_all_values():
    spec = drawn(grid()).to_dict()
    titles = [own["title"] for own in spec["layer"][FIELDS]["encoding"]["tooltip"]]
    assert titles == ["Arm", "Validation accuracy", "Reduction ratio", "Gate"]
    told = rows_in(spec, FIELDS).iloc[0]
    assert (told["words"], told["value_0"], told["value_1"]) == ("60.0 %", "16", "softmax")


@pytest.mark.parametrize("name", ["words", "name", "axis", "place", "chosen", "dimmed"])
def test_a_parameter_may_be_called_as_what_the_chart_keeps(name):
    spec = drawn(
        grid().rename(columns={"gate": name}), {"ratio": "Reduction ratio", name: name}
    ).to_dict()
    told = rows_in(spec, FIELDS).iloc[0]
    assert (told["words"], told["value_1"]) == ("60.0 %", "softmax")
    field = spec["layer"][FIELDS]["encoding"]["tooltip"][-1]
    assert (field["title"], field["field"]) == (name, "value_1")


def test_colours_go_with_the_score_and_arms_without_one_are_grey():
    spec = drawn(grid((NAN, 0.7, 0.8, 0.75))).to_dict()
    colour = spec["layer"][LINES]["encoding"]["color"]
    assert "isValid(datum.score)" in str(colour["condition"])
    assert colour["condition"]["scale"]["domain"] == [pytest.approx(70), pytest.approx(80)]
    assert spec["layer"][LINES]["mark"]["invalid"] is None
    lines = rows_in(spec, LINES)
    assert lines[lines["label"] == "a"]["axis"].tolist() == [0, 1]


def test_lines_are_seen_on_white_and_on_dark():
    picture = export.figure(drawn(grid()), "svg").decode()
    lines = set(re.findall(r'stroke="rgb\((\d+), (\d+), (\d+)\)"', picture))
    assert len(lines) == 4
    for line in lines:
        colour = luminance(map(int, line))
        for ground in ((255, 255, 255), (14, 17, 23)):
            light, dark = sorted((colour, luminance(ground)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) > 1.6, (line, ground)


def luminance(colour):
    """How light a colour is, as WCAG reckons it: 0 to 1."""
    linear = [((own / 255 + 0.055) / 1.055) ** 2.4 for own in colour]
    return sum(share * own for share, own in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_the_chosen_arm_is_thick_and_the_others_dimmed():
    lines = rows_in(drawn(grid(), chosen="c").to_dict(), LINES)
    assert set(lines.loc[lines["chosen"], "label"]) == {"c"}
    assert set(lines.loc[lines["dimmed"], "label"]) == {"a", "b", "d"}


@pytest.mark.parametrize(
    "frame", [grid().iloc[:1], grid((0.5,) * 4), grid((NAN,) * 4), grid().iloc[:0]]
)
def test_a_grid_with_little_to_show_can_be_drawn(frame):
    spec = drawn(frame).to_dict()
    assert len(rows_in(spec, HEADS)) == 3
    assert rows_in(spec, LINES).get("place", pd.Series(dtype=float)).between(-0.2, 1.2).all()


def test_numbers_are_in_order_and_switches_read_as_such():
    assert in_order(pd.Series([8.0, 2.0, None])) == [2.0, 8.0]
    assert in_order(pd.Series([True, False])) == [True, False]
    assert [value_text(own) for own in (True, False, 0.001, -2, "tanh")] == [
        "on",
        "off",
        "0.001",
        "−2",
        "tanh",
    ]
