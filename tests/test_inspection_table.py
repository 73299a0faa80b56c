"""The table of reliance, need and agreement: what its rows say, and that the page has it."""

import numpy as np
import pandas as pd
import pytest

from attnlab.inspection.found import CURVES, ROWS, RunInspection
from tools.inspection_table import BEGIN, END, PAGE, SEEDS, STUDIES, row, written


def test_a_row_has_points_and_intervals_and_what_is_missing_is_a_dash():
    rows = [
        ("", "lesion bypassed", 0.5, 0.02, 0.0, 3, ""),
        ("", "retrained ablation", -0.0001, 0.01, 0.0, 3, ""),
        ("feature", "tau leave-one-out", -0.25, 0.1, 0.004, 3, ""),
        ("feature", "adversary JSD", np.nan, np.nan, np.nan, 0, "gates have none"),
    ]
    table = pd.DataFrame(rows, columns=list(ROWS))
    found = RunInspection({"seeds": 3}, table, pd.DataFrame(columns=list(CURVES)))
    assert row("Planted feature", "dense", found) == (
        "| Planted feature | `dense` | 50.0 ± 2.0 | 0.0 ± 1.0 | −0.25 ± 0.10 (0.00) | – | 3 |"
    )


def test_the_table_takes_the_place_of_the_one_before():
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    again = written(written(page, "first", 500), "second", 1000)
    assert again.startswith(f"before\n{BEGIN}\n")
    assert again.endswith(f"{END}\nafter\n")
    assert "second" in again
    assert "first" not in again
    assert "up to 1,000 test examples" in again
    with pytest.raises(ValueError, match=r"inspection\.md"):
        written("a page without marks", "table", 500)


def test_the_page_has_a_row_of_ten_seeds_for_every_module():
    table = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    lines = [line for line in table.splitlines() if line.startswith("| ") and "`" in line]
    modules = [module for _, modules, _ in STUDIES for module in modules]
    assert [line.split("`")[1] for line in lines] == modules
    assert all(line.endswith(f"| {SEEDS} |") for line in lines)
