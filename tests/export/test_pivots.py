"""Grids, planned contrasts and questions in tables for a paper."""

import pytest

from attnlab.export import ExportError
from attnlab.export.paper import latex, markdown
from attnlab.export.verdicts import verdicts

from .paper_tables import BETTER, LIKE, NONE, WORSE, caption, cells, checked
from .studies import TASK, recorded
from .with_contrasts import with_contrasts


@pytest.fixture
def grid(home):
    build = {"grid": "dense", "depth": [1, 0], "classes": [3, 9]}
    rows = {
        **{"none": NONE, "none@classes=9": WORSE, "dense": BETTER, "dense@classes=9": LIKE},
        **{"dense:depth=1": LIKE, "dense:depth=1@classes=9": []},
    }
    return recorded(home, rows, arms=["uniform"], build=build)


def test_a_grid_has_a_row_and_a_column_per_value(grid):
    text = markdown(*grid, pivot=True)
    head, _, *rows = cells(text)
    assert head == ["Depth ↓ Classes →", "3", "9"]
    assert [row[0] for row in rows] == ["0", "1"]
    assert rows[0][1] == "**70.9 ± 1.4** †"
    assert rows[1][2] == "–"
    beside = "No attention, classes 3 50.0 ± 1.4; No attention, classes 9 39.1 ± 1.6"
    assert f"Beside the grid: {beside}" in text
    assert "Chance: 11.1–33.3 %." in text
    assert caption(text).startswith("Test accuracy (%). Planted feature (")


def test_a_grid_in_latex_names_what_its_columns_are(grid):
    groups, head, *rows = checked(latex(*grid, ["val_accuracy", "val_loss"], pivot=True))
    assert groups[1] == r"\multicolumn{2}{c}{Classes}"
    assert head[1:] == ["3", "9"]
    assert rows[2:4] == [groups, head]  # of the second metric's table
    assert len(rows) == 6


def test_a_pivot_of_a_study_that_varies_otherwise_is_refused(usual):
    with pytest.raises(ExportError, match="takes a study that varies two parameters; this one: de"):
        markdown(*usual, pivot=True)


def test_an_arm_that_nothing_is_compared_with_has_no_p(home):
    text = markdown(*recorded(home, {"none": NONE}, task=TASK))
    assert cells(text)[0][1:] == [*("Test accuracy (%)", "chance", "n", "parameters (attention)")]
    assert "p:" not in text


def test_planned_contrasts_have_rows_below_a_rule(home):
    study = with_contrasts(home)
    text = markdown(*study, ["val_accuracy"])
    rows = cells(text)
    assert [row[0] for row in rows[-4:]] == [
        "Dense attention, depth 0 − uniform weights",
        "Dense attention, depth 0 − frozen at random",
        "Dense attention, depth 0 − matched layers",
        "Dense attention, depth 1 − dense attention, depth 0",
    ]
    assert rows[-2][3].endswith(" ≈")
    assert rows[-4][3].endswith(" †")
    assert rows[-4][-2:] == ["–", "–"]
    words = caption(text)
    assert (
        "Rows “A − B”: planned contrasts, a family of their own, after Holm's correction over 4"
        in words
    )
    assert "Margin: ±2 percentage points of test accuracy; practically the same by two" in words
    assert "≈ practically the same" in words
    body = latex(*study, ["val_accuracy"])
    assert body.count(r"\midrule") == 2
    assert r"Dense attention, depth 0 $-$ matched layers & -- & --" in body


def test_the_caption_names_max_t(home):
    words = caption(markdown(*with_contrasts(home, correction="max-t"), ["val_accuracy"]))
    assert "after step-down max-t over 2 comparisons" in words
    assert "Holm" not in words


def test_a_csv_has_rows_of_contrasts_and_tells_them_by_their_family(home):
    table = verdicts(*with_contrasts(home), ["val_accuracy", "val_loss"])
    assert table["family"].tolist() == (["arms"] * 6 + ["contrasts"] * 4) * 2
    assert table["metric"].tolist() == ["val_accuracy"] * 10 + ["val_loss"] * 10
    assert table["margin"].notna().sum() == 6  # of what the study is judged by alone
