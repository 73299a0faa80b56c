"""Charts of what was found inside a run: their rows, and that they keep to the schema."""

import numpy as np
import pytest

from attnlab.charts import inspected
from attnlab.charts.palette import REFERENCE
from tests.ui.test_inspecting import inspection

COLOUR = "#3F5FD0"


@pytest.fixture
def found():
    whole = inspection()
    whole.table.loc[len(whole.table)] = ("", "retrained ablation", 0.1, np.nan, 0.0, 10, "")
    return whole


def test_reliance_is_in_points_of_accuracy_or_in_loss(found):
    rows = inspected.reliance_rows(found, has_accuracy=True).set_index("name")
    assert rows.loc["Module bypassed", ["value", "low", "high"]].tolist() == [50, 47, 53]
    assert rows.loc["Trained without it", "value"] == 10
    assert rows.loc["Trained without it", ["low", "high"]].isna().all()
    assert rows["retrained"].tolist() == [False, False, False, True]
    assert inspected.reliance_rows(found, has_accuracy=False)["value"].tolist()[0] == 0.5


def test_what_is_not_known_has_no_row(found):
    found.table.loc[found.table["measure"] == "lesion uniform", "value"] = np.nan
    names = inspected.reliance_rows(found, has_accuracy=True)["name"].tolist()
    assert names == ["Module bypassed", "Others' weights", "Trained without it"]


def test_agreement_has_its_chance_beside_it(found):
    [row] = inspected.agreement_rows(found).to_dict("records")
    assert row == {"name": "leave-one-out", "value": 0.2, "low": 0.18, "high": 0.22, "chance": 0.01}


def test_the_histogram_counts_every_example_up_to_the_largest_divergence(found):
    found.arrays["feature/adversary JSD"][:2] = [0.0, np.nan]
    rows = inspected.adversary_rows(found, "feature")
    assert rows["count"].sum() == 7
    assert rows["high"].iloc[-1] == pytest.approx(np.log(2), abs=1e-4)


def test_charts_keep_to_the_schema_and_to_the_colours(found):
    drawn = [
        inspected.reliance(found, True, COLOUR),
        inspected.removal(found, "feature", "deletion", COLOUR),
        inspected.removal(found, "feature", "insertion", COLOUR),
        inspected.agreement(found, COLOUR),
        inspected.adversary(found, "feature", COLOUR),
    ]
    for chart in drawn:
        text = str(chart.to_dict())  # checked against the schema
        assert COLOUR in text
    assert all(REFERENCE in str(chart.to_dict()) for chart in drawn[:4])
