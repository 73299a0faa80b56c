"""Seed by seed: who is ahead at which seed; many arms as differences."""

import pandas as pd
import pytest

from attnlab.charts import per_seed, per_seed_spec
from attnlab.charts.palette import ARMS, HELPS, HURTS, REFERENCE
from attnlab.charts.seed_numbers import MOST_ARMS, collect_seeds
from tests.charts.verdict_rows import (
    ACCURACY,
    LOSS,
    REFERENCE_ROW,
    WAITING,
    many,
    result_of,
    rows_in,
    scores,
    verdicts,
)

FIELDS, LINES, MEANS, FILLED, HOLLOW, HEADLINES, NUMBERS = range(7)


def drawn(table, scale=ACCURACY, chosen=None, own=None):
    own = scores(table) if own is None else own
    return per_seed(result_of(table, scale, own), chosen).to_dict()


def test_every_seed_has_a_dot_in_the_colour_of_its_arm():
    spec = drawn(verdicts())
    dots = pd.concat([rows_in(spec, FILLED), rows_in(spec, HOLLOW)])
    assert dots.groupby("label")["seed"].nunique().to_dict() == dict.fromkeys(
        ["none", "se:ratio=4", "eca", "cbam"], 4
    )
    colours = dots.groupby("label")["colour"].first().to_dict()
    assert colours == {"none": REFERENCE, "se:ratio=4": ARMS[0], "eca": ARMS[1], "cbam": ARMS[2]}
    assert dots.set_index(["label", "seed"])["value"]["none", 1] == pytest.approx(70.1)


def test_filled_dots_are_better_than_the_reference_at_the_same_seed():
    spec = drawn(verdicts())
    hollow = rows_in(spec, HOLLOW)
    assert hollow[hollow["label"] == "se:ratio=4"]["seed"].tolist() == [3]
    assert set(hollow[hollow["label"] == "cbam"]["seed"]) == {0, 1, 2, 3}
    numbers = rows_in(spec, NUMBERS)["numbers"].tolist()
    assert numbers == ["", "3 of 4 seeds", "3 of 4 seeds", "0 of 4 seeds"]


def test_less_is_better_where_the_scale_says_so():
    numbers = rows_in(drawn(verdicts(), LOSS), NUMBERS)["numbers"].tolist()
    assert numbers == ["", "1 of 4 seeds", "1 of 4 seeds", "4 of 4 seeds"]


def test_equal_scores_are_no_win():
    table = verdicts()
    own = scores(table).assign(value=0.5)
    data = collect_seeds(result_of(table, ACCURACY, own))
    assert set(data.points["against"].dropna()) == {"the same"}
    spec = drawn(table, own=own)
    assert rows_in(spec, NUMBERS)["numbers"].tolist()[1:] == ["0 of 4 seeds"] * 3
    low, high = spec["layer"][FILLED]["encoding"]["x"]["scale"]["domain"]
    assert low < 50 < high


def test_lines_join_a_seed_in_neighbouring_rows_alone():
    table = verdicts()
    own = scores(table)
    own = own[(own["arm"] != "se:ratio=4") | (own["seed"] < 2)]
    lines = rows_in(drawn(table, own=own), LINES)
    assert len(lines) == 2 + 2 + 4
    assert (lines["middle_after"] > lines["middle"]).all()
    assert lines.groupby(["middle", "middle_after"]).ngroups == 3


def test_of_many_arms_differences_are_drawn():
    spec = drawn(many(MOST_ARMS + 1))
    fields = rows_in(spec, FIELDS)
    assert len(fields) == MOST_ARMS
    assert "none" not in set(fields["label"])
    title = " ".join(spec["layer"][FILLED]["encoding"]["x"]["title"])
    assert title == "Difference to No attention, percentage points"
    assert rows_in(spec, FILLED)["value"].tolist() == pytest.approx([1.0] * 3 * MOST_ARMS)
    assert len(drawn(many(MOST_ARMS))["layer"]) == len(spec["layer"])
    assert "none" in set(rows_in(drawn(many(MOST_ARMS)), FIELDS)["label"])


def test_of_many_arms_a_chosen_one_stands_beside_the_reference():
    spec = drawn(many(25), chosen="se:ratio=7")
    fields = rows_in(spec, FIELDS)
    assert fields["label"].tolist() == ["none", "se:ratio=7"]
    lines = rows_in(spec, LINES)
    assert lines["colour"].tolist() == [HELPS] * 3 + [HURTS]
    assert not rows_in(spec, HEADLINES)["dimmed"].any()


def test_choosing_the_reference_of_many_arms_keeps_them_all():
    assert len(rows_in(drawn(many(25), chosen="none"), FIELDS)) == 24


def test_few_arms_stay_and_the_others_are_dimmed():
    spec = drawn(verdicts(), chosen="eca")
    fields = rows_in(spec, FIELDS).set_index("label")
    assert fields.index[fields["chosen"]].tolist() == ["eca"]
    dots = pd.concat([rows_in(spec, FILLED), rows_in(spec, HOLLOW)])
    assert set(dots.loc[~dots["dimmed"], "label"]) == {"eca"}


def test_a_study_that_begins_has_all_its_rows():
    table = verdicts(*WAITING)
    spec = drawn(table, own=scores(table).iloc[:1])
    assert spec["height"] == drawn(verdicts())["height"]
    assert rows_in(spec, HEADLINES)["headline"].tolist() == ["reference", *["no pairs yet"] * 3]
    nothing = drawn(table, own=scores(table).iloc[:0])
    assert nothing["height"] == spec["height"]
    assert len(nothing["title"]["subtitle"]) == len(spec["title"]["subtitle"])


def test_the_reference_alone_can_be_drawn():
    assert len(rows_in(drawn(verdicts(REFERENCE_ROW)), FIELDS)) == 1


def test_scores_of_arms_that_are_no_part_of_it_are_left_out():
    own = scores(verdicts())
    stray = pd.DataFrame({"arm": ["old"], "seed": [0], "value": [0.1]})
    points = collect_seeds(result_of(verdicts(), ACCURACY, pd.concat([own, stray]))).points
    assert "old" not in set(points["label"])


def test_the_pointer_is_told_the_score_and_the_difference():
    dots = rows_in(drawn(verdicts()), FILLED)
    told = dots[dots["label"] == "se:ratio=4"].iloc[0]
    assert told["words"] == "73.1 %"
    assert told["gain_words"] == "+3.1 percentage points"


def test_the_spec_is_that_of_the_chart():
    spec = per_seed_spec(result_of(verdicts(), ACCURACY, scores(verdicts())))
    chart = drawn(verdicts())
    assert [own["mark"] for own in spec["layer"]] == [own["mark"] for own in chart["layer"]]
    assert len(rows_in(spec, FILLED)) == len(rows_in(chart, FILLED))
