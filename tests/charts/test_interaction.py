"""The grid of two parameters: cells around 0, marked where a difference was shown."""

import pandas as pd
import pytest

from attnlab.charts import interaction
from attnlab.charts.interaction import EVEN, INK, PAPER
from attnlab.charts.palette import HELPS, HURTS
from tests.charts.test_palette import contrast
from tests.charts.verdict_rows import (
    ACCURACY,
    LOSS,
    NAN,
    result_of,
    rows_in,
    varied_by,
)

CELLS, WORDS, MARKS, RING = range(4)


def cell(x, y, difference, verdict="no difference shown"):
    return {
        "x": x,
        "y": y,
        "label": f"se:ratio={x},place={y}",
        "score": 0.7 + difference,
        "difference": difference,
        "low": difference - 0.01,
        "high": difference + 0.01,
        "verdict": verdict,
    }


GRID = pd.DataFrame(
    [
        cell(16, "block 1", 0.03, "helps"),
        cell(2, "block 1", -0.02, "hurts"),
        cell(16, "block 2", 0.002),
        cell(2, "block 2", NAN, "no pairs yet"),
    ]
)


def drawn(frame=GRID, scale=ACCURACY, **more):
    x, y = varied_by(frame, "x", "Reduction ratio"), varied_by(frame, "y", "Place")
    return interaction(result_of(frame, scale), x, y, **more).to_dict()


def test_numbers_are_sorted_and_words_keep_their_order_from_below():
    encoding = drawn()["layer"][CELLS]["encoding"]
    assert encoding["x"]["sort"] == [2, 16]
    assert encoding["y"]["sort"] == ["block 2", "block 1"]
    assert encoding["x"]["title"] == ["Reduction ratio"]


def test_colours_diverge_evenly_around_no_difference():
    scale = drawn()["layer"][CELLS]["encoding"]["color"]["scale"]
    assert scale["domain"] == [pytest.approx(-3), 0, pytest.approx(3)]
    assert scale["range"] == [HURTS, EVEN, HELPS]


def test_blue_is_better_where_less_is_better():
    scale = drawn(scale=LOSS)["layer"][CELLS]["encoding"]["color"]["scale"]
    assert scale["range"] == [HELPS, EVEN, HURTS]


def test_scores_have_a_scale_from_low_to_high():
    encoding = drawn(show="score")["layer"][CELLS]["encoding"]["color"]
    assert encoding["scale"]["domain"] == [pytest.approx(68), pytest.approx(73)]
    assert encoding["title"] == ["Validation accuracy, %"]
    assert set(rows_in(drawn(show="score"), WORDS)["words"]) == {"73.0", "68.0", "70.2"}


def test_cells_say_their_number_and_missing_ones_nothing():
    words = rows_in(drawn(), WORDS).set_index("label")["words"].to_dict()
    assert words == {
        "se:ratio=16,place=block 1": "+3.0",
        "se:ratio=2,place=block 1": "−2.0",
        "se:ratio=16,place=block 2": "+0.2",
    }


def test_words_vanish_where_cells_are_too_narrow():
    size = drawn()["layer"][WORDS]["mark"]["fontSize"]["expr"]
    assert "bandwidth('x')" in size


def test_marks_stand_where_something_was_shown():
    spec = drawn()
    shapes = rows_in(spec, MARKS).dropna(subset="shape").set_index("label")["shape"].to_dict()
    assert shapes == {"se:ratio=16,place=block 1": "helps", "se:ratio=2,place=block 1": "hurts"}
    assert spec["title"]["subtitle"] == ["A triangle: a difference was shown"]


@pytest.mark.parametrize("ground", [HELPS, HURTS, EVEN])
def test_words_can_be_read_on_the_ends_and_the_middle(ground):
    value = {HELPS: 0.03, HURTS: -0.03, EVEN: 0.0}[ground]
    inks = rows_in(drawn(pd.DataFrame([cell(1, 1, value), cell(2, 1, 0.03)])), WORDS)["ink"]
    assert inks[0] in (INK, PAPER)
    assert contrast(inks[0], ground) >= 4


def test_the_chosen_cell_is_framed_and_the_others_dimmed():
    spec = drawn(chosen="se:ratio=2,place=block 1")
    assert rows_in(spec, RING)["x"].tolist() == [2]
    assert rows_in(spec, CELLS)["dimmed"].sum() == 3


@pytest.mark.parametrize("show", ["difference", "score"])
@pytest.mark.parametrize(
    "frame",
    [
        GRID.iloc[:1],
        GRID.assign(difference=0.0, score=0.7),
        GRID.assign(difference=NAN, low=NAN, high=NAN, score=NAN, verdict="no pairs yet"),
    ],
)
def test_a_grid_that_shows_nothing_can_be_drawn(frame, show):
    domain = drawn(frame, show=show)["layer"][CELLS]["encoding"]["color"]["scale"]["domain"]
    assert domain[0] < domain[-1]


def test_the_pointer_is_told_difference_and_score():
    told = rows_in(drawn(), CELLS).iloc[0]
    assert told["difference_words"] == "+3.0 (+2.0 to +4.0) percentage points"
    assert told["score_words"] == "73.0 %"
