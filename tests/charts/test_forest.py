"""The forest: a row an arm in the study's order, verdicts in words, shapes and colours."""

import json

import pandas as pd
import pytest

from attnlab.charts import forest, forest_spec
from attnlab.charts.forest import collect_forest
from attnlab.charts.palette import HELPS, HURTS, REFERENCE
from attnlab.charts.verdicts import MARKS
from attnlab.results.verdict import Verdict
from tests.charts.verdict_rows import (
    ACCURACY,
    ARMS,
    FOUR,
    LOSS,
    NAN,
    REFERENCE_ROW,
    WAITING,
    many,
    result_of,
    rows_in,
    verdict,
    verdicts,
)

FIELDS, BANDS, ZERO, RANGES, FIRM, OPEN, HEADLINES, NUMBERS, ARROWS = range(9)


def drawn(table, scale=ACCURACY, chosen=None):
    return forest(result_of(table, scale), chosen).to_dict()


def names_in(spec):
    labels = spec["layer"][FIELDS]["encoding"]["y"]["axis"]["labelExpr"]
    return [" ".join(lines) for lines in json.loads(labels.partition("[format")[0]).values()]


def test_arms_keep_their_order_and_their_whole_titles():
    spec = drawn(verdicts())
    assert rows_in(spec, FIELDS)["label"].tolist() == ["none", "se:ratio=4", "eca", "cbam"]
    assert names_in(spec) == [row["title"] for row in FOUR]
    axis = spec["layer"][FIELDS]["encoding"]["y"]["axis"]
    assert axis["labelLimit"] == 0
    assert not axis["labelOverlap"]


def test_rows_stand_below_each_other_without_gap_or_overlap():
    fields = rows_in(drawn(many(25)), FIELDS)
    assert len(fields) == 25
    assert fields["top"].tolist() == [0, *fields["bottom"].tolist()[:-1]]
    assert fields["bottom"].iloc[-1] == drawn(many(25))["height"]


def test_differences_are_in_percentage_points():
    spec = drawn(verdicts())
    across = spec["layer"][FIRM]["encoding"]["x"]
    assert " ".join(across["title"]) == "Difference to No attention, percentage points"
    ranges = rows_in(spec, RANGES)
    assert ranges["low"].tolist() == pytest.approx([1.2, -0.8, -3.0])
    assert ranges["high"].tolist() == pytest.approx([5.0, 1.2, -1.0])
    low, high = across["scale"]["domain"]
    assert low < -3
    assert high > 5
    assert low < 0 < high


def test_the_reference_stands_at_zero():
    firm = rows_in(drawn(verdicts()), FIRM)
    assert firm.set_index("verdict")["difference"].to_dict() == pytest.approx(
        {"reference": 0.0, "helps": 3.1, "no difference shown": 0.2, "hurts": -2.0}
    )


def test_verdicts_are_words_shapes_and_colours():
    spec = drawn(verdicts())
    headlines = rows_in(spec, HEADLINES)
    words = ["reference", "helps", "no difference shown", "hurts"]
    assert headlines["headline"].tolist() == words
    assert headlines["colour"].tolist() == [REFERENCE, HELPS, REFERENCE, HURTS]
    assert rows_in(spec, NUMBERS)["numbers"].tolist() == [
        "",
        "+3.1 (+1.2 to +5.0)",
        "+0.2 (−0.8 to +1.2)",
        "−2.0 (−3.0 to −1.0)",
    ]
    shape = spec["layer"][FIRM]["encoding"]["shape"]["scale"]
    shapes = dict(zip(shape["domain"], shape["range"], strict=True))
    assert len({shapes[word] for word in words}) == 4


def test_helps_is_what_the_verdict_says_even_where_less_is_better():
    row = verdict("eca", "ECA", -0.2, 0.1, "helps")
    headlines = rows_in(drawn(verdicts(REFERENCE_ROW, row), LOSS), HEADLINES)
    assert headlines["colour"].iloc[1] == HELPS


def test_a_band_tells_what_could_not_have_been_shown():
    bands = rows_in(drawn(verdicts()), BANDS)
    assert bands[["low", "high"]].to_numpy().tolist() == [pytest.approx([-1.5, 1.5])]
    assert bands["top"].iloc[0] < bands["bottom"].iloc[0]


def test_a_huge_band_does_not_squeeze_the_intervals():
    row = verdict("eca", "ECA", 0.001, 0.002, "no difference shown", shown=5.0)
    spec = drawn(verdicts(REFERENCE_ROW, row))
    low, high = spec["layer"][FIRM]["encoding"]["x"]["scale"]["domain"]
    assert high - low < 2
    bands = rows_in(spec, BANDS)
    assert bands["low"].iloc[0] >= low
    assert bands["high"].iloc[0] <= high


def test_arms_without_pairs_are_empty_rows_and_nothing_moves():
    waiting, known = drawn(verdicts(*WAITING)), drawn(verdicts())
    assert waiting["height"] == known["height"]
    assert names_in(waiting) == names_in(known)
    assert rows_in(waiting, RANGES).empty
    assert len(waiting["title"]["subtitle"]) == len(known["title"]["subtitle"])
    ranges = [spec["layer"][FIRM]["encoding"]["x"]["scale"]["range"] for spec in (waiting, known)]
    assert ranges[0] == ranges[1]
    assert rows_in(waiting, HEADLINES)["headline"].tolist()[1:] == ["no pairs yet"] * 3


def test_too_few_seeds_are_an_outline_without_an_interval():
    row = verdict("eca", "ECA", 0.01, NAN, "not enough seeds", interval="")
    spec = drawn(verdicts(REFERENCE_ROW, row))
    assert rows_in(spec, OPEN)["verdict"].tolist() == ["not enough seeds"]
    assert spec["layer"][OPEN]["mark"]["filled"] is False
    assert rows_in(spec, RANGES).empty
    assert rows_in(spec, NUMBERS)["numbers"].iloc[1] == "+1.0"


def test_the_pointer_is_told_the_numbers():
    told = rows_in(drawn(verdicts()), FIELDS).set_index("label").loc["se:ratio=4"]
    assert told["unit_words"] == "+3.1 (+1.2 to +5.0) percentage points"
    assert told["interval_words"] == "95 %"
    assert told["p_words"] == "0.012"
    assert told["d_words"] == "1.25"
    assert told["shown_words"] == "1.5 percentage points"
    assert told["score_words"] == "73.1 ± 1.0 %"


def test_the_chosen_arm_is_shaded_and_the_others_dimmed():
    spec = drawn(verdicts(), chosen="eca")
    fields = rows_in(spec, FIELDS).set_index("label")
    assert fields.index[fields["chosen"]].tolist() == ["eca"]
    assert rows_in(spec, HEADLINES)["dimmed"].tolist() == [True, True, False, True]


@pytest.mark.parametrize(
    "table",
    [
        verdicts(REFERENCE_ROW),
        verdicts(REFERENCE_ROW, verdict("eca", "ECA", 0.0, 0.0, "no difference shown")),
        verdicts(*WAITING),
        verdicts(verdict("none", "No attention", verdict="reference", score=NAN, n=0)),
    ],
)
def test_a_study_that_shows_nothing_can_be_drawn(table):
    spec = drawn(table)
    low, high = spec["layer"][FIRM]["encoding"]["x"]["scale"]["domain"]
    assert low < 0 < high


def test_tiny_differences_keep_a_scale_of_their_own():
    row = verdict("eca", "ECA", 1e-6, 4e-7, "helps")
    spec = drawn(verdicts(REFERENCE_ROW, row))
    low, high = spec["layer"][FIRM]["encoding"]["x"]["scale"]["domain"]
    assert 1e-4 < high < 1e-3
    assert low == 0 or -1e-4 < low < 0


def test_arms_of_one_title_are_told_apart():
    row = verdict("eca:kernel=3", "ECA", 0.01, 0.001, "helps")
    spec = drawn(verdicts(*FOUR, row))
    assert {"ECA (eca)", "ECA (eca:kernel=3)"} <= set(names_in(spec))


def test_every_verdict_has_a_mark():
    assert set(MARKS) == {verdict.value for verdict in Verdict}
    for name in MARKS.keys() - {"control"}:  # of the contrasts' own forest
        row = verdict("eca", "ECA", 0.01, 0.001, name, is_reference=False)
        headlines = rows_in(drawn(verdicts(REFERENCE_ROW, row)), HEADLINES)
        assert headlines["headline"].iloc[1] == name


def test_the_spec_is_that_of_the_chart_with_its_rows_as_frames():
    spec, chart = forest_spec(result_of(verdicts())), drawn(verdicts())
    assert spec["height"] == chart["height"]
    for layer in (FIELDS, BANDS, RANGES, FIRM, HEADLINES, NUMBERS):
        pd.testing.assert_frame_equal(
            rows_in(spec, layer).reset_index(drop=True).astype(object),
            rows_in(chart, layer).astype(object),
            check_dtype=False,
        )
    assert [own["mark"] for own in spec["layer"]] == [own["mark"] for own in chart["layer"]]


def test_arms_without_a_number_have_a_dash_for_it():
    arms = collect_forest(result_of(verdicts(*WAITING))).arms
    for column in ("p_words", "d_words", "shown_words", "difference_words"):
        assert arms[column].tolist() == ["–"] * 4


def test_an_interval_of_two_pairs_leaves_the_others_their_room():
    wide = verdict("eca", ARMS["eca"], 0.02, 1.52, "no difference shown", number=2)
    spec = drawn(verdicts(REFERENCE_ROW, wide))
    low, high = spec["layer"][ZERO]["encoding"]["x"]["scale"]["domain"]
    assert low >= -7
    assert 6 <= high <= 7
    arrows = rows_in(spec, ARROWS)
    assert arrows["way"].tolist() == ["left", "right"]
    assert arrows["difference"].tolist() == [low, high]
    three = verdict("eca", ARMS["eca"], 0.02, 1.52, "no difference shown", number=3)
    spec = drawn(verdicts(REFERENCE_ROW, three))
    assert spec["layer"][ZERO]["encoding"]["x"]["scale"]["domain"][1] >= 154
    assert rows_in(spec, ARROWS).empty
