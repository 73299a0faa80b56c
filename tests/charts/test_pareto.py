"""Scores beside costs: the front, and names that do not cover each other."""

import pandas as pd
import pytest

from attnlab import export
from attnlab.charts import pareto
from attnlab.charts.cost_axis import cost_places
from attnlab.charts.pareto import collect_pareto
from tests.charts.verdict_rows import (
    ACCURACY,
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

FRONT, RANGES, LEADERS, POINTS, FIELDS, RING, NAMES = range(7)


def drawn(table=None, scale=ACCURACY, *more, **settings):
    table = verdicts() if table is None else table
    return pareto(result_of(table, scale), *more, **settings).to_dict()


def test_the_front_is_drawn_from_the_cheapest_on():
    front = rows_in(drawn(), FRONT)
    assert front["label"].tolist() == ["none", "eca", "se:ratio=4"]
    assert front["cost"].tolist() == [25_000, 25_003, 25_580]


def test_less_is_better_where_the_scale_says_so():
    assert rows_in(drawn(None, LOSS), FRONT)["label"].tolist() == ["none", "cbam"]


def test_no_front_where_neither_way_is_better():
    scale = type(ACCURACY)("Spread", better=0)
    assert rows_in(drawn(None, scale), FRONT).empty


def test_only_the_front_the_reference_and_the_chosen_arm_are_named():
    assert set(rows_in(drawn(), NAMES)["label"]) == {"none", "eca", "se:ratio=4"}
    spec = drawn(chosen="cbam")
    assert set(rows_in(spec, NAMES)["label"]) == {"none", "eca", "se:ratio=4", "cbam"}
    assert rows_in(spec, RING)["label"].tolist() == ["cbam"]
    assert set(rows_in(spec, POINTS)["label"]) == {"none", "eca", "se:ratio=4", "cbam"}


@pytest.mark.parametrize("n", [4, 25])
def test_names_do_not_cover_each_other(n):
    rows = [
        verdict(
            f"a{place}",
            f"Squeeze-and-excitation, ratio {place}",
            0.001 * place,
            0.1,
            "helps",
            total_parameters=25_000 + place,
        )
        for place in range(1, n)
    ]
    spec = drawn(verdicts(REFERENCE_ROW, *rows))
    names = rows_in(spec, NAMES)
    assert len(names) == n
    low, high = spec["layer"][NAMES]["encoding"]["y"]["scale"]["domain"]
    per_pixel = (high - low) / spec["height"]
    middles = ((high - names["name_score"]) / per_pixel).tolist()
    heights = names["height"].tolist()
    for place in range(1, n):
        between = middles[place] - middles[place - 1]
        assert between >= (heights[place] + heights[place - 1]) / 2 - 1e-6
    assert middles[0] >= heights[0] / 2 - 1e-6
    assert middles[-1] <= spec["height"] - heights[-1] / 2 + 1e-6


def test_costs_can_be_parameters_of_the_attention_or_seconds():
    table = collect_pareto(result_of(verdicts()), "attention").arms
    assert table["cost"].tolist() == [0, 500, 500, 500]
    assert drawn(None, ACCURACY, "seconds")["layer"][POINTS]["encoding"]["x"]["title"] == (
        "Seconds to train a run"
    )


def test_costs_over_orders_of_magnitude_are_logarithmic():
    def scale(*costs):
        rows = [
            verdict(f"a{place}", f"A{place}", 0.01, 0.1, "helps", total_parameters=cost)
            for place, cost in enumerate(costs)
        ]
        return drawn(verdicts(*rows))["layer"][POINTS]["encoding"]["x"]["scale"]

    assert scale(100, 10_000)["type"] == "log"
    assert scale(0, 100, 10_000)["type"] == "symlog"
    assert "type" not in scale(25_000, 26_000)
    low, high = scale(25_000, 26_000)["domain"]
    assert 24_000 < low < 25_000 < 26_000 < high


def test_arms_that_are_not_known_yet_are_counted():
    spec = drawn(verdicts(*WAITING))
    assert rows_in(spec, POINTS)["label"].tolist() == ["none"]
    assert spec["title"]["subtitle"][1] == "3 arms are not known yet"
    spec = drawn(verdicts(*WAITING[:2]))
    assert spec["title"]["subtitle"][1] == "1 arm is not known yet"


@pytest.mark.parametrize(
    "table", [verdicts(REFERENCE_ROW), verdicts(WAITING[1]), many(3)], ids=["one", "none", "equal"]
)
def test_a_study_with_little_to_show_can_be_drawn(table):
    for against in ("parameters", "attention", "seconds"):
        across = drawn(table, ACCURACY, against)["layer"][POINTS]["encoding"]["x"]["scale"]
        assert across["domain"][0] < across["domain"][1]


def test_the_pointer_is_told_score_and_cost():
    told = rows_in(drawn(), FIELDS).set_index("label").loc["se:ratio=4"]
    assert told["cost_words"] == "25,580"
    assert told["words"] == "73.1 ± 1.0 %"


def test_chance_is_a_line_where_the_axis_reaches_it():
    near = verdicts(REFERENCE_ROW | {"score": 0.21, "score_low": 0.18, "score_high": 0.24})
    assert len(drawn(near)["layer"]) == NAMES + 1 + 2
    assert len(drawn()["layer"]) == NAMES + 1


def test_parts_of_a_second_are_seconds():
    table = verdicts().assign(seconds=[0.3, 0.5, 0.7, 0.9])
    words = export.figure(pareto(result_of(table), "seconds"), "svg").decode()
    assert ">0.4<" in words
    assert "00m<" not in words
    large = verdicts().assign(total_parameters=[25_000, 26_000, 27_000, 28_000])
    assert ">26k<" in export.figure(pareto(result_of(large)), "svg").decode()


def test_tens_are_written_out():
    table = verdicts().assign(score=[0.3, 0.5, 0.7, 0.9], score_low=NAN, score_high=NAN)
    words = export.figure(pareto(result_of(table)), "svg").decode()
    assert ">60<" in words
    assert "e+" not in words


def test_the_pointer_names_the_arms_that_hide_each_other():
    rows = [
        verdict("a", "A", 0.0100, 0.1, "helps", total_parameters=25_000),
        verdict("b", "B", 0.0101, 0.1, "helps", total_parameters=25_002),
        verdict("c", "C", 0.1000, 0.1, "helps", total_parameters=90_000),
    ]
    here = rows_in(drawn(verdicts(REFERENCE_ROW, *rows)), FIELDS).set_index("label")["here"]
    assert here["a"].startswith("A; here, too: ")
    assert "B" in here["a"]
    assert here["c"] == "C"


@pytest.mark.parametrize("costs", [[10, 20, 30], [10, 100, 10_000], [0, 10, 10_000]])
def test_costs_stand_where_the_scale_of_the_axis_has_them(costs):
    places = cost_places(pd.Series(costs, dtype=float), 100)
    assert places.is_monotonic_increasing
    assert 0 < places.iloc[0] < places.iloc[-1] < 100
    if costs[0] == 10:
        assert places.iloc[0] == pytest.approx(100 - places.iloc[-1])
