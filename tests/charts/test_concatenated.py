"""Several charts as one figure."""

import altair as alt
import pandas as pd
import pytest

from attnlab.charts import concatenated

ROWS = pd.DataFrame({"x": [1.0, 2.0], "y": [3.0, 4.0], "arm": ["a", "b"]})


def chart(title):
    points = alt.Chart(ROWS).mark_point().encode(x="x:Q", y="y:Q", color="arm:N")
    return alt.layer(points).properties(title=title, height=100, autosize={"type": "fit"})


def test_rows_stand_below_each_other_and_all_charts_are_of_one_width():
    spec = concatenated([[chart("1"), chart("2")], [chart("3")]], width=424).to_dict()
    shown = [[each["title"] for each in row["hconcat"]] for row in spec["vconcat"]]
    assert shown == [["1", "2"], ["3"]]
    assert {each["width"] for row in spec["vconcat"] for each in row["hconcat"]} == {200}


def test_each_chart_keeps_its_own_colours():
    spec = concatenated([[chart("1"), chart("2")]]).to_dict()
    assert spec["resolve"]["scale"]["color"] == "independent"


def test_the_charts_themselves_stay_as_they_were():
    own = chart("1")
    concatenated([[own]])
    assert own.to_dict()["autosize"] == {"type": "fit"}


def test_nothing_to_put_together_is_refused():
    with pytest.raises(ValueError, match="at least one chart, got none"):
        concatenated([[], []])
